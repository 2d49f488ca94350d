//! From a change of the database to what it means.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use by_hand::{
    aws,
    changes::{Change, Pedido, Status},
    events::{NovoPedido, PedidoCancelado},
    function::{self, chain, deadline},
    kinesis::{Batch, BatchResponse, Record},
    logs,
    publish::Outbox,
};
use lambda_runtime::{Error, LambdaEvent, service_fn};

fn main() -> ExitCode {
    function::run(async || {
        let function = &function::name();
        let bus = &aws::variable("BUS_NAME")?;
        let events = &aws_sdk_eventbridge::Client::new(&aws::config()?);
        lambda_runtime::run(service_fn(async |event: LambdaEvent<Batch>| {
            let (batch, context) = (event.payload, event.context);
            let mut outbox = Outbox::new(events, bus, &context);
            let mut undone = None;
            for (position, record) in batch.records.iter().enumerate() {
                // A panic fails its record and not the whole batch.
                let handled = catch_unwind(AssertUnwindSafe(|| handle(&mut outbox, position, record)));
                if let Err(error) = handled.unwrap_or_else(|_| Err("the handler panicked".into())) {
                    let request = &context.request_id;
                    tracing::error!(request, record = record.event_id, error = %chain(&*error), "record failed");
                    undone = Some(position);
                    break;
                }
            }
            let published = outbox.len();
            let refused = outbox.send(deadline(&context)).await;
            let checkpoint = refused.into_iter().chain(undone).min();
            let complete = checkpoint.unwrap_or(batch.records.len());
            logs::metrics(
                function,
                &[
                    ("Records", batch.records.len()),
                    ("RecordsNotComplete", batch.records.len() - complete),
                    ("Events", published),
                ],
            );
            Ok::<_, Error>(BatchResponse::from(&batch, checkpoint))
        }))
        .await
    })
}

fn handle<'a>(outbox: &mut Outbox<'a>, position: usize, record: &'a Record) -> Result<(), Error> {
    let key = &record.kinesis.partition_key;
    let data = BASE64_STANDARD.decode(&record.kinesis.data)?;
    match Change::read(&data)? {
        Change::Insert(pedido) => outbox.publish(position, key, &novo(pedido)),
        // Only a change of status that the before image proves is a cancellation.
        Change::Update { before: Some(antes), after }
            if antes.status != Status::Cancelado && after.status == Status::Cancelado =>
        {
            outbox.publish(position, key, &cancelado(antes))
        }
        Change::Delete(pedido) => outbox.publish(position, key, &cancelado(pedido)),
        Change::Update { .. } | Change::Other => Ok(()),
    }
}

fn novo(pedido: Pedido) -> NovoPedido {
    NovoPedido {
        pedido_id: pedido.id,
        produto_id: pedido.produto_id,
        quantidade: pedido.quantidade,
        cliente_nome: pedido.cliente_nome,
        email: pedido.email,
    }
}

fn cancelado(pedido: Pedido) -> PedidoCancelado {
    PedidoCancelado { pedido_id: pedido.id, produto_id: pedido.produto_id }
}
