//! Orders and cancellations as the bus delivers them: in any order, any number of times, several
//! at once, with failures in between.

use std::collections::BTreeMap;

use esteira::{CallError, Context, Memory, Publish, Put, Result, Update};
use fastrand::Rng;

use super::{atualizar_estoque::atualizar_estoque, estornar_estoque::estornar_estoque};
use crate::{
    inventario::{Inventario, Situacao},
    pedido::{NovoPedido, PedidoCancelado, PedidoRejeitado},
};

/// The products with a stock; orders may also name a third one, which is unknown.
const PRODUTOS: [&str; 3] = ["TV-55", "RADIO", "DESCONHECIDO"];

#[derive(Debug, Clone)]
enum Entrega {
    Pedido(NovoPedido),
    Cancelamento(PedidoCancelado),
}

impl Entrega {
    fn pedido_id(&self) -> i64 {
        match self {
            Self::Pedido(pedido) => pedido.pedido_id,
            Self::Cancelamento(pedido) => pedido.pedido_id,
        }
    }

    async fn handle(self, memory: Memory) -> Result<()> {
        let ctx = Context::in_memory(&memory);
        match self {
            Self::Pedido(pedido) => {
                atualizar_estoque(
                    pedido,
                    Put::in_memory(&memory),
                    Update::in_memory(&memory),
                    Publish::in_memory(&memory),
                    ctx,
                )
                .await
            }
            Self::Cancelamento(pedido) => {
                estornar_estoque(pedido, Put::in_memory(&memory), Update::in_memory(&memory), ctx)
                    .await
            }
        }
    }
}

/// An order, and which of its two events there are.
struct Caso {
    pedido: NovoPedido,
    feito: bool,
    cancelado: bool,
}

fn casos(rng: &mut Rng) -> Vec<Caso> {
    (0..rng.i64(1..=8))
        .map(|pedido_id| {
            let cancelado = rng.bool();
            Caso {
                pedido: NovoPedido {
                    pedido_id,
                    produto_id: PRODUTOS[rng.usize(0..PRODUTOS.len())].into(),
                    quantidade: rng.u32(0..=4),
                    cliente_nome: "Ana".into(),
                    email: "ana@example.com".into(),
                },
                feito: !cancelado || rng.u8(0..4) > 0,
                cancelado,
            }
        })
        .collect()
}

/// Each event one to three times, in any order.
fn entregas(casos: &[Caso], rng: &mut Rng) -> Vec<Entrega> {
    let mut entregas = Vec::new();
    for Caso { pedido, feito, cancelado } in casos {
        let NovoPedido { pedido_id, produto_id, .. } = pedido.clone();
        let cancelamento = PedidoCancelado { pedido_id, produto_id };
        if *feito {
            entregas.extend(vec![Entrega::Pedido(pedido.clone()); rng.usize(1..=3)]);
        }
        if *cancelado {
            entregas.extend(vec![Entrega::Cancelamento(cancelamento); rng.usize(1..=3)]);
        }
    }
    rng.shuffle(&mut entregas);
    entregas
}

/// Lets the next call go wrong: it is not carried out, or its answer is lost.
fn fail_next(memory: &Memory, rng: &mut Rng) {
    memory.fail_next(match rng.u8(0..6) {
        0 => CallError::Throttled,
        1 => CallError::Contention,
        2 => CallError::Unavailable("timed out".into()),
        3 => CallError::Cancelled(vec![Some(CallError::Contention), None]),
        4 => CallError::Refused("AccessDeniedException".into()),
        _ => return memory.lose_next_answer(),
    });
}

fn estoque(memory: &Memory, produto: &str) -> Option<i64> {
    memory.item(Inventario::chave_do_estoque(produto)).map(|item| item.quantidade)
}

/// Fills a product's stock up, beside what is delivered.
async fn fill_up(memory: Memory, produto: &'static str, quantidade: i64, turns: usize) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
    let filled = estoque(&memory, produto).unwrap_or_default() + quantidade;
    memory.insert(&Inventario::estoque(produto, filled)).expect("has a key");
}

