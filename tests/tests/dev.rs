//! The pipeline on this machine, by the tool's own command.

use std::cell::Cell;
use std::io::Write;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};
use esteira_tests::aws::Aws;
use esteira_tests::checkout::Checkout;
use esteira_tests::local::Local;
use esteira_tests::mariadb::MariaDb;
use esteira_tests::suite::Suite;
use esteira_tests::wait;
use esteira_xtask::tools;
use serde_json::{Value, json};

use shop::Stage;

mod shop;

/// The stage that is run. Not `dev`: what a developer keeps there is theirs.
const STAGE: [&str; 4] = ["--app", "pipeline", "--stage", "prod"];

/// The products that made-up rows name.
const PRODUCTS: usize = 100;

const FAILURES: &str = "loja-prod-pipeline-failures-123456789012-sa-east-1";

const INVENTORY: &str = "loja-prod-Inventario";

/// What each product has in stock at first: more than all orders together.
const STOCK: i64 = 1_000_000;

/// A machine that others use is slow.
const PATIENCE: Duration = Duration::from_secs(240);

/// The names lead with `system`, by which the ordinary test run leaves these tests out.
mod system {
    use super::*;

    #[test]
    fn the_pipeline_runs_on_this_machine() -> anyhow::Result<()> {
        let Some(suite) = Suite::prepared() else { return Ok(()) };
        // The functions are linked as for Lambda.
        let (Some(mariadb), Some(_)) = (suite.tool(&tools::MARIADB), suite.tool(&tools::ZIG))
        else {
            return Ok(());
        };
        let folder = suite.workspace("dev");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        let test = Test { folder, mariadb };
        test.made_up_rows_end_in_the_same_state_in_the_process_and_as_functions()
            .context("in the process and as functions")?;
        test.orders_come_to_the_same_as_on_the_emulator(&[]).context("in the process")?;
        test.orders_come_to_the_same_as_on_the_emulator(&["--binaries"])
            .context("as functions, on the emulator's scenario")?;
        test.a_database_is_read_and_an_end_in_its_midst_loses_nothing().context("a database")?;
        test.what_was_given_up_goes_through_once_it_is_mended().context("given up")?;
        test.a_file_of_records_is_replayed_whole().context("a file")?;
        test.a_database_is_started_for_it_and_ends_with_it().context("a database of its own")?;
        test.it_is_shown_on_the_full_screen().context("the full screen")
    }
}

