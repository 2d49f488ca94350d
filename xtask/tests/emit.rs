//! What is emitted, read back.

use std::collections::HashSet;

use esteira_manifest::{Kind, Manifest, On, Role};
use esteira_xtask::{
    cloudformation::{self, Limits},
    graph::Graph,
    stage::Stage,
    terraform,
};
use serde_json::Value;

#[path = "../src/fixture.rs"]
mod fixture;
mod normal;

use normal::Normal;

fn graph() -> Graph {
    Graph::new(&fixture::manifest(), &Stage::new("dev")).expect("a correct manifest")
}

/// The only template of an application that fits into one stack.
fn template(graph: &Graph) -> String {
    let templates = cloudformation::templates(graph, &Limits::AWS).expect("a template");
    let [template] = templates.as_slice() else { panic!("{} templates", templates.len()) };
    assert_eq!(template.file(), "template.yaml");
    template.text().to_owned()
}

fn both(graph: &Graph) -> [Normal; 2] {
    let template = template(graph);
    [normal::terraform::read(&terraform::files(graph)), normal::cloudformation::read(&template)]
}

/// A stage that says everything, and keeps what there is.
fn prod() -> Graph {
    let text = r#"
        [stage.prod]
        account = "123456789012"
        region = "sa-east-1"
        tags = { team = "loja", "custo/centro" = "Ação 1" }
        terraform_backend = { s3 = { bucket = "b", encrypt = true, assume_role = { role_arn = "r" } } }
    "#;
    let stage = Stage::parse("prod", "esteira.toml", text).expect("a correct stage");
    Graph::new(&fixture::manifest(), &stage).expect("a correct manifest")
}

/// What both outputs say, which must be the same.
fn same(graph: &Graph) -> Normal {
    let [terraform, cloudformation] = both(graph);
    assert_eq!(terraform.outputs, cloudformation.outputs);
    let keys = |normal: &Normal| normal.resources.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&terraform), keys(&cloudformation));
    for (key, resource) in &terraform.resources {
        assert_eq!(*resource, cloudformation.resources[key], "{key:?}");
    }
    terraform
}

