//! The order pipeline: from change records on its stream to the table and the topic.

use anyhow::{Context, ensure};
use esteira_tests::aws::{Aws, Item};
use esteira_tests::emulator::Emulator;
use esteira_tests::{dms, wait};
use serde_json::{Value, json};

const STREAM: &str = "dev-PedidosStream";
const TABLE: &str = "dev-Inventario";
const TOPIC: &str = "dev-ClienteNotificacao";
const PROCESSAR: &str = "dev-ProcessarPedido";
const ATUALIZAR: &str = "dev-AtualizarEstoque";
const NOTIFICAR: &str = "dev-NotificarCliente";
const ESTORNAR: &str = "dev-EstornarEstoque";

const PEDIDOS: dms::Source<'static> = dms::Source { schema: "ecommerce", table: "pedidos" };
const PRODUCT: &str = "TV-55";

pub(crate) fn scenario(emulator: &Emulator) -> anyhow::Result<()> {
    let shop = Shop::open(emulator.aws())?;
    shop.orders_change_the_stock_once().context("every record twice")?;
    shop.other_records_change_nothing().context("records that say nothing new")?;
    shop.a_cancellation_restores_the_stock_once().context("cancellation")?;
    shop.a_cancellation_may_come_first().context("cancellation first")?;
    shop.what_cannot_be_delivered_is_rejected().context("rejection")?;
    shop.a_call_that_is_not_granted_is_refused().context("a grant taken away")
}

/// How often the functions behind the bus run at least because of some records. An event is
/// delivered at least once, so they may run more often.
#[derive(Clone, Copy, Default)]
struct Runs {
    orders: usize,
    cancellations: usize,
}

const ONE_ORDER: Runs = Runs { orders: 1, cancellations: 0 };

/// The deployed pipeline, with a queue on its topic.
struct Shop {
    aws: Aws,
    queue: String,
}

impl Shop {
    fn open(aws: Aws) -> anyhow::Result<Self> {
        let stock = json!({
            "ProdutoID": { "S": PRODUCT },
            "DataAtualizacao": { "S": "ESTOQUE#00" },
            "Quantidade": { "N": "100" },
        });
        aws.put_item(TABLE, &stock)?;
        let queue = aws.listen(TOPIC, "notifications")?;
        Ok(Self { aws, queue })
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
        let notifications = self.aws.notifications(&self.queue)?;
        for id in 1..=20 {
            let text = format!("Olá {}, seu pedido foi recebido com sucesso!", customer(id));
            let its = |it: &&Value| {
                it["Message"] == text.as_str() && it["Subject"] == "Confirmação de Pedido"
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
        let notifications = self.aws.notifications(&self.queue)?;
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

    fn a_call_that_is_not_granted_is_refused(&self) -> anyhow::Result<()> {
        let before = self.items(PRODUCT)?;
        let configuration = self.aws.function(ATUALIZAR)?;
        let role = configuration["Role"]
            .as_str()
            .and_then(|arn| arn.rsplit('/').next())
            .context("no role")?;
        let revoked = self.aws.revoke(role, "dynamodb:UpdateItem")?;
        ensure!(revoked == 1, "{revoked} statements of {role} allow dynamodb:UpdateItem");
        let invocations = self.aws.invocations(ATUALIZAR)?.len();
        self.deliver(&[PEDIDOS.insert(&order(70, PRODUCT, 1, "CRIADO"))], ONE_ORDER)?;
        let refused = wait::until("a refused call", || {
            let new = self.aws.invocations(ATUALIZAR)?.split_off(invocations);
            let lines: Vec<String> = new.into_iter().flat_map(|it| it.lines).collect();
            let refusal =
                |line: &String| line.contains("not authorized") || line.contains("AccessDenied");
            Ok(lines.iter().any(refusal).then_some(lines))
        })?;
        let after = self.items(PRODUCT)?;
        ensure!(before == after, "refused: {refused:?}\nbefore {before:?}\nafter {after:?}");
        Ok(())
    }

    /// Puts the records on the stream and waits until they have gone as far as they go.
    fn deliver(&self, records: &[Value], expected: Runs) -> anyhow::Result<()> {
        let runs = [
            (PROCESSAR, 1),
            (ATUALIZAR, expected.orders),
            (NOTIFICAR, expected.orders),
            (ESTORNAR, expected.cancellations),
        ];
        wait::until_quiet(&self.aws, &runs, || {
            // One key for all, so that they keep their order.
            self.aws.put_records(STREAM, records, |_| "1".into())
        })
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

    fn items(&self, product: &str) -> anyhow::Result<Vec<Item>> {
        self.aws.items(TABLE, "ProdutoID", &json!({ "S": product }))
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
fn order(id: i64, product: &str, quantity: u32, status: &str) -> Value {
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
