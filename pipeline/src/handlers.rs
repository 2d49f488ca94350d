//! What happens.

mod atualizar_estoque;
mod estornar_estoque;
mod notificar_cliente;
mod processar_pedido;
