//! The record of a change, as DMS puts it on a stream with the settings that a capture has:
//! formatted JSON, null and empty columns kept, the partition value and the transaction told, and
//! the row before an update beside the one after it.

use super::moment::{now, of_unix};
use super::value::Cell;

/// What happened to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Insert,
    Update,
    Delete,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// The values of a row by the names of their columns.
pub(super) type Image<'a> = Vec<(&'a str, Cell)>;

/// A change of a row.
#[derive(Debug)]
pub(super) struct Change<'a> {
    pub(super) operation: Operation,
    pub(super) schema: &'a str,
    pub(super) table: &'a str,
    /// The row as it is, or of a deleted one as it was.
    pub(super) data: Image<'a>,
    /// The row before an update, without large objects.
    pub(super) before: Option<Image<'a>>,
    pub(super) origin: Origin<'a>,
}

/// Where in the binlog a change is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin<'a> {
    pub(super) transaction: Transaction,
    /// From one on, in the transaction.
    pub(super) record: u64,
    /// The transaction before, and its records; none if this process has seen none.
    pub(super) previous: Option<(Transaction, u64)>,
    pub(super) file: &'a str,
    /// Where the event of the change begins and ends.
    pub(super) event: (u64, u64),
}

/// A transaction by the place of its first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Transaction {
    /// The number that its file's name ends with.
    pub(super) file: u64,
    pub(super) offset: u64,
    /// Seconds since 1970.
    pub(super) at: u32,
}

impl Transaction {
    /// How DMS numbers it.
    pub(super) fn id(self) -> u64 {
        self.file << 32 | self.offset & u64::from(u32::MAX)
    }
}

impl Change<'_> {
    /// The partition key of the record, of the columns of the table's key, and its data.
    pub(super) fn record(&self, key: &[String]) -> (String, Vec<u8>) {
        let partition = self.partition(key);
        let mut json = Json::default();
        json.open(None);
        json.image("data", &self.data);
        if let Some(before) = &self.before {
            json.image("before-image", before);
        }
        json.open(Some("metadata"));
        json.text("timestamp", &now());
        json.text("record-type", "data");
        json.text("operation", self.operation.name());
        json.text("partition-key-type", "primary-key");
        json.text("partition-key-value", &partition);
        json.text("schema-name", self.schema);
        json.text("table-name", self.table);
        let Origin { transaction, record, previous, file, event } = self.origin;
        json.number("transaction-id", transaction.id());
        json.number("transaction-record-id", record);
        if let Some((previous, records)) = previous {
            json.number("prev-transaction-id", previous.id());
            json.number("prev-transaction-record-id", records);
        }
        json.text("commit-timestamp", &of_unix(transaction.at.into(), 0, 6));
        let (from, to) = event;
        let (id, begin) = (transaction.id(), transaction.offset);
        json.text("stream-position", &format!("{file}:{from}:-1:{to}:{id}:{file}:{begin}"));
        json.close();
        json.close();
        (partition, json.text.into_bytes())
    }

    fn partition(&self, key: &[String]) -> String {
        let mut partition = format!("{}.{}", self.schema, self.table);
        for name in key {
            let value = self.data.iter().find(|(column, _)| column == name);
            partition.push('.');
            partition.push_str(value.map_or("null", |(_, cell)| cell.key()));
        }
        partition
    }
}

/// Writes JSON with the blanks that DMS puts into it: a line and its tabs for each member, a tab
/// after each colon.
#[derive(Default)]
struct Json {
    text: String,
    depth: usize,
    /// Whether the next member is the first of its object.
    first: bool,
}

impl Json {
    fn open(&mut self, name: Option<&str>) {
        if let Some(name) = name {
            self.name(name);
        }
        self.text.push('{');
        self.depth += 1;
        self.first = true;
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.line();
        self.text.push('}');
        self.first = false;
    }

    fn line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n('\t', self.depth));
    }

    fn name(&mut self, name: &str) {
        if !self.first {
            self.text.push(',');
        }
        self.first = false;
        self.line();
        self.quoted(name);
        self.text.push_str(":\t");
    }

    fn quoted(&mut self, text: &str) {
        self.text.push_str(&serde_json::Value::from(text).to_string());
    }

    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        self.quoted(text);
    }

    fn number(&mut self, name: &str, number: u64) {
        self.name(name);
        self.text.push_str(&number.to_string());
    }

    fn image(&mut self, name: &str, image: &Image<'_>) {
        self.open(Some(name));
        for (column, cell) in image {
            match cell {
                Cell::Text(text) => self.text(column, text),
                Cell::Null => {
                    self.name(column);
                    self.text.push_str("null");
                }
                Cell::Plain(text) => {
                    self.name(column);
                    self.text.push_str(text);
                }
            }
        }
        self.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change() -> Change<'static> {
        let transaction = Transaction { file: 3, offset: 2753, at: 1_673_849_912 };
        let text = |text: &str| Cell::Text(text.into());
        Change {
            operation: Operation::Update,
            schema: "testdb",
            table: "retail_trans",
            data: vec![("id", text("6")), ("no", Cell::Plain("2".into())), ("sku", text("a\"\n"))],
            before: Some(vec![
                ("id", text("6")),
                ("no", Cell::Plain("1".into())),
                ("sku", Cell::Null),
            ]),
            origin: Origin {
                transaction,
                record: 2,
                previous: Some((Transaction { offset: 4, ..transaction }, 1)),
                file: "binlog.000003",
                event: (2900, 3000),
            },
        }
    }

    #[test]
    fn a_record_looks_as_dms_writes_it() {
        let (partition, data) = change().record(&["id".to_owned(), "no".into()]);
        assert_eq!(partition, "testdb.retail_trans.6.2");
        let text = String::from_utf8(data).unwrap();
        let (before_time, rest) = text.split_once("\"timestamp\":\t\"").unwrap();
        assert_eq!(
            before_time,
            "{\n\t\"data\":\t{\n\t\t\"id\":\t\"6\",\n\t\t\"no\":\t2,\n\t\t\"sku\":\t\"a\\\"\\n\"\n\t},\n\t\
             \"before-image\":\t{\n\t\t\"id\":\t\"6\",\n\t\t\"no\":\t1,\n\t\t\"sku\":\tnull\n\t},\n\t\
             \"metadata\":\t{\n\t\t"
        );
        let (time, rest) = rest.split_once("\",\n").unwrap();
        assert_eq!((time.len(), &time[time.len() - 1..]), (27, "Z"));
        assert_eq!(
            rest,
            "\t\t\"record-type\":\t\"data\",\n\t\t\"operation\":\t\"update\",\n\t\t\
             \"partition-key-type\":\t\"primary-key\",\n\t\t\
             \"partition-key-value\":\t\"testdb.retail_trans.6.2\",\n\t\t\
             \"schema-name\":\t\"testdb\",\n\t\t\"table-name\":\t\"retail_trans\",\n\t\t\
             \"transaction-id\":\t12884904641,\n\t\t\"transaction-record-id\":\t2,\n\t\t\
             \"prev-transaction-id\":\t12884901892,\n\t\t\"prev-transaction-record-id\":\t1,\n\t\t\
             \"commit-timestamp\":\t\"2023-01-16T06:18:32.000000Z\",\n\t\t\
             \"stream-position\":\t\"binlog.000003:2900:-1:3000:12884904641:binlog.000003:2753\"\n\t}\n}"
        );
    }

    #[test]
    fn a_key_that_is_not_in_the_row_is_null_in_the_partition_key() {
        let (partition, _) = change().record(&["x".to_owned()]);
        assert_eq!(partition, "testdb.retail_trans.null");
    }
}
