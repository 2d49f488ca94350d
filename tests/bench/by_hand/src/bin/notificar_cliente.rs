//! Telling the customer.

use std::process::ExitCode;

use by_hand::{
    aws,
    events::{Envelope, NovoPedido},
    function::{self, chain, deadline, within},
    idempotency::Idempotency,
    logs,
};
use lambda_runtime::{LambdaEvent, service_fn};

fn main() -> ExitCode {
    function::run(async || {
        let config = aws::config()?;
        let function = &function::name();
        let topic = &aws::variable("TOPIC_ARN")?;
        let topics = &aws_sdk_sns::Client::new(&config);
        let idempotency = &Idempotency::new(
            aws_sdk_dynamodb::Client::new(&config),
            aws::variable("IDEMPOTENCY_TABLE")?,
        );
        lambda_runtime::run(service_fn(async |event: LambdaEvent<Envelope<NovoPedido>>| {
            let (event, context) = (event.payload, event.context);
            let deadline = deadline(&context);
            let pedido = &event.detail;
            let notify = async {
                let call = topics
                    .publish()
                    .topic_arn(topic)
                    .subject("Confirmação de Pedido")
                    .message(format!(
                        "Olá {}, seu pedido foi recebido com sucesso!",
                        pedido.cliente_nome
                    ))
                    .send();
                within(deadline, call).await.map(drop)
            };
            let key = format!("{function}#{}", pedido.pedido_id);
            let result = idempotency.once(&key, deadline, notify).await;
            if let Err(error) = &result {
                let request = &context.request_id;
                tracing::error!(request, event = event.id, error = %chain(&**error), "event failed");
            }
            let duplicate = result.as_ref().is_ok_and(|sent| !sent);
            logs::metrics(
                function,
                &[
                    ("Events", 1),
                    ("Duplicates", duplicate.into()),
                    ("Failures", result.is_err().into()),
                ],
            );
            result.map(drop)
        }))
        .await
    })
}
