//! What a column of a table in the binlog is.

use mysql_async::binlog::events::{OptionalMetaExtractor, OptionalMetadataField, TableMapEvent};
use mysql_async::consts::ColumnType;

use super::charset::Charset;

/// The type of a column, as far as it changes how a value is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Integer {
        bits: u32,
        unsigned: bool,
    },
    Decimal,
    Float,
    /// Of some bits.
    Bit(u32),
    Year,
    Date,
    /// With some digits of a fraction, as the next two.
    Time(u8),
    DateTime(u8),
    Timestamp(u8),
    Text(Charset),
    /// A large object of text: `MEDIUMTEXT`, `LONGTEXT`, and MariaDB's `JSON`.
    LargeText(Charset),
    Bytes,
    /// `BINARY` of some bytes.
    FixedBytes(usize),
    LargeBytes,
    Json,
    Enum(Vec<String>),
    Set(Vec<String>),
}

impl Kind {
    /// Whether DMS treats it as a large object: it is cut, and is in no before image.
    pub(super) fn is_large(&self) -> bool {
        matches!(self, Self::LargeText(_) | Self::LargeBytes | Self::Json)
    }

    /// Whether a number has more digits than DMS, or a reader of JSON, keeps of it.
    pub(super) fn may_be_rounded(&self) -> bool {
        matches!(self, Self::Integer { bits: 64, .. } | Self::Decimal)
    }
}

/// What a table map may leave out of a column, and the database knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Details {
    pub(super) name: String,
    pub(super) unsigned: bool,
    pub(super) charset: Charset,
    /// Of an `ENUM` or a `SET`.
    pub(super) members: Vec<String>,
}

/// The columns of a table map, by its types and what else is known of them.
///
/// # Errors
///
/// A column of a type that is not known here.
pub(super) fn kinds(
    map: &TableMapEvent<'_>,
    details: Vec<Details>,
) -> Result<Vec<(String, Kind)>, String> {
    let columns = details.into_iter().take(columns(map)).enumerate().map(|(at, details)| {
        let name = details.name.clone();
        let meta = map.get_column_metadata(at).unwrap_or_default();
        let known = map.get_column_type(at).ok().flatten().and_then(|of| kind(of, meta, details));
        known.map(|kind| (name.clone(), kind)).ok_or_else(|| {
            format!(
                "its column `{name}` is of a type that cannot be read; leave it out of the table"
            )
        })
    });
    columns.collect()
}

pub(super) fn columns(map: &TableMapEvent<'_>) -> usize {
    usize::try_from(map.columns_count()).unwrap_or(usize::MAX)
}

fn kind(of: ColumnType, meta: &[u8], details: Details) -> Option<Kind> {
    use ColumnType::*;
    let Details { unsigned, charset, members, .. } = details;
    let digits = meta.first().copied().unwrap_or_default();
    let integer = |bits| Kind::Integer { bits, unsigned };
    Some(match (of, meta) {
        (MYSQL_TYPE_TINY, _) => integer(8),
        (MYSQL_TYPE_SHORT, _) => integer(16),
        (MYSQL_TYPE_INT24, _) => integer(24),
        (MYSQL_TYPE_LONG, _) => integer(32),
        (MYSQL_TYPE_LONGLONG, _) => integer(64),
        (MYSQL_TYPE_NEWDECIMAL, _) => Kind::Decimal,
        (MYSQL_TYPE_FLOAT | MYSQL_TYPE_DOUBLE, _) => Kind::Float,
        (MYSQL_TYPE_BIT, [rest, whole, ..]) => Kind::Bit(u32::from(*whole) * 8 + u32::from(*rest)),
        (MYSQL_TYPE_YEAR, _) => Kind::Year,
        (MYSQL_TYPE_DATE | MYSQL_TYPE_NEWDATE, _) => Kind::Date,
        (MYSQL_TYPE_TIME | MYSQL_TYPE_TIME2, _) => Kind::Time(digits),
        (MYSQL_TYPE_DATETIME | MYSQL_TYPE_DATETIME2, _) => Kind::DateTime(digits),
        (MYSQL_TYPE_TIMESTAMP | MYSQL_TYPE_TIMESTAMP2, _) => Kind::Timestamp(digits),
        (MYSQL_TYPE_STRING, [high, low, ..]) if charset == Charset::Binary => {
            // Bits 8 and 9 of the length are in the byte of the type, inverted.
            let length = usize::from(*low) | (usize::from(*high & 0x30 ^ 0x30) << 4);
            Kind::FixedBytes(length)
        }
        (MYSQL_TYPE_VARCHAR | MYSQL_TYPE_VAR_STRING | MYSQL_TYPE_STRING, _) => match charset {
            Charset::Binary => Kind::Bytes,
            charset => Kind::Text(charset),
        },
        (MYSQL_TYPE_GEOMETRY | MYSQL_TYPE_VECTOR, _) => Kind::LargeBytes,
        // The bytes of its length tell `TEXT` from `LONGTEXT`.
        (MYSQL_TYPE_BLOB, [length, ..]) => match (charset, length) {
            (Charset::Binary, 1 | 2) => Kind::Bytes,
            (Charset::Binary, _) => Kind::LargeBytes,
            (charset, 1 | 2) => Kind::Text(charset),
            (charset, _) => Kind::LargeText(charset),
        },
        (MYSQL_TYPE_JSON, _) => Kind::Json,
        (MYSQL_TYPE_ENUM, _) => Kind::Enum(members),
        (MYSQL_TYPE_SET, _) => Kind::Set(members),
        _ => return None,
    })
}

