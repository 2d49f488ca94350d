//! The real wording of both versions of the command line, and a process in its stead.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::{fixture, stage::Stage};

/// An `aws` that is a shell script.
pub(crate) fn scripted(folder: &Path, script: &str) -> Aws {
    let (text, program) = (folder.join("script"), folder.join("aws"));
    fs::write(&text, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&text, fs::Permissions::from_mode(0o755)).unwrap();
    // What is open for writing cannot be executed, and other tests start processes, which have our
    // files for a moment: so it is written by another process.
    assert!(Command::new("cp").args([&text, &program]).status().unwrap().success());
    Aws {
        program: program.into(),
        region: "sa-east-1".into(),
        profile: Some("loja".into()),
        stage: "prod".into(),
        account: Some("123456789012".into()),
    }
}

fn refusal(said: &str) -> Refusal {
    Refusal::new("iam", "get-role", said)
}

#[test]
fn what_the_command_line_says_is_classified() {
    let cases = [
        (
            "\nUnable to locate credentials. You can configure credentials by running \"aws \
             configure\".\n",
            Cause::NoCredentials,
        ),
        (
            "aws: [ERROR]: Unable to locate credentials. You can configure credentials by running \
             \"aws login\".",
            Cause::NoCredentials,
        ),
        ("Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY", Cause::NoCredentials),
        ("The config profile (nix) could not be found", Cause::NoProfile),
        (
            "You must specify a region. You can also configure your region by running \"aws \
             configure\".",
            Cause::NoRegion,
        ),
        ("Could not connect to the endpoint URL: \"http://127.0.0.1:9/\"", Cause::Unreachable),
        ("Connect timeout on endpoint URL: \"https://sts.amazonaws.com/\"", Cause::Unreachable),
        (
            "The SSO session associated with this profile has expired or is otherwise invalid. To \
             refresh this SSO session run aws sso login with the corresponding profile.",
            Cause::Expired,
        ),
        (
            "Error loading SSO Token: Token for https://x.awsapps.com/start does not exist",
            Cause::Expired,
        ),
        (
            "Error when retrieving token from sso: Token has expired and refresh failed",
            Cause::Expired,
        ),
        (
            "An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The \
             security token included in the request is expired",
            Cause::Expired,
        ),
        (
            "An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity \
             operation: The security token included in the request is invalid.",
            Cause::Unknown,
        ),
        (
            "aws: [ERROR]: An error occurred (NoSuchEntity) when calling the GetRole operation: \
             The role with name x cannot be found.",
            Cause::NotFound,
        ),
        (
            "An error occurred (ValidationError) when calling the DescribeStacks operation: Stack \
             with id dev-loja does not exist",
            Cause::NotFound,
        ),
        (
            "An error occurred (DBClusterNotFoundFault) when calling the DescribeDBClusters \
             operation: DBCluster x not found.",
            Cause::NotFound,
        ),
        (
            "An error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied",
            Cause::Denied(None),
        ),
        (
            "An error occurred (ThrottlingException) when calling the FilterLogEvents operation \
             (reached max retries: 4): Rate exceeded",
            Cause::Throttled,
        ),
        (
            "An error occurred (ValidationException) when calling the PutRule operation: no",
            Cause::Other,
        ),
    ];
    for (said, cause) in cases {
        assert_eq!(refusal(said).cause, cause, "{said}");
    }
}

#[test]
fn a_denial_names_the_action_and_the_resource_and_says_what_to_allow() {
    let said = "An error occurred (AccessDenied) when calling the GetRole operation: User: \
                arn:aws:iam::123456789012:user/ana is not authorized to perform: iam:GetRole on \
                resource: role dms-vpc-role because no identity-based policy allows the \
                iam:GetRole action";
    assert_eq!(
        refusal(said).diagnostic().to_string(),
        "error: AWS denies `iam:GetRole` on `role dms-vpc-role`\n  = help: allow `iam:GetRole` on \
         `role dms-vpc-role` to arn:aws:iam::123456789012:user/ana"
    );
}

#[test]
fn the_code_and_the_message_are_told_apart() {
    let refusal = refusal(
        "An error occurred (ThrottlingException) when calling the GetRole operation (reached max \
         retries: 4): Rate: exceeded",
    );
    assert_eq!(refusal.code.as_deref(), Some("ThrottlingException"));
    assert_eq!(refusal.said, "Rate: exceeded");
    let message = "`aws iam get-role` failed: ThrottlingException: Rate: exceeded";
    assert_eq!(refusal.diagnostic().message, message);
}