struct Test {
    folder: PathBuf,
    mariadb: PathBuf,
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl Test {
    fn start(&self, name: &str, arguments: &[&str]) -> anyhow::Result<Local> {
        let all = [&STAGE[..], arguments].concat();
        Local::start(&self.folder.join(name), &all)
    }

    fn made_up_rows_end_in_the_same_state_in_the_process_and_as_functions(
        &self,
    ) -> anyhow::Result<()> {
        const ROWS: usize = 300;
        let ends = |name: &str, arguments: &[&str]| -> anyhow::Result<Vec<Value>> {
            // What is in stock is there the next time.
            let first = self.start(name, &["--fresh"])?;
            (1..=PRODUCTS).try_for_each(|it| put_stock(&first.aws(), &made_up(it)))?;
            first.end()?;
            let number = ROWS.to_string();
            let rows = ["--rows", &number, "--seed", "7"];
            let local = self.start(name, &[&rows[..], arguments].concat())?;
            wait::until_within(PATIENCE, "a notification for each row", || {
                Ok((local.count("notified")? >= ROWS).then_some(()))
            })?;
            let all = wait::until_within(PATIENCE, "a movement for each row", || {
                let all = scan(&local.aws())?;
                Ok((all.len() == PRODUCTS + ROWS).then_some(all))
            })?;
            let invoked = local.seen()?.iter().any(|seen| seen["function"] == "notificar_cliente");
            ensure!(invoked, "{}", local.said());
            ensure!(local.count("refused")? == 0, "{}", local.said());
            local.end()?;
            Ok(all)
        };
        let here = ends("here", &[])?;
        let taken = here.iter().filter(|item| item["Situacao"]["S"] == "ACEITO").count();
        ensure!(taken == ROWS, "{taken} orders were accepted");
        let there = ends("binaries", &["--binaries"])?;
        ensure!(here == there, "in the process:\n{here:#?}\nas functions:\n{there:#?}");
        Ok(())
    }

    /// What `end_to_end` does on the emulator, with the same records and the same to be seen.
    fn orders_come_to_the_same_as_on_the_emulator(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let name = format!("shop{}", arguments.concat());
        let local = self.start(&name, &[&["--fresh"], arguments].concat())?;
        let here = Here { aws: local.aws(), local, told: Cell::new(0) };
        shop::scenario(&here)?;
        here.local.end()
    }

    fn a_database_is_read_and_an_end_in_its_midst_loses_nothing(&self) -> anyhow::Result<()> {
        const ORDERS: usize = 10_000;
        let migrations = repository().join("pipeline/migrations");
        let files = std::fs::read_dir(&migrations)?.map(|entry| Ok(entry?.path()));
        let mut files: Vec<PathBuf> = files.collect::<std::io::Result<_>>()?;
        files.sort();
        let sql: Vec<String> =
            files.iter().map(std::fs::read_to_string).collect::<std::io::Result<_>>()?;
        let server = MariaDb::start(&self.mariadb, "ecommerce", &sql.join("\n"))?;
        let url = server.url();
        let local = self.start("database", &["--fresh", "--mysql", &url])?;
        (0..10).try_for_each(|product| put_stock(&local.aws(), &format!("P{product}")))?;
        let mut local = Some(local);
        for batch in 0..20 {
            let rows = (0..500).map(|number| {
                let id = batch * 500 + number + 1;
                format!("({id}, 'P{}', 2, 'Ana', 'ana@example.com', 'CRIADO')", id % 10)
            });
            let rows: Vec<String> = rows.collect();
            let columns = "id, produto_id, quantidade, cliente_nome, email, status";
            let sql = format!("INSERT INTO pedidos ({columns}) VALUES {}", rows.join(","));
            server.run(Some("ecommerce"), &sql)?;
            if batch == 7 || batch == 13 {
                local.take().context("it runs")?.kill()?;
            }
            if batch == 8 || batch == 14 {
                local = Some(self.start("database", &["--mysql", &url])?);
            }
        }
        let local = local.context("it runs")?;
        let expected = STOCK - 2 * (ORDERS as i64) / 10;
        wait::until_within(PATIENCE, "the stock of ten products", || {
            let stocks = (0..10).map(|product| stock(&local.aws(), &format!("P{product}")));
            let stocks: Vec<i64> = stocks.collect::<anyhow::Result<_>>()?;
            ensure!(stocks.iter().all(|stock| *stock >= expected), "too much: {stocks:?}");
            Ok(stocks.iter().all(|stock| *stock == expected).then_some(()))
        })?;
        wait::until_within(PATIENCE, "a notification for each order", || {
            Ok((local.count("notified")? >= ORDERS).then_some(()))
        })?;
        // What was under way when it was killed is done again, and nothing else.
        let notified = local.count("notified")?;
        ensure!(notified < ORDERS + 4_000, "{notified} notifications for {ORDERS} orders");
        ensure!(local.count("gave_up")? == 0, "{}", local.said());
        local.end()
    }

    fn what_was_given_up_goes_through_once_it_is_mended(&self) -> anyhow::Result<()> {
        const HANDLER: &str = "pipeline/src/handlers/processar_pedido.rs";
        const RIGHT: &str = "Change::Insert(pedido) => novos";
        let wrong = format!(
            "Change::Insert(pedido) if pedido.id == 2 => return Err(\"a mistake\".into()),\n{RIGHT}"
        );
        let checkout = Checkout::new(self.folder.join("checkout"))?;
        checkout.edit(HANDLER, RIGHT, &wrong)?;
        let local =
            checkout.start(&self.folder.join("poison"), &[&STAGE[..], &["--fresh"]].concat())?;
        let aws = local.aws();
        put_stock(&aws, "P1")?;
        for id in 1..=3 {
            aws.put_records("loja-prod-PedidosStream", &[inserted(id, "P1")], |_| "P1".into())?;
        }
        wait::until_within(PATIENCE, "the orders beside the poison", || {
            Ok((stock(&aws, "P1")? == STOCK - 4).then_some(()))
        })?;
        let given_up = wait::until_within(PATIENCE, "the poison to be given up", || {
            Ok(local.seen()?.into_iter().find(|seen| seen["kind"] == "gave_up"))
        })?;
        let key = given_up["destination"].as_str().context("no destination")?;
        let object = aws.object(FAILURES, key)?;
        ensure!(object.contains("RetryAttemptsExhausted"), "{object}");

        checkout.edit(HANDLER, &wrong, RIGHT)?;
        wait::until_within(PATIENCE, "the handler as it was saved", || {
            Ok((local.said().matches("Endpoint ").count() == 2).then_some(()))
        })?;
        let redriven =
            checkout.tool().args(["redrive", "--local", "--json"]).args(STAGE).output()?;
        ensure!(redriven.status.success(), "{}", String::from_utf8_lossy(&redriven.stderr));
        let said: Value = serde_json::from_slice(&redriven.stdout)?;
        ensure!(said["redriven"] == json!({ "processar_pedido": 1 }), "{said}");
        wait::until_within(PATIENCE, "the order that was given up", || {
            Ok((stock(&aws, "P1")? == STOCK - 6).then_some(()))
        })?;
        ensure!(aws.object(FAILURES, key).is_err(), "it is still there");
        local.end()
    }

    fn a_file_of_records_is_replayed_whole(&self) -> anyhow::Result<()> {
        const RECORDS: usize = 500;
        std::fs::create_dir_all(&self.folder)?;
        let file = self.folder.join("records.jsonl");
        let lines = (1..=RECORDS).map(|id| format!("{}\n", inserted(id, "P1")));
        std::fs::write(&file, lines.collect::<String>())?;
        let ended = Command::new(env!("CARGO"))
            .args(["xtask", "dev", "--json", "--fresh", "--once", "--replay"])
            .arg(&file)
            .args(STAGE)
            .current_dir(repository())
            .output()?;
        ensure!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        let seen = String::from_utf8(ended.stdout)?;
        let notified = seen.matches("\"kind\":\"notified\"").count();
        ensure!(notified == RECORDS, "{notified} notifications of {RECORDS} orders");
        Ok(())
    }

    fn a_database_is_started_for_it_and_ends_with_it(&self) -> anyhow::Result<()> {
        let run = |local: &Local, sql: &str| -> anyhow::Result<bool> {
            let said = local.said();
            let command = |line: &'_ str| line.trim().strip_prefix("Database ").map(str::to_owned);
            let command = said.lines().rev().find_map(command).context("no command of a client")?;
            let words: Vec<&str> = command.split(' ').collect();
            let mut client = Command::new(words[0]);
            // It has to come first.
            client.arg("--no-defaults").args(&words[1..]).args(["--execute", sql]);
            Ok(client.output()?.status.success())
        };
        let local = self.start("own-database", &["--fresh", "--mysql"])?;
        put_stock(&local.aws(), "P1")?;
        let order = "INSERT INTO pedidos (id, produto_id, quantidade, cliente_nome, email, status) \
                     VALUES (1, 'P1', 2, 'Ana', 'ana@example.com', 'CRIADO')";
        ensure!(run(&local, order)?, "the tables are not there: {}", local.said());
        wait::until_within(PATIENCE, "the order", || {
            Ok((stock(&local.aws(), "P1")? == STOCK - 2).then_some(()))
        })?;
        let port = |local: &Local| local.said().lines().rev().find_map(database_port);
        let listened = port(&local).context("no port")?;
        local.end()?;
        ensure!(TcpStream::connect(("127.0.0.1", listened)).is_err(), "the database is there");

        let again = self.start("own-database", &["--mysql"])?;
        ensure!(!run(&again, order)?, "the order is no longer there");
        again.end()?;
        let fresh = self.start("own-database", &["--fresh", "--mysql"])?;
        ensure!(run(&fresh, order)?, "the order is still there");
        fresh.end()
    }

    fn it_is_shown_on_the_full_screen(&self) -> anyhow::Result<()> {
        let screen = self.folder.join("screen");
        let command = format!(
            "stty rows 40 cols 140 && exec {} xtask dev --tui --fresh --rows 200 {}",
            env!("CARGO"),
            STAGE.join(" ")
        );
        // A terminal for a program that has none.
        let mut process = Command::new("script")
            .args(["--quiet", "--return", "--flush", "--command", &command])
            .arg(&screen)
            .current_dir(repository())
            .env("TERM", "xterm-256color")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        let shown =
            || String::from_utf8_lossy(&std::fs::read(&screen).unwrap_or_default()).into_owned();
        let seen = wait::until_within(PATIENCE, "the functions", || {
            let names = HANDLERS.iter().all(|(_, handler)| shown().contains(handler));
            Ok(names.then_some(()))
        });
        process.stdin.take().context("no stdin")?.write_all(b"q")?;
        let status = wait::until_within(PATIENCE, "the end", || Ok(process.try_wait()?))
            .inspect_err(|_| drop(process.kill()))?;
        seen.with_context(shown)?;
        ensure!(status.success(), "{status}: {}", shown());
        Ok(())
    }
}

/// A new order of two, as DMS writes it.
fn inserted(id: usize, product: &str) -> Value {
    shop::PEDIDOS.insert(&shop::order(id as i64, product, 2, "CRIADO"))
}

/// The port in the line that says how to connect to a database.
fn database_port(line: &str) -> Option<u16> {
    let command = line.trim().strip_prefix("Database ")?;
    command.split(' ').find_map(|word| word.strip_prefix("--port="))?.parse().ok()
}

/// A product of a made-up row.
fn made_up(number: usize) -> String {
    format!("produto_id-{number}")
}

/// The pipeline on this machine.
struct Here {
    local: Local,
    aws: Aws,
    /// How many notifications were looked at.
    told: Cell<usize>,
}

impl Here {
    /// How often a function has come to an end.
    fn runs(&self, function: &str) -> anyhow::Result<usize> {
        let handler = HANDLERS.iter().find(|(declared, _)| *declared == function);
        let (_, handler) = handler.context("no such function")?;
        let seen = self.local.seen()?;
        Ok(seen.iter().filter(|it| it["kind"] == "invoked" && it["function"] == *handler).count())
    }
}

/// The functions, and the handlers that they are made of.
const HANDLERS: [(&str, &str); 4] = [
    ("ProcessarPedido", "processar_pedido"),
    ("AtualizarEstoque", "atualizar_estoque"),
    ("NotificarCliente", "notificar_cliente"),
    ("EstornarEstoque", "estornar_estoque"),
];

impl Stage for Here {
    fn aws(&self) -> &Aws {
        &self.aws
    }