/// What a table map itself says of its columns, if the server writes that
/// (`binlog_row_metadata = FULL`): it is right even where the table has been altered since.
pub(super) fn told(
    map: &TableMapEvent<'_>,
    charset: impl Fn(u16) -> Charset,
) -> Option<Vec<Details>> {
    let meta = OptionalMetaExtractor::new(map.iter_optional_meta()).ok()?;
    let mut names = meta.iter_column_name();
    let mut signs = meta.iter_signedness();
    let mut charsets = meta.iter_charset();
    let mut member_charsets = meta.iter_enum_and_set_charset();
    let (mut enums, mut sets) = (Vec::new(), Vec::new());
    for field in map.iter_optional_meta() {
        match field.ok()? {
            OptionalMetadataField::EnumStrValue(values) => {
                for column in values.iter_values() {
                    let values = column.ok()?;
                    enums.push(values.values().iter().map(|it| it.value_raw().to_vec()).collect());
                }
            }
            OptionalMetadataField::SetStrValue(values) => {
                for column in values.iter_values() {
                    let values = column.ok()?;
                    sets.push(values.values().iter().map(|it| it.value_raw().to_vec()).collect());
                }
            }
            _ => {}
        }
    }
    let (mut enums, mut sets) = (enums.into_iter(), sets.into_iter());
    let mut all = Vec::new();
    for at in 0..columns(map) {
        let of = map.get_column_type(at).ok()??;
        let mut details =
            Details { name: names.next()?.ok()?.name().into_owned(), ..Details::default() };
        if of.is_numeric_type() {
            details.unsigned = signs.next()?;
        } else if of.is_character_type() {
            details.charset = charset(charsets.next()?.ok()?);
        } else if of.is_enum_or_set_type() {
            let charset = charset(member_charsets.next()?.ok()?);
            let members: Vec<Vec<u8>> = if of.is_enum_type() { enums.next() } else { sets.next() }?;
            details.members = members.iter().map(|member| charset.decode(member)).collect();
        }
        all.push(details);
    }
    Some(all)
}

/// Whether a type, as `information_schema` has it, may be the one in a table map.
pub(super) fn fits(sql: &str, of: ColumnType) -> bool {
    use ColumnType::*;
    let word = sql.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let types: &[ColumnType] = match word.to_ascii_lowercase().as_str() {
        "tinyint" => &[MYSQL_TYPE_TINY],
        "smallint" => &[MYSQL_TYPE_SHORT],
        "mediumint" => &[MYSQL_TYPE_INT24],
        "int" => &[MYSQL_TYPE_LONG],
        "bigint" => &[MYSQL_TYPE_LONGLONG],
        "decimal" => &[MYSQL_TYPE_NEWDECIMAL],
        "float" => &[MYSQL_TYPE_FLOAT],
        "double" => &[MYSQL_TYPE_DOUBLE],
        "bit" => &[MYSQL_TYPE_BIT],
        "year" => &[MYSQL_TYPE_YEAR],
        "date" => &[MYSQL_TYPE_DATE, MYSQL_TYPE_NEWDATE],
        "time" => &[MYSQL_TYPE_TIME, MYSQL_TYPE_TIME2],
        "datetime" => &[MYSQL_TYPE_DATETIME, MYSQL_TYPE_DATETIME2],
        "timestamp" => &[MYSQL_TYPE_TIMESTAMP, MYSQL_TYPE_TIMESTAMP2],
        "varchar" | "varbinary" => &[MYSQL_TYPE_VARCHAR, MYSQL_TYPE_VAR_STRING],
        "enum" => &[MYSQL_TYPE_ENUM],
        "set" => &[MYSQL_TYPE_SET],
        "json" => &[MYSQL_TYPE_JSON],
        "tinytext" | "text" | "mediumtext" | "longtext" | "tinyblob" | "blob" | "mediumblob"
        | "longblob" => &[MYSQL_TYPE_BLOB],
        // `CHAR` and what is stored like it.
        _ => &[MYSQL_TYPE_STRING, MYSQL_TYPE_GEOMETRY, MYSQL_TYPE_VECTOR],
    };
    types.contains(&of)
}

/// The members of `enum('a','b''c')`, as `information_schema` has the type.
pub(super) fn members(sql: &str) -> Vec<String> {
    let Some((_, list)) = sql.split_once('(') else { return Vec::new() };
    let mut members = Vec::new();
    let mut open: Option<String> = None;
    let mut rest = list.chars().peekable();
    while let Some(c) = rest.next() {
        match &mut open {
            None if c == '\'' => open = Some(String::new()),
            None => {}
            Some(text) if c == '\'' => match rest.next_if_eq(&'\'') {
                Some(quote) => text.push(quote),
                None => members.extend(open.take()),
            },
            Some(text) => text.push(c),
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_from_the_type() {
        assert_eq!(members("enum('CRIADO','it''s, (a)','')"), ["CRIADO", "it's, (a)", ""]);
        assert_eq!(members("set('a','b')"), ["a", "b"]);
        assert!(members("int(11)").is_empty() && members("text").is_empty());
    }

    #[test]
    fn a_type_of_the_database_fits_the_one_of_the_binlog_or_not() {
        use ColumnType::*;
        assert!(fits("bigint(20) unsigned", MYSQL_TYPE_LONGLONG));
        assert!(fits("longtext", MYSQL_TYPE_BLOB) && fits("char(3)", MYSQL_TYPE_STRING));
        assert!(!fits("bigint(20)", MYSQL_TYPE_LONG) && !fits("char(3)", MYSQL_TYPE_VARCHAR));
    }
}
