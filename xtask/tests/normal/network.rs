//! Networks: what either language calls the same setting.

use serde_json::{Map, Value, json};

use super::{Normal, database, named, text};

/// A kind of resource that has the same settings in both languages, under other names.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) terraform: &'static str,
    pub(super) cloudformation: &'static str,
    /// The names in Terraform and in CloudFormation.
    pub(super) settings: &'static [[&'static str; 2]],
    pub(super) key: Key,
}

/// What tells two of a kind apart.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Key {
    /// A name, which is a setting that both have.
    Name([&'static str; 2]),
    /// The tag `Name`.
    Tag,
    /// The name of what this setting refers to.
    Of(&'static str),
    /// All that it says.
    All,
}

const KINDS: [Kind; 13] = [
    Kind {
        name: "Vpc",
        terraform: "aws_vpc",
        cloudformation: "AWS::EC2::VPC",
        settings: &[
            ["cidr_block", "CidrBlock"],
            ["enable_dns_support", "EnableDnsSupport"],
            ["enable_dns_hostnames", "EnableDnsHostnames"],
        ],
        key: Key::Tag,
    },
    Kind {
        name: "InternetGateway",
        terraform: "aws_internet_gateway",
        cloudformation: "AWS::EC2::InternetGateway",
        settings: &[],
        key: Key::Tag,
    },
    // Terraform has it in the gateway.
    Kind {
        name: "GatewayAttachment",
        terraform: "",
        cloudformation: "AWS::EC2::VPCGatewayAttachment",
        settings: &[["gateway", "InternetGatewayId"], ["vpc_id", "VpcId"]],
        key: Key::Of("gateway"),
    },
    Kind {
        name: "Subnet",
        terraform: "aws_subnet",
        cloudformation: "AWS::EC2::Subnet",
        settings: &[
            ["vpc_id", "VpcId"],
            ["availability_zone", "AvailabilityZone"],
            ["cidr_block", "CidrBlock"],
        ],
        key: Key::Tag,
    },
    Kind {
        name: "RouteTable",
        terraform: "aws_route_table",
        cloudformation: "AWS::EC2::RouteTable",
        settings: &[["vpc_id", "VpcId"]],
        key: Key::Tag,
    },
    Kind {
        name: "Route",
        terraform: "aws_route",
        cloudformation: "AWS::EC2::Route",
        settings: &[
            ["route_table_id", "RouteTableId"],
            ["destination_cidr_block", "DestinationCidrBlock"],
            ["gateway_id", "GatewayId"],
            ["nat_gateway_id", "NatGatewayId"],
        ],
        key: Key::Of("route_table_id"),
    },
    Kind {
        name: "RouteTableAssociation",
        terraform: "aws_route_table_association",
        cloudformation: "AWS::EC2::SubnetRouteTableAssociation",
        settings: &[["subnet_id", "SubnetId"], ["route_table_id", "RouteTableId"]],
        key: Key::Of("subnet_id"),
    },
    Kind {
        name: "Address",
        terraform: "aws_eip",
        cloudformation: "AWS::EC2::EIP",
        settings: &[["domain", "Domain"]],
        key: Key::Tag,
    },
    Kind {
        name: "NatGateway",
        terraform: "aws_nat_gateway",
        cloudformation: "AWS::EC2::NatGateway",
        settings: &[["allocation_id", "AllocationId"], ["subnet_id", "SubnetId"]],
        key: Key::Tag,
    },
    Kind {
        name: "SecurityGroup",
        terraform: "aws_security_group",
        cloudformation: "AWS::EC2::SecurityGroup",
        settings: &[
            ["name", "GroupName"],
            ["description", "GroupDescription"],
            ["vpc_id", "VpcId"],
        ],
        key: Key::Name(["name", "GroupName"]),
    },
    Kind {
        name: "Egress",
        terraform: "aws_vpc_security_group_egress_rule",
        cloudformation: "AWS::EC2::SecurityGroupEgress",
        settings: &[
            ["security_group_id", "GroupId"],
            ["description", "Description"],
            ["ip_protocol", "IpProtocol"],
            ["from_port", "FromPort"],
            ["to_port", "ToPort"],
            ["referenced_security_group_id", "DestinationSecurityGroupId"],
            ["prefix_list_id", "DestinationPrefixListId"],
            ["cidr_ipv4", "CidrIp"],
        ],
        key: Key::All,
    },
    Kind {
        name: "Ingress",
        terraform: "aws_vpc_security_group_ingress_rule",
        cloudformation: "AWS::EC2::SecurityGroupIngress",
        settings: &[
            ["security_group_id", "GroupId"],
            ["description", "Description"],
            ["ip_protocol", "IpProtocol"],
            ["from_port", "FromPort"],
            ["to_port", "ToPort"],
            ["referenced_security_group_id", "SourceSecurityGroupId"],
        ],
        key: Key::All,
    },
    Kind {
        name: "Endpoint",
        terraform: "aws_vpc_endpoint",
        cloudformation: "AWS::EC2::VPCEndpoint",
        settings: &[
            ["vpc_id", "VpcId"],
            ["service_name", "ServiceName"],
            ["vpc_endpoint_type", "VpcEndpointType"],
            ["route_table_ids", "RouteTableIds"],
            ["subnet_ids", "SubnetIds"],
            ["security_group_ids", "SecurityGroupIds"],
            ["private_dns_enabled", "PrivateDnsEnabled"],
        ],
        key: Key::Tag,
    },
];

/// The parameter for the prefix list of DynamoDB, as it is read.
pub(super) const PREFIX_LIST: &str = "Parameter:dynamo_db_prefix_list_id";

/// Of these kinds, the one of a name, or of a resource type of either language.
pub(super) fn kind(name: &str) -> Option<&'static Kind> {
    KINDS
        .iter()
        .chain(&database::KINDS)
        .find(|kind| [kind.name, kind.terraform, kind.cloudformation].contains(&name))
}

impl Kind {
    /// The setting, or after a dot the tag, that has its name, if one has.
    pub(super) fn name_in(&self, language: usize) -> Option<&'static str> {
        match self.key {
            Key::Name(names) => Some(names[language]),
            Key::Tag => Some(".Name"),
            Key::Of(_) | Key::All => None,
        }
    }

    pub(super) fn is_tagged(&self) -> bool {
        self.name_in(0).is_some()
    }

    pub(super) fn add_terraform(&self, name: &str, body: Map<String, Value>, normal: &mut Normal) {
        // What only Terraform has: it says the order itself, and ignores what AWS decides.
        let own = ["tags", "lifecycle", "depends_on"];
        let mut body = body;
        own.iter().for_each(|own| drop(body.remove(*own)));
        if self.name == "InternetGateway" {
            let gateway = format!("InternetGateway:{name}:name");
            let vpc = body.remove("vpc_id");
            normal.add("GatewayAttachment", name, json!({"gateway": gateway, "vpc_id": vpc}));
        }
        self.add(0, name, body, normal);
    }

    pub(super) fn add_cloudformation(
        &self,
        name: &str,
        properties: Map<String, Value>,
        normal: &mut Normal,
    ) {
        let mut properties = properties;
        properties.remove("Tags");
        if self.name == "SecurityGroup" {
            // Terraform's provider removes the rule that lets everything out.
            assert_eq!(
                properties.remove("SecurityGroupEgress"),
                Some(json!([{
                    "CidrIp": "127.0.0.1/32",
                    "Description": "Nothing, in place of everything",
                    "IpProtocol": "-1",
                }]))
            );
        }
        self.add(1, name, properties, normal);
    }

    fn add(&self, language: usize, name: &str, said: Map<String, Value>, normal: &mut Normal) {
        let mut said = said;
        database::prepare(self.name, &mut said);
        let settings = self
            .settings
            .iter()
            .filter_map(|names| Some((names[0].to_owned(), said.remove(names[language])?)));
        let settings = Value::Object(settings.collect());
        assert!(said.is_empty(), "{} says more: {said:?}", self.name);
        let key = match self.key {
            Key::Name(_) | Key::Tag => name.to_owned(),
            Key::Of(setting) => named(&settings[setting]).to_owned(),
            Key::All => settings.to_string(),
        };
        normal.add(self.name, &key, settings);
    }
}

/// What is waited for, by its kind and its name in the text, in which the languages differ only
/// by their spelling.
pub(super) fn awaited(kind: &Kind, logical: &str) -> String {
    let letters = logical.strip_suffix(kind.name).unwrap_or(logical).replace('_', "");
    format!("{} {}", kind.name, letters.to_lowercase())
}

/// A zone of the region, by its place in the order of their names.
pub(super) fn zone(place: &Value) -> Value {
    format!("{{zone {place}}}").into()
}

/// The tag `Name` among a resource's tags.
pub(super) fn tagged(tags: &Value) -> Option<&str> {
    match tags {
        Value::Array(tags) => {
            tags.iter().find(|tag| tag["Key"] == "Name").map(|tag| text(&tag["Value"]))
        }
        tags => tags.get("Name").map(text),
    }
}