#[test]
fn a_call_is_made_as_asked_and_its_answer_read() {
    let folder = TempDir::new().unwrap();
    let script = r#"printf '{"arguments": "%s", "pager": "%s"}' "$*" "$AWS_PAGER""#;
    let aws = scripted(folder.path(), script);
    assert_eq!(
        aws.call("kinesis", "list-shards", &["--stream-name", "a b"]).unwrap(),
        json!({
            "arguments": "kinesis list-shards --output json --color off --cli-connect-timeout 10 \
                          --region sa-east-1 --profile loja --stream-name a b",
            "pager": "",
        })
    );
    let environment: Vec<_> = aws.environment().collect();
    let region = "sa-east-1";
    let expected =
        [("AWS_REGION", region), ("AWS_DEFAULT_REGION", region), ("AWS_PROFILE", "loja")];
    assert_eq!(environment, expected);
}

#[test]
fn an_answer_may_be_empty_and_must_not_be_nonsense() {
    let folder = TempDir::new().unwrap();
    let none: [&str; 0] = [];
    let aws = scripted(folder.path(), "exit 0");
    assert_eq!(aws.call("sqs", "purge-queue", &none).unwrap(), Value::Null);
    let aws = scripted(folder.path(), "echo hello");
    let refusal = aws.call("sqs", "purge-queue", &none).unwrap_err();
    assert!(refusal.said.starts_with("its answer is no JSON"), "{}", refusal.said);
    let aws = scripted(folder.path(), "kill -9 $$");
    let refusal = aws.call("sqs", "purge-queue", &none).unwrap_err();
    assert!(refusal.said.contains("signal: 9"), "{}", refusal.said);
}

#[test]
fn credentials_of_another_account_are_refused() {
    let folder = TempDir::new().unwrap();
    let answer = |account: &str| {
        let arn = format!("arn:aws:iam::{account}:user/ana");
        format!(r#"echo '{{"UserId":"X","Account":"{account}","Arn":"{arn}"}}'"#)
    };
    let own = scripted(folder.path(), &answer("123456789012"));
    assert_eq!(own.identity().unwrap().arn, "arn:aws:iam::123456789012:user/ana");
    let other = scripted(folder.path(), &answer("210987654321"));
    let mistake = other.identity().unwrap_err().0.remove(0);
    assert_eq!(
        mistake.message,
        "stage `prod` belongs to account 123456789012, and these credentials to 210987654321"
    );
}

#[test]
fn a_command_line_that_is_not_there_is_to_be_installed() {
    let folder = TempDir::new().unwrap();
    let mut aws = scripted(folder.path(), "");
    aws.program = folder.path().join("nothing").into();
    let mistake = aws.identity().unwrap_err().0.remove(0);
    assert_eq!(mistake.message, "the `aws` command line is not installed");
    assert!(mistake.help.unwrap().contains("getting-started-install"));
}

#[test]
fn the_region_of_the_stage_is_not_overridden() {
    let manifest = fixture::manifest();
    let mut stage = Stage::new("prod");
    stage.region = Some("sa-east-1".into());
    let graph = Graph::new(&manifest, &stage).unwrap();
    let aws = |region: Option<&str>| {
        let access = Access { region: region.map(str::to_owned), profile: None };
        Aws::with("/nowhere/aws".into(), &access, &graph)
    };
    assert_eq!(aws(None).unwrap().region(), "sa-east-1");
    assert_eq!(aws(Some("sa-east-1")).unwrap().region(), "sa-east-1");
    let mistake = aws(Some("us-east-1")).unwrap_err().0.remove(0);
    let message = "stage `prod` belongs to region sa-east-1, and `--region` asks for us-east-1";
    assert_eq!(mistake.message, message);
}

#[test]
fn the_region_of_the_profile_is_the_last_that_is_asked() {
    let folder = TempDir::new().unwrap();
    let graph = Graph::new(&fixture::manifest(), &Stage::new("dev")).unwrap();
    let mut aws = scripted(folder.path(), r#"[ "$1 $2" = "configure get" ] && echo eu-west-1"#);
    aws.region = String::new();
    // Only if this process has one itself does the environment come first.
    if std::env::var_os("AWS_REGION").or(std::env::var_os("AWS_DEFAULT_REGION")).is_none() {
        assert_eq!(place::region(&aws, &Access::default(), &graph).unwrap(), "eu-west-1");
        let aws = scripted(folder.path(), "exit 1");
        let mistake = place::region(&aws, &Access::default(), &graph).unwrap_err().0.remove(0);
        assert_eq!(mistake.message, "no region is set for stage `dev`");
    }
}
