//! Events that a handler was not given, or gave up on: messages of its queue.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Kept, Sent};
use crate::{
    aws::{Aws, Refusal},
    graph::{Function, Graph, Trigger},
    invocation::Invocation,
};

/// Messages of the queue of a handler.
#[derive(Debug, PartialEq)]
pub(crate) struct Messages {
    pub(crate) queue: String,
    url: String,
    /// About how many: SQS counts no better.
    pub(crate) number: usize,
}

/// As many as SQS gives at once.
const AT_ONCE: usize = 10;

/// How long nobody else receives what is being handed over, in seconds.
const INVISIBLE: &str = "120";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Url {
    queue_url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Depth {
    attributes: Attributes,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes {
    approximate_number_of_messages: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Received {
    messages: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    message_id: String,
    receipt_handle: String,
    body: String,
}

/// What a function failed at, beside much else; or an event that a bus could not hand over, whose
/// message is the event.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(rename = "requestPayload", borrow)]
    request_payload: Option<&'a RawValue>,
    #[serde(rename = "detail-type", borrow)]
    detail_type: Option<&'a RawValue>,
}

/// The messages of a function; none if a stream is what invokes it.
pub(super) fn find(
    aws: &Aws,
    graph: &Graph,
    function: &Function,
) -> Option<Result<Messages, Refusal>> {
    let Trigger::Rule(rule) = function.trigger else { return None };
    Some(look(aws, &graph.queues[graph.rules[rule].failures].node.name))
}

fn look(aws: &Aws, queue: &str) -> Result<Messages, Refusal> {
    let Url { queue_url: url } = aws.read("sqs", "get-queue-url", &["--queue-name", queue])?;
    let arguments = ["--queue-url", &url, "--attribute-names", "ApproximateNumberOfMessages"];
    let Depth { attributes } = aws.read("sqs", "get-queue-attributes", &arguments)?;
    let number = attributes.approximate_number_of_messages.parse().unwrap_or(0);
    Ok(Messages { queue: queue.to_owned(), url, number })
}

/// The event in a message, digit by digit.
fn event(body: &str) -> Option<&str> {
    let read: Body<'_> = serde_json::from_str(body).ok()?;
    match (read.request_payload, read.detail_type) {
        (Some(payload), _) => Some(payload.get()),
        (None, Some(_)) => Some(body),
        (None, None) => None,
    }
}

impl Messages {
    /// Hands the function each event, and deletes its message once Lambda has it: Lambda then tries
    /// as often as with any event, and sends it back here if that is in vain. So no more are taken
    /// than there were, or one that always fails would go round and round.
    pub(super) fn send(&self, aws: &Aws, function: &Function) -> Result<Sent, Refusal> {
        let mut sent = Sent::default();
        while sent.sent + sent.kept.len() < self.number {
            let left = self.number - sent.sent - sent.kept.len();
            let received = self.receive(aws, left.min(AT_ONCE))?;
            if received.is_empty() {
                break;
            }
            for message in received {
                let Message { message_id: what, receipt_handle, body } = message;
                let Some(event) = event(&body) else {
                    let why = "is neither an event nor a record of a failure".into();
                    sent.kept.push(Kept { what, why });
                    continue;
                };
                Invocation::hand_over(aws, function, event)?;
                let arguments = ["--queue-url", &self.url, "--receipt-handle", &receipt_handle];
                aws.call("sqs", "delete-message", &arguments)?;
                sent.sent += 1;
            }
        }
        Ok(sent)
    }

    fn receive(&self, aws: &Aws, most: usize) -> Result<Vec<Message>, Refusal> {
        let most = most.to_string();
        let arguments = [
            "--queue-url",
            &self.url,
            "--max-number-of-messages",
            &most,
            "--visibility-timeout",
            INVISIBLE,
            // Without a wait SQS looks at some of its servers only, and may find nothing.
            "--wait-time-seconds",
            "2",
        ];
        let received: Option<Received> = aws.read("sqs", "receive-message", &arguments)?;
        Ok(received.unwrap_or_default().messages)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use serde_json::json;
    use tempfile::TempDir;

    use super::{
        super::{Pile, Place},
        *,
    };
    use crate::{aws::tests::scripted, fixture, stage::Stage};

    /// A queue that is a folder of messages, each of which is received as long as it is there.
    const SCRIPT: &str = r#"
cd "$(dirname "$0")"
case "$1 $2" in
"sqs get-queue-url") echo '{"QueueUrl": "http://q"}' ;;
"sqs get-queue-attributes")
    printf '{"Attributes": {"ApproximateNumberOfMessages": "%s"}}' "$(ls queue | wc -l | tr -d ' ')" ;;
"sqs receive-message")
    first=$(ls queue | head -n 1)
    [ -z "$first" ] || { mkdir -p received; mv "queue/$first" received/; cat "received/$first"; } ;;
"sqs delete-message") for a; do last=$a; done; rm "received/$last" ;;
"lambda invoke")
    [ -f refused ] && { echo 'An error occurred (TooManyRequestsException) when calling the Invoke operation: Rate Exceeded.' >&2; exit 254; }
    echo "$*" >> calls; cat >> events; echo >> events; echo '{"StatusCode": 202}' ;;
