//! Order processing for a Brazilian shop.
//!
//! A row written to `ecommerce.pedidos` arrives on the stream as a change record;
//! `ProcessarPedido` publishes what it means, `AtualizarEstoque` and `EstornarEstoque` keep the
//! stock, `NotificarCliente` tells the customer.
//!
//! What counts is what the order was when its row was written: a later change of its product or
//! quantity moves no stock. A row that is deleted counts as cancelled however far the order is,
//! so delivered orders are not to be deleted but archived elsewhere.

mod handlers;
pub mod infra;
pub mod inventario;
pub mod pedido;
