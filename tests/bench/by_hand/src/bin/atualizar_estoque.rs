//! Taking from the stock what an order asks for.

use std::process::ExitCode;

use by_hand::{
    aws,
    events::{Envelope, NovoPedido, PedidoRejeitado},
    function::{self, chain, deadline},
    inventory::{Baixa, Gravado, Inventario, Movimento, Situacao},
    logs,
    publish::Outbox,
};
use lambda_runtime::{Error, LambdaEvent, service_fn};

fn main() -> ExitCode {
    function::run(async || {
        let config = aws::config()?;
        let function = function::name();
        let handler = &Handler {
            inventario: Inventario::new(
                aws_sdk_dynamodb::Client::new(&config),
                aws::variable("TABLE_NAME")?,
            ),
            events: aws_sdk_eventbridge::Client::new(&config),
            bus: aws::variable("BUS_NAME")?,
        };
        lambda_runtime::run(service_fn(async |event: LambdaEvent<Envelope<NovoPedido>>| {
            let (event, context) = (event.payload, event.context);
            let result = handler.handle(&event.detail, &context).await;
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

struct Handler {
    inventario: Inventario,
    events: aws_sdk_eventbridge::Client,
    bus: String,
}

impl Handler {
    async fn handle(
        &self,
        pedido: &NovoPedido,
        context: &lambda_runtime::Context,
    ) -> Result<(), Error> {
        let deadline = deadline(context);
        let aceito = Movimento::new(pedido, Situacao::Aceito);
        let situacao = match self.inventario.baixar(&aceito, deadline).await? {
            Baixa::Feita => return Ok(()),
            Baixa::Existente(movimento) => movimento.situacao,
            // That is an answer, and it stays the answer even if the stock is filled before the
            // order comes again.
            Baixa::SemEstoque => {
                let rejeitado = Movimento::new(pedido, Situacao::Rejeitado);
                match self.inventario.gravar(&rejeitado, deadline).await? {
                    Gravado::Novo => Situacao::Rejeitado,
                    Gravado::Existente(movimento) => movimento.situacao,
                }
            }
        };
        // A rejection that was recorded may not have been published before the function was
        // stopped.
        if situacao == Situacao::Rejeitado {
            let mut outbox = Outbox::new(&self.events, &self.bus, context);
            outbox.publish(0, "", &rejeitado(pedido))?;
            if outbox.send(deadline).await.is_some() {
                return Err("the bus did not accept the rejection".into());
            }
        }
        Ok(())
    }
}

fn rejeitado(pedido: &NovoPedido) -> PedidoRejeitado {
    PedidoRejeitado {
        pedido_id: pedido.pedido_id,
        produto_id: pedido.produto_id.clone(),
        quantidade: pedido.quantidade,
    }
}
