//! The events of the shop's bus.

use serde::{Deserialize, Serialize};

/// What EventBridge wraps an event in.
#[derive(Deserialize)]
pub struct Envelope<T> {
    pub id: String,
    pub detail: T,
}

/// An event that can be put on the bus.
pub trait Event: Serialize {
    const SOURCE: &'static str;
    const DETAIL_TYPE: &'static str;
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NovoPedido {
    #[serde(rename = "PedidoID")]
    pub pedido_id: i64,
    #[serde(rename = "ProdutoID")]
    pub produto_id: String,
    pub quantidade: u32,
    pub cliente_nome: String,
    pub email: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PedidoCancelado {
    #[serde(rename = "PedidoID")]
    pub pedido_id: i64,
    #[serde(rename = "ProdutoID")]
    pub produto_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PedidoRejeitado {
    #[serde(rename = "PedidoID")]
    pub pedido_id: i64,
    #[serde(rename = "ProdutoID")]
    pub produto_id: String,
    pub quantidade: u32,
}

impl Event for NovoPedido {
    const SOURCE: &'static str = "ecommerce.pedidos";
    const DETAIL_TYPE: &'static str = "Novo Pedido Criado";
}

impl Event for PedidoCancelado {
    const SOURCE: &'static str = "ecommerce.pedidos";
    const DETAIL_TYPE: &'static str = "Pedido Cancelado";
}

impl Event for PedidoRejeitado {
    const SOURCE: &'static str = "ecommerce.estoque";
    const DETAIL_TYPE: &'static str = "Pedido Rejeitado";
}
