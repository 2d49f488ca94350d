//! The places data flows through.

use esteira::{Bus, Stream, Topic};

/// The changes of the shop's database.
#[derive(Stream)]
#[stream(name = "PedidosStream", shards = 1)]
pub struct PedidosStream;

/// What happens in the shop.
#[derive(Bus)]
#[bus(name = "EcommerceEventBus")]
pub struct Ecommerce;

/// Messages to customers.
#[derive(Topic)]
#[topic(name = "ClienteNotificacao")]
pub struct ClienteNotificacao;
