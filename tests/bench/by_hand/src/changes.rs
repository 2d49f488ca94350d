//! Row changes as AWS DMS writes them.

use lambda_runtime::Error;
use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

/// A row of `ecommerce.pedidos`.
#[derive(Deserialize)]
pub struct Pedido {
    #[serde(deserialize_with = "integer")]
    pub id: i64,
    pub produto_id: String,
    #[serde(deserialize_with = "integer")]
    pub quantidade: u32,
    pub cliente_nome: String,
    pub email: String,
    pub status: Status,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Criado,
    Pago,
    Enviado,
    Entregue,
    Cancelado,
}

/// What happened to a row.
pub enum Change {
    Insert(Pedido),
    Update {
        before: Option<Pedido>,
        after: Pedido,
    },
    Delete(Pedido),
    /// A row that was there before the capture began, a control record, another table, or an
    /// operation that DMS may add one day.
    Other,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow, rename = "before-image")]
    before: Option<&'a RawValue>,
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Metadata {
    record_type: String,
    operation: String,
    #[serde(default)]
    table_name: String,
}

impl Change {
    /// Reads the data of a record.
    pub fn read(record: &[u8]) -> Result<Self, Error> {
        let envelope: Envelope<'_> = serde_json::from_slice(record)?;
        let Metadata { record_type, operation, table_name } = &envelope.metadata;
        if record_type == "control" || !table_name.eq_ignore_ascii_case("pedidos") {
            return Ok(Self::Other);
        }
        let row = || -> Result<Pedido, Error> {
            let data = envelope.data.ok_or("a row change without `data`")?;
            Ok(serde_json::from_str(data.get())?)
        };
        Ok(match operation.as_str() {
            "insert" => Self::Insert(row()?),
            "update" => Self::Update {
                // An image of the key alone says nothing about the rest of the row.
                before: envelope.before.and_then(|raw| serde_json::from_str(raw.get()).ok()),
                after: row()?,
            },
            "delete" => Self::Delete(row()?),
            _ => Self::Other,
        })
    }
}

/// An integer as DMS may write it: a number, a string that holds one, or `1.2E18`. Never read
/// through a float, which has 53 bits.
fn integer<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    let raw = <&RawValue>::deserialize(deserializer)?;
    let text = raw.get().trim_matches('"');
    let exact = text.parse().ok().or_else(|| exponent(text));
    exact
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| de::Error::custom(format!("{} is not a whole number in range", raw.get())))
}

/// The whole number that `digits.digitsEexponent` stands for, if it does.
fn exponent(text: &str) -> Option<i64> {
    let (digits, exponent) = text.split_once(['e', 'E'])?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let exponent: usize = exponent.trim_start_matches('+').parse().ok()?;
    if exponent > 18 {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let zeros = exponent.checked_sub(fraction.len())?;
    format!("{whole}{fraction}{}", "0".repeat(zeros)).parse().ok()
}
