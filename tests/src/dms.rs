//! Change records as the Database Migration Service writes them on a stream.

use serde_json::{Value, json};

/// Where a record comes from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The database.
    pub schema: &'a str,
    /// The table in it.
    pub table: &'a str,
}

impl Source<'_> {
    /// A row was inserted.
    pub fn insert(&self, row: &Value) -> Value {
        json!({ "data": row, "metadata": self.metadata("insert") })
    }

    /// A row was changed; `before` holds it as it was.
    pub fn update(&self, before: &Value, row: &Value) -> Value {
        json!({ "data": row, "before-image": before, "metadata": self.metadata("update") })
    }

    /// A row was deleted; MySQL delivers it whole.
    pub fn delete(&self, row: &Value) -> Value {
        json!({ "data": row, "metadata": self.metadata("delete") })
    }

    /// A row that was there before the capture began.
    pub fn load(&self, row: &Value) -> Value {
        let mut metadata = self.metadata("load");
        if let Some(members) = metadata.as_object_mut() {
            members.remove("transaction-id");
        }
        json!({ "data": row, "metadata": metadata })
    }

    fn metadata(&self, operation: &str) -> Value {
        json!({
            "timestamp": "2026-11-23T06:25:34.444953Z",
            "record-type": "data",
            "operation": operation,
            "partition-key-type": "primary-key",
            "schema-name": self.schema,
            "table-name": self.table,
            "transaction-id": 12_884_904_641_u64,
        })
    }
}

/// What every task writes when it starts: it holds no row, and not even a `control` member unless
/// the endpoint asks for details.
pub fn control() -> Value {
    json!({
        "metadata": {
            "timestamp": "2026-11-23T06:25:30.011873Z",
            "record-type": "control",
            "operation": "create-table",
            "partition-key-type": "task-id",
            "schema-name": "",
            "table-name": "awsdms_apply_exceptions",
        }
    })
}