#[test]
fn terraform_and_cloudformation_say_the_same() {
    let text = "[stage.dev.resources]
        PedidosStream.retention_hours = 24
        Leituras.shards = \"on_demand\"
        Ecommerce.archive_days = 7
        avisar = { memory = 1024, reserved_concurrency = 9 }
        Avisos.emails = [\"a@example.com\", \"b@example.com\"]";
    let stage = Stage::parse("dev", "esteira.toml", text).expect("a correct stage");
    let normal = same(&Graph::new(&fixture::manifest(), &stage).expect("a correct manifest"));
    // Each setting that only a stage has.
    let written = |kind: &str, name: &str| &normal.resources[&(kind.to_owned(), name.to_owned())];
    assert_eq!(written("Stream", "dev-PedidosStream")["hours"], 24);
    assert_eq!(written("Stream", "dev-Leituras")["shards"], Value::Null, "on demand");
    assert_eq!(written("Archive", "dev-Ecommerce")["days"], 7);
    assert_eq!(written("Mapping", "dev-ProcessarPedido")["position"], "TRIM_HORIZON");
    assert_eq!(written("Mapping", "dev-RegistrarLeitura")["position"], "LATEST");
    assert_eq!(written("Function", "dev-Avisar")["memory"], 1024);
    assert_eq!(written("Function", "dev-Avisar")["reserved"], 9);
    assert_eq!(written("Subscription", "b@example.com")["topic"], "Topic:dev-Avisos:arn");
    // One of each kind that the fixture declares, so that an empty reading cannot pass.
    let count = |kind: &str| normal.resources.keys().filter(|(k, _)| k == kind).count();
    let kinds = ["Stream", "Bus", "Table", "Topic", "Function", "Role", "Policy", "LogGroup"];
    assert_eq!(kinds.map(count), [2, 1, 3, 1, 5, 5, 5, 5]);
    let done = written("Table", "dev-LojaIdempotency");
    assert_eq!(done["ttl"], serde_json::json!(["expires", true]));
    assert_eq!(["Mapping", "Rule", "Target", "Permission"].map(count), [2, 3, 3, 3]);
    assert_eq!(["Queue", "FailureQueuePolicy", "Invocation"].map(count), [3; 3]);
    assert_eq!(["Bucket", "BucketPolicy", "Key", "Alias", "Archive"].map(count), [1; 5]);
    assert_eq!(["BucketAccess", "BucketLifecycle", "Subscription"].map(count), [1, 1, 2]);

    same(&prod());
}

#[test]
fn a_fifo_topic_is_one_in_terraform_and_cloudformation() {
    let mut manifest = fixture::manifest();
    for item in &mut manifest.items {
        if let Kind::Topic(topic) = &mut item.kind {
            topic.fifo = true;
        }
    }
    let graph = Graph::new(&manifest, &Stage::new("dev")).expect("a correct manifest");
    let normal = same(&graph);
    let topic = &normal.resources[&("Topic".to_owned(), "dev-Avisos.fifo".to_owned())];
    assert_eq!((&topic["fifo"], &topic["deduplication"]), (&true.into(), &false.into()));
    let statements = normal.statements("dev-Avisar").iter();
    let publishing: Vec<_> = statements.filter(|it| it["Action"] == "sns:Publish").collect();
    assert_eq!(publishing.len(), 1);
    assert_eq!(publishing[0]["Resource"], "Topic:dev-Avisos.fifo:arn");
}

#[test]
fn a_stage_says_where_it_may_be_and_what_it_keeps() {
    for normal in both(&prod()) {
        assert_eq!(normal.outputs["(account)"], "123456789012");
        assert_eq!(normal.outputs["(region)"], "sa-east-1");
        let tags = serde_json::json!({
            "app": "loja", "stage": "prod", "managed-by": "esteira",
            "team": "loja", "custo/centro": "Ação 1",
        });
        assert_eq!(normal.outputs["(tags)"], tags);
        assert_eq!(kept(&normal), [("retain", true)]);
    }
    for normal in both(&graph()) {
        assert!(!normal.outputs.contains_key("(account)"));
        assert!(!normal.outputs.contains_key("(region)"));
        assert_eq!(kept(&normal), [("destroy", false)]);
    }
}

/// What becomes of tables and streams, and whether tables are protected: the different answers.
fn kept(normal: &Normal) -> Vec<(&str, bool)> {
    let of = |kind: &str| {
        let all: Vec<_> =
            normal.resources.iter().filter(|((k, _), _)| k == kind).map(|(_, v)| v).collect();
        assert!(!all.is_empty(), "{kind}");
        all
    };
    let kept = ["Table", "Stream", "Bucket", "Key", "Queue", "Archive"].map(|kind| of(kind).len());
    assert_eq!(of("Removal").len(), kept.iter().sum::<usize>());
    let mut kept: Vec<_> = of("Removal")
        .into_iter()
        .flat_map(|removal| {
            let removal = removal.as_str().expect("a text");
            of("Table").into_iter().map(move |table| (removal, table["protected"] == true))
        })
        .collect();
    kept.dedup();
    kept
}

#[test]
fn terraform_keeps_its_state_where_the_stage_says() {
    let main = |graph: &Graph| terraform::files(graph)[0].1.clone();
    let expected = r#"
  backend "s3" {
    assume_role = {
      role_arn = "r"
    }
    bucket  = "b"
    encrypt = true
  }
"#;
    assert!(main(&prod()).contains(expected), "{}", main(&prod()));
    assert!(!main(&graph()).contains("backend"));
}

/// Both outputs of the network's manifest in a stage with these settings of the VPC, which are
/// found to be the same.
fn networks(vpc: esteira_manifest::Vpc, settings: &str) -> Normal {
    let text = format!("[stage.dev.resources.Rede]\n{settings}");
    let stage = Stage::parse("dev", "esteira.toml", &text).expect("a correct file");
    let graph = Graph::new(&fixture::network::manifest(vpc), &stage).expect("a correct manifest");
    let [terraform, cloudformation] = both(&graph);
    for (key, resource) in &terraform.resources {
        assert_eq!(Some(resource), cloudformation.resources.get(key), "{key:?}");
    }
    assert_eq!(terraform, cloudformation);
    terraform
}

#[test]
fn networks_are_the_same_in_terraform_and_cloudformation() {
    use esteira_manifest::{Egress, Vpc};

    let count = |normal: &Normal, kind: &str| {
        normal.resources.keys().filter(|(other, _)| other == kind).count()
    };
    let kinds = ["Vpc", "GatewayAttachment", "Subnet", "RouteTable", "Route", "NatGateway"];
    let guards = ["SecurityGroup", "Egress", "Ingress", "Endpoint"];
    let vpc = fixture::network::vpc;

    let endpoints = networks(vpc(), "");
    assert_eq!(kinds.map(|kind| count(&endpoints, kind)), [1, 1, 4, 2, 1, 0]);
    assert_eq!(guards.map(|kind| count(&endpoints, kind)), [4, 4, 2, 3]);
    let function =
        &endpoints.resources[&("Function".to_owned(), "dev-AtualizarEstoque".to_owned())];
    assert_eq!(
        function["after"],
        serde_json::json!([
            "Archive dev-Ecommerce",
            "Egress atualizarestoquetodynamodb443",
            "Egress atualizarestoquetoredeeventsendpoint443",
            "Endpoint rededynamodb",
            "Endpoint redeevents",
            "Endpoint redesns",
            "FailureQueuePolicy dev-Avisar",
            "Ingress atualizarestoquetoredeeventsendpoint443",
            "Invocation dev-Avisar",
            "Permission dev-Avisar",
            "Route redepublic",
            "RouteTableAssociation redeprivate1",
            "RouteTableAssociation redeprivate2",
            "RouteTableAssociation redepublic1",
            "RouteTableAssociation redepublic2",
            "Rule dev-Avisar"
        ])
    );
    assert_eq!(function["subnets"][1], "Subnet:dev-Rede-private-2:name");
    assert_eq!(function["groups"][0], "SecurityGroup:dev-AtualizarEstoque:name");
    let role = endpoints.statements("dev-AtualizarEstoque");
    assert!(role.iter().any(|statement| statement["Sid"] == "PlatformNetwork"), "{role:?}");
    let denied = role.iter().find(|statement| statement["Effect"] == "Deny").expect("one");
    assert_eq!(
        denied["Condition"],
        serde_json::json!({"ArnEquals": {"lambda:SourceFunctionArn":
            "arn:{partition}:lambda:{region}:{account}:function:dev-AtualizarEstoque"}})
    );

    let nat = networks(Vpc { azs: 3, egress: Egress::Nat, ..vpc() }, "nat_gateways = 2");
    assert_eq!(kinds.map(|kind| count(&nat, kind)), [1, 1, 6, 4, 4, 2]);
    assert_eq!(guards.map(|kind| count(&nat, kind)), [2, 4, 0, 1]);

    let cidr = Some("10.0.8.0/22".into());
    let within = networks(Vpc { existing: true, cidr, ..vpc() }, "vpc_id = 'vpc-10000000'");
    assert_eq!(kinds.map(|kind| count(&within, kind)), [0, 0, 2, 1, 0, 0]);
    assert_eq!(guards.map(|kind| count(&within, kind)), [4, 4, 2, 3]);

    let settings = "vpc_id = 'vpc-10000000'\nprivate_subnets = ['subnet-10000000', 'subnet-20000000']\n\
                    endpoints = ['sns', 'dynamodb']\nendpoints_security_group = 'sg-10000000'\n\
                    endpoint_subnets = ['subnet-30000000']";
    let existing = networks(Vpc { existing: true, cidr: None, ..vpc() }, settings);
    assert_eq!(kinds.map(|kind| count(&existing, kind)), [0; 6]);
    let endpoint = &existing.resources[&("Endpoint".to_owned(), "dev-Rede-events".to_owned())];
    assert_eq!(endpoint["subnet_ids"], serde_json::json!(["subnet-30000000"]));
    // Nothing is done to the group of others.
    assert_eq!(guards.map(|kind| count(&existing, kind)), [3, 4, 1, 1]);
}

/// Both outputs of the capture's manifest in a stage with these settings of its resources, which
/// are found to be the same.
fn captures(stage: &str, settings: &str) -> Normal {
    let text = format!("[stage.{stage}.resources]\n{settings}");
    let stage = Stage::parse(stage, "esteira.toml", &text).expect("a correct file");
    same(&Graph::new(&fixture::capture::manifest(), &stage).expect("a correct manifest"))
}

#[test]
fn databases_and_captures_are_the_same_in_terraform_and_cloudformation() {
    let get = |normal: &Normal, kind: &str, name: &str| {
        normal.resources[&(kind.to_owned(), name.to_owned())].clone()
    };
    let instance = captures("prod", "");
    let cluster = get(&instance, "Cluster", "prod-banco-loja");
    assert_eq!(cluster["deletion_protection"], true);
    assert_eq!(cluster["kms_key_id"], "Key:prod-Chave:arn");
    let parameters = get(&instance, "Parameters", "prod-banco-loja")["parameter"].clone();
    assert_eq!(parameters["binlog_format"], "ROW");
    assert_eq!(parameters["binlog_checksum"], "NONE");
    assert_eq!(get(&instance, "ReplicationInstance", "prod-captura")["multi_az"], true);
    let task = get(&instance, "Task", "prod-captura");
    assert_eq!(task["source_endpoint_arn"], "ReplicationEndpoint:prod-captura-source:name");
    // The stream's reader, the database, and the ways to it and to AWS.
    for awaited in [
        "Mapping processarpedido",
        "Instance banco2",
        "Ingress capturareplicationtobanco3306",
        "Endpoint redekinesisstreams",
        "Endpoint redesecretsmanager",
        "Ingress capturareplicationtoredesecretsmanagerendpoint443",
    ] {
        let after = task["after"].as_array().expect("a list");
        assert!(after.iter().any(|other| other == awaited), "{awaited} is not in {after:?}");
    }
    assert_eq!(
        get(&instance, "SignIn", "prod-captura-source"),
        serde_json::json!({
            "username": "dms_captura",
            "password": "(generated)",
            "host": "Cluster:prod-banco-loja:endpoint",
            "port": 3306,
        })
    );
    let actions = |role| -> Vec<_> {
        instance
            .statements(role)
            .iter()
            .map(|s| (s["Action"].clone(), s["Resource"].clone()))
            .collect()
    };
    let list = |actions: &[&str]| serde_json::json!(actions);
    assert_eq!(
        actions("prod-captura-source"),
        [
            (list(&["secretsmanager:GetSecretValue"]), "Secret:prod-captura-source:arn".into()),
            (list(&["kms:Decrypt", "kms:DescribeKey"]), "Key:prod-Chave:arn".into()),
        ]
    );
    assert_eq!(
        actions("prod-captura-target"),
        [
            (
                list(&["kinesis:DescribeStream", "kinesis:PutRecord", "kinesis:PutRecords"]),
                "Stream:prod-PedidosStream:arn".into()
            ),
            (list(&["kms:GenerateDataKey"]), "Key:prod-Chave:arn".into()),
        ]
    );
    let trusted = |role: &str| get(&instance, "Role", role)["Statement"][0].clone();
    assert_eq!(
        trusted("prod-captura-source")["Principal"]["Service"],
        "dms.{region}.amazonaws.com"
    );
    for role in ["prod-captura-target", "dms-vpc-role", "dms-cloudwatch-logs-role"] {
        let trusted = trusted(role);
        assert_eq!(trusted["Principal"]["Service"], "dms.amazonaws.com");
        assert_eq!(trusted["Condition"]["StringEquals"]["aws:SourceAccount"], "{account}");
    }
    for role in ["dms-vpc-role", "dms-cloudwatch-logs-role"] {
        assert_eq!(get(&instance, "Switched", role), Value::Null);
        assert_eq!(get(&instance, "Removal", role), "retain");
    }

    let serverless = captures(
        "dev",
        "Captura.serverless = { min_dcu = 1, max_dcu = 4 }
         Captura.certificate_arn = 'arn:aws:dms:sa-east-1:123456789012:cert:RDS'
         Banco.serverless = { min_acu = 0.5, max_acu = 8 }
         Banco.instances = 1",
    );
    let compute = get(&serverless, "Replication", "dev-captura");
    assert_eq!(compute["compute_config.max_capacity_units"], 4);
    assert_eq!(compute["compute_config.multi_az"], false);
    let source = get(&serverless, "ReplicationEndpoint", "dev-captura-source");
    assert_eq!(source["ssl_mode"], "verify-full");
    // The account's roles outlive a stage that is thrown away.
    assert_eq!(get(&serverless, "Removal", "dms-vpc-role"), "retain");
    assert_eq!(get(&serverless, "Instance", "dev-banco-loja-1")["instance_class"], "db.serverless");
    assert!(!serverless.resources.keys().any(|(kind, _)| kind == "ReplicationInstance"));
}

#[test]
fn a_database_lets_in_whom_the_stage_names() {
    let normal = captures("dev", "Banco.clients = ['sg-20000000', 'sg-10000000', 'sg-20000000']");
    let rules = |wanted: &str, setting: &str| -> Vec<_> {
        let rules = normal.resources.iter().filter(|((kind, _), _)| kind == wanted);
        rules
            .filter(|(_, rule)| rule[setting].as_str().is_some_and(|id| id.starts_with("sg-")))
            .map(|(_, rule)| rule.clone())
            .collect()
    };
    let ingress = |client: &str| {
        serde_json::json!({
            "security_group_id": "SecurityGroup:dev-banco-loja-database:name",
            "referenced_security_group_id": client,
            "ip_protocol": "tcp",
            "from_port": 3306,
            "to_port": 3306,
            "description": "SQL",
        })
    };
    let let_in = rules("Ingress", "referenced_security_group_id");
    assert_eq!(let_in, ["sg-10000000", "sg-20000000"].map(ingress));
    // Nothing is done to the groups of others.
    assert_eq!(rules("Egress", "security_group_id"), Vec::<Value>::new());
    // What a client is made with.
    assert_eq!(normal.outputs["rede_vpc_id"], "Vpc:dev-Rede:name");
    let subnets = ["Subnet:dev-Rede-private-1:name", "Subnet:dev-Rede-private-2:name"];
    assert_eq!(normal.outputs["rede_vpc_private_subnet_ids"], serde_json::json!(subnets));
    let group = "SecurityGroup:dev-banco-loja-database:name";
    assert_eq!(normal.outputs["banco_cluster_security_group_id"], group);
}

/// The ids of a template that a part of it refers to.
fn referred<'a>(value: &'a Value, ids: &mut Vec<&'a str>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|e| referred(e, ids)),
        Value::Object(entries) => {
            ids.extend(entries.get("Ref").and_then(Value::as_str));
            ids.extend(entries.get("Fn::GetAtt").and_then(|pair| pair[0].as_str()));
            entries.values().for_each(|value| referred(value, ids));
        }
        _ => {}
    }
}

