//! An order: its row in the database, and the events about it.

use esteira::{Detail, Event, Row};
use serde::{Deserialize, Serialize};

use crate::infra::Ecommerce;

/// A row of `ecommerce.pedidos`.
#[derive(Debug, Clone, PartialEq, Row, Deserialize)]
#[row(table = "pedidos", key = id, schema = "migrations/")]
pub struct Pedido {
    /// The order's number.
    pub id: i64,
    /// What was ordered.
    pub produto_id: String,
    /// How many.
    pub quantidade: u32,
    /// Who ordered.
    pub cliente_nome: String,
    /// Where the customer is reached.
    pub email: String,
    /// How far the order is.
    pub status: Status,
}

/// How far an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Detail, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Placed.
    Criado,
    /// Paid for.
    Pago,
    /// On its way.
    Enviado,
    /// With the customer.
    Entregue,
    /// Cancelled.
    Cancelado,
}

/// An order was placed.
#[derive(Debug, Clone, PartialEq, Event, Serialize, Deserialize)]
#[event(bus = Ecommerce, source = "ecommerce.pedidos", detail_type = "Novo Pedido Criado")]
#[serde(rename_all = "PascalCase")]
pub struct NovoPedido {
    /// The order's number, which is also what makes a repetition recognisable.
    #[serde(rename = "PedidoID")]
    pub pedido_id: i64,
    /// What was ordered.
    #[serde(rename = "ProdutoID")]
    pub produto_id: String,
    /// How many.
    pub quantidade: u32,
    /// Who ordered.
    pub cliente_nome: String,
    /// Where the customer is reached.
    pub email: String,
}

/// An order was cancelled, or its row deleted.
#[derive(Debug, Clone, PartialEq, Event, Serialize, Deserialize)]
#[event(bus = Ecommerce, source = "ecommerce.pedidos", detail_type = "Pedido Cancelado")]
#[serde(rename_all = "PascalCase")]
pub struct PedidoCancelado {
    /// The order's number.
    #[serde(rename = "PedidoID")]
    pub pedido_id: i64,
    /// What was ordered.
    #[serde(rename = "ProdutoID")]
    pub produto_id: String,
}

/// An order cannot be served: the product is unknown, or there is too little of it.
///
/// Published for others; it may arrive more than once for one order.
#[derive(Debug, Clone, PartialEq, Event, Serialize, Deserialize)]
#[event(bus = Ecommerce, source = "ecommerce.estoque", detail_type = "Pedido Rejeitado", external)]
#[serde(rename_all = "PascalCase")]
pub struct PedidoRejeitado {
    /// The order's number.
    #[serde(rename = "PedidoID")]
    pub pedido_id: i64,
    /// What was ordered.
    #[serde(rename = "ProdutoID")]
    pub produto_id: String,
    /// How many.
    pub quantidade: u32,
}

impl From<Pedido> for NovoPedido {
    fn from(pedido: Pedido) -> Self {
        Self {
            pedido_id: pedido.id,
            produto_id: pedido.produto_id,
            quantidade: pedido.quantidade,
            cliente_nome: pedido.cliente_nome,
            email: pedido.email,
        }
    }
}

impl From<Pedido> for PedidoCancelado {
    fn from(pedido: Pedido) -> Self {
        Self { pedido_id: pedido.id, produto_id: pedido.produto_id }
    }
}

impl From<NovoPedido> for PedidoRejeitado {
    fn from(pedido: NovoPedido) -> Self {
        Self {
            pedido_id: pedido.pedido_id,
            produto_id: pedido.produto_id,
            quantidade: pedido.quantidade,
        }
    }
}
