//! Taking from the stock what an order asks for.

use esteira::{CallError, Context, Publish, Put, Result, Update, on_event, transact};

use crate::{
    infra::Rede,
    inventario::{Inventario, Situacao},
    pedido::{NovoPedido, PedidoRejeitado},
};

#[on_event(rule = NovoPedido, vpc = Rede)]
pub(super) async fn atualizar_estoque(
    pedido: NovoPedido,
    movimentos: Put<Inventario>,
    estoque: Update<Inventario>,
    rejeitados: Publish<PedidoRejeitado>,
    ctx: Context,
) -> Result<()> {
    let quantidade = i64::from(pedido.quantidade);
    let aceito = Inventario::movimento(&pedido, Situacao::Aceito, ctx.now());
    let baixa = transact([estoque
        .update(Inventario::chave_do_estoque(&pedido.produto_id))
        .if_exists()
        .when(|item| item.quantidade.at_least(quantidade))
        .set(|item| item.quantidade.minus(quantidade))
        .into()])
    .once(movimentos.put(&aceito))
    .await;

    let existente = match baixa {
        Ok(()) => return Ok(()),
        // The order was here before.
        Err(CallError::AlreadyDone { existing }) => existing,
        // The product is unknown, or there is too little of it: that is an answer, and it stays
        // the answer even if the stock is filled before the order comes again.
        Err(error) if error.condition_failed_at(0) => {
            let rejeitado = Inventario::movimento(&pedido, Situacao::Rejeitado, ctx.now());
            match movimentos.put(&rejeitado).if_absent().await {
                Ok(()) => {
                    rejeitados.publish(&pedido.into())?;
                    return Ok(());
                }
                Err(CallError::ConditionFailed { existing: Some(existente) }) => existente,
                Err(error) => return Err(error.into()),
            }
        }
        Err(error) => return Err(error.into()),
    };
    // A rejection that was recorded may not have been published before the function was stopped.
    if existente.read::<Inventario>()?.situacao == Some(Situacao::Rejeitado) {
        rejeitados.publish(&pedido.into())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use esteira::Memory;

    fn pedido(quantidade: u32) -> NovoPedido {
        NovoPedido {
            pedido_id: 7,
            produto_id: "TV-55".into(),
            quantidade,
            cliente_nome: "Ana".into(),
            email: "ana@example.com".into(),
        }
    }

    fn com_estoque(quantidade: i64) -> Memory {
        let memory = Memory::new();
        memory.insert(&Inventario::estoque("TV-55", quantidade)).expect("has a key");
        memory
    }

    async fn atualizar(memory: &Memory, pedido: NovoPedido) -> Result<()> {
        atualizar_estoque(
            pedido,
            Put::in_memory(memory),
            Update::in_memory(memory),
            Publish::in_memory(memory),
            Context::in_memory(memory),
        )
        .await
    }

    fn estoque(memory: &Memory) -> Option<i64> {
        memory.item(Inventario::chave_do_estoque("TV-55")).map(|item| item.quantidade)
    }

    fn situacao(memory: &Memory) -> Option<Situacao> {
        memory.item(Inventario::chave_do_movimento("TV-55", 7))?.situacao
    }

    #[tokio::test]
    async fn an_order_takes_its_quantity_and_leaves_a_movement() {
        let memory = com_estoque(10);
        atualizar(&memory, pedido(3)).await.expect("is served");
        assert_eq!(estoque(&memory), Some(7));
        let movimento = memory.item(Inventario::chave_do_movimento("TV-55", 7)).expect("is there");
        assert_eq!(movimento.situacao, Some(Situacao::Aceito));
        assert_eq!(movimento.quantidade, 3);
        assert_eq!(movimento.registrado_em.as_deref(), Some("2026-01-01T00:00:00.000Z"));
    }

    #[tokio::test]
    async fn an_order_that_comes_twice_takes_once() {
        let memory = com_estoque(10);
        atualizar(&memory, pedido(3)).await.expect("is served");
        let depois = memory.items::<Inventario>();
        atualizar(&memory, pedido(3)).await.expect("is already served");
        assert_eq!(memory.items::<Inventario>(), depois);
        assert!(memory.events::<PedidoRejeitado>().is_empty());
    }

    #[tokio::test]
    async fn an_order_for_exactly_the_stock_is_served() {
        let memory = com_estoque(3);
        atualizar(&memory, pedido(3)).await.expect("is served");
        assert_eq!(estoque(&memory), Some(0));
    }

    #[tokio::test]
    async fn too_little_stock_rejects_for_good() {
        let memory = com_estoque(2);
        atualizar(&memory, pedido(3)).await.expect("an answer, not an error");
        assert_eq!((estoque(&memory), situacao(&memory)), (Some(2), Some(Situacao::Rejeitado)));
        assert_eq!(memory.events::<PedidoRejeitado>().len(), 1);

        memory.insert(&Inventario::estoque("TV-55", 100)).expect("has a key");
        atualizar(&memory, pedido(3)).await.expect("still the answer");
        assert_eq!((estoque(&memory), situacao(&memory)), (Some(100), Some(Situacao::Rejeitado)));
    }

    #[tokio::test]
    async fn an_unknown_product_rejects() {
        let memory = Memory::new();
        atualizar(&memory, pedido(3)).await.expect("an answer, not an error");
        assert_eq!((estoque(&memory), situacao(&memory)), (None, Some(Situacao::Rejeitado)));
        assert_eq!(memory.events::<PedidoRejeitado>()[0].pedido_id, 7);
    }

    #[tokio::test]
    async fn a_cancelled_order_that_comes_late_does_nothing() {
        let memory = com_estoque(10);
        let agora = Context::in_memory(&memory).now();
        memory.insert(&Inventario::lapide(7, "TV-55", agora)).expect("has a key");
        atualizar(&memory, pedido(3)).await.expect("is cancelled");
        assert_eq!((estoque(&memory), situacao(&memory)), (Some(10), Some(Situacao::Estornado)));
        assert!(memory.events::<PedidoRejeitado>().is_empty());
    }

    #[tokio::test]
    async fn contention_is_waited_out() {
        let memory = com_estoque(10);
        memory.fail_next(CallError::Cancelled(vec![None, Some(CallError::Contention)]));
        memory.fail_next(CallError::Throttled);
        atualizar(&memory, pedido(3)).await.expect("is served in the end");
        assert_eq!(estoque(&memory), Some(7));
    }

    #[tokio::test]
    async fn a_refusal_is_an_error_that_comes_again() {
        let memory = com_estoque(10);
        memory.fail_next(CallError::Refused("no".into()));
        atualizar(&memory, pedido(3)).await.expect_err("is not served");
        assert_eq!(memory.items::<Inventario>().len(), 1);
    }
}
