//! The inventory: for each product its stock, and a movement for each order.

use std::{collections::HashMap, time::SystemTime};

use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::{put_item::PutItemError, transact_write_items::TransactWriteItemsError},
    types::{
        AttributeValue, CancellationReason, Put, ReturnValuesOnConditionCheckFailure,
        TransactWriteItem, Update,
    },
};
use lambda_runtime::Error;
use serde::{Deserialize, Serialize};

use crate::{
    events::NovoPedido,
    function::{pause, within},
};

/// The attributes of an item.
pub type Attributes = HashMap<String, AttributeValue>;

/// The sort key of a product's current stock.
const ESTOQUE: &str = "ESTOQUE#00";

/// A failed condition brings along the item that is there: it tells a duplicate from a missing
/// item without another read.
const ALL_OLD: ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure::AllOld;

/// The movement of an order.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Movimento {
    #[serde(rename = "ProdutoID")]
    pub produto_id: String,
    pub data_atualizacao: String,
    pub quantidade: i64,
    #[serde(rename = "PedidoID")]
    pub pedido_id: i64,
    pub situacao: Situacao,
    pub registrado_em: String,
}

/// What became of an order.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Situacao {
    Aceito,
    Rejeitado,
    Estornado,
}

impl Movimento {
    pub fn new(pedido: &NovoPedido, situacao: Situacao) -> Self {
        Self {
            quantidade: pedido.quantidade.into(),
            ..Self::lapide(pedido.pedido_id, &pedido.produto_id, situacao)
        }
    }

    /// The tombstone of an order that was cancelled before it was seen.
    pub fn lapide(pedido_id: i64, produto_id: &str, situacao: Situacao) -> Self {
        Self {
            produto_id: produto_id.to_owned(),
            data_atualizacao: chave_do_movimento(pedido_id),
            quantidade: 0,
            pedido_id,
            situacao,
            registrado_em: humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
        }
    }

    fn read(attributes: &Attributes) -> Result<Self, Error> {
        Ok(serde_dynamo::from_item(attributes.clone())?)
    }
}

/// The sort key of an order's movement. It begins with a hash, so that DynamoDB can split the
/// item collection of a product that sells.
fn chave_do_movimento(pedido_id: i64) -> String {
    let hash = pedido_id
        .to_string()
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("MOV#{:04x}#{pedido_id}", (hash >> 16) as u16 ^ hash as u16)
}

