//! The rows of an event, and the records of a captured table.

use mysql_async::binlog::events::{RowsEventData, TableMapEvent};
use mysql_async::binlog::row::BinlogRow;

use super::column::{Details, Kind, kinds};
use super::record::{Change, Image, Operation, Origin, Transaction};
use super::source::Record;
use super::table::TableSpec;
use super::value::{Style, cell};

/// A captured table, as the rows of the binlog have it.
#[derive(Debug)]
pub(super) struct Table {
    schema: String,
    name: String,
    key: Vec<String>,
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    name: String,
    kind: Kind,
    style: Style,
}

/// The rows of an event.
pub(super) struct Rows<'a> {
    event: &'a RowsEventData<'a>,
    operation: Operation,
    /// Where the event begins and ends.
    place: (u64, u64),
}

/// A row that changed.
pub(super) struct Row {
    operation: Operation,
    before: Option<BinlogRow>,
    after: Option<BinlogRow>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(event: &'a RowsEventData<'a>, place: (u64, u64)) -> Self {
        use RowsEventData as R;
        let operation = match event {
            R::WriteRowsEventV1(_) | R::WriteRowsEvent(_) => Operation::Insert,
            R::DeleteRowsEventV1(_) | R::DeleteRowsEvent(_) => Operation::Delete,
            R::UpdateRowsEventV1(_) | R::UpdateRowsEvent(_) | R::PartialUpdateRowsEvent(_) => {
                Operation::Update
            }
        };
        Self { event, operation, place }
    }

    pub(super) fn table_id(&self) -> u64 {
        self.event.table_id()
    }

    /// Where the event ends.
    pub(super) fn end(&self) -> u64 {
        self.place.1
    }

    pub(super) fn read(
        &self,
        map: &'a TableMapEvent<'a>,
    ) -> impl Iterator<Item = Result<Row, String>> + use<'a> {
        let operation = self.operation;
        self.event.rows(map).map(move |row| match row {
            Ok((before, after)) => Ok(Row { operation, before, after }),
            Err(error) => {
                Err(format!("a row of `{}.{}`: {error}", map.database_name(), map.table_name()))
            }
        })
    }

    pub(super) fn origin<'f>(
        &self,
        transaction: Transaction,
        record: u64,
        previous: Option<(Transaction, u64)>,
        file: &'f str,
    ) -> Origin<'f> {
        Origin { transaction, record, previous, file, event: self.place }
    }
}

impl Table {
    /// # Errors
    ///
    /// A column is of a type that is not known here, or one of the key is not there.
    pub(super) fn new(
        spec: &TableSpec,
        map: &TableMapEvent<'_>,
        details: Vec<Details>,
    ) -> Result<Self, String> {
        let column = |(name, kind): (String, Kind)| {
            let as_text = spec.as_text(&name, &kind);
            Column { name, kind, style: Style { as_text, lob: spec.lob } }
        };
        let columns: Vec<_> = kinds(map, details)?.into_iter().map(column).collect();
        // The names of columns have no case.
        let own = |key: &String| {
            let found = columns.iter().find(|column| column.name.eq_ignore_ascii_case(key));
            found.map(|column| column.name.clone()).ok_or_else(|| {
                format!("it has no column `{key}`, which its row type has as the `key`")
            })
        };
        let key = spec.key.iter().map(own).collect::<Result<_, _>>()?;
        Ok(Self {
            schema: map.database_name().into_owned(),
            name: map.table_name().into_owned(),
            key,
            columns,
        })
    }

    pub(super) fn record(&self, row: &Row, origin: Origin<'_>) -> Result<Record, String> {
        let image = |row: &Option<BinlogRow>| row.as_ref().map(|row| self.image(row)).transpose();
        let (before, after) = (image(&row.before)?, image(&row.after)?);
        let (data, before) = match row.operation {
            Operation::Delete => (before, None),
            Operation::Insert => (after, None),
            Operation::Update => (after, before.map(|image| self.without_large(image))),
        };
        let change = Change {
            operation: row.operation,
            schema: &self.schema,
            table: &self.name,
            data: data.unwrap_or_default(),
            before,
            origin,
        };
        let (partition_key, data) = change.record(&self.key);
        Ok(Record { partition_key, data })
    }

    fn image(&self, row: &BinlogRow) -> Result<Image<'_>, String> {
        if row.len() != self.columns.len() {
            return Err(format!(
                "a row of `{}.{}` has {} of its {} columns: `SET GLOBAL binlog_row_image = 'FULL'`",
                self.schema,
                self.name,
                row.len(),
                self.columns.len()
            ));
        }
        let values = self.columns.iter().enumerate().filter_map(|(at, column)| {
            row.as_ref(at).map(|value| match cell(&column.kind, value, column.style) {
                Ok(cell) => Ok((column.name.as_str(), cell)),
                Err(error) => Err(format!(
                    "column `{}` of `{}.{}`: {error}",
                    column.name, self.schema, self.name
                )),
            })
        });
        values.collect()
    }

    fn without_large<'a>(&'a self, image: Image<'a>) -> Image<'a> {
        let kept = self.columns.iter().zip(image).filter(|(column, _)| !column.kind.is_large());
        kept.map(|(_, value)| value).collect()
    }
}
