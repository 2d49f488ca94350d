//! The whole application: a row goes in, and stock, notifications and failure destinations show
//! what came of it.

use std::time::Duration;

use esteira::{CallError, Result, testing::Pipeline};
use pipeline::{
    infra::{ClienteNotificacao, PedidosStream},
    inventario::Inventario,
    pedido::{NovoPedido, Pedido, PedidoRejeitado},
};
use serde_json::{Value, json};

fn pedido(id: i64, quantidade: u32, status: &str) -> Value {
    json!({
        "id": id,
        "produto_id": "TV-55",
        "quantidade": quantidade,
        "cliente_nome": "Ana",
        "email": "ana@example.com",
        "status": status,
    })
}

/// The application, with ten televisions in stock.
fn loja() -> Result<Pipeline> {
    let loja = Pipeline::new()?;
    loja.memory().insert(&Inventario::estoque("TV-55", 10))?;
    Ok(loja)
}

fn estoque(loja: &Pipeline) -> i64 {
    let item = loja.memory().item(Inventario::chave_do_estoque("TV-55"));
    item.expect("there is a stock").quantidade
}

#[tokio::test]
async fn an_order_takes_from_the_stock_and_tells_the_customer() -> Result<()> {
    let mut loja = loja()?;
    loja.insert::<Pedido>(&pedido(7, 3, "CRIADO"))?;
    loja.settle().await;
    assert_eq!(estoque(&loja), 7);
    let avisos = loja.memory().messages::<ClienteNotificacao>();
    assert_eq!(avisos.len(), 1);
    assert_eq!(loja.refusals(), [] as [&str; 0], "the handles are enough");
    Ok(())
}

#[tokio::test]
async fn a_cancelled_order_gives_back_what_it_took() -> Result<()> {
    let mut loja = loja()?;
    loja.insert::<Pedido>(&pedido(7, 3, "CRIADO"))?;
    loja.update::<Pedido>(&pedido(7, 3, "CRIADO"), &pedido(7, 3, "CANCELADO"))?;
    loja.insert::<Pedido>(&pedido(8, 2, "CRIADO"))?;
    loja.delete::<Pedido>(&pedido(8, 2, "CRIADO"))?;
    loja.settle().await;
    assert_eq!(estoque(&loja), 10);
    Ok(())
}

#[tokio::test]
async fn what_was_there_before_the_capture_changes_nothing() -> Result<()> {
    let mut loja = loja()?;
    loja.load::<Pedido>(&pedido(7, 3, "PAGO"))?;
    loja.settle().await;
    assert_eq!(estoque(&loja), 10);
    assert_eq!(loja.memory().events::<NovoPedido>(), []);
    Ok(())
}

#[tokio::test]
async fn an_order_of_too_much_is_rejected() -> Result<()> {
    let mut loja = loja()?;
    loja.insert::<Pedido>(&pedido(7, 11, "CRIADO"))?;
    loja.settle().await;
    assert_eq!(estoque(&loja), 10);
    assert_eq!(loja.memory().events::<PedidoRejeitado>().len(), 1);
    Ok(())
}

#[tokio::test]
async fn an_order_that_comes_twice_counts_once() -> Result<()> {
    let mut loja = loja()?;
    loja.insert::<Pedido>(&pedido(7, 3, "CRIADO"))?;
    loja.insert::<Pedido>(&pedido(7, 3, "CRIADO"))?;
    loja.settle().await;
    assert_eq!(estoque(&loja), 7);
    Ok(())
}

#[tokio::test]
async fn a_stock_that_cannot_be_reached_is_tried_again_by_lambda() -> Result<()> {
    let mut loja = loja()?;
    loja.publish(&NovoPedido {
        pedido_id: 7,
        produto_id: "TV-55".into(),
        quantidade: 3,
        cliente_nome: "Ana".into(),
        email: "ana@example.com".into(),
    })?;
    loja.memory().fail_next(CallError::Refused("AccessDeniedException".into()));
    loja.memory().fail_next(CallError::Refused("AccessDeniedException".into()));
    loja.settle().await;
    assert!(loja.invocations().iter().any(|it| it.error.is_some()));
    loja.advance(Duration::from_secs(61)).await;
    assert_eq!(estoque(&loja), 7);
    assert_eq!(loja.memory().messages::<ClienteNotificacao>().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_poison_record_is_kept_with_its_data_and_holds_nothing_up() -> Result<()> {
    let mut loja = loja()?;
    for id in 1..=4 {
        loja.insert::<Pedido>(&pedido(id, 1, "CRIADO"))?;
        if id == 2 {
            loja.put::<PedidosStream>("veneno", r#"{"data": "#)?;
        }
    }
    loja.settle().await;
    loja.advance(Duration::from_secs(3_600)).await;
    assert_eq!(estoque(&loja), 6);
    assert_eq!(loja.given_up("processar_pedido")?, [json!(r#"{"data": "#)]);
    Ok(())
}
