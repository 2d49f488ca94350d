//! Giving back to the stock what a cancelled order had taken.

use esteira::{CallError, Context, Put, Result, Update, on_event, transact};

use crate::{
    infra::Rede,
    inventario::{Inventario, Situacao},
    pedido::PedidoCancelado,
};

#[on_event(rule = PedidoCancelado, vpc = Rede)]
pub(super) async fn estornar_estoque(
    pedido: PedidoCancelado,
    lapides: Put<Inventario>,
    estoque: Update<Inventario>,
    ctx: Context,
) -> Result<()> {
    let PedidoCancelado { pedido_id, produto_id } = &pedido;
    let chave = || Inventario::chave_do_movimento(produto_id, *pedido_id);
    let lapide = Inventario::lapide(*pedido_id, produto_id, ctx.now());
    let movimento = match lapides.put(&lapide).if_absent().await {
        // The bus keeps no order: the cancellation overtook its order, which will find that it is
        // too late.
        Ok(()) => return Ok(()),
        Err(CallError::ConditionFailed { existing: Some(movimento) }) => {
            movimento.read::<Inventario>()?
        }
        Err(error) => return Err(error.into()),
    };
    if movimento.situacao != Some(Situacao::Aceito) {
        return Ok(());
    }
    let devolvido = transact([
        estoque
            .update(chave())
            .when(|item| item.situacao.equals(&Situacao::Aceito))
            .set(|item| item.situacao.to(&Situacao::Estornado))
            .into(),
        // What the order took, not what its row says now.
        estoque
            .update(Inventario::chave_do_estoque(produto_id))
            .set(|item| item.quantidade.plus(movimento.quantidade))
            .into(),
    ])
    .await;
    match devolvido {
        // Another delivery of the same event was faster.
        Err(error @ CallError::Cancelled(_)) if error.condition_failed_at(0) => Ok(()),
        result => Ok(result?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pedido::NovoPedido;
    use esteira::Memory;

    async fn estornar(memory: &Memory) -> Result<()> {
        estornar_estoque(
            PedidoCancelado { pedido_id: 7, produto_id: "TV-55".into() },
            Put::in_memory(memory),
            Update::in_memory(memory),
            Context::in_memory(memory),
        )
        .await
    }

    fn com_movimento(situacao: Situacao) -> Memory {
        let memory = Memory::new();
        let pedido = NovoPedido {
            pedido_id: 7,
            produto_id: "TV-55".into(),
            quantidade: 3,
            cliente_nome: "Ana".into(),
            email: "ana@example.com".into(),
        };
        let agora = Context::in_memory(&memory).now();
        memory.insert(&Inventario::estoque("TV-55", 7)).expect("has a key");
        memory.insert(&Inventario::movimento(&pedido, situacao, agora)).expect("has a key");
        memory
    }

    fn estado(memory: &Memory) -> (Option<i64>, Option<Situacao>) {
        (
            memory.item(Inventario::chave_do_estoque("TV-55")).map(|item| item.quantidade),
            memory.item(Inventario::chave_do_movimento("TV-55", 7)).and_then(|item| item.situacao),
        )
    }

    #[tokio::test]
    async fn an_accepted_order_is_reversed_once() {
        let memory = com_movimento(Situacao::Aceito);
        for _ in 0..2 {
            estornar(&memory).await.expect("is reversed");
            assert_eq!(estado(&memory), (Some(10), Some(Situacao::Estornado)));
        }
    }

    #[tokio::test]
    async fn a_rejected_order_gives_nothing_back() {
        let memory = com_movimento(Situacao::Rejeitado);
        estornar(&memory).await.expect("nothing to do");
        assert_eq!(estado(&memory), (Some(7), Some(Situacao::Rejeitado)));
    }

    #[tokio::test]
    async fn a_cancellation_that_comes_first_leaves_a_tombstone() {
        let memory = Memory::new();
        estornar(&memory).await.expect("leaves a tombstone");
        assert_eq!(estado(&memory), (None, Some(Situacao::Estornado)));
    }

    #[tokio::test]
    async fn contention_is_waited_out() {
        let memory = com_movimento(Situacao::Aceito);
        memory.fail_next(CallError::Cancelled(vec![Some(CallError::Contention), None]));
        estornar(&memory).await.expect("is reversed");
        assert_eq!(estado(&memory), (Some(10), Some(Situacao::Estornado)));
    }
}