esac"#;

    fn put(folder: &Path, name: &str, body: &str) {
        fs::create_dir_all(folder.join("queue")).unwrap();
        let message = json!({ "MessageId": name, "ReceiptHandle": name, "Body": body });
        let received = json!({ "Messages": [message] });
        fs::write(folder.join("queue").join(name), received.to_string()).unwrap();
    }

    fn with_pile(folder: &Path, test: impl FnOnce(&Aws, &Pile<'_>)) {
        let graph = Graph::new(&fixture::manifest(), &Stage::new("prod")).unwrap();
        let function = graph.functions.iter().find(|it| it.handler == "avisar").unwrap();
        let aws = scripted(folder, SCRIPT);
        let messages = find(&aws, &graph, function).unwrap().unwrap();
        test(&aws, &Pile { function, place: Place::Messages(messages) });
    }

    #[test]
    fn the_event_is_taken_out_as_it_was() {
        let bus = r#"{"detail-type":"X","detail":{"n":0.10}}"#;
        assert_eq!(event(bus), Some(bus));
        let function = r#"{"version":"1.0","requestPayload":{"detail":{"n":1.50}}}"#;
        assert_eq!(event(function), Some(r#"{"detail":{"n":1.50}}"#));
        assert_eq!(event(r#"{"hello": 1}"#), None);
        assert_eq!(event("hello"), None);
    }

    #[test]
    fn events_are_handed_over_and_their_messages_deleted() {
        let folder = TempDir::new().unwrap();
        put(folder.path(), "1", r#"{"detail-type":"X","id":"a"}"#);
        put(folder.path(), "2", r#"{"requestPayload":{"detail-type":"X","id":"b"}}"#);
        put(folder.path(), "3", "something else");
        with_pile(folder.path(), |aws, pile| {
            assert_eq!(pile.number(), 3);
            let Sent { sent, kept } = pile.send(aws).unwrap();
            assert_eq!(sent, 2);
            assert_eq!(kept.iter().map(|it| &*it.what).collect::<Vec<_>>(), ["3"]);
        });
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let events = "{\"detail-type\":\"X\",\"id\":\"a\"}\n{\"detail-type\":\"X\",\"id\":\"b\"}\n";
        assert_eq!(read("events"), events);
        let calls = read("calls");
        assert_eq!(calls.lines().filter(|it| it.contains("--invocation-type Event")).count(), 2);
        let left: Vec<_> = fs::read_dir(folder.path().join("received")).unwrap().collect();
        assert_eq!(left.len(), 1, "what is not understood stays");
    }

    #[test]
    fn what_comes_back_meanwhile_is_not_taken_again() {
        let folder = TempDir::new().unwrap();
        put(folder.path(), "1", r#"{"detail-type":"X","id":"a"}"#);
        with_pile(folder.path(), |aws, pile| {
            put(folder.path(), "2", r#"{"detail-type":"X","id":"a"}"#);
            assert_eq!(pile.send(aws).unwrap(), Sent { sent: 1, kept: vec![] });
        });
        assert!(folder.path().join("queue/2").exists());
    }

    #[test]
    fn what_lambda_does_not_take_stays() {
        let folder = TempDir::new().unwrap();
        put(folder.path(), "1", r#"{"detail-type":"X","id":"a"}"#);
        fs::write(folder.path().join("refused"), "").unwrap();
        with_pile(folder.path(), |aws, pile| {
            let refusal = pile.send(aws).unwrap_err();
            assert_eq!(refusal.code.as_deref(), Some("TooManyRequestsException"));
        });
        assert!(folder.path().join("received/1").exists());
    }
}