#[test]
fn what_a_stack_leaves_behind_stands_on_nothing_that_it_deletes() {
    let stage = Stage::new("prod");
    let graph = Graph::new(&fixture::capture::manifest(), &stage).expect("a correct manifest");
    let template = template(&graph);
    let template: Value = serde_saphyr::from_str(&template).expect("YAML");
    let resources = template["Resources"].as_object().expect("resources");
    let stays = |resource: &Value| resource["DeletionPolicy"] == "RetainExceptOnCreate";
    let kinds: HashSet<_> = resources
        .values()
        .filter(|resource| stays(resource))
        .map(|resource| resource["Type"].as_str().expect("a type"))
        .collect();
    for kind in ["RDS::DBCluster", "RDS::DBInstance", "EC2::VPC", "SQS::Queue", "Events::Archive"] {
        assert!(kinds.contains(format!("AWS::{kind}").as_str()), "{kind} is not in {kinds:?}");
    }
    for (id, resource) in resources.iter().filter(|(_, resource)| stays(resource)) {
        let mut below = Vec::new();
        referred(&resource["Properties"], &mut below);
        for other in below.into_iter().filter_map(|id| resources.get_key_value(id)) {
            assert!(stays(other.1), "{id} stays, and {} goes", other.0);
        }
    }
}

