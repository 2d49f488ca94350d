//! What a column's values are on the way through DMS, and which fields can read them.
//!
//! The rules are those of the decoder of change records, of which the documentation of
//! `esteira::record` has a table. For the types in between see
//! <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.MySQL.html>.

use esteira_manifest::Shape;
use sqlparser::ast::{BinaryLength, DataType, EnumMember, ExactNumberInfo, TypeModifier};

/// The values of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Values {
    Integer(Range),
    /// `TINYINT(1)`, which MySQL's `BOOLEAN` is: a number, 0 or 1 by agreement.
    Flag {
        signed: bool,
    },
    /// The digits, how many of them are a fraction, and whether it may be negative.
    Decimal {
        digits: u64,
        fraction: u64,
        signed: bool,
    },
    Float,
    /// One bit, which DMS makes a boolean.
    Bit,
    Text,
    Enum(Vec<String>),
    /// A date, a time, a set: text that is neither a number nor a document.
    Words,
    Bytes,
    /// A large object of text, and the bytes it has at most.
    LargeText(u64),
    Json,
    LargeBytes(u64),
    /// Of a type of which nothing is known here.
    Unknown,
}

/// The whole numbers of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    bits: u32,
    signed: bool,
}

const SIGNED: bool = true;
const UNSIGNED: bool = false;
const MEDIUM: u64 = (1 << 24) - 1;
const LONG: u64 = (1 << 32) - 1;
/// Digits and fraction of a `DECIMAL` that names neither.
const DECIMAL: (u64, u64) = (10, 0);

impl Values {
    pub(super) fn of(sql: &DataType) -> Self {
        use DataType as T;
        match sql {
            T::Zerofill(inner) => Self::of(inner).unsigned(),
            T::TinyInt(Some(1)) | T::Bool | T::Boolean => Self::Flag { signed: SIGNED },
            T::TinyIntUnsigned(Some(1)) => Self::Flag { signed: UNSIGNED },
            T::TinyInt(_) => integer(8, SIGNED),
            T::TinyIntUnsigned(_) => integer(8, UNSIGNED),
            T::SmallInt(_) | T::Int2(_) => integer(16, SIGNED),
            T::SmallIntUnsigned(_) | T::Int2Unsigned(_) => integer(16, UNSIGNED),
            T::MediumInt(_) => integer(24, SIGNED),
            T::MediumIntUnsigned(_) => integer(24, UNSIGNED),
            T::Int(_) | T::Integer(_) | T::Int4(_) => integer(32, SIGNED),
            T::IntUnsigned(_) | T::IntegerUnsigned(_) | T::Int4Unsigned(_) => integer(32, UNSIGNED),
            T::BigInt(_) | T::Int8(_) => integer(64, SIGNED),
            T::BigIntUnsigned(_) | T::Int8Unsigned(_) => integer(64, UNSIGNED),
            T::Decimal(info) | T::Dec(info) | T::Numeric(info) => decimal(info, SIGNED),
            T::DecimalUnsigned(info) | T::DecUnsigned(info) => decimal(info, UNSIGNED),
            T::Float(_)
            | T::FloatUnsigned(_)
            | T::Float4
            | T::Float8
            | T::Real
            | T::RealUnsigned
            | T::Double(_)
            | T::DoubleUnsigned(_)
            | T::DoublePrecision
            | T::DoublePrecisionUnsigned => Self::Float,
            T::Bit(None | Some(1)) => Self::Bit,
            // As bytes, of a number that the documentation does not tell.
            T::Bit(_) => Self::Unknown,
            T::Char(_)
            | T::Character(_)
            | T::Varchar(_)
            | T::CharVarying(_)
            | T::CharacterVarying(_)
            | T::Nvarchar(_)
            | T::Text
            | T::TinyText => Self::Text,
            T::Enum(members, _) => Self::Enum(members.iter().map(name).collect()),
            T::Set(_) | T::Date | T::Datetime(_) | T::Timestamp(..) | T::Time(..) => Self::Words,
            T::Binary(_)
            | T::Varbinary(None | Some(BinaryLength::IntegerLength { .. }))
            | T::TinyBlob
            | T::Blob(None) => Self::Bytes,
            T::Blob(Some(length)) => sized(*length, Self::Bytes, Self::LargeBytes),
            T::MediumText => Self::LargeText(MEDIUM),
            T::LongText => Self::LargeText(LONG),
            T::MediumBlob => Self::LargeBytes(MEDIUM),
            T::LongBlob => Self::LargeBytes(LONG),
            T::JSON => Self::Json,
            T::Custom(name, modifiers) => custom(&name.to_string().to_ascii_uppercase(), modifiers),
            _ => Self::Unknown,
        }
    }

