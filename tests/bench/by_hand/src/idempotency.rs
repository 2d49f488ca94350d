//! A record of what was done, for an effect that no transaction can hold.
//!
//! The states and the conditions are those of Powertools for AWS Lambda.
//! <https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/>

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::{
    Client,
    operation::put_item::PutItemError,
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure},
};
use lambda_runtime::Error;

use crate::function::{chain, within};

/// How long what was done is remembered: longer than an event may be replayed.
const TTL: Duration = Duration::from_secs(14 * 24 * 60 * 60);

const IN_PROGRESS: &str = "INPROGRESS";
const COMPLETE: &str = "COMPLETE";

/// The table of records.
pub struct Idempotency {
    client: Client,
    table: String,
}

impl Idempotency {
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Runs `effect` unless it was done for this key already. Returns whether it was run.
    ///
    /// # Errors
    ///
    /// It fails, another delivery is about to do it, or DynamoDB does not answer.
    pub async fn once(
        &self,
        key: &str,
        deadline: SystemTime,
        effect: impl Future<Output = Result<(), Error>>,
    ) -> Result<bool, Error> {
        if !within(deadline, self.begin(key, deadline)).await? {
            return Ok(false);
        }
        match effect.await {
            Ok(()) => {
                within(deadline, self.complete(key)).await?;
                Ok(true)
            }
            Err(error) => {
                // Left behind, it would only be in the way until the deadline.
                if let Err(left) = within(deadline, self.forget(key)).await {
                    tracing::warn!(error = %chain(&*left), "the record of a failed effect stays");
                }
                Err(error)
            }
        }
    }

    async fn begin(&self, key: &str, deadline: SystemTime) -> Result<bool, Error> {
        let now = SystemTime::now();
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .item("id", text(key))
            .item("status", text(IN_PROGRESS))
            .item("in_progress_expiration", millis(deadline))
            .item("expiration", seconds(now + TTL))
            .condition_expression(
                "attribute_not_exists(id) OR expiration < :now OR \
                 (#status = :in_progress AND in_progress_expiration < :now_ms)",
            )
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":now", seconds(now))
            .expression_attribute_values(":now_ms", millis(now))
            .expression_attribute_values(":in_progress", text(IN_PROGRESS))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = result else { return Ok(true) };
        let Some(PutItemError::ConditionalCheckFailedException(failed)) = error.as_service_error()
        else {
            return Err(error.into());
        };
        match failed.item().and_then(|item| item.get("status")) {
            Some(AttributeValue::S(status)) if status == COMPLETE => Ok(false),
            _ => Err(format!("another delivery of `{key}` is under way").into()),
        }
    }

    async fn complete(&self, key: &str) -> Result<(), Error> {
        self.client
            .update_item()
            .table_name(&self.table)
            .key("id", text(key))
            .update_expression("SET #status = :complete, expiration = :expiration")
            .condition_expression("#status = :in_progress")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":complete", text(COMPLETE))
            .expression_attribute_values(":in_progress", text(IN_PROGRESS))
            .expression_attribute_values(":expiration", seconds(SystemTime::now() + TTL))
            .send()
            .await?;
        Ok(())
    }

    async fn forget(&self, key: &str) -> Result<(), Error> {
        self.client.delete_item().table_name(&self.table).key("id", text(key)).send().await?;
        Ok(())
    }
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn seconds(time: SystemTime) -> AttributeValue {
    AttributeValue::N(since_epoch(time).as_secs().to_string())
}

fn millis(time: SystemTime) -> AttributeValue {
    AttributeValue::N(since_epoch(time).as_millis().to_string())
}
