//! Telling the customer.

use esteira::{Notify, Result, on_event};

use crate::{
    infra::{ClienteNotificacao, Rede},
    pedido::NovoPedido,
};

#[on_event(
    rule = NovoPedido { quantidade: [{ numeric: [">", 0] }] },
    vpc = Rede,
    idempotent(key = pedido_id)
)]
async fn notificar_cliente(pedido: NovoPedido, clientes: Notify<ClienteNotificacao>) -> Result<()> {
    clientes
        .notify(format!("Olá {}, seu pedido foi recebido com sucesso!", pedido.cliente_nome))
        .subject("Confirmação de Pedido")
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use esteira::Memory;

    #[tokio::test]
    async fn the_customer_is_greeted_by_name() {
        let memory = Memory::new();
        let pedido = NovoPedido {
            pedido_id: 7,
            produto_id: "TV-55".into(),
            quantidade: 2,
            cliente_nome: "João".into(),
            email: "joao@example.com".into(),
        };
        notificar_cliente(pedido, Notify::in_memory(&memory)).await.expect("is sent");
        let mensagens = memory.messages::<ClienteNotificacao>();
        let [mensagem] = mensagens.as_slice() else { panic!("{mensagens:?}") };
        assert_eq!(mensagem.subject.as_deref(), Some("Confirmação de Pedido"));
        assert_eq!(mensagem.body, "Olá João, seu pedido foi recebido com sucesso!");
    }
}