    fn unsigned(self) -> Self {
        match self {
            Self::Integer(range) => Self::Integer(Range { signed: UNSIGNED, ..range }),
            Self::Flag { .. } => Self::Flag { signed: UNSIGNED },
            Self::Decimal { digits, fraction, .. } => {
                Self::Decimal { digits, fraction, signed: UNSIGNED }
            }
            other => other,
        }
    }

    /// The bytes that a value has at most, if DMS cuts values of this type.
    pub(super) fn large(&self) -> Option<u64> {
        match self {
            Self::LargeText(most) | Self::LargeBytes(most) => Some(*most),
            Self::Json => Some(LONG),
            _ => None,
        }
    }

    /// Whether a number may have more digits than DMS, or a reader of JSON, keeps of it: then a
    /// capture has it written as a string.
    pub(super) fn may_be_rounded(&self) -> bool {
        match self {
            Self::Integer(range) => range.bits > 32,
            Self::Decimal { .. } => true,
            _ => false,
        }
    }

    /// Whether a field of a shape, which is no `Option`, reads every value.
    pub(super) fn are_read_by(&self, shape: &Shape) -> bool {
        match (self, shape) {
            // A type that is not described: it may take anything.
            (_, Shape::Any) | (Self::Unknown, _) => true,
            (Self::Integer(range), Shape::Integer { bits, signed }) => {
                range.is_in(Range { bits: *bits, signed: *signed })
            }
            // A double holds 53 bits.
            (Self::Integer(range), Shape::Number) => range.bits <= 32,
            (Self::Flag { .. }, Shape::Boolean | Shape::Number) => true,
            (Self::Flag { signed }, Shape::Integer { signed: field, .. }) => *field || !signed,
            (Self::Decimal { digits, fraction: 0, signed }, Shape::Integer { bits, signed: s }) => {
                (*s || !signed) && *digits <= whole_digits(Range { bits: *bits, signed: *s })
            }
            (Self::Float, Shape::Number) | (Self::Bit, Shape::Boolean) => true,
            // A number's text is kept as it comes, and a long one comes as a string.
            (_, Shape::Text) => true,
            (Self::Text, Shape::OneOf(_)) => true,
            (Self::Enum(values), Shape::OneOf(known)) => {
                values.iter().all(|value| known.iter().any(|name| name == value))
            }
            // A document, in the column that is made for it or as a text.
            (
                Self::Json | Self::Text | Self::LargeText(_),
                Shape::Object(_) | Shape::Map(_) | Shape::Array(_),
            ) => true,
            (Self::Bytes | Self::LargeBytes(_), Shape::Array(of)) => {
                matches!(of[..], [Shape::Integer { bits: 8, signed: false }])
            }
            _ => false,
        }
    }

    /// The same for a field of a flattened struct, which serde reads before it knows the type:
    /// the value has to be of the field's JSON type already.
    pub(super) fn are_read_unseen_by(&self, shape: &Shape) -> bool {
        let alike = match (self, shape) {
            (Self::Integer(range), Shape::Integer { .. } | Shape::Number) => range.bits <= 32,
            (Self::Flag { .. }, Shape::Integer { .. } | Shape::Number)
            | (Self::Float, Shape::Number)
            | (Self::Bit, Shape::Boolean)
            | (_, Shape::Any) => true,
            (Self::Integer(_), Shape::Text) => self.may_be_rounded(),
            (Self::Integer(_) | Self::Flag { .. } | Self::Float | Self::Bit, _) => false,
            (_, Shape::Text | Shape::OneOf(_)) => true,
            _ => false,
        };
        alike && self.are_read_by(shape)
    }