#[test]
fn a_database_of_others_is_only_referred_to() {
    let mut manifest = fixture::capture::manifest();
    for item in &mut manifest.items {
        if let Kind::Aurora(aurora) = &mut item.kind {
            (aurora.existing, aurora.kms_key) = (true, None);
        }
    }
    let secret = "arn:aws:secretsmanager:sa-east-1:123456789012:secret:loja-AbCdEf";
    let key = "arn:aws:kms:sa-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let text = format!(
        "[stage.dev.resources.Banco]\nsecret_arn = '{secret}'\nsecurity_group = 'sg-10000000'\n\
         secret_kms_key_arn = '{key}'\nport = 3307"
    );
    let stage = Stage::parse("dev", "esteira.toml", &text).expect("a correct file");
    let graph = Graph::new(&manifest, &stage).expect("a correct manifest");
    let normal = same(&graph);
    let made = ["Cluster", "Instance", "DatabaseSubnets", "Parameters", "Secret", "SignIn"];
    assert!(!normal.resources.keys().any(|(kind, _)| made.contains(&kind.as_str())));
    let source = ("ReplicationEndpoint".to_owned(), "dev-captura-source".to_owned());
    assert_eq!(normal.resources[&source]["secrets_manager_arn"], secret);
    let [reads, decrypts] = &normal.statements("dev-captura-source")[..] else {
        panic!("two statements")
    };
    assert_eq!(reads["Resource"], secret);
    assert_eq!(decrypts["Action"], serde_json::json!(["kms:Decrypt", "kms:DescribeKey"]));
    assert_eq!(decrypts["Resource"], key);
    // Only the way out to it is opened, nothing is done to its security group.
    let of = |wanted: &str, setting: &str| {
        let rules = normal.resources.iter().filter(|((kind, _), _)| kind == wanted);
        rules.filter(|(_, rule)| rule[setting] == "sg-10000000").count()
    };
    assert_eq!(of("Ingress", "security_group_id"), 0);
    assert_eq!(of("Egress", "referenced_security_group_id"), 1);
    let to_it =
        normal.resources.values().find(|r| r["referenced_security_group_id"] == "sg-10000000");
    assert_eq!(to_it.map(|rule| [&rule["from_port"], &rule["to_port"]]), Some([&3307.into(); 2]));
    // Its readers, as there is no cluster to wait for.
    assert_eq!(awaited_by_subnets(&graph), ["ProcessarPedidoMapping"]);
}

