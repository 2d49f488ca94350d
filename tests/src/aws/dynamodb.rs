use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::{Value, json};

use super::{Aws, strings};

/// An item: its attributes, each without its type letter; numbers are kept as text.
pub type Item = BTreeMap<String, Value>;

impl Aws {
    /// Puts an item whose attributes are in DynamoDB's own notation.
    ///
    /// # Errors
    ///
    /// The table refuses it.
    pub fn put_item(&self, table: &str, item: &Value) -> anyhow::Result<()> {
        let body = json!({ "TableName": table, "Item": item });
        self.json("dynamodb", "DynamoDB_20120810.PutItem", &body).map(drop)
    }

    /// All items whose partition key has this value, which is in DynamoDB's own notation, in the
    /// order of their sort keys.
    ///
    /// # Errors
    ///
    /// The table refuses the query.
    pub fn items(&self, table: &str, key: &str, value: &Value) -> anyhow::Result<Vec<Item>> {
        let body = json!({
            "TableName": table,
            "ConsistentRead": true,
            "KeyConditionExpression": "#k = :v",
            "ExpressionAttributeNames": { "#k": key },
            "ExpressionAttributeValues": { ":v": value },
        });
        let answer = self.json("dynamodb", "DynamoDB_20120810.Query", &body)?;
        let items = answer["Items"].as_array().context("no Items")?;
        Ok(items.iter().map(plain).collect())
    }

    /// All items of a small table, in no order: as many as one call brings back.
    ///
    /// # Errors
    ///
    /// The table refuses the scan.
    pub fn scan(&self, table: &str) -> anyhow::Result<Vec<Item>> {
        let body = json!({ "TableName": table, "ConsistentRead": true });
        let answer = self.json("dynamodb", "DynamoDB_20120810.Scan", &body)?;
        let items = answer["Items"].as_array().context("no Items")?;
        Ok(items.iter().map(plain).collect())
    }

    /// The names of all tables.
    ///
    /// # Errors
    ///
    /// The answer cannot be understood.
    pub fn tables(&self) -> anyhow::Result<Vec<String>> {
        let answer = self.json("dynamodb", "DynamoDB_20120810.ListTables", &json!({}))?;
        strings(&answer["TableNames"])
    }
}

fn plain(item: &Value) -> Item {
    let attributes = item.as_object().into_iter().flatten();
    let value = |typed: &Value| {
        typed.as_object().and_then(|it| it.values().next()).cloned().unwrap_or(Value::Null)
    };
    attributes.map(|(name, typed)| (name.clone(), value(typed))).collect()
}