    /// What to make of a field that cannot read the values.
    pub(super) fn remedy(&self, shape: &Shape) -> String {
        match (self, shape) {
            (Self::Enum(values), Shape::OneOf(known)) => {
                let missing =
                    values.iter().filter(|value| !known.iter().any(|name| name == *value));
                let missing: Vec<_> = missing.map(|value| format!("`{value}`")).collect();
                format!("add the variants that the type lacks: {}", missing.join(", "))
            }
            (Self::Decimal { .. }, Shape::Number) => {
                "a float would lose digits: make the field a decimal type or a `String`".to_owned()
            }
            (Self::Integer(Range { bits: 64, .. }), Shape::Number) => {
                format!("only an integer gets every digit: make the field {}", self.rust())
            }
            _ => format!("make the field {}", self.rust()),
        }
    }

    /// The Rust type that reads the values.
    fn rust(&self) -> String {
        match self {
            Self::Integer(Range { bits, signed }) => {
                format!("`{}{}`", if *signed { 'i' } else { 'u' }, bits.next_power_of_two())
            }
            Self::Flag { signed } => format!("`bool` or `{}8`", if *signed { 'i' } else { 'u' }),
            Self::Decimal { .. } => "a decimal type or a `String`".to_owned(),
            Self::Float => "`f64`".to_owned(),
            Self::Bit => "`bool`".to_owned(),
            Self::Text => "a `String`, or an enum of its values".to_owned(),
            Self::Enum(_) => "an enum of the column's values, or a `String`".to_owned(),
            Self::Words | Self::LargeText(_) | Self::Unknown => "a `String`".to_owned(),
            Self::Bytes | Self::LargeBytes(_) => "a `Vec<u8>`".to_owned(),
            Self::Json => "a struct of the document, or `serde_json::Value`".to_owned(),
        }
    }
}

impl Range {
    /// Whether a type of this range fits into one of another.
    fn is_in(self, other: Self) -> bool {
        match (self.signed, other.signed) {
            (true, false) => false,
            (false, true) => self.bits < other.bits,
            _ => self.bits <= other.bits,
        }
    }
}

/// The digits of which every number is in a range.
fn whole_digits(Range { bits, signed }: Range) -> u64 {
    let bits = f64::from(bits - u32::from(signed));
    // No power of two but 1 is one of ten: the logarithm is never a whole number.
    (bits * std::f64::consts::LOG10_2).floor() as u64
}

fn integer(bits: u32, signed: bool) -> Values {
    Values::Integer(Range { bits, signed })
}

fn decimal(info: &ExactNumberInfo, signed: bool) -> Values {
    let (digits, fraction) = match info {
        ExactNumberInfo::None => DECIMAL,
        ExactNumberInfo::Precision(digits) => (*digits, 0),
        ExactNumberInfo::PrecisionAndScale(digits, fraction) => {
            (*digits, u64::try_from(*fraction).unwrap_or(0))
        }
    };
    Values::Decimal { digits, fraction, signed }
}

/// `TEXT(n)` and `BLOB(n)` are of the least type that holds so much.
fn sized(length: u64, small: Values, large: fn(u64) -> Values) -> Values {
    match length {
        0..=0xffff => small,
        0x1_0000..=MEDIUM => large(MEDIUM),
        _ => large(LONG),
    }
}