/// What CloudFormation makes before the subnet group of the capture.
fn awaited_by_subnets(graph: &Graph) -> Vec<String> {
    let template = template(graph);
    let template: Value = serde_saphyr::from_str(&template).expect("YAML");
    let after = &template["Resources"]["CapturaReplicationSubnetGroup"]["DependsOn"];
    serde_json::from_value(after.clone()).expect("ids")
}

#[test]
fn the_roles_of_dms_are_known_before_cloudformation_uses_them() {
    let graph = Graph::new(&fixture::capture::manifest(), &Stage::new("dev"));
    assert_eq!(awaited_by_subnets(&graph.expect("a correct manifest")), ["BancoCluster"]);
}

#[test]
fn a_stage_that_created_the_roles_of_dms_goes_on_having_them() {
    for (setting, default) in [("", false), ("create_dms_roles = true", true)] {
        let text = format!("[stage.dev]\n{setting}");
        let stage = Stage::parse("dev", "esteira.toml", &text).expect("a correct file");
        let graph = Graph::new(&fixture::capture::manifest(), &stage).expect("correct");
        let template = template(&graph);
        let template: Value = serde_saphyr::from_str(&template).expect("YAML");
        let parameter = &template["Parameters"]["CreateDmsRoles"];
        assert_eq!(parameter["Default"], default.to_string());
        let files = terraform::files(&graph);
        let (_, captures) = files.iter().find(|(name, _)| name == "captures.tf").expect("a file");
        let (_, variable) = captures.split_once("variable \"create_dms_roles\" {").expect("it");
        let (variable, _) = variable.split_once('}').expect("an end");
        assert!(variable.contains(&format!("default     = {default}\n")), "{variable}");
    }
}

