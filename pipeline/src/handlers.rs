//! What happens.

mod atualizar_estoque;
#[cfg(test)]
mod entregas;
mod estornar_estoque;
mod notificar_cliente;
mod processar_pedido;
