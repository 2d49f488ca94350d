//! What a stage says of a VPC, against what its attribute says.

use esteira_manifest::{self as manifest, Egress};
use serde::Deserialize;
use toml::Spanned;

use super::{Cidr, Entry, Service, ZONES};
use crate::{
    diagnostic::{Diagnostic, Failure, Result},
    stage::{Settings, Stage, existing},
    suggest,
};

/// How a VPC comes to be.
#[derive(Debug, PartialEq)]
pub(super) enum Plan {
    /// All of it is created; with NAT gateways, if that is its egress.
    Whole { cidr: Cidr, private: Vec<Cidr>, public: Vec<Cidr>, nat_gateways: Option<usize> },
    /// It exists, and private subnets are created in it.
    Within { vpc: String, private: Vec<Cidr>, there: There },
    /// It exists, and so do its private subnets.
    Existing {
        vpc: String,
        subnets: Vec<String>,
        /// Where interface endpoints are made; none for all of them.
        endpoint_subnets: Vec<String>,
        route_tables: Vec<String>,
        there: There,
    },
}

/// The endpoints that an existing VPC has.
#[derive(Debug, Default, PartialEq)]
pub(super) struct There {
    pub(super) services: Vec<Service>,
    /// The security group of those that are interfaces.
    pub(super) group: Option<String>,
}

type List = Spanned<Vec<Spanned<String>>>;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table with the settings of a VPC")]
struct InStage {
    nat_gateways: Option<Spanned<u32>>,
    vpc_id: Option<Spanned<String>>,
    private_subnets: Option<List>,
    endpoint_subnets: Option<List>,
    route_tables: Option<List>,
    endpoints: Option<List>,
    endpoints_security_group: Option<Spanned<String>>,
    group_rule_quota: Option<Spanned<u32>>,
}

impl Plan {
    /// # Errors
    ///
    /// Each setting that does not fit, and each that is missing.
    pub(super) fn new(entry: Entry<'_, manifest::Vpc>, stage: &Stage) -> Result<Self> {
        let settings = stage.settings::<InStage>(entry.item)?;
        let mut reader = Reader { entry, stage, settings: &settings, mistakes: Vec::new() };
        let plan = match (entry.declared.existing, &entry.declared.cidr) {
            (false, cidr) => reader.whole(cidr.as_deref().unwrap_or_default()),
            (true, Some(cidr)) => reader.within(cidr),
            (true, None) => reader.existing(),
        };
        match plan {
            Some(plan) if reader.mistakes.is_empty() => Ok(plan),
            _ => Err(Failure(reader.mistakes)),
        }
    }
}

/// The rules that a security group may have in one direction, unless AWS has raised the quota
/// (<https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>).
const GROUP_RULES: u32 = 60;

/// The rules that a security group of the VPC may have in one direction.
///
/// # Errors
///
/// Settings that cannot be read, or none at all.
pub(super) fn group_rule_quota(entry: Entry<'_, manifest::Vpc>, stage: &Stage) -> Result<u32> {
    let settings = stage.settings::<InStage>(entry.item)?;
    let quota = settings.values.group_rule_quota.as_ref();
    let quota = settings.number("group_rule_quota", quota, 1..=u32::MAX, entry.place())?;
    Ok(quota.unwrap_or(GROUP_RULES))
}

