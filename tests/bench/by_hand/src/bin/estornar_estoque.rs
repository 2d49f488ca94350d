//! Giving back to the stock what a cancelled order had taken.

use std::process::ExitCode;

use by_hand::{
    aws,
    events::{Envelope, PedidoCancelado},
    function::{self, chain, deadline},
    inventory::{Gravado, Inventario, Movimento, Situacao},
    logs,
};
use lambda_runtime::{Context, Error, LambdaEvent, service_fn};

fn main() -> ExitCode {
    function::run(async || {
        let function = function::name();
        let client = aws_sdk_dynamodb::Client::new(&aws::config()?);
        let inventario = &Inventario::new(client, aws::variable("TABLE_NAME")?);
        lambda_runtime::run(service_fn(async |event: LambdaEvent<Envelope<PedidoCancelado>>| {
            let (event, context) = (event.payload, event.context);
            let result = handle(inventario, &event.detail, &context).await;
            if let Err(error) = &result {
                let request = &context.request_id;
                tracing::error!(request, event = event.id, error = %chain(&**error), "event failed");
            }
            logs::metrics(&function, &[("Events", 1), ("Failures", result.is_err().into())]);
            result
        }))
        .await
    })
}

async fn handle(
    inventario: &Inventario,
    pedido: &PedidoCancelado,
    context: &Context,
) -> Result<(), Error> {
    let deadline = deadline(context);
    let lapide = Movimento::lapide(pedido.pedido_id, &pedido.produto_id, Situacao::Estornado);
    match inventario.gravar(&lapide, deadline).await? {
        // The bus keeps no order: the cancellation overtook its order, which will find that it is
        // too late.
        Gravado::Novo => Ok(()),
        // What the order took, not what its row says now.
        Gravado::Existente(movimento) if movimento.situacao == Situacao::Aceito => {
            inventario.devolver(&movimento, deadline).await
        }
        Gravado::Existente(_) => Ok(()),
    }
}
