//! The table that a call is about, and the keys of its items.

use esteira::__private::size;
use serde_dynamo::{AttributeValue, Item};

use super::value;
use crate::endpoint::{
    backend::{KeySchema, tables::KeyPart, tables::KeyType},
    call::{Call, name_of},
    failure::{Failure, Outcome, required},
};

/// The most bytes of an item, of a partition key and of a sort key.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub(super) const ITEM_BYTES: usize = 400 * 1024;
const PARTITION_KEY_BYTES: usize = 2048;
const SORT_KEY_BYTES: usize = 1024;

/// A table that exists.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) schema: KeySchema,
}

impl Table {
    /// The table of a call, by its name or ARN, if the caller may do this with it.
    pub(super) fn open(call: &Call<'_>, name: Option<&str>, action: &str) -> Outcome<Self> {
        let name = name_of(required(name, "TableName")?);
        let arn = arn(call, name);
        call.authorize(&format!("dynamodb:{action}"), &arn)?;
        let schema = call.backend.key_schema(name);
        let schema = schema.ok_or_else(|| Failure::not_found("Requested resource not found"))?;
        Ok(Self { name: name.to_owned(), schema })
    }

    /// Fails if the table cannot hold an item; writes its numbers as DynamoDB would.
    pub(super) fn accept(&self, item: &mut Item) -> Outcome<()> {
        for (name, value) in item.iter_mut() {
            if name.is_empty() {
                return Err(Failure::validation(
                    "One or more parameter values were invalid: An attribute name must not be empty",
                ));
            }
            value::accept(value)?;
        }
        for part in self.schema.parts() {
            let value = item
                .get(&part.name)
                .ok_or_else(|| invalid(&format!("Missing the key {} in the item", part.name)))?;
            if !fits(part, value) {
                return Err(invalid(&format!(
                    "Type mismatch for key {} expected: {} actual: {}",
                    part.name,
                    kind(part),
                    value::type_of(value)
                )));
            }
            self.check_part(part, value)?;
        }
        check_size(item, "Item size has exceeded the maximum allowed size")
    }

    /// Fails unless these are the attributes of the key and no others; writes its numbers as
    /// DynamoDB would.
    pub(super) fn accept_key(&self, key: &mut Item) -> Outcome<()> {
        if key.len() != self.schema.parts().count() {
            return Err(Failure::validation("The number of conditions on the keys is invalid"));
        }
        for part in self.schema.parts() {
            let value = key.get_mut(&part.name).filter(|value| fits(part, value));
            let value = value.ok_or_else(|| {
                Failure::validation("The provided key element does not match the schema")
            })?;
            value::accept(value)?;
            let value = value.clone();
            self.check_part(part, &value)?;
        }
        Ok(())
    }

    fn check_part(&self, part: &KeyPart, value: &AttributeValue) -> Outcome<()> {
        let AttributeValue::S(text) = value else { return Ok(()) };
        if text.is_empty() {
            return Err(Failure::validation(format!(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: {}",
                part.name
            )));
        }
        let is_partition = *part == self.schema.partition;
        if is_partition && text.len() > PARTITION_KEY_BYTES {
            return Err(invalid(&format!(
                "Size of hashkey has exceeded the maximum size limit of {PARTITION_KEY_BYTES} bytes"
            )));
        }
        if !is_partition && text.len() > SORT_KEY_BYTES {
            return Err(invalid(&format!(
                "Aggregated size of all range keys has exceeded the size limit of {SORT_KEY_BYTES} bytes"
            )));
        }
        Ok(())
    }
}

/// The ARN of a table.
pub(super) fn arn(call: &Call<'_>, name: &str) -> String {
    call.place().arn("dynamodb", &format!("table/{name}"))
}

/// Fails if an item is too large.
pub(super) fn check_size(item: &Item, message: &str) -> Outcome<()> {
    if size::of_item(item) > ITEM_BYTES { Err(Failure::validation(message)) } else { Ok(()) }
}

/// The letter of the type of a key.
pub(super) fn kind(part: &KeyPart) -> &'static str {
    match part.kind {
        KeyType::Text => "S",
        KeyType::Number => "N",
    }
}

fn fits(part: &KeyPart, value: &AttributeValue) -> bool {
    value::type_of(value) == kind(part)
}

fn invalid(what: &str) -> Failure {
    Failure::validation(format!("One or more parameter values were invalid: {what}"))
}
