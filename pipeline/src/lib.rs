//! Order processing for a Brazilian shop.
//!
//! A row written to `ecommerce.pedidos` arrives on the stream as a change record;
//! `ProcessarPedido` publishes what it means, `AtualizarEstoque` and `EstornarEstoque` keep the
//! stock, `NotificarCliente` tells the customer.

mod handlers;
pub mod infra;
pub mod inventario;
pub mod pedido;