fn custom(name: &str, modifiers: &[TypeModifier]) -> Values {
    let number = |at: usize| match modifiers.get(at) {
        Some(TypeModifier::Number(number, _)) => number.parse().ok(),
        _ => None,
    };
    match name {
        "YEAR" => integer(16, SIGNED),
        "FIXED" => Values::Decimal {
            digits: number(0).unwrap_or(DECIMAL.0),
            fraction: number(1).unwrap_or(DECIMAL.1),
            signed: SIGNED,
        },
        "NCHAR" | "NVARCHAR" => Values::Text,
        "TEXT" => sized(number(0).unwrap_or(0), Values::Text, Values::LargeText),
        _ => Values::Unknown,
    }
}

fn name(member: &EnumMember) -> String {
    match member {
        EnumMember::Name(name) | EnumMember::NamedValue(name, _) => name.clone(),
    }
}

/// What messages call a field's type.
pub(super) fn called(shape: &Shape) -> String {
    match shape {
        Shape::Text => "a string".to_owned(),
        Shape::OneOf(_) => "an enum".to_owned(),
        Shape::Integer { bits, signed } => format!("`{}{bits}`", if *signed { 'i' } else { 'u' }),
        Shape::Number => "a float".to_owned(),
        Shape::Boolean => "`bool`".to_owned(),
        Shape::Any => "of an unknown type".to_owned(),
        Shape::Optional(of) => of.first().map_or_else(String::new, called),
        Shape::Array(_) => "a list".to_owned(),
        Shape::Map(_) => "a map".to_owned(),
        Shape::Object(_) => "a struct".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use sqlparser::{dialect::MySqlDialect, parser::Parser};

    use super::*;

    fn values(sql: &str) -> Values {
        let mut parser = Parser::new(&MySqlDialect {}).try_with_sql(sql).unwrap();
        Values::of(&parser.parse_data_type().unwrap())
    }

    fn shape(name: &str) -> Shape {
        let of = |shape| vec![shape].into();
        match name {
            "String" => Shape::Text,
            "bool" => Shape::Boolean,
            "f64" => Shape::Number,
            "Value" => Shape::Any,
            "A|B" => Shape::OneOf(vec!["A".into(), "B".into()].into()),
            "Vec<u8>" => Shape::Array(of(shape("u8"))),
            "Vec<String>" => Shape::Array(of(Shape::Text)),
            "map" => Shape::Map(of(Shape::Any)),
            "struct" => Shape::Object(Vec::new().into()),
            integer => Shape::Integer {
                bits: integer[1..].parse().expect(integer),
                signed: integer.starts_with('i'),
            },
        }
    }

    const SHAPES: [&str; 19] = [
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "f64",
        "bool",
        "String",
        "A|B",
        "Vec<u8>",
        "Vec<String>",
        "map",
        "struct",
        "Value",
    ];

    fn readers(sql: &str, reads: fn(&Values, &Shape) -> bool) -> String {
        let values = values(sql);
        let read = SHAPES.iter().filter(|name| reads(&values, &shape(name)));
        read.copied().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_type_is_read_by_what_the_decoder_takes() {
        for (sql, expected) in [
            ("TINYINT", "i8 i16 i32 i64 i128 f64 String Value"),
            ("TINYINT UNSIGNED", "i16 i32 i64 i128 u8 u16 u32 u64 u128 f64 String Value"),
            ("TINYINT(1)", "i8 i16 i32 i64 i128 f64 bool String Value"),
            ("BOOLEAN", "i8 i16 i32 i64 i128 f64 bool String Value"),
            ("SMALLINT", "i16 i32 i64 i128 f64 String Value"),
            ("MEDIUMINT UNSIGNED", "i32 i64 i128 u32 u64 u128 f64 String Value"),
            ("INT", "i32 i64 i128 f64 String Value"),
            ("INT(10) ZEROFILL", "i64 i128 u32 u64 u128 f64 String Value"),
            ("INTEGER UNSIGNED", "i64 i128 u32 u64 u128 f64 String Value"),
            ("BIGINT", "i64 i128 String Value"),
            ("BIGINT(20) UNSIGNED", "i128 u64 u128 String Value"),
            ("DECIMAL(10,2)", "String Value"),
            ("DECIMAL(9)", "i32 i64 i128 String Value"),
            ("DECIMAL", "i64 i128 String Value"),
            ("DECIMAL(10,0) UNSIGNED", "i64 i128 u64 u128 String Value"),
            ("NUMERIC(39)", "String Value"),
            ("FIXED(5)", "i32 i64 i128 String Value"),
            ("DOUBLE", "f64 String Value"),
            ("FLOAT(7,3) UNSIGNED", "f64 String Value"),
            ("BIT(1)", "bool String Value"),
            ("YEAR", "i16 i32 i64 i128 f64 String Value"),
            ("VARCHAR(5)", "String A|B Vec<u8> Vec<String> map struct Value"),
            ("TEXT", "String A|B Vec<u8> Vec<String> map struct Value"),
            ("TEXT(70000)", "String Vec<u8> Vec<String> map struct Value"),
            ("ENUM('A')", "String A|B Value"),
            ("ENUM('A','C')", "String Value"),
            ("SET('A')", "String Value"),
            ("DATE", "String Value"),
            ("DATETIME(6)", "String Value"),
            ("TIMESTAMP", "String Value"),
            ("TIME", "String Value"),
            ("VARBINARY(16)", "String Vec<u8> Value"),
            ("BLOB", "String Vec<u8> Value"),
            ("LONGBLOB", "String Vec<u8> Value"),
            ("JSON", "String Vec<u8> Vec<String> map struct Value"),
            ("LONGTEXT", "String Vec<u8> Vec<String> map struct Value"),
        ] {
            assert_eq!(readers(sql, Values::are_read_by), expected, "{sql}");
        }
        assert_eq!(readers("POINT", Values::are_read_by), SHAPES.join(" "));
    }

    #[test]
    fn a_flattened_field_is_of_the_json_type_that_arrives() {
        for (sql, expected) in [
            ("INT", "i32 i64 i128 f64 Value"),
            ("BIGINT", "String Value"),
            ("TINYINT(1)", "i8 i16 i32 i64 i128 f64 Value"),
            ("BIT", "bool Value"),
            ("DECIMAL(5)", "String Value"),
            ("DOUBLE", "f64 Value"),
            ("VARCHAR(5)", "String A|B Value"),
            ("ENUM('C')", "String Value"),
            ("JSON", "String Value"),
        ] {
            assert_eq!(readers(sql, Values::are_read_unseen_by), expected, "{sql}");
        }
    }

    #[test]
    fn large_objects_are_those_that_dms_cuts() {
        for sql in ["TEXT", "BLOB", "BLOB(65535)", "VARCHAR(16383)", "TINYTEXT"] {
            assert_eq!(values(sql).large(), None, "{sql}");
        }
        for (sql, most) in [
            ("TEXT(65536)", MEDIUM),
            ("MEDIUMTEXT", MEDIUM),
            ("MEDIUMBLOB", MEDIUM),
            ("BLOB(20000000)", LONG),
            ("LONGTEXT", LONG),
            ("JSON", LONG),
        ] {
            assert_eq!(values(sql).large(), Some(most), "{sql}");
        }
    }

    #[test]
    fn the_remedy_names_what_to_write() {
        let remedy = |sql: &str, name: &str| values(sql).remedy(&shape(name));
        assert_eq!(remedy("BIGINT", "u32"), "make the field `i64`");
        assert_eq!(remedy("MEDIUMINT UNSIGNED", "u8"), "make the field `u32`");
        assert_eq!(
            remedy("BIGINT", "f64"),
            "only an integer gets every digit: make the field `i64`"
        );
        assert_eq!(
            remedy("DECIMAL(5,2)", "f64"),
            "a float would lose digits: make the field a decimal type or a `String`"
        );
        assert_eq!(
            remedy("ENUM('A','C','D')", "A|B"),
            "add the variants that the type lacks: `C`, `D`"
        );
    }
}
