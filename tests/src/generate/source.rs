//! The code of a generated application.

use super::names::{Names, Part};
use super::options::Options;

/// The whole of `src/lib.rs`.
pub(super) fn text(options: &Options, names: &Names) -> String {
    let code = Code { options, names };
    let parts = [
        "//! A generated application.\n#![allow(dead_code, non_camel_case_types, unused_imports)]\n\n\
         use esteira::*;\nuse serde::{Deserialize, Serialize};\n"
            .to_owned(),
        code.key(),
        code.network(),
        code.stream(),
        code.bus(),
        code.table(),
        code.topic(),
        code.database(),
        code.events(),
        code.reader(),
        code.handler(),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The table of those rows that name the SQL, of which a column has more digits than a number.
pub(super) fn migration(names: &Names) -> String {
    format!(
        "CREATE TABLE itens (\n    id BIGINT PRIMARY KEY,\n    `{}` DECIMAL(10, 2) NOT NULL,\n    \
         amount INT UNSIGNED\n);\n",
        names.field().trim_start_matches("r#")
    )
}

/// A parameter that is a client of the application's own.
const CLIENT: &str = ", client: Raw<std::sync::Arc<str>>";

struct Code<'a> {
    options: &'a Options,
    names: &'a Names,
}

impl Code<'_> {
    fn is(&self, parameter: &str, value: &str) -> bool {
        self.options.is(parameter, value)
    }

    fn of(&self, part: Part) -> String {
        self.names.of(part)
    }

    /// A unit struct with a derive and the arguments of its attribute.
    fn unit(&self, derive: &str, part: Part, arguments: Vec<String>) -> String {
        let attribute = match derive {
            "KmsKey" => "kms_key".to_owned(),
            other => other.to_ascii_lowercase(),
        };
        let arguments = match arguments.is_empty() {
            true => String::new(),
            false => format!("#[{attribute}({})]\n", arguments.join(", ")),
        };
        format!("#[derive({derive})]\n{arguments}pub struct {};\n", self.of(part))
    }

    /// `name = "…"`, where it cannot be left out.
    fn name(&self, part: Part) -> String {
        format!("name = {:?}", self.names.physical(part))
    }

    /// `name = "…"`, where the type's own will not do.
    fn own_name(&self, part: Part) -> Option<String> {
        self.names.given(part).map(|name| format!("name = {name:?}"))
    }

    fn key_of(&self, user: &str) -> Option<String> {
        self.is(user, "kms_key").then(|| format!("kms_key = {}", self.of(Part::Key)))
    }

    fn key(&self) -> String {
        if !self.options.uses_key() {
            return String::new();
        }
        match self.is("key", "existing") {
            true => self.unit("KmsKey", Part::Key, vec!["existing".into()]),
            false => self.unit("KmsKey", Part::Key, self.own_name(Part::Key).into_iter().collect()),
        }
    }

    fn network(&self) -> String {
        let azs = format!("azs = {}", self.options.value("azs"));
        let mut arguments: Vec<String> = match self.options.value("vpc") {
            "none" => return String::new(),
            "existing" => vec!["existing".into()],
            "existing_cidr" => vec!["existing".into(), "cidr = \"10.0.8.0/22\"".into(), azs],
            "nat" => vec!["egress = nat".into(), azs],
            _ => vec!["cidr = \"10.1.0.0/16\"".into(), azs],
        };
        // Of an existing one too: the security groups in it bear its name.
        arguments.extend(self.own_name(Part::Network));
        self.unit("Vpc", Part::Network, arguments)
    }

    fn stream(&self) -> String {
        let mut arguments = match self.options.value("stream") {
            "existing" => vec!["existing".into()],
            "on_demand" => vec![self.name(Part::Stream), "on_demand".into()],
            _ => vec![self.name(Part::Stream), "shards = 2".into()],
        };
        if !self.is("retention", "default") {
            arguments.push(format!("retention_hours = {}", self.options.value("retention")));
        }
        arguments.extend(self.key_of("stream_key"));
        self.unit("Stream", Part::Stream, arguments)
    }

    fn bus(&self) -> String {
        let arguments = match self.options.value("bus") {
            "existing" => vec!["existing".into()],
            "archive" => vec![self.name(Part::Bus), "archive_days = 30".into()],
            _ => vec![self.name(Part::Bus)],
        };
        self.unit("Bus", Part::Bus, arguments)
    }

    fn table(&self) -> String {
        let mut arguments = vec!["partition_key = id".to_owned()];
        let mut fields = vec!["pub id: String".to_owned(), "pub amount: u32".into()];
        match self.options.value("table") {
            "existing" => arguments.push("existing".into()),
            value => {
                arguments.push(self.name(Part::Table));
                if value != "partition_key" {
                    arguments.push("sort_key = at".into());
                    fields.push("pub at: u64".into());
                }
                if value == "ttl" {
                    arguments.push("ttl = expires".into());
                    fields.push("pub expires: u64".into());
                }
            }
        }
        arguments.extend(self.key_of("table_key"));
        format!(
            "#[derive(Table, Serialize, Deserialize)]\n#[table({})]\npub struct {} {{ {} }}\n",
            arguments.join(", "),
            self.of(Part::Table),
            fields.join(", ")
        )
    }

    fn topic(&self) -> String {
        let mut arguments: Vec<String> = match self.options.value("topic") {
            "existing" => vec!["existing".into()],
            "fifo" => vec![self.name(Part::Topic), "fifo".into()],
            _ => vec![self.name(Part::Topic)],
        };
        arguments.extend(self.key_of("topic_key"));
        self.unit("Topic", Part::Topic, arguments)
    }

    /// The database, its rows and their capture.
    fn database(&self) -> String {
        let row = |part: Part, table: &str, schema: &str| {
            format!(
                "#[derive(Row, Deserialize)]\n#[row(table = {table:?}, key = id{schema})]\n\
                 pub struct {} {{ pub id: i64, pub {}: String, pub amount: Option<u32> }}\n",
                self.of(part),
                self.names.field()
            )
        };
        let mut text = row(Part::Row, "pedidos", "");
        let mut tables = vec![self.of(Part::Row)];
        if self.is("tables", "several") {
            text += &row(Part::Item, "itens", ", schema = \"migrations/\"");
            tables.push(self.of(Part::Item));
        }
        if self.is("aurora", "none") {
            return text;
        }
        let mut arguments =
            vec![format!("vpc = {}", self.of(Part::Network)), "database = \"loja\"".into()];
        match self.is("aurora", "existing") {
            true => arguments.push("existing".into()),
            false => {
                arguments.push(format!("instances = {}", self.options.value("instances")));
                arguments.push(self.name(Part::Store));
            }
        }
        arguments.extend(self.key_of("aurora_key"));
        text += &self.unit("Aurora", Part::Store, arguments);
        if self.is("capture", "none") {
            return text;
        }
        let mut arguments = vec![
            format!("from = {}", self.of(Part::Store)),
            format!("tables({})", tables.join(", ")),
            format!("into = {}", self.of(Part::Stream)),
        ];
        arguments.extend(self.own_name(Part::Capture));
        text + &self.unit("Capture", Part::Capture, arguments)
    }

    fn events(&self) -> String {
        let event = |part: Part, fields: &str, external: bool| {
            format!(
                "#[derive(Event, Serialize, Deserialize)]\n\
                 #[event(bus = {}, source = \"generated.tests\", detail_type = {:?}{})]\n\
                 pub struct {} {{ {fields} }}\n",
                self.of(Part::Bus),
                self.names.shown(part),
                if external { ", external" } else { "" },
                self.of(part),
            )
        };
        let (place, field) = (self.of(Part::Place), self.names.field());
        let fields = format!(
            "pub id: u64, pub {field}: String, #[serde(default)] pub place: Option<{place}>"
        );
        [
            format!(
                "#[derive(Detail, Serialize, Deserialize)]\n\
                 pub struct {place} {{ pub level: i32, pub hall: String }}\n"
            ),
            event(Part::Event, &fields, self.is("rule", "raw")),
            event(Part::Done, "pub id: u64", true),
            "#[derive(Deserialize)]\npub struct Reading { pub id: u64 }\n".into(),
        ]
        .concat()
    }

    /// The settings that a function has whatever invokes it.
    fn settings(&self, part: Part) -> Vec<String> {
        let mut settings: Vec<String> = self.own_name(part).into_iter().collect();
        if self.is("functions", "in_vpc") {
            settings.push(format!("vpc = {}", self.of(Part::Network)));
        }
        if self.is("environment", "two") {
            settings.push("memory = 10240, timeout = 900".into());
            settings.push("environment(RUST_LOG = \"debug\", GREETING = \"olá ${x} %{y}\")".into());
        }
        if self.is("concurrency", "reserved") {
            settings.push("reserved_concurrency = 5".into());
        }
        settings
    }

    fn reader(&self) -> String {
        let mut settings = vec![format!("stream = {}", self.of(Part::Stream))];
        settings.extend(match self.options.value("retries") {
            "fewest" => Some("batch_size = 1, retries = 0, max_age = 60".to_owned()),
            "most" => Some(
                "batch_size = 10000, batching_window = 300, parallelization = 10, \
                 retries = 10000, max_age = 604800"
                    .into(),
            ),
            _ => None,
        });
        settings.extend(self.settings(Part::Reader));
        let (record, key) = match self.is("records", "changes") {
            true => (
                format!("Change<{}>", self.of(Part::Row)),
                "|change| match change { Change::Insert(row) => row.id, _ => 0 }",
            ),
            false => ("Json<Reading>".into(), "|Json(reading)| reading.id"),
        };
        if self.is("idempotent", "closure") {
            settings.push(format!("idempotent(key = {key}, ttl = 31_536_000)"));
        }
        format!(
            "#[on_kinesis({})]\nasync fn {}(record: {record}, events: Publish<{}>) -> Result<()> {{\n    \
             let _ = (record, events);\n    Ok(())\n}}\n",
            settings.join(", "),
            self.of(Part::Reader),
            self.of(Part::Event)
        )
    }

    fn handler(&self) -> String {
        let event = self.of(Part::Event);
        let (rule, input) = match self.options.value("rule") {
            "typed" => (event.clone(), event),
            "nested" => (
                format!(
                    "{event} {{ {}: [\"a\", {{ prefix: \"b\" }}], \
                     place: {{ level: [{{ numeric: [\">\", 0, \"<=\", 5] }}] }} }}",
                    self.names.field()
                ),
                event,
            ),
            _ => (
                format!(
                    "raw({}, {{ \"source\": [\"another.tool\"], \
                     \"detail-type\": [{{ \"prefix\": \"Work\" }}] }})",
                    self.of(Part::Bus)
                ),
                "Reading".into(),
            ),
        };
        let mut settings = vec![format!("rule = {rule}")];
        settings.extend(match self.options.value("retries") {
            "fewest" => Some(
                "retries = 0, max_age = 60, delivery_retries = 0, delivery_max_age = 60".to_owned(),
            ),
            "most" => Some(
                "retries = 2, max_age = 21600, delivery_retries = 185, delivery_max_age = 86400"
                    .into(),
            ),
            _ => None,
        });
        if !self.is("architecture", "default") {
            settings.push(format!("architecture = {}", self.options.value("architecture")));
        }
        settings.extend(self.settings(Part::Handler));
        if self.is("idempotent", "field") {
            settings.push("idempotent(key = id, ttl = 2_592_000)".into());
        }
        let (table, done, topic) =
            (self.of(Part::Table), self.of(Part::Done), self.of(Part::Topic));
        let handles = match self.options.value("handles") {
            "read" => format!("first: Get<{table}>, second: Query<{table}>"),
            "write" => {
                format!("first: Put<{table}>, second: Update<{table}>, third: Delete<{table}>")
            }
            _ => format!("first: Publish<{done}>, second: Notify<{topic}>"),
        };
        let (allow, client, called) = match self.options.value("client") {
            "none" => (None, "", ""),
            "resource" => (
                Some(format!("allow(actions(\"dynamodb:Scan\"), on = {table})")),
                CLIENT,
                ", client",
            ),
            _ => {
                let arn = "arn:aws:secretsmanager:*:*:secret:shop/${aws:PrincipalTag/team}-*";
                let actions =
                    "\"secretsmanager:GetSecretValue\", \"secretsmanager:DescribeSecret\"";
                (Some(format!("allow(actions({actions}), on = {arn:?})")), CLIENT, ", client")
            }
        };
        settings.extend(allow);
        let third = if self.is("handles", "write") { ", third" } else { "" };
        format!(
            "#[on_event({})]\nasync fn {}(event: {input}, {handles}{client}, ctx: Context) -> Result<()> {{\n    \
             let _ = (event, first, second{third}{called}, ctx);\n    Ok(())\n}}\n",
            settings.join(", "),
            self.of(Part::Handler)
        )
    }
}
