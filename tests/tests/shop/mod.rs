//! The order pipeline, wherever it runs: from change records on its stream to the table and the
//! topic. The same is done and the same asked of AWS's emulator and of this machine's engine.

use anyhow::{Context, ensure};
use esteira_tests::aws::{Aws, Item};
use esteira_tests::dms;
use serde_json::{Value, json};

pub(crate) const PEDIDOS: dms::Source<'static> =
    dms::Source { schema: "ecommerce", table: "pedidos" };
pub(crate) const PRODUCT: &str = "TV-55";

/// Where the pipeline runs.
pub(crate) trait Stage {
    /// A client of it.
    fn aws(&self) -> &Aws;
    /// What something is called there that was declared under a name.
    fn name(&self, declared: &str) -> String;
    /// Does something and waits until it has gone as far as it goes: each function, by its declared
    /// name, has run at least that often more.
    fn settle(
        &self,
        runs: &[(&str, usize)],
        act: &dyn Fn() -> anyhow::Result<()>,
    ) -> anyhow::Result<()>;
    /// Subjects and texts of what customers were told since the last time.
    fn notifications(&self) -> anyhow::Result<Vec<(String, String)>>;
}

/// What a customer, the stock and the inventory see of orders. Returns the shop as it is then.
pub(crate) fn scenario<S: Stage>(stage: &S) -> anyhow::Result<Shop<'_, S>> {
    let shop = Shop::open(stage)?;
    shop.orders_change_the_stock_once().context("every record twice")?;
    shop.other_records_change_nothing().context("records that say nothing new")?;
    shop.a_cancellation_restores_the_stock_once().context("cancellation")?;
    shop.a_cancellation_may_come_first().context("cancellation first")?;
    shop.what_cannot_be_delivered_is_rejected().context("rejection")?;
    Ok(shop)
}

/// How often the functions behind the bus run at least because of some records. An event is
/// delivered at least once, so they may run more often.
#[derive(Clone, Copy, Default)]
pub(crate) struct Runs {
    pub(crate) orders: usize,
    pub(crate) cancellations: usize,
}

pub(crate) const ONE_ORDER: Runs = Runs { orders: 1, cancellations: 0 };

/// The pipeline, with something in stock.
pub(crate) struct Shop<'a, S> {
    stage: &'a S,
}

impl<'a, S: Stage> Shop<'a, S> {
    fn open(stage: &'a S) -> anyhow::Result<Self> {
        let stock = json!({
            "ProdutoID": { "S": PRODUCT },
            "DataAtualizacao": { "S": "ESTOQUE#00" },
            "Quantidade": { "N": "100" },
        });
        stage.aws().put_item(&stage.name("Inventario"), &stock)?;
        Ok(Self { stage })
    }

    fn orders_change_the_stock_once(&self) -> anyhow::Result<()> {
        let orders: Vec<Value> = (1..=20).map(|id| order(id, PRODUCT, 2, "CRIADO")).collect();
        let inserts = orders.iter().map(|row| PEDIDOS.insert(row));
        let twice: Vec<Value> = inserts.clone().chain(inserts).collect();
        self.deliver(&twice, Runs { orders: 40, ..Runs::default() })?;
        self.expect_stock(100 - 20 * 2)?;
        for id in 1..=20 {
            let found = self.movements(PRODUCT, id)?;
            ensure!(found.len() == 1, "order {id} has the movements {found:?}");
        }
        // Every event came twice.
        let notifications = self.stage.notifications()?;
        for id in 1..=20 {
            let text = format!("Olá {}, seu pedido foi recebido com sucesso!", customer(id));
            let its = |(subject, body): &&(String, String)| {
                *body == text && subject == "Confirmação de Pedido"
            };
            let count = notifications.iter().filter(its).count();
            ensure!(
                count == 1,
                "order {id} has {count} notifications of {}: {notifications:?}",
                notifications.len()
            );
        }
        Ok(())
    }

    fn other_records_change_nothing(&self) -> anyhow::Result<()> {
        let before = self.items(PRODUCT)?;
        let row = order(1, PRODUCT, 2, "CRIADO");
        let mut changed = row.clone();
        changed["email"] = json!("outra@example.com");
        self.deliver(
            &[
                dms::control(),
                PEDIDOS.load(&order(40, PRODUCT, 5, "CRIADO")),
                PEDIDOS.update(&row, &changed),
                dms::Source { table: "clientes", ..PEDIDOS }
                    .insert(&json!({ "id": 41, "nome": "Ana" })),
            ],
            Runs::default(),
        )?;
        let after = self.items(PRODUCT)?;
        ensure!(before == after, "before {before:?}\nafter {after:?}");
        let notifications = self.stage.notifications()?;
        ensure!(notifications.is_empty(), "{notifications:?}");
        Ok(())
    }

