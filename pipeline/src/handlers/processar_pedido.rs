//! From a change of the database to what it means.

use esteira::{Change, Publish, Result, on_kinesis};

use crate::{
    infra::{PedidosStream, Rede},
    pedido::{NovoPedido, Pedido, PedidoCancelado, Status},
};

#[on_kinesis(stream = PedidosStream, batch_size = 100, vpc = Rede)]
async fn processar_pedido(
    mudanca: Change<Pedido>,
    novos: Publish<NovoPedido>,
    cancelados: Publish<PedidoCancelado>,
) -> Result<()> {
    match mudanca {
        Change::Insert(pedido) => novos.publish(&pedido.into())?,
        // Only a change of status that the before image proves is a cancellation.
        Change::Update { before: Some(antes), after: pedido }
            if antes.status != Status::Cancelado && pedido.status == Status::Cancelado =>
        {
            // As it was ordered, should the same statement have changed more than the status.
            cancelados.publish(&antes.into())?;
        }
        Change::Delete(pedido) => cancelados.publish(&pedido.into())?,
        // A load is history that was there before the capture began.
        Change::Update { .. } | Change::Load(_) | Change::Other { .. } => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use esteira::Memory;

    fn pedido(status: Status) -> Pedido {
        Pedido {
            id: 7,
            produto_id: "TV-55".into(),
            quantidade: 2,
            cliente_nome: "Ana".into(),
            email: "ana@example.com".into(),
            status,
        }
    }

    /// The orders that were announced and those that were cancelled.
    async fn publicados(mudanca: Change<Pedido>) -> (Vec<i64>, Vec<i64>) {
        let memory = Memory::new();
        processar_pedido(mudanca, Publish::in_memory(&memory), Publish::in_memory(&memory))
            .await
            .expect("publishes");
        (
            memory.events::<NovoPedido>().iter().map(|evento| evento.pedido_id).collect(),
            memory.events::<PedidoCancelado>().iter().map(|evento| evento.pedido_id).collect(),
        )
    }

    #[tokio::test]
    async fn an_insert_is_a_new_order() {
        assert_eq!(publicados(Change::Insert(pedido(Status::Criado))).await, (vec![7], vec![]));
    }

    #[tokio::test]
    async fn a_proven_change_to_cancelled_is_a_cancellation() {
        let mudanca =
            Change::Update { before: Some(pedido(Status::Pago)), after: pedido(Status::Cancelado) };
        assert_eq!(publicados(mudanca).await, (vec![], vec![7]));
    }

    #[tokio::test]
    async fn a_cancellation_names_the_product_that_was_ordered() {
        let memory = Memory::new();
        let mudanca = Change::Update {
            before: Some(pedido(Status::Pago)),
            after: Pedido { produto_id: "RADIO".into(), ..pedido(Status::Cancelado) },
        };
        processar_pedido(mudanca, Publish::in_memory(&memory), Publish::in_memory(&memory))
            .await
            .expect("publishes");
        assert_eq!(memory.events::<PedidoCancelado>()[0].produto_id, "TV-55");
    }

    #[tokio::test]
    async fn a_delete_is_a_cancellation() {
        assert_eq!(publicados(Change::Delete(pedido(Status::Criado))).await, (vec![], vec![7]));
    }

    #[tokio::test]
    async fn nothing_else_is_published() {
        let mudancas = [
            Change::Update { before: None, after: pedido(Status::Cancelado) },
            Change::Update {
                before: Some(pedido(Status::Cancelado)),
                after: pedido(Status::Cancelado),
            },
            Change::Update { before: Some(pedido(Status::Criado)), after: pedido(Status::Pago) },
            Change::Load(pedido(Status::Criado)),
            Change::Other { operation: "truncate".into(), row: None },
        ];
        for mudanca in mudancas {
            assert_eq!(publicados(mudanca.clone()).await, (vec![], vec![]), "{mudanca:?}");
        }
    }
}
