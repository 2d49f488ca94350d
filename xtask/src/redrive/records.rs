//! Records that mappings gave up on: objects of the bucket for failures.
//!
//! The name of an object begins with `aws/lambda/` and the id of the mapping; what it holds says
//! which function it was for, also where the mapping was made anew since.
//! <https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Kept, Sent};
use crate::{
    aws::{Aws, Identity, Refusal},
    diagnostic::Result,
    graph::{Function, Graph},
    invocation::{Invocation, Outcome},
};

/// What the names of all objects begin with.
const PREFIX: &str = "aws/lambda/";

/// Objects of records that one function failed at.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Records {
    pub(crate) bucket: String,
    /// In the order of shards and times.
    pub(crate) keys: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Listing {
    contents: Vec<Object>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Object {
    key: String,
}

/// An object, as far as it matters.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    request_context: Context,
    /// The whole event of the invocation, as a text.
    payload: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    function_arn: String,
}

impl Failure {
    /// The name of the function that it was for.
    fn function(&self) -> Option<&str> {
        self.request_context.function_arn.split(':').nth(6)
    }
}

/// The objects of some functions, by the ids of these. A function that reads no stream has none;
/// where there is no bucket, that is what there is for all others.
pub(super) fn find(
    aws: &Aws,
    identity: &Identity,
    graph: &Graph,
    functions: &[&Function],
) -> Result<BTreeMap<String, Result<Records, Refusal>>> {
    let mapped = |function: &&&Function| {
        graph
            .mappings
            .iter()
            .any(|mapping| graph.functions[mapping.function].node.id == function.node.id)
    };
    let readers: Vec<_> = functions.iter().filter(mapped).collect();
    let (Some(bucket), false) = (graph.buckets.iter().next(), readers.is_empty()) else {
        return Ok(BTreeMap::new());
    };
    let bucket = bucket.name.at(&identity.account, aws.region(), identity.partition());
    let id = |function: &&&Function| function.node.id.clone();
    let keys = match list(aws, &bucket) {
        Ok(keys) => keys,
        Err(refusal) if refusal.is_not_found() => {
            return Ok(readers.iter().map(|it| (id(it), Err(refusal.clone()))).collect());
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let empty = || Ok(Records { bucket: bucket.clone(), keys: Vec::new() });
    let mut found: BTreeMap<_, _> = readers.iter().map(|it| (id(it), empty())).collect();
    for keys in by_mapping(keys).into_values() {
        // One tells of all: a mapping is of one function.
        let Some(Ok(failure)) = keys.first().map(|key| read(aws, &bucket, key)).transpose()? else {
            continue;
        };
        let owner = readers.iter().find(|it| failure.function() == Some(&it.node.name));
        if let Some(Ok(records)) = owner.and_then(|it| found.get_mut(&it.node.id)) {
            records.keys.extend(keys);
        }
    }
    Ok(found)
}

fn list(aws: &Aws, bucket: &str) -> Result<Vec<String>, Refusal> {
    let arguments = ["--bucket", bucket, "--prefix", PREFIX];
    // Of an empty bucket some versions of the command line print nothing.
    let listing: Option<Listing> = aws.read("s3api", "list-objects-v2", &arguments)?;
    let mut keys: Vec<_> =
        listing.unwrap_or_default().contents.into_iter().map(|object| object.key).collect();
    keys.sort();
    Ok(keys)
}

/// By the ids of their mappings.
fn by_mapping(keys: Vec<String>) -> BTreeMap<String, Vec<String>> {
    let mut mappings: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for key in keys {
        if let Some(mapping) = key.split('/').nth(2) {
            mappings.entry(mapping.to_owned()).or_default().push(key);
        }
    }
    mappings
}

/// An object; what is wrong with it, if it is no record of a failure.
fn read(aws: &Aws, bucket: &str, key: &str) -> Result<Result<Failure, String>, Refusal> {
    let text = aws.text("s3", "cp", &[&format!("s3://{bucket}/{key}"), "-"])?;
    Ok(serde_json::from_str(&text).map_err(|error| format!("is no record of a failure: {error}")))
}

impl Records {
    /// Calls the function with what each object holds, as its mapping did, and deletes the object
    /// once every record in it is handled.
    pub(super) fn send(&self, aws: &Aws, function: &Function) -> Result<Sent, Refusal> {
        let mut sent = Sent::default();
        for key in &self.keys {
            match self.send_one(aws, function, key)? {
                None => sent.sent += 1,
                Some(why) => sent.kept.push(Kept { what: key.clone(), why }),
            }
        }
        Ok(sent)
    }

    /// Why it was kept; none if it is done with.
    fn send_one(
        &self,
        aws: &Aws,
        function: &Function,
        key: &str,
    ) -> Result<Option<String>, Refusal> {
        let failure = match read(aws, &self.bucket, key)? {
            Ok(failure) => failure,
            Err(why) => return Ok(Some(why)),
        };
        let Some(payload) = failure.payload else {
            return Ok(Some("says only where its records were, and not what they are".into()));
        };
        let invocation = Invocation::call_with(aws, function, &payload)?;
        Ok(match invocation.outcome {
            Outcome::Answered if is_whole(&invocation.answer) => {
                aws.call("s3api", "delete-object", &["--bucket", &self.bucket, "--key", key])?;
                None
            }
            Outcome::Answered => Some(format!("answered {}", invocation.answer)),
            Outcome::Failed(message) => Some(format!("failed: {message}")),
            Outcome::Partly(records) => {
                let records = records.join(", ");
                Some(format!("failed at record {records}; from there on nothing is complete"))
            }
        })
    }
}

/// Whether an answer in which no failure was found is one that Lambda takes for success.
fn is_whole(answer: &Value) -> bool {
    match answer {
        Value::Null => true,
        Value::Object(fields) => {
            fields.get("batchItemFailures").is_none_or(|it| it.is_null() || it.is_array())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use serde_json::json;
    use tempfile::TempDir;

    use super::{
        super::{Place, find},
        *,
    };
    use crate::{aws::tests::scripted, fixture, stage::Stage};

    const BUCKET: &str = "prod-loja-failures-123456789012-sa-east-1";

    /// A bucket that is a folder, and a function that answers with what `answer` holds. What it is
    /// called with is kept in `events`.
    const SCRIPT: &str = r#"
cd "$(dirname "$0")"
case "$1 $2" in
"s3api list-objects-v2")
    cd bucket 2>/dev/null || { echo 'An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: no' >&2; exit 254; }
    printf '{"Contents": ['; c=
    find . -type f | while read f; do printf '%s{"Key": "%s"}' "$c" "${f#./}"; c=,; done
    echo ']}' ;;
"s3 cp") for a; do case "$a" in s3://*) cat "bucket/${a#s3://*/}"; esac; done ;;
"s3api delete-object") for a; do last=$a; done; rm "bucket/$last" ;;
"lambda invoke") cat >> events; echo >> events; cat answer; echo '{"StatusCode": 200}' ;;
esac"#;

    fn identity() -> Identity {
        let arn = "arn:aws:iam::123456789012:user/ana".into();
        Identity { account: "123456789012".into(), arn }
    }

    fn put(folder: &Path, key: &str, function: &str, payload: Option<&str>) {
        let path = folder.join("bucket").join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let arn = format!("arn:aws:lambda:sa-east-1:123456789012:function:{function}");
        let object = json!({
            "requestContext": { "functionArn": arn, "condition": "RetryAttemptsExhausted" },
            "payload": payload,
        });
        fs::write(path, object.to_string()).unwrap();
    }

    fn with_pile(folder: &Path, test: impl FnOnce(&Aws, &super::super::Pile<'_>)) {
        let graph = Graph::new(&fixture::manifest(), &Stage::new("prod")).unwrap();
        let function = graph.functions.iter().find(|it| it.handler == "processar_pedido").unwrap();
        let aws = scripted(folder, SCRIPT);
        let mut piles = find(&aws, &identity(), &graph, &[function]).unwrap();
        test(&aws, &piles.remove(0).unwrap());
    }

    fn keys(place: &Place) -> Vec<&str> {
        let Place::Records(records) = place else { panic!("{place:?}") };
        assert_eq!(records.bucket, BUCKET);
        records.keys.iter().map(String::as_str).collect()
    }

    #[test]
    fn the_objects_of_a_function_are_found_whatever_mapping_wrote_them() {
        let folder = TempDir::new().unwrap();
        let payload = Some(r#"{"Records": []}"#);
        for mapping in ["old", "new"] {
            put(
                folder.path(),
                &format!("aws/lambda/{mapping}/s/2"),
                "prod-ProcessarPedido",
                payload,
            );
            put(
                folder.path(),
                &format!("aws/lambda/{mapping}/s/1"),
                "prod-ProcessarPedido",
                payload,
            );
        }
        put(folder.path(), "aws/lambda/other/s/1", "prod-RegistrarLeitura", payload);
        fs::create_dir_all(folder.path().join("bucket/aws/lambda/strange")).unwrap();
        fs::write(folder.path().join("bucket/aws/lambda/strange/x"), "no JSON").unwrap();
        with_pile(folder.path(), |_, pile| {
            assert_eq!(
                keys(&pile.place),
                [
                    "aws/lambda/new/s/1",
                    "aws/lambda/new/s/2",
                    "aws/lambda/old/s/1",
                    "aws/lambda/old/s/2",
                ]
            );
        });
    }

    #[test]
    fn what_is_handled_is_deleted_and_the_function_gets_what_it_got_before() {
        let folder = TempDir::new().unwrap();
        // A number that a double does not hold.
        let payload = r#"{"Records":[{"value":12345678901234567890.123456789}]}"#;
        put(folder.path(), "aws/lambda/m/s/1", "prod-ProcessarPedido", Some(payload));
        fs::write(folder.path().join("answer"), r#"{"batchItemFailures":[]}"#).unwrap();
        with_pile(folder.path(), |aws, pile| {
            assert_eq!(pile.number(), 1);
            assert_eq!(pile.send(aws).unwrap(), Sent { sent: 1, kept: vec![] });
        });
        let events = fs::read_to_string(folder.path().join("events")).unwrap();
        assert_eq!(events, format!("{payload}\n"));
        with_pile(folder.path(), |_, pile| assert_eq!(pile.number(), 0));
    }

    #[test]
    fn what_fails_again_stays_and_it_is_said_at_which_record() {
        let folder = TempDir::new().unwrap();
        put(folder.path(), "aws/lambda/m/s/1", "prod-ProcessarPedido", Some("{}"));
        put(folder.path(), "aws/lambda/m/s/2", "prod-ProcessarPedido", None);
        for (answer, why) in [
            (r#"{"batchItemFailures":[{"itemIdentifier":"7"}]}"#, "failed at record 7"),
            (r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#, "without its number"),
            (r#""done""#, "answered \"done\""),
            (r#"{"batchItemFailures":7}"#, "answered"),
        ] {
            fs::write(folder.path().join("answer"), answer).unwrap();
            with_pile(folder.path(), |aws, pile| {
                let Sent { sent, kept } = pile.send(aws).unwrap();
                assert_eq!((sent, kept.len()), (0, 2), "{answer}");
                assert!(kept[0].why.contains(why), "{answer}: {}", kept[0].why);
                assert!(kept[1].why.contains("not what they are"), "{}", kept[1].why);
            });
        }
    }

    #[test]
    fn a_bucket_that_is_not_there_is_told_of() {
        let folder = TempDir::new().unwrap();
        let graph = Graph::new(&fixture::manifest(), &Stage::new("prod")).unwrap();
        let function = graph.functions.iter().find(|it| it.handler == "processar_pedido").unwrap();
        let aws = scripted(folder.path(), SCRIPT);
        let piles = find(&aws, &identity(), &graph, &[function]).unwrap();
        assert!(piles[0].as_ref().unwrap_err().is_not_found());
    }
}