#[test]
fn a_pattern_arrives_as_it_was_written() {
    let manifest = fixture::manifest();
    let written: Vec<Value> = handlers(&manifest)
        .filter_map(|handler| match &handler.trigger {
            esteira_manifest::Trigger::Event(event) => Some((&event.pattern).into()),
            esteira_manifest::Trigger::Kinesis(_) => None,
        })
        .collect();
    for normal in both(&graph()) {
        let rules = normal.resources.iter().filter(|((kind, _), _)| kind == "Rule");
        let emitted: Vec<_> = rules.map(|(_, rule)| rule["pattern"].clone()).collect();
        assert_eq!(emitted, written);
    }
}

fn handlers(manifest: &Manifest) -> impl Iterator<Item = &esteira_manifest::Handler> {
    manifest.items.iter().filter_map(|item| match &item.kind {
        Kind::Handler(handler) => Some(handler),
        _ => None,
    })
}

/// What a statement for a grant has to say, worked out from the manifest alone.
fn expected(manifest: &Manifest, grant: &esteira_manifest::Grant) -> (String, String, Value) {
    let find = |id: &str| &manifest.items.iter().find(|item| item.id == id).expect("an item").kind;
    let arn = |kind: &str, name: &str| format!("{kind}:dev-{name}:arn");
    let (resource, condition) = match find(&grant.resource) {
        Kind::Table(table) => (arn("Table", &table.name), Value::Null),
        Kind::Topic(topic) => (arn("Topic", &topic.name), Value::Null),
        Kind::Event(event) => {
            let Kind::Bus(bus) = find(&event.bus) else { panic!("no bus") };
            let condition = serde_json::json!({"StringEquals": {
                "events:source": event.source,
                "events:detail-type": event.detail_type.replace("${", "${$}{"),
            }});
            (arn("Bus", &bus.name), condition)
        }
        other => panic!("{other:?}"),
    };
    (grant.action.iam().to_owned(), resource, condition)
}

