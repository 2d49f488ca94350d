//! The inventory: for each product its stock, and a movement for each order.

use std::time::SystemTime;

use esteira::{Detail, Key, Table};
use serde::{Deserialize, Serialize};

use crate::pedido::NovoPedido;

/// The sort key of a product's current stock.
pub const ESTOQUE: &str = "ESTOQUE#00";

/// An item of the inventory: a product's stock (under [`ESTOQUE`]), or an order's movement.
#[derive(Debug, Clone, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "Inventario", partition_key = produto_id, sort_key = data_atualizacao)]
#[serde(rename_all = "PascalCase")]
pub struct Inventario {
    /// The product.
    #[serde(rename = "ProdutoID")]
    pub produto_id: String,
    /// [`ESTOQUE`], or the key of a movement.
    pub data_atualizacao: String,
    /// What is there; for a movement, what the order asks for.
    pub quantidade: i64,
    /// The order of a movement.
    #[serde(rename = "PedidoID", skip_serializing_if = "Option::is_none")]
    pub pedido_id: Option<i64>,
    /// What became of the order, for a movement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub situacao: Option<Situacao>,
    /// When the movement was recorded (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registrado_em: Option<String>,
}

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Detail, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Situacao {
    /// It took its quantity from the stock.
    Aceito,
    /// It could not be served, and never will be.
    Rejeitado,
    /// It was cancelled: what it had taken, if anything, is back.
    Estornado,
}

impl Inventario {
    /// The stock of a product.
    pub fn estoque(produto_id: impl Into<String>, quantidade: i64) -> Self {
        Self {
            produto_id: produto_id.into(),
            data_atualizacao: ESTOQUE.into(),
            quantidade,
            pedido_id: None,
            situacao: None,
            registrado_em: None,
        }
    }

    /// The movement of an order.
    pub fn movimento(pedido: &NovoPedido, situacao: Situacao, agora: SystemTime) -> Self {
        Self {
            quantidade: pedido.quantidade.into(),
            ..Self::sem_quantidade(pedido.pedido_id, &pedido.produto_id, situacao, agora)
        }
    }

    /// The tombstone of an order that was cancelled before it was seen.
    pub fn lapide(pedido_id: i64, produto_id: &str, agora: SystemTime) -> Self {
        Self::sem_quantidade(pedido_id, produto_id, Situacao::Estornado, agora)
    }

    fn sem_quantidade(
        pedido_id: i64,
        produto_id: &str,
        situacao: Situacao,
        agora: SystemTime,
    ) -> Self {
        Self {
            produto_id: produto_id.to_owned(),
            data_atualizacao: chave_do_movimento(pedido_id),
            quantidade: 0,
            pedido_id: Some(pedido_id),
            situacao: Some(situacao),
            registrado_em: Some(humantime::format_rfc3339_millis(agora).to_string()),
        }
    }

    /// The key of a product's stock.
    pub fn chave_do_estoque(produto_id: &str) -> Key<Self> {
        Self::key(produto_id, ESTOQUE)
    }

    /// The key of the movement of an order.
    pub fn chave_do_movimento(produto_id: &str, pedido_id: i64) -> Key<Self> {
        Self::key(produto_id, chave_do_movimento(pedido_id))
    }
}

/// The sort key of an order's movement. It begins with a hash, not with the time, so that
/// DynamoDB can split the item collection of a product that sells.
fn chave_do_movimento(pedido_id: i64) -> String {
    format!("MOV#{:04x}#{pedido_id}", hash(&pedido_id.to_string()))
}

/// FNV-1a, folded to 16 bits: the key of an order must be the same for ever, which the standard
/// library's hasher does not promise.
fn hash(text: &str) -> u16 {
    let hash = text
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 16) as u16 ^ hash as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_an_order_never_changes() {
        // FNV-1a of "1" is 0x340ca71c.
        assert_eq!(chave_do_movimento(1), "MOV#9310#1");
    }

    #[test]
    fn consecutive_orders_are_spread() {
        let prefixes: std::collections::HashSet<u16> =
            (0..1_000).map(|pedido| hash(&pedido.to_string()) >> 12).collect();
        assert_eq!(prefixes.len(), 16, "all sixteen first digits are used");
    }
}
