//! The places data flows through.

use esteira::{Aurora, Bus, Capture, Stream, Topic, Vpc};

use crate::pedido::Pedido;

/// The network around the database and the functions. It reaches AWS by endpoints alone.
#[derive(Vpc)]
#[vpc(cidr = "10.0.0.0/16", azs = 2)]
pub struct Rede;

/// The shop's database.
#[derive(Aurora)]
#[aurora(vpc = Rede, database = "ecommerce", instances = 2)]
pub struct Loja;

/// Puts every change of an order on the stream.
#[derive(Capture)]
#[capture(from = Loja, tables(Pedido), into = PedidosStream)]
pub struct CapturaDePedidos;

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