#[test]
fn each_grant_is_one_statement_and_each_statement_a_grant_or_the_platforms() {
    let manifest = fixture::manifest();
    for normal in both(&graph()) {
        let mut granted = 0;
        for handler in handlers(&manifest) {
            let mut statements: Vec<&Value> =
                normal.statements(&format!("dev-{}", handler.function)).iter().collect();
            let sids: HashSet<_> = statements.iter().map(|s| s["Sid"].to_string()).collect();
            assert_eq!(sids.len(), statements.len(), "statement ids are unique");
            assert!(statements.iter().all(|s| s["Effect"] == "Allow"));

            for parameter in handler.parameters.iter() {
                let Role::Handle(grant) = &parameter.role else { continue };
                let (action, resource, condition) = expected(&manifest, grant);
                let before = statements.len();
                statements.retain(|s| {
                    let has = s.get("Condition").cloned().unwrap_or_default();
                    !(s["Action"] == action.as_str()
                        && s["Resource"] == resource.as_str()
                        && has == condition)
                });
                assert_eq!(before - statements.len(), 1, "{} {action}", parameter.name);
                granted += 1;
            }
            for allow in handler.allows.iter() {
                let resource = match &allow.on {
                    On::Resource(id) => {
                        let item = manifest.items.iter().find(|item| item.id == *id);
                        let Kind::Table(table) = &item.expect("an item").kind else {
                            panic!("{id}")
                        };
                        format!("Table:dev-{}:arn", table.name)
                    }
                    On::Arn(arn) => arn.to_string(),
                };
                let actions = match &allow.actions[..] {
                    [one] => serde_json::json!(one),
                    several => serde_json::json!(several),
                };
                let before = statements.len();
                statements.retain(|s| {
                    !(s["Action"] == actions
                        && s["Resource"] == resource.as_str()
                        && s.get("Condition").is_none())
                });
                assert_eq!(before - statements.len(), 1, "{actions} on {resource}");
                granted += 1;
            }
            let rest: Vec<_> = statements.iter().map(|s| s["Sid"].as_str().unwrap()).collect();
            let mut platform = match handler.trigger {
                esteira_manifest::Trigger::Kinesis(_) => {
                    vec!["PlatformPolling", "PlatformFailures", "PlatformFailureBucket"]
                }
                esteira_manifest::Trigger::Event(_) => vec!["PlatformFailures"],
            };
            platform.extend(handler.idempotent.map(|_| "PlatformIdempotency"));
            platform.extend(["PlatformLogs", "PlatformTracing"]);
            platform.extend(match handler.function.as_ref() {
                "RegistrarLeitura" => Some("PlatformStreamKey"),
                "AtualizarEstoque" | "Estornar" => Some("PlatformTableKey"),
                "Avisar" => Some("PlatformTopicKey"),
                _ => None,
            });
            assert_eq!(rest, platform, "{}", handler.function);
        }
        assert_eq!(granted, 12);
    }
}

#[test]
fn every_resource_says_where_it_comes_from() {
    for (name, text) in terraform::files(&graph()) {
        let lines: Vec<_> = text.lines().collect();
        for (i, line) in lines.iter().enumerate().filter(|(_, l)| l.starts_with("resource ")) {
            let above = lines[i - 1];
            assert!(above.starts_with("# loja/src/") && above.contains(".rs:"), "{name}: {line}");
        }
    }
}

#[test]
fn emitting_twice_gives_the_same_bytes() {
    let (one, two) = (graph(), graph());
    assert_eq!(terraform::files(&one), terraform::files(&two));
    assert_eq!(template(&one), template(&two));
}

#[test]
fn no_handler_is_named_like_a_file_that_terraform_treats_differently() {
    let mut manifest = fixture::manifest();
    for (item, id) in
        manifest.items.iter_mut().zip(["loja::override", "loja::x_override", "loja::main"])
    {
        item.id = id.into();
    }
    let graph = Graph::new(&manifest, &Stage::new("dev")).expect("a correct manifest");
    let mut names: Vec<_> = terraform::files(&graph).into_iter().map(|(name, _)| name).collect();
    assert!(!names.iter().any(|name| name == "override.tf" || name.ends_with("_override.tf")));
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}
