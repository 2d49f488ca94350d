//! How a capture signs in to its database, and its roles.

use crate::{
    cloudformation::{Resource, Value, policy, reference},
    graph::{Aurora, Capture, Graph, Node, Target, capture},
    iam,
};

pub(super) fn resources(capture: &Capture, graph: &Graph) -> Vec<Resource> {
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

    let role = |(node, service, statements): (&Node, _, Vec<Value>)| {
        // Within the role, so that the endpoint waits for its permissions too.
        let policy = Value::map([
            ("PolicyName", iam::POLICY.into()),
            ("PolicyDocument", policy::document(statements)),
        ]);
        Resource::new("AWS::IAM::Role", node)
            .set("RoleName", &node.name)
            .set("AssumeRolePolicyDocument", policy::trust_of(&service))
            .set("Policies", Value::List(vec![policy]))
            .tags(graph)
    };
    let trusts = [(source_role, Capture::reader(), read), (target_role, Capture::writer(), write)];
    let mut resources: Vec<_> = trusts.into_iter().map(role).collect();
    if aurora.node.is_created() {
        resources.push(sign_in(capture, aurora, graph));
    }
    resources
}

fn sign_in(capture: &Capture, aurora: &Aurora, graph: &Graph) -> Resource {
    let node = &capture.secret;
    let known = format!(
        r#"{{"username":"{}","host":"${{{}.Endpoint.Address}}","port":{}}}"#,
        capture.user, aurora.node.logical.camel, aurora.port
    );
    let generated = Value::map([
        ("SecretStringTemplate", Value::substitute(known)),
        ("GenerateStringKey", "password".into()),
        ("PasswordLength", capture::PASSWORD_LENGTH.into()),
        ("ExcludePunctuation", true.into()),
    ]);
    let mut resource = Resource::new("AWS::SecretsManager::Secret", node)
        .set("Name", &node.name)
        .set("Description", capture.secret_description());
    if let Some(key) = aurora.kms_key {
        resource = resource.set("KmsKeyId", reference(Target::KmsKey(key).arn(), graph));
    }
    resource.set("GenerateSecretString", generated).tags(graph)
}

/// The ARN of the secret.
pub(super) fn secret(capture: &Capture, graph: &Graph) -> Value {
    match &graph.auroras[capture.from].existing_secret {
        Some(secret) => (&secret.arn).into(),
        None => Value::reference(&capture.secret.logical.camel),
    }
}

pub(super) fn role(node: &Node) -> Value {
    Value::attribute(&node.logical.camel, "Arn")
}
