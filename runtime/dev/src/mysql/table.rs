//! Which tables are captured, and how their rows are written.

use esteira_manifest::{Aurora, Capture, Field, Kind, Manifest, Row, Shape};

use super::column::Kind as Type;

/// The KiB at which DMS cuts large objects unless it is told otherwise.
///
/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.LOBSupport.html>
const LOB_KIB: u32 = 32;

/// A captured table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableSpec {
    pub(super) schema: String,
    pub(super) table: String,
    /// The columns of the partition key.
    pub(super) key: Vec<String>,
    pub(super) texts: Texts,
    /// In bytes.
    pub(super) lob: usize,
}

/// Which numbers are written as strings.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Texts {
    /// Those of these columns.
    Named(Vec<String>),
    /// Those of the columns that a row of this shape reads and whose type has more digits than a
    /// number in JSON keeps.
    Large(Shape),
}

impl TableSpec {
    /// A table whose changes are distributed by some of its columns, those of its primary key.
    pub fn new<K: Into<String>>(
        schema: impl Into<String>,
        table: impl Into<String>,
        key: impl IntoIterator<Item = K>,
    ) -> Self {
        Self {
            schema: schema.into(),
            table: table.into(),
            key: key.into_iter().map(Into::into).collect(),
            texts: Texts::Named(Vec::new()),
            lob: bytes(LOB_KIB),
        }
    }

    /// Has the numbers of some columns written as strings.
    #[must_use]
    pub fn texts<K: Into<String>>(mut self, columns: impl IntoIterator<Item = K>) -> Self {
        self.texts = Texts::Named(columns.into_iter().map(Into::into).collect());
        self
    }

    /// Cuts large objects at some KiB.
    #[must_use]
    pub fn lob_kib(mut self, kib: u32) -> Self {
        self.lob = bytes(kib);
        self
    }

    /// The table of a row type, as the DMS task of a capture is told to write it.
    pub fn of(row: &Row, from: &Aurora, capture: &Capture) -> Self {
        let (schema, table) = name(row, from);
        let texts = match row.schema {
            Some(_) => Texts::Large(row.columns.clone()),
            // As the tool does where no SQL says what a column is.
            None => Texts::Named(large(&row.columns)),
        };
        Self { texts, ..Self::new(schema, table, row.key.iter().cloned()) }.lob_kib(capture.lob_kib)
    }

    /// The tables of a capture, by its id.
    pub fn of_capture(manifest: &Manifest, id: &str) -> Vec<Self> {
        let find = |id: &str| manifest.items.iter().find(|item| item.id == id).map(|it| &it.kind);
        let Some(Kind::Capture(capture)) = find(id) else { return Vec::new() };
        let Some(Kind::Aurora(from)) = find(&capture.from) else { return Vec::new() };
        let rows = capture.tables.iter().filter_map(|id| match find(id) {
            Some(Kind::Row(row)) => Some(Self::of(row, from, capture)),
            _ => None,
        });
        rows.collect()
    }

    /// Whether a table of the binlog is this one. The case of letters does not count, as
    /// `lower_case_table_names` may have changed it.
    pub(super) fn is(&self, schema: &str, table: &str) -> bool {
        let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
        same(&self.schema, schema) && same(&self.table, table)
    }

    /// Whether the numbers of a column are written as strings.
    pub(super) fn as_text(&self, column: &str, of: &Type) -> bool {
        match &self.texts {
            Texts::Named(columns) => columns.iter().any(|own| own == column),
            Texts::Large(shape) => of.may_be_rounded() && shape.takes(column),
        }
    }
}

/// Schema and table of a row type: in the cluster's database unless the row names another.
pub(super) fn name<'a>(row: &'a Row, from: &'a Aurora) -> (&'a str, &'a str) {
    row.table.split_once('.').unwrap_or((&from.database, &row.table))
}

fn bytes(kib: u32) -> usize {
    usize::try_from(kib).unwrap_or(usize::MAX).saturating_mul(1024)
}

/// The fields of a row whose numbers may have more digits than a number in JSON keeps.
fn large(columns: &Shape) -> Vec<String> {
    match columns {
        Shape::Object(fields) => fields
            .iter()
            .flat_map(|Field { name, shape, .. }| match name.as_ref() {
                "" => large(shape),
                name if is_large(shape) => vec![name.to_owned()],
                _ => Vec::new(),
            })
            .collect(),
        Shape::Optional(inner) => inner.iter().flat_map(large).collect(),
        _ => Vec::new(),
    }
}

fn is_large(shape: &Shape) -> bool {
    match shape {
        Shape::Integer { bits, .. } => *bits >= 64,
        Shape::Number => true,
        Shape::Optional(inner) => inner.iter().any(is_large),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &'static str, shape: Shape) -> Field {
        Field { name: name.into(), shape, default: false }
    }

    const LONG: Shape = Shape::Integer { bits: 64, signed: true };
    const INT: Shape = Shape::Integer { bits: 32, signed: true };

    fn row(schema: Option<&'static str>) -> Row {
        let more =
            Shape::Object(vec![field("total", Shape::Optional(vec![Shape::Number].into()))].into());
        let fields =
            vec![field("id", LONG), field("", more), field("n", INT), field("note", Shape::Text)];
        Row {
            table: "pedidos".into(),
            key: vec!["id".into()].into(),
            columns: Shape::Object(fields.into()),
            schema: schema.map(Into::into),
        }
    }

    fn spec(row: &Row) -> TableSpec {
        let text = |text: &'static str| text.into();
        let from = Aurora {
            name: text("Loja"),
            vpc: text("Rede"),
            database: text("ecommerce"),
            instances: 1,
            kms_key: None,
            existing: false,
        };
        let capture = Capture {
            name: text("Captura"),
            from: text("Loja"),
            tables: vec![].into(),
            into: text("Stream"),
            lob_kib: 64,
        };
        TableSpec::of(row, &from, &capture)
    }

    const BIGINT: Type = Type::Integer { bits: 64, unsigned: false };

    #[test]
    fn without_sql_the_shape_decides_what_is_written_as_a_string() {
        let spec = spec(&row(None));
        assert_eq!(spec.texts, Texts::Named(vec!["id".into(), "total".into()]));
        assert_eq!((spec.lob, spec.key), (64 * 1024, vec!["id".to_owned()]));
    }

    #[test]
    fn with_sql_the_type_of_the_column_decides_if_the_row_reads_it() {
        let spec = spec(&row(Some("migrations/")));
        assert!(spec.as_text("id", &BIGINT) && spec.as_text("n", &BIGINT));
        assert!(spec.as_text("note", &Type::Decimal) && spec.as_text("total", &Type::Decimal));
        assert!(!spec.as_text("id", &Type::Integer { bits: 32, unsigned: true }));
        assert!(!spec.as_text("other", &BIGINT), "the row does not read it");
    }

    #[test]
    fn a_row_may_name_the_schema_of_its_table() {
        let mut of_another = row(None);
        assert!(spec(&of_another).is("ECOMMERCE", "Pedidos"));
        of_another.table = "billing.invoices".into();
        assert!(spec(&of_another).is("billing", "invoices"));
        assert!(!spec(&of_another).is("ecommerce", "invoices"));
    }
}
