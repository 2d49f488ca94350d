//! How a capture signs in to its database, and its roles.

use crate::{
    graph::{Aurora, Capture, Graph, Node, Target, capture},
    hcl::{Block, Expression},
    iam,
    stage::Removal,
    terraform::{address, policy, reference},
};

pub(super) const ROLE_POLICY: &str = "aws_iam_role_policy";
const ROLE: &str = "aws_iam_role";
const SECRET: &str = "aws_secretsmanager_secret";
const VERSION: &str = "aws_secretsmanager_secret_version";
const PASSWORD: &str = "aws_secretsmanager_random_password";

pub(super) fn blocks(capture: &Capture, graph: &Graph) -> Vec<Block> {
    let Capture { from, into, source_role, target_role, .. } = capture;
    let key = |id, actions: &[&str]| {
        policy::allow("Key", actions, reference(Target::KmsKey(id).arn(), graph))
    };
    let mut read = vec![policy::allow("Secret", &capture::READS, secret(capture, graph))];
    let aurora = &graph.auroras[*from];
    read.extend(aurora.kms_key.map(|id| key(id, &capture::READS_KEY)));
    let theirs = aurora.existing_secret.as_ref().and_then(|secret| secret.key.as_deref());
    read.extend(theirs.map(|arn| policy::allow("SecretKey", &capture::READS_KEY, arn.into())));
    let stream = reference(Target::Stream(*into).arn(), graph);
    let mut write = vec![policy::allow("Stream", &capture::WRITES, stream)];
    write.extend(graph.streams[*into].kms_key.map(|id| key(id, &capture::WRITES_KEY)));

    let mut blocks = Vec::new();
    let trusts = [(source_role, Capture::reader(), read), (target_role, Capture::writer(), write)];
    for (node, service, statements) in trusts {
        blocks.push(
            Block::resource(ROLE, &node.logical.snake, &node.at)
                .set("name", &node.name)
                .set("assume_role_policy", policy::trust_of(&service)),
        );
        blocks.push(
            Block::resource(ROLE_POLICY, &node.logical.snake, &node.at)
                .set("name", iam::POLICY)
                .set("role", address(ROLE, &node.logical.snake, "id"))
                .set("policy", policy::document(statements)),
        );
    }
    if aurora.node.is_created() {
        blocks.extend(sign_in(capture, aurora, graph));
    }
    blocks
}

fn sign_in(capture: &Capture, aurora: &Aurora, graph: &Graph) -> [Block; 3] {
    let node = &capture.secret;
    let name = &node.logical.snake;
    let mut secret = Block::resource(SECRET, name, &node.at)
        .set("name", &node.name)
        .set("description", capture.secret_description());
    if let Some(key) = aurora.kms_key {
        secret = secret.set("kms_key_id", reference(Target::KmsKey(key).arn(), graph));
    }
    if graph.removal == Removal::Destroy {
        // Its name is free again at once.
        secret = secret.set("recovery_window_in_days", 0);
    }
    let password = Block::new("data", &[PASSWORD, name])
        .set("password_length", capture::PASSWORD_LENGTH)
        .set("exclude_punctuation", true);
    let host = reference(Target::Aurora(capture.from).handle(), graph);
    let sign_in = Expression::object([
        ("username", (&capture.user).into()),
        ("password", address(&format!("data.{PASSWORD}"), name, "random_password")),
        ("host", host.clone()),
        ("port", u32::from(aurora.port).into()),
    ]);
    let version = Block::resource(VERSION, name, &node.at)
        .comment("The password is in Terraform's state too.")
        .set("secret_id", address(SECRET, name, "id"))
        .set("secret_string", Expression::json(sign_in))
        .block(
            Block::new("lifecycle", &[])
                .set("ignore_changes", Expression::list([Expression::raw("secret_string")]))
                .why("Every plan reads another password.")
                .set("replace_triggered_by", Expression::list([host]))
                .why("Another cluster has another host, and nobody signs in to it yet."),
        );
    [secret, password, version]
}

/// The ARN of the secret.
pub(super) fn secret(capture: &Capture, graph: &Graph) -> Expression {
    match &graph.auroras[capture.from].existing_secret {
        Some(secret) => (&secret.arn).into(),
        None => address(SECRET, &capture.secret.logical.snake, "arn"),
    }
}

/// The ARN of the secret once there is something in it.
pub(super) fn written_secret(capture: &Capture, graph: &Graph) -> Expression {
    match &graph.auroras[capture.from].existing_secret {
        Some(secret) => (&secret.arn).into(),
        None => address(VERSION, &capture.secret.logical.snake, "arn"),
    }
}

pub(super) fn role(node: &Node) -> Expression {
    address(ROLE, &node.logical.snake, "arn")
}