fn chave(produto_id: &str, ordem: &str) -> Attributes {
    let texto = |texto: &str| AttributeValue::S(texto.to_owned());
    [("ProdutoID", texto(produto_id)), ("DataAtualizacao", texto(ordem))]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The table.
pub struct Inventario {
    client: Client,
    table: String,
}

/// How a write of a movement ended.
pub enum Gravado {
    Novo,
    /// There is one already.
    Existente(Movimento),
}

/// How a transaction ended.
pub enum Baixa {
    Feita,
    /// There is a movement already.
    Existente(Movimento),
    /// The product is unknown, or there is too little of it.
    SemEstoque,
}

impl Inventario {
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Takes what an order asks for from the stock, and records it as its movement: both, or
    /// neither.
    pub async fn baixar(
        &self,
        movimento: &Movimento,
        deadline: SystemTime,
    ) -> Result<Baixa, Error> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(serde_dynamo::to_item(movimento)?))
            .condition_expression("attribute_not_exists(ProdutoID)")
            .return_values_on_condition_check_failure(ALL_OLD)
            .build()?;
        let quantidade = AttributeValue::N(movimento.quantidade.to_string());
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(chave(&movimento.produto_id, ESTOQUE)))
            .update_expression("SET Quantidade = Quantidade - :q")
            .condition_expression("attribute_exists(ProdutoID) AND Quantidade >= :q")
            .expression_attribute_values(":q", quantidade)
            .return_values_on_condition_check_failure(ALL_OLD)
            .build()?;
        let items = vec![
            TransactWriteItem::builder().put(put).build(),
            TransactWriteItem::builder().update(update).build(),
        ];
        match self.transact(items, deadline).await?.as_deref() {
            None => Ok(Baixa::Feita),
            Some([first, ..]) if failed(first) => {
                let existente = first.item().ok_or("DynamoDB did not return the movement")?;
                Ok(Baixa::Existente(Movimento::read(existente)?))
            }
            Some([_, second]) if failed(second) => Ok(Baixa::SemEstoque),
            Some(reasons) => Err(format!("the transaction was cancelled: {reasons:?}").into()),
        }
    }

    /// Gives back what an accepted order had taken. One that is no longer accepted, because
    /// another delivery was faster, is left as it is.
    pub async fn devolver(&self, movimento: &Movimento, deadline: SystemTime) -> Result<(), Error> {
        let situacao = |situacao| serde_dynamo::to_attribute_value::<_, AttributeValue>(situacao);
        let estorno = Update::builder()
            .table_name(&self.table)
            .set_key(Some(chave(&movimento.produto_id, &movimento.data_atualizacao)))
            .update_expression("SET Situacao = :estornado")
            .condition_expression("Situacao = :aceito")
            .expression_attribute_values(":estornado", situacao(Situacao::Estornado)?)
            .expression_attribute_values(":aceito", situacao(Situacao::Aceito)?)
            .return_values_on_condition_check_failure(ALL_OLD)
            .build()?;
        let quantidade = AttributeValue::N(movimento.quantidade.to_string());
        let volta = Update::builder()
            .table_name(&self.table)
            .set_key(Some(chave(&movimento.produto_id, ESTOQUE)))
            .update_expression("SET Quantidade = Quantidade + :q")
            .expression_attribute_values(":q", quantidade)
            .return_values_on_condition_check_failure(ALL_OLD)
            .build()?;
        let items = vec![
            TransactWriteItem::builder().update(estorno).build(),
            TransactWriteItem::builder().update(volta).build(),
        ];
        match self.transact(items, deadline).await?.as_deref() {
            None => Ok(()),
            Some([first, ..]) if failed(first) => Ok(()),
            Some(reasons) => Err(format!("the transaction was cancelled: {reasons:?}").into()),
        }
    }

    /// Writes a movement unless there is one.
    pub async fn gravar(
        &self,
        movimento: &Movimento,
        deadline: SystemTime,
    ) -> Result<Gravado, Error> {
        let mut attempt = 0;
        loop {
            let call = self
                .client
                .put_item()
                .table_name(&self.table)
                .set_item(Some(serde_dynamo::to_item(movimento)?))
                .condition_expression("attribute_not_exists(ProdutoID)")
                .return_values_on_condition_check_failure(ALL_OLD);
            let error = match within(deadline, async { Ok::<_, Error>(call.send().await) }).await? {
                Ok(_) => return Ok(Gravado::Novo),
                Err(error) => error,
            };
            match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    let existente = failed.item().ok_or("DynamoDB did not return the movement")?;
                    return Ok(Gravado::Existente(Movimento::read(existente)?));
                }
                Some(PutItemError::TransactionConflictException(_)) => {}
                _ => return Err(error.into()),
            }
            attempt += 1;
            if !pause(deadline, attempt).await {
                return Err(error.into());
            }
        }
    }

    /// Carries a transaction out, repeating it while others are in the way. Returns the reasons
    /// for which it was cancelled, if it was. The SDK adds the token that makes its own
    /// repetitions harmless.
    async fn transact(
        &self,
        items: Vec<TransactWriteItem>,
        deadline: SystemTime,
    ) -> Result<Option<Vec<CancellationReason>>, Error> {
        let mut attempt = 0;
        loop {
            let call = self.client.transact_write_items().set_transact_items(Some(items.clone()));
            let error = match within(deadline, async { Ok::<_, Error>(call.send().await) }).await? {
                Ok(_) => return Ok(None),
                Err(error) => error,
            };
            if !in_the_way(&error) {
                return match error.into_service_error() {
                    TransactWriteItemsError::TransactionCanceledException(cancelled) => {
                        Ok(Some(cancelled.cancellation_reasons.unwrap_or_default()))
                    }
                    error => Err(error.into()),
                };
            }
            attempt += 1;
            if !pause(deadline, attempt).await {
                return Err(error.into());
            }
        }
    }
}

fn failed(reason: &CancellationReason) -> bool {
    reason.code() == Some("ConditionalCheckFailed")
}

/// Whether nothing but contention and throttling kept a transaction from being carried out.
fn in_the_way<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    const TRANSIENT: [&str; 4] =
        ["None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionInProgressException(_)) => true,
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => cancelled
            .cancellation_reasons()
            .iter()
            .all(|reason| TRANSIENT.contains(&reason.code().unwrap_or("None"))),
        _ => false,
    }
}