    fn name(&self, declared: &str) -> String {
        format!("loja-prod-{declared}")
    }

    fn settle(
        &self,
        runs: &[(&str, usize)],
        act: &dyn Fn() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let count = |runs: &[(&str, usize)]| -> anyhow::Result<Vec<usize>> {
            runs.iter().map(|(function, _)| self.runs(function)).collect()
        };
        let before = count(runs)?;
        act()?;
        let enough = |now: &[usize]| {
            let each = now.iter().zip(&before).zip(runs);
            each.into_iter().all(|((now, before), (_, expected))| now - before >= *expected)
        };
        let mut last = before.clone();
        wait::until_within(PATIENCE, "the functions to have run", || {
            let now = count(runs)?;
            // Once more without anything new: nothing is on its way.
            let quiet = enough(&now) && now == last;
            last = now;
            Ok(quiet.then_some(()))
        })
    }

    fn notifications(&self) -> anyhow::Result<Vec<(String, String)>> {
        let seen = self.local.seen()?;
        let all = seen.iter().filter(|it| it["kind"] == "notified");
        let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        let all = all.map(|it| (text(&it["subject"]), text(&it["message"])));
        let new: Vec<_> = all.skip(self.told.get()).collect();
        self.told.set(self.told.get() + new.len());
        Ok(new)
    }
}

fn put_stock(aws: &Aws, product: &str) -> anyhow::Result<()> {
    let item = json!({
        "ProdutoID": { "S": product },
        "DataAtualizacao": { "S": "ESTOQUE#00" },
        "Quantidade": { "N": STOCK.to_string() },
    });
    aws.put_item(INVENTORY, &item)
}

fn stock(aws: &Aws, product: &str) -> anyhow::Result<i64> {
    let key = json!({ "S": product });
    let items = aws.items(INVENTORY, "ProdutoID", &key)?;
    let stock = items.iter().find(|item| item["DataAtualizacao"] == "ESTOQUE#00");
    let quantity = &stock.context("no stock")?["Quantidade"];
    quantity.as_str().and_then(|text| text.parse().ok()).context("no number")
}

/// Every item, without the time at which it was written.
fn scan(aws: &Aws) -> anyhow::Result<Vec<Value>> {
    let body = json!({ "TableName": INVENTORY });
    let answer = aws.json("dynamodb", "DynamoDB_20120810.Scan", &body)?;
    let items = answer["Items"].as_array().context("no Items")?;
    let mut items = items.clone();
    for item in &mut items {
        item.as_object_mut().context("no object")?.remove("RegistradoEm");
    }
    Ok(items)
}
