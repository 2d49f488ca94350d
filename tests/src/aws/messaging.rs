use anyhow::Context;
use serde_json::{Value, json};

use super::{Aws, elements};
use crate::emulator::{ACCOUNT, REGION};

const VERSION: (&str, &str) = ("Version", "2010-03-31");

impl Aws {
    /// The ARNs of all topics.
    ///
    /// # Errors
    ///
    /// The answer cannot be understood.
    pub fn topics(&self) -> anyhow::Result<Vec<String>> {
        let answer = self.query("sns", "ListTopics", &[VERSION])?;
        Ok(elements(&answer, "TopicArn").into_iter().map(str::to_owned).collect())
    }

    /// Creates a queue that gets whatever is published on the topic of that name, and returns its
    /// address. One whose name ends in `.fifo` is a FIFO queue, which a FIFO topic asks for.
    ///
    /// # Errors
    ///
    /// There is no such topic.
    pub fn listen(&self, topic: &str, queue: &str) -> anyhow::Result<String> {
        let topics = self.topics()?;
        let topic = topics
            .iter()
            .find(|arn| arn.rsplit(':').next() == Some(topic))
            .with_context(|| format!("no {topic} in {topics:?}"))?;
        let arn = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}");
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Service": "sns.amazonaws.com" },
                "Action": "sqs:SendMessage",
                "Resource": arn,
                "Condition": { "ArnEquals": { "aws:SourceArn": topic } },
            }],
        });
        let mut attributes = json!({ "Policy": policy.to_string() });
        if queue.ends_with(".fifo") {
            attributes["FifoQueue"] = "true".into();
        }
        let body = json!({ "QueueName": queue, "Attributes": attributes });
        let created = self.json("sqs", "AmazonSQS.CreateQueue", &body)?;
        let url = created["QueueUrl"].as_str().context("no QueueUrl")?.to_owned();
        let subscription =
            [VERSION, ("TopicArn", topic), ("Protocol", "sqs"), ("Endpoint", arn.as_str())];
        self.query("sns", "Subscribe", &subscription)?;
        Ok(url)
    }

    /// Takes the notifications that lie in a queue: each an object with `Subject` and `Message`, and
    /// with `MessageGroupId` where the queue is a FIFO queue.
    ///
    /// # Errors
    ///
    /// There is no such queue, or it holds something else.
    pub fn notifications(&self, queue: &str) -> anyhow::Result<Vec<Value>> {
        let body = json!({
            "QueueUrl": queue,
            "MaxNumberOfMessages": 10,
            "MessageSystemAttributeNames": ["All"],
        });
        let mut all = Vec::new();
        loop {
            let answer = self.json("sqs", "AmazonSQS.ReceiveMessage", &body)?;
            let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
            if messages.is_empty() {
                return Ok(all);
            }
            for message in messages {
                let text = message["Body"].as_str().context("a message without Body")?;
                let mut notification: Value =
                    serde_json::from_str(text).with_context(|| text.to_owned())?;
                if let Some(group) = message["Attributes"].get("MessageGroupId") {
                    notification["MessageGroupId"] = group.clone();
                }
                all.push(notification);
                let done = json!({ "QueueUrl": queue, "ReceiptHandle": message["ReceiptHandle"] });
                self.json("sqs", "AmazonSQS.DeleteMessage", &done)?;
            }
        }
    }
}