/// Delivers until every delivery succeeded, several at once. What a delivery publishes is lost,
/// and the delivery repeated, now and then, as when the function is stopped before its end.
/// Returns the orders whose rejection was published by deliveries that lasted.
async fn deliver(
    memory: &Memory,
    total: &mut BTreeMap<&'static str, i64>,
    mut waiting: Vec<Entrega>,
    rng: &mut Rng,
) -> Vec<i64> {
    let mut rejeitados = Vec::new();
    while !waiting.is_empty() {
        let together: Vec<Entrega> = waiting.drain(..rng.usize(1..=4).min(waiting.len())).collect();
        for _ in 0..rng.usize(0..=2) {
            fail_next(memory, rng);
        }
        let published = memory.events::<PedidoRejeitado>().len();
        let running: Vec<_> = together
            .iter()
            .map(|entrega| tokio::spawn(entrega.clone().handle(memory.clone())))
            .collect();
        if rng.u8(0..4) == 0 {
            let produto = PRODUTOS[rng.usize(0..2)];
            let quantidade = rng.i64(1..=4);
            *total.entry(produto).or_default() += quantidade;
            let filled = fill_up(memory.clone(), produto, quantidade, rng.usize(0..8));
            tokio::spawn(filled).await.expect("does not panic");
        }
        let mut lasted = Vec::new();
        for (entrega, running) in together.into_iter().zip(running) {
            let result = running.await.expect("no handler panics");
            if result.is_ok() && rng.u8(0..5) > 0 {
                lasted.push(entrega.pedido_id());
            } else {
                let place = rng.usize(0..=waiting.len());
                waiting.insert(place, entrega);
            }
        }
        let published = memory.events::<PedidoRejeitado>().split_off(published);
        let ids = published.iter().map(|evento| evento.pedido_id);
        rejeitados.extend(ids.filter(|pedido| lasted.contains(pedido)));
        for produto in PRODUTOS {
            assert!(estoque(memory, produto).is_none_or(|left| left >= 0), "{produto} below zero");
        }
    }
    rejeitados
}

async fn check(seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let memory = Memory::seeded(seed);
    let mut total: BTreeMap<&'static str, i64> =
        PRODUTOS[..2].iter().map(|produto| (*produto, rng.i64(0..=6))).collect();
    for (produto, quantidade) in &total {
        memory.insert(&Inventario::estoque(*produto, *quantidade)).expect("has a key");
    }
    let casos = casos(&mut rng);
    let entregas = entregas(&casos, &mut rng);
    let rejeitados = deliver(&memory, &mut total, entregas, &mut rng).await;

    let mut aceito: BTreeMap<&str, i64> = BTreeMap::new();
    for Caso { pedido, feito, cancelado } in &casos {
        let NovoPedido { pedido_id, produto_id, quantidade, .. } = pedido;
        let chave = Inventario::chave_do_movimento(produto_id, *pedido_id);
        let movimento = memory.item(chave).expect("every order has a movement");
        let situacao = movimento.situacao.expect("a movement says what became of the order");
        let legal: &[Situacao] = match (feito, cancelado) {
            (true, false) => &[Situacao::Aceito, Situacao::Rejeitado],
            (true, true) => &[Situacao::Estornado, Situacao::Rejeitado],
            (false, _) => &[Situacao::Estornado],
        };
        assert!(legal.contains(&situacao), "seed {seed}: order {pedido_id} is {situacao:?}");
        assert_eq!(
            rejeitados.contains(pedido_id),
            situacao == Situacao::Rejeitado,
            "seed {seed}: what is rejected, and nothing else, is published: order {pedido_id}"
        );
        if situacao == Situacao::Aceito {
            *aceito.entry(produto_id).or_default() += i64::from(*quantidade);
        }
    }
    for produto in PRODUTOS {
        let taken = aceito.get(produto).copied().unwrap_or_default();
        let left = total.get(produto).map(|total| total - taken);
        assert_eq!(estoque(&memory, produto), left, "seed {seed}: {produto}");
    }
    let items = memory.items::<Inventario>().len();
    assert_eq!(items, total.len() + casos.len(), "seed {seed}: one movement an order");
}

#[tokio::test]
async fn every_order_counts_once_however_it_is_delivered() {
    for seed in 0..1_000 {
        check(seed).await;
    }
}