struct Reader<'a> {
    entry: Entry<'a, manifest::Vpc>,
    stage: &'a Stage,
    settings: &'a Settings<InStage>,
    mistakes: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn whole(&mut self, cidr: &str) -> Option<Plan> {
        let InStage { vpc_id, private_subnets, endpoints_security_group, .. } =
            &self.settings.values;
        let why = "is for an `existing` VPC, and this one is created";
        let help = "remove it, or write `existing` in the attribute";
        self.refuse("vpc_id", vpc_id.as_ref(), why, help);
        self.refuse("private_subnets", private_subnets.as_ref(), why, help);
        let InStage { endpoint_subnets, route_tables, .. } = &self.settings.values;
        self.refuse("endpoint_subnets", endpoint_subnets.as_ref(), why, help);
        self.refuse("route_tables", route_tables.as_ref(), why, help);
        self.refuse("endpoints", self.settings.values.endpoints.as_ref(), why, help);
        self.refuse("endpoints_security_group", endpoints_security_group.as_ref(), why, help);
        let nat_gateways = self.nat_gateways();
        // The first half private, the second public.
        let (cidr, mut private) = self.cut(cidr, (2 * ZONES).ilog2())?;
        let public = private.split_off(ZONES as usize);
        Some(Plan::Whole { cidr, private, public, nat_gateways })
    }

    fn nat_gateways(&mut self) -> Option<usize> {
        let zones = self.entry.declared.azs;
        let setting = self.settings.values.nat_gateways.as_ref();
        if self.entry.declared.egress == Egress::Endpoints {
            let why = "is for a VPC with `egress = nat`, and this one has endpoints";
            let help = "remove it, or write `egress = nat` in the attribute";
            self.refuse("nat_gateways", setting, why, help);
            return None;
        }
        let gateways = setting.map_or(zones, |setting| *setting.get_ref());
        if let Some(setting) = setting.filter(|_| !(1..=zones).contains(&gateways)) {
            let message = format!("`nat_gateways = {gateways}` is out of range");
            let mistake = self.settings.mistake(message, setting.span());
            let help = format!("a VPC of {zones} zones takes 1 to {zones}");
            self.mistakes.push(mistake.at(self.entry.place(), "declared here").help(help));
        }
        Some(gateways as usize)
    }

    fn within(&mut self, cidr: &str) -> Option<Plan> {
        let InStage { private_subnets, endpoint_subnets, route_tables, .. } = &self.settings.values;
        let why = "is for a VPC whose private subnets exist, and the `cidr` of this one says where \
                   they are created";
        let help = "remove it, or `cidr` from the attribute";
        self.refuse("private_subnets", private_subnets.as_ref(), why, help);
        self.refuse("endpoint_subnets", endpoint_subnets.as_ref(), why, help);
        self.refuse("route_tables", route_tables.as_ref(), why, help);
        self.no_nat_gateways();
        if self.entry.declared.egress == Egress::Nat {
            let name = self.entry.item.name();
            let message =
                format!("`{name}` exists, and NAT gateways are created only with a whole VPC");
            let help = format!(
                "write `egress = endpoints`; or leave `cidr` out and name subnets that route to \
                 the internet, in esteira.toml: [stage.{}.resources.{name}] private_subnets = \
                 [\"subnet-…\", \"subnet-…\"]",
                self.stage.name
            );
            let mistake = Diagnostic::new(message).at(self.entry.place(), "declared here");
            self.mistakes.push(mistake.help(help));
        }
        let private = self.cut(cidr, ZONES.ilog2());
        let there = self.there();
        let vpc = self.vpc_id("vpc_id = \"vpc-…\"");
        Some(Plan::Within { vpc: vpc?, private: private?.1, there })
    }

    fn existing(&mut self) -> Option<Plan> {
        self.no_nat_gateways();
        let InStage { private_subnets, endpoint_subnets, route_tables, .. } = &self.settings.values;
        let (subnets, of_endpoints, route_tables) = (
            self.ids(private_subnets.as_ref(), "subnet-"),
            self.ids(endpoint_subnets.as_ref(), "subnet-"),
            self.ids(route_tables.as_ref(), "rtb-"),
        );
        if let Some(list) = endpoint_subnets.as_ref().filter(|list| list.get_ref().is_empty()) {
            let mistake = self.settings.mistake("an endpoint stands in a subnet", list.span());
            let help = "name one in each zone, or leave `endpoint_subnets` out: then it is all \
                        private ones";
            self.mistakes.push(mistake.at(self.entry.place(), "for this").help(help));
        }
        let there = self.there();
        let example =
            "vpc_id = \"vpc-…\" and private_subnets = [\"subnet-…\", \"subnet-…\"], in two zones";
        let vpc = self.vpc_id(example)?;
        match private_subnets {
            None => {
                self.mistakes.push(existing::missing(self.entry.item, self.stage, example));
            }
            Some(list) if list.get_ref().len() < 2 => {
                let mistake = self.settings.mistake("one subnet is too few", list.span());
                let help = "name private subnets in two zones: a database and a capture need both";
                self.mistakes.push(mistake.at(self.entry.place(), "for this").help(help));
            }
            Some(_) => {}
        }
        Some(Plan::Existing { vpc, subnets, endpoint_subnets: of_endpoints, route_tables, there })
    }

    fn no_nat_gateways(&mut self) {
        let setting = self.settings.values.nat_gateways.as_ref();
        let why = "is for a VPC that is created here, and this one exists";
        self.refuse("nat_gateways", setting, why, "remove it: its owner made its gateways");
    }

    fn refuse<T>(&mut self, name: &str, setting: Option<&Spanned<T>>, why: &str, help: &str) {
        let Some(setting) = setting else { return };
        let mistake = self.settings.mistake(format!("`{name}` {why}"), setting.span());
        self.mistakes.push(mistake.at(self.entry.place(), "declared here").help(help));
    }

    /// The addresses, in as many parts as `bits` can count.
    fn cut(&mut self, cidr: &str, bits: u32) -> Option<(Cidr, Vec<Cidr>)> {
        let azs = self.entry.declared.azs;
        if !(2..=3).contains(&azs) {
            let mistake = Diagnostic::new(format!("`azs = {azs}` is out of range"));
            let help = "write 2 or 3: more zones than that not every region has";
            self.mistakes.push(mistake.at(self.entry.place(), "").help(help));
        }
        let parts = cidr.parse::<Cidr>().and_then(|cidr| Ok((cidr, cidr.split(bits)?)));
        parts
            .map_err(|message| {
                self.mistakes
                    .push(Diagnostic::new(message).at(self.entry.place(), "declared here"));
            })
            .ok()
    }

    fn vpc_id(&mut self, example: &str) -> Option<String> {
        let Some(setting) = &self.settings.values.vpc_id else {
            self.mistakes.push(existing::missing(self.entry.item, self.stage, example));
            return None;
        };
        self.id(setting, "vpc-")
    }

    fn ids(&mut self, list: Option<&List>, prefix: &str) -> Vec<String> {
        let mut ids = Vec::new();
        for setting in list.into_iter().flat_map(Spanned::get_ref) {
            let Some(id) = self.id(setting, prefix) else { continue };
            if ids.contains(&id) {
                let message = format!("`{id}` is listed twice");
                self.mistakes.push(self.settings.mistake(message, setting.span()));
            }
            ids.push(id);
        }
        ids
    }

    fn id(&mut self, setting: &Spanned<String>, prefix: &str) -> Option<String> {
        existing::id(self.settings, setting, prefix, self.entry.place())
            .map_err(|mistake| self.mistakes.push(mistake))
            .ok()
    }

    fn there(&mut self) -> There {
        let InStage { endpoints, endpoints_security_group, .. } = &self.settings.values;
        let mut services = Vec::new();
        for setting in endpoints.iter().flat_map(Spanned::get_ref) {
            let name = setting.get_ref().as_str();
            match Service::ALL.into_iter().find(|service| service.name() == name) {
                Some(service) => services.push(service),
                None => {
                    let message = format!("`{name}` is no service that is called from a VPC");
                    let mistake = self.settings.mistake(message, setting.span());
                    let known = Service::ALL.into_iter().map(Service::name);
                    self.mistakes.push(mistake.help(suggest::help(name, known)));
                }
            }
        }
        let group = endpoints_security_group.as_ref().and_then(|group| self.id(group, "sg-"));
        There { services, group }
    }
}
