use crate::{
    diagnostic::Failure,
    fixture::network::{manifest as with, vpc},
    graph::{Call, Opening, Peer, group},
};

use super::*;

/// A stage whose file has these settings for the VPC.
fn stage(settings: &str) -> Stage {
    let text = format!("[stage.dev.resources.Rede]\n{settings}\n");
    Stage::parse("dev", "esteira.toml", &text).expect("a correct stage")
}

fn graph(vpc: manifest::Vpc, settings: &str) -> Graph {
    Graph::new(&with(vpc), &stage(settings)).expect("a correct manifest")
}

fn mistakes(vpc: manifest::Vpc, settings: &str) -> String {
    let Failure(mistakes) = Graph::new(&with(vpc), &stage(settings)).expect_err("a mistake");
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn nat() -> manifest::Vpc {
    manifest::Vpc { egress: Egress::Nat, ..vpc() }
}

fn existing() -> manifest::Vpc {
    manifest::Vpc { cidr: None, existing: true, ..vpc() }
}

const EXISTING: &str =
    "vpc_id = 'vpc-1a000000'\nprivate_subnets = ['subnet-1a000000', 'subnet-2b000000']";

/// The openings, as `from > to:port purpose`.
fn openings(graph: &Graph) -> Vec<String> {
    let name = |id| graph.groups[id].node.name.trim_start_matches("dev-Rede-");
    let line = |Opening { from, to, port, purpose }: &Opening| {
        let to = match to {
            Peer::Group(to) => name(*to),
            Peer::DynamoDb => "DynamoDB",
            Peer::Internet => "internet",
        };
        format!("{} > {to}:{port} {purpose}", name(*from))
    };
    graph.openings.iter().map(line).collect()
}

/// The endpoints that are created, with the route tables or the security group of each.
fn endpoints(graph: &Graph) -> Vec<String> {
    graph.endpoints.iter().map(|endpoint| endpoint.node.logical.snake.clone()).collect()
}

/// The private subnets with where they lead.
fn routes(graph: &Graph) -> Vec<String> {
    let lines = graph.route_tables.iter().map(|table| {
        let subnets = table.subnets.iter().map(|subnet| graph.subnets[*subnet].node.name.as_str());
        let to = match table.route {
            Route::None => "nowhere",
            Route::Internet => "the internet",
            Route::Nat(gateway) => {
                let subnet = graph.nat_gateways[gateway].subnet;
                &graph.subnets[subnet].node.name
            }
        };
        format!("{} > {to}", subnets.collect::<Vec<_>>().join(" ")).replace("dev-Rede-", "")
    });
    lines.collect()
}

#[test]
fn a_vpc_is_cut_so_that_a_zone_can_be_added() {
    let subnets = |azs| {
        let graph = graph(manifest::Vpc { azs, ..vpc() }, "");
        let line = |subnet: &Subnet| {
            let Range { zone, cidr } = subnet.range.expect("created");
            format!("{} in {zone}: {cidr}", subnet.node.logical.snake)
        };
        graph.subnets.iter().map(line).collect::<Vec<_>>()
    };
    let two = subnets(2);
    assert_eq!(
        two,
        [
            "rede_public_1 in 0: 10.0.128.0/19",
            "rede_public_2 in 1: 10.0.160.0/19",
            "rede_private_1 in 0: 10.0.0.0/19",
            "rede_private_2 in 1: 10.0.32.0/19"
        ]
    );
    let three = subnets(3);
    assert!(two.iter().all(|subnet| three.contains(subnet)));
    assert_eq!(three[2], "rede_public_3 in 2: 10.0.192.0/19");
    assert_eq!(three[5], "rede_private_3 in 2: 10.0.64.0/19");
}

#[test]
fn a_function_that_remembers_what_it_has_done_calls_dynamodb() {
    let mut manifest = with(vpc());
    for item in &mut manifest.items {
        if let manifest::Kind::Handler(handler) = &mut item.kind {
            handler.vpc = handler.vpc.take().filter(|_| handler.idempotent.is_some());
        }
    }
    let graph = Graph::new(&manifest, &stage("")).expect("a correct manifest");
    assert_eq!(
        openings(&graph),
        ["dev-Avisar > DynamoDB:443 tables", "dev-Avisar > sns-endpoint:443 notifications"]
    );
    assert_eq!(endpoints(&graph), ["rede_dynamodb", "rede_sns"]);
}

#[test]
fn with_endpoints_a_function_reaches_what_it_calls_and_nothing_else() {
    let graph = graph(vpc(), "");
    assert_eq!(
        openings(&graph),
        [
            "dev-AtualizarEstoque > DynamoDB:443 tables",
            "dev-Avisar > DynamoDB:443 tables",
            "dev-AtualizarEstoque > events-endpoint:443 events",
            "dev-Avisar > sns-endpoint:443 notifications"
        ]
    );
    assert_eq!(endpoints(&graph), ["rede_dynamodb", "rede_events", "rede_sns"]);
    let expected = ["public-1 public-2 > the internet", "private-1 private-2 > nowhere"];
    assert_eq!(routes(&graph), expected);
    // One each of two functions and two endpoints.
    assert_eq!(graph.groups.iter().count(), 4);
    let inside = graph.functions.iter().filter(|f| f.network.is_some());
    assert_eq!(inside.map(|f| &f.handler).collect::<Vec<_>>(), ["atualizar_estoque", "avisar"]);
    assert!(graph.steps.is_empty());
}

#[test]
fn nothing_inside_needs_nothing() {
    let mut manifest = with(vpc());
    for item in &mut manifest.items {
        if let Kind::Handler(handler) = &mut item.kind {
            handler.vpc = None;
        }
    }
    let graph = Graph::new(&manifest, &stage("")).expect("a correct manifest");
    assert!(graph.groups.iter().count() + graph.endpoints.iter().count() == 0);
    assert_eq!(openings(&graph), Vec::<String>::new());
}

#[test]
fn with_nat_only_the_endpoint_that_is_free_is_made() {
    let graph = graph(nat(), "");
    assert_eq!(
        openings(&graph),
        [
            "dev-AtualizarEstoque > internet:443 anything, events",
            "dev-Avisar > internet:443 anything, notifications",
            "dev-AtualizarEstoque > DynamoDB:443 tables",
            "dev-Avisar > DynamoDB:443 tables"
        ]
    );
    assert_eq!(endpoints(&graph), ["rede_dynamodb"]);
    let expected =
        ["public-1 public-2 > the internet", "private-1 > public-1", "private-2 > public-2"];
    assert_eq!(routes(&graph), expected);
    let tables = graph.route_tables.ids().skip(1).collect::<Vec<_>>();
    assert_eq!(graph.vpcs.iter().next().unwrap().private_tables, tables);
}

#[test]
fn zones_share_the_gateways_that_there_are() {
    let three = manifest::Vpc { azs: 3, ..nat() };
    assert_eq!(
        routes(&graph(three, "nat_gateways = 2"))[1..],
        ["private-1 > public-1", "private-2 > public-2", "private-3 > public-1"]
    );
    assert_eq!(
        routes(&graph(nat(), "nat_gateways = 1"))[1..],
        ["private-1 > public-1", "private-2 > public-1"]
    );
}

#[test]
fn in_an_existing_vpc_only_what_is_missing_is_made() {
    let tables = format!("{EXISTING}\nroute_tables = ['rtb-10000000']");
    let all = graph(existing(), &tables);
    assert_eq!(endpoints(&all), ["rede_dynamodb", "rede_events", "rede_sns"]);
    assert_eq!((all.vpcs.created().count(), all.subnets.created().count()), (0, 0));
    assert_eq!(all.route_tables.created().count(), 0);
    assert_eq!(all.nat_gateways.iter().count(), 0);

    let there = format!(
        "{EXISTING}\nendpoints = ['dynamodb', 'sns']\nendpoints_security_group = 'sg-12000000'"
    );
    let some = graph(existing(), &there);
    assert_eq!(endpoints(&some), ["rede_events"]);
    assert_eq!(
        openings(&some),
        [
            "dev-AtualizarEstoque > DynamoDB:443 tables",
            "dev-Avisar > DynamoDB:443 tables",
            "dev-AtualizarEstoque > events-endpoint:443 events",
            "dev-Avisar > sg-12000000:443 notifications"
        ]
    );
    let [step] = some.steps.as_slice() else { panic!("{:?}", some.steps) };
    assert_eq!(
        step.title,
        "let dev-Avisar into sg-12000000, which others own, at TCP port 443 (notifications)"
    );
    assert_eq!(
        step.text,
        "from=$(aws ec2 describe-security-groups --filters \
         Name=group-name,Values=dev-Avisar Name=vpc-id,Values=vpc-1a000000 \\\n  \
         --query 'SecurityGroups[0].GroupId' --output text)\n\
         aws ec2 authorize-security-group-ingress --group-id sg-12000000 \\\n  \
         --protocol tcp --port 443 --source-group \"$from\""
    );
}

#[test]
fn the_endpoints_of_an_existing_vpc_may_have_subnets_of_their_own() {
    let subnets = |settings: &str| {
        let text = format!("{EXISTING}\nroute_tables = ['rtb-10000000']\n{settings}");
        let graph = graph(existing(), &text);
        let vpc = graph.vpcs.iter().next().expect("one");
        let id = |id: &Id<Subnet>| graph.subnets[*id].node.existing.clone().expect("an id");
        vpc.endpoint_subnets.iter().map(id).collect::<Vec<_>>()
    };
    assert_eq!(subnets(""), ["subnet-1a000000", "subnet-2b000000"]);
    let own = "endpoint_subnets = ['subnet-2b000000', 'subnet-3c000000']";
    assert_eq!(subnets(own), ["subnet-2b000000", "subnet-3c000000"]);

    let found = mistakes(existing(), &format!("{EXISTING}\nendpoint_subnets = []"));
    assert!(found.contains("an endpoint stands in a subnet"), "{found}");
    let found = mistakes(vpc(), "endpoint_subnets = ['subnet-2b000000']");
    assert!(found.contains("`endpoint_subnets` is for an `existing` VPC"), "{found}");
}

#[test]
fn existing_subnets_that_route_to_the_internet_get_no_endpoint() {
    let graph = graph(manifest::Vpc { egress: Egress::Nat, ..existing() }, EXISTING);
    assert_eq!(endpoints(&graph), Vec::<String>::new());
    assert_eq!(
        openings(&graph),
        [
            "dev-AtualizarEstoque > internet:443 anything, tables, events",
            "dev-Avisar > internet:443 anything, tables, notifications"
        ]
    );
}

#[test]
fn private_subnets_may_be_made_in_an_existing_vpc() {
    let within =
        manifest::Vpc { cidr: Some("10.0.8.0/22".into()), existing: true, azs: 3, ..vpc() };
    let graph = graph(within, "vpc_id = 'vpc-1a000000'");
    let cidrs: Vec<_> =
        graph.subnets.created().map(|s| s.range.expect("created").cidr.to_string()).collect();
    assert_eq!(cidrs, ["10.0.8.0/24", "10.0.9.0/24", "10.0.10.0/24"]);
    assert_eq!(routes(&graph), ["private-1 private-2 private-3 > nowhere"]);
    assert_eq!(endpoints(&graph), ["rede_dynamodb", "rede_events", "rede_sns"]);
    assert_eq!(graph.vpcs.created().count(), 0);
}

#[test]
fn a_caller_that_cannot_use_nat_gets_an_endpoint_for_all() {
    let mut graph = graph(nat(), "");
    let functions = graph.groups.ids().next().expect("a function's");
    let vpc = graph.vpcs.ids().next().expect("one");
    let node = Node { name: "captura".into(), ..graph.groups[functions].node.clone() };
    let capture = graph.groups.push(Group { node, vpc, description: "Capture".into() });
    (graph.endpoints, graph.openings, graph.calls) = Default::default();
    let call = |group, service, required_endpoint| Call {
        vpc,
        group,
        service,
        purpose: "secrets",
        required_endpoint,
    };
    graph.calls.extend([
        call(functions, Service::SecretsManager, false),
        call(capture, Service::SecretsManager, true),
        call(capture, Service::KinesisStreams, false),
    ]);
    crate::graph::endpoint::connect(&mut graph).expect("correct");
    group::settle(&mut graph);
    assert_eq!(endpoints(&graph), ["rede_secretsmanager"]);
    assert_eq!(
        openings(&graph),
        [
            "captura > internet:443 secrets",
            "dev-AtualizarEstoque > secretsmanager-endpoint:443 secrets",
            "captura > secretsmanager-endpoint:443 secrets"
        ]
    );
}

#[test]
fn settings_that_do_not_fit_say_what_to_write() {
    let found = mistakes(vpc(), "nat_gateways = 1\nvpc_id = 'vpc-10000000'\nroute_tables = []");
    assert!(found.contains("`nat_gateways` is for a VPC with `egress = nat`"), "{found}");
    assert!(found.contains("--> esteira.toml:2:"), "{found}");
    assert!(found.contains("`vpc_id` is for an `existing` VPC"), "{found}");
    assert!(found.contains("`route_tables` is for an `existing` VPC"), "{found}");

    let found = mistakes(vpc(), "group_rule_quota = 0");
    assert!(found.contains("`group_rule_quota = 0` is out of range"), "{found}");
    let quota =
        graph(vpc(), "group_rule_quota = 200").vpcs.iter().next().map(|v| v.group_rule_quota);
    assert_eq!(quota, Some(200));

    let found = mistakes(nat(), "nat_gateways = 3");
    assert!(found.contains("a VPC of 2 zones takes 1 to 2"), "{found}");
    let small = manifest::Vpc { cidr: Some("10.0.0.0/26".into()), azs: 4, ..vpc() };
    let found = mistakes(small, "");
    assert!(found.contains("write /25 or larger") && found.contains("`azs = 4`"), "{found}");
    assert!(found.contains("--> loja/src/infra.rs:15"), "{found}");

    let within = manifest::Vpc { existing: true, ..nat() };
    let found = mistakes(within, "private_subnets = ['subnet-10000000', 'subnet-20000000']");
    assert!(found.contains("NAT gateways are created only with a whole VPC"), "{found}");
    assert!(found.contains("[stage.dev.resources.Rede] vpc_id = \"vpc-…\""), "{found}");
    assert!(found.contains("the `cidr` of this one says where"), "{found}");
}

#[test]
fn an_existing_vpc_is_named_by_its_ids() {
    let found = mistakes(existing(), "");
    assert!(found.contains("does not say which"), "{found}");
    let wrong = "vpc_id = 'vpc-1'\nprivate_subnets = ['subnet-10000000', 'subnet-10000000']\n\
                 endpoints = ['dynamo']\nendpoints_security_group = 'sg-'\nnat_gateways = 1";
    let found = mistakes(existing(), wrong);
    assert!(found.contains("write it as `vpc-0123456789abcdef0`"), "{found}");
    assert!(found.contains("`subnet-10000000` is listed twice"), "{found}");
    assert!(found.contains("did you mean `dynamodb`?"), "{found}");
    assert!(found.contains("`sg-` is no id of this kind"), "{found}");
    assert!(found.contains("`nat_gateways` is for a VPC that is created here"), "{found}");
    let found =
        mistakes(existing(), "vpc_id = 'vpc-10000000'\nprivate_subnets = ['subnet-10000000']");
    assert!(found.contains("one subnet is too few"), "{found}");
}

#[test]
fn what_a_call_needs_of_an_existing_vpc_has_to_be_known() {
    assert_eq!(
        mistakes(existing(), EXISTING),
        "error: `dynamodb` is called from inside `Rede`, and the route tables for its endpoint \
         are not known\n  \
         --> loja/src/infra.rs:15: declared here\n  \
         --> loja/src/handlers.rs:40: called from here\n  \
         --> loja/src/handlers.rs:60: called from here\n  \
         = help: write in esteira.toml: [stage.dev.resources.Rede] route_tables = [\"rtb-…\"], \
         those of the private subnets, which get a route to it; or endpoints = [\"dynamodb\"], \
         if it is there"
    );
    let found = mistakes(existing(), &format!("{EXISTING}\nendpoints = ['dynamodb', 'events']"));
    assert!(found.contains("the security group of its endpoint is not known"), "{found}");
    assert!(found.contains("endpoints_security_group = \"sg-…\""), "{found}");
}

#[test]
fn a_security_group_takes_sixty_rules_and_has_its_own_name() {
    let mut graph = graph(vpc(), "");
    let functions = graph.groups.ids().next().expect("a function's");
    for port in 0..59 {
        let purpose = "x".into();
        graph.openings.push(Opening { from: functions, to: Peer::Internet, port, purpose });
    }
    let again = graph.groups[functions].clone();
    graph.groups.push(again);
    let Failure(found) = crate::checks::whole(&graph).expect_err("two mistakes");
    assert_eq!(
        found.iter().map(|mistake| mistake.message.as_str()).collect::<Vec<_>>(),
        [
            "the security group `dev-AtualizarEstoque` has 61 rules out of it, and AWS takes 60",
            "two security groups would be named `dev-AtualizarEstoque`"
        ]
    );
    let help = found[0].help.as_deref().unwrap_or_default();
    assert!(help.contains("[stage.dev.resources.Rede] group_rule_quota = 61"), "{help}");
    let raised = graph.vpcs.ids().next().expect("one");
    graph.vpcs[raised].group_rule_quota = 61;
    let Failure(found) = crate::checks::whole(&graph).expect_err("one mistake");
    assert_eq!(found.len(), 1);
}

/// The manifest with a handler in the VPC that has an `allow`.
fn allowing(vpc: manifest::Vpc, actions: &[&'static str]) -> manifest::Manifest {
    let mut manifest = with(vpc);
    for item in &mut manifest.items {
        let here = item.name() == "avisar";
        if let (true, Kind::Handler(handler)) = (here, &mut item.kind) {
            let on = manifest::On::Arn("*".into());
            handler.allows = vec![crate::fixture::allow(61, actions, on)].into();
        }
    }
    manifest
}

#[test]
fn what_is_allowed_is_called_by_an_endpoint_too() {
    let graph = |vpc, actions| Graph::new(&allowing(vpc, actions), &stage(""));
    let found = graph(vpc(), &["kinesis:PutRecord", "secretsmanager:GetSecretValue"]);
    let found = endpoints(&found.expect("a correct manifest"));
    assert!(found.contains(&"rede_kinesis_streams".to_owned()), "{found:?}");
    assert!(found.contains(&"rede_secretsmanager".to_owned()), "{found:?}");

    let Failure(mistakes) = graph(vpc(), &["s3:GetObject"]).expect_err("no endpoint");
    assert_eq!(
        mistakes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "error: `s3` is called from inside `Rede`, which has no NAT, and no endpoint of it can be \
          made\n  \
          --> loja/src/handlers.rs:61: called by what is allowed here\n  \
          --> loja/src/infra.rs:15: declared here\n  \
          = help: declare `Rede` with `egress = nat`, or leave `vpc` out; there are endpoints of \
          dynamodb, events, sns, kinesis-streams, secretsmanager"
        ]
    );
    assert!(graph(nat(), &["s3:GetObject"]).is_ok(), "by NAT");
}