    fn a_cancellation_restores_the_stock_once(&self) -> anyhow::Result<()> {
        let before = self.stock()?;
        let update =
            PEDIDOS.update(&order(1, PRODUCT, 2, "CRIADO"), &order(1, PRODUCT, 2, "CANCELADO"));
        self.deliver(&[update.clone(), update], Runs { cancellations: 2, ..Runs::default() })?;
        self.expect_stock(before + 2)?;
        // A late copy of the order's own record takes nothing again.
        self.deliver(&[PEDIDOS.insert(&order(1, PRODUCT, 2, "CRIADO"))], ONE_ORDER)?;
        self.expect_stock(before + 2)
    }

    fn a_cancellation_may_come_first(&self) -> anyhow::Result<()> {
        let before = self.stock()?;
        self.deliver(
            &[PEDIDOS.delete(&order(50, PRODUCT, 7, "CRIADO"))],
            Runs { cancellations: 1, ..Runs::default() },
        )?;
        self.deliver(&[PEDIDOS.insert(&order(50, PRODUCT, 7, "CRIADO"))], ONE_ORDER)?;
        self.expect_stock(before)
    }

    fn what_cannot_be_delivered_is_rejected(&self) -> anyhow::Result<()> {
        let before = self.stock()?;
        let inserts = [(60, PRODUCT, 1000), (61, "RADIO-1", 1)].map(|(id, product, quantity)| {
            (id, product, PEDIDOS.insert(&order(id, product, quantity, "CRIADO")))
        });
        let records: Vec<Value> =
            inserts.iter().flat_map(|(.., record)| [record.clone(), record.clone()]).collect();
        self.deliver(&records, Runs { orders: records.len(), ..Runs::default() })?;
        self.expect_stock(before)?;
        for (id, product, _) in inserts {
            let found = self.movements(product, id)?;
            let rejected = |item: &Item| item.values().any(|value| value == "REJEITADO");
            ensure!(
                found.len() == 1 && found.iter().all(rejected),
                "order {id} has the movements {found:?}"
            );
        }
        Ok(())
    }

    /// Puts the records on the stream and waits until they have gone as far as they go.
    pub(crate) fn deliver(&self, records: &[Value], expected: Runs) -> anyhow::Result<()> {
        let runs = [
            ("ProcessarPedido", 1),
            ("AtualizarEstoque", expected.orders),
            ("NotificarCliente", expected.orders),
            ("EstornarEstoque", expected.cancellations),
        ];
        let stream = self.stage.name("PedidosStream");
        // One key for all, so that they keep their order.
        self.stage.settle(&runs, &|| self.stage.aws().put_records(&stream, records, |_| "1".into()))
    }

    fn expect_stock(&self, quantity: i64) -> anyhow::Result<()> {
        let found = self.stock()?;
        ensure!(
            found == quantity,
            "the stock is {found}, not {quantity}: {:?}",
            self.items(PRODUCT)?
        );
        Ok(())
    }

    fn stock(&self) -> anyhow::Result<i64> {
        let items = self.items(PRODUCT)?;
        let stock = items
            .iter()
            .find(|item| item["DataAtualizacao"] == "ESTOQUE#00")
            .context("no stock")?;
        stock["Quantidade"].as_str().context("no Quantidade")?.parse().context("Quantidade")
    }

    pub(crate) fn items(&self, product: &str) -> anyhow::Result<Vec<Item>> {
        self.stage.aws().items(
            &self.stage.name("Inventario"),
            "ProdutoID",
            &json!({ "S": product }),
        )
    }

    /// The movements of an order: under `MOV#`, four hexadecimal digits, `#` and the order.
    fn movements(&self, product: &str, order: i64) -> anyhow::Result<Vec<Item>> {
        let its = |item: &Item| {
            let key = item["DataAtualizacao"].as_str().and_then(|key| key.strip_prefix("MOV#"));
            key.and_then(|key| key.split_once('#')).is_some_and(|(hash, id)| {
                id == order.to_string()
                    && hash.len() == 4
                    && hash.bytes().all(|digit| digit.is_ascii_hexdigit())
            })
        };
        Ok(self.items(product)?.into_iter().filter(its).collect())
    }
}

/// A row of the table `pedidos`.
pub(crate) fn order(id: i64, product: &str, quantity: u32, status: &str) -> Value {
    json!({
        "id": id,
        "produto_id": product,
        "quantidade": quantity,
        "cliente_nome": customer(id),
        "email": format!("cliente{id}@example.com"),
        "status": status,
    })
}

fn customer(id: i64) -> String {
    format!("José nº {id}")
}
