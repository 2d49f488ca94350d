//! VPCs and what is in them. AWS makes up the names of all of it.

use serde_json::json;

use super::{Entry, Scope, scope::everywhere};

const TYPES: &[&str] = &[
    "aws_availability_zones",
    "aws_eip",
    "aws_internet_gateway",
    "aws_nat_gateway",
    "aws_prefix_list",
    "aws_route",
    "aws_route_table",
    "aws_route_table_association",
    "aws_security_group",
    "aws_subnet",
    "aws_vpc",
    "aws_vpc_endpoint",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
    "AWS::EC2::EIP",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NatGateway",
    "AWS::EC2::Route",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::Subnet",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::VPCGatewayAttachment",
];

/// What services look at as whoever makes something of theirs in a network.
pub(super) const LOOK: &[&str] = &[
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcAttribute",
    "ec2:DescribeVpcs",
];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        TYPES,
        &[
            "ec2:AllocateAddress",
            "ec2:AssociateRouteTable",
            "ec2:AttachInternetGateway",
            "ec2:AuthorizeSecurityGroupEgress",
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:CreateInternetGateway",
            "ec2:CreateNatGateway",
            "ec2:CreateRoute",
            "ec2:CreateRouteTable",
            "ec2:CreateSecurityGroup",
            "ec2:CreateSubnet",
            "ec2:CreateTags",
            "ec2:CreateVpc",
            "ec2:CreateVpcEndpoint",
            "ec2:Describe*",
            "ec2:DisassociateAddress",
            "ec2:DisassociateRouteTable",
            "ec2:ModifySecurityGroupRules",
            "ec2:ModifySubnetAttribute",
            "ec2:ModifyVpcAttribute",
            "ec2:ModifyVpcEndpoint",
            "ec2:ReplaceRoute",
            "ec2:ReplaceRouteTableAssociation",
            "ec2:RevokeSecurityGroupEgress",
            "ec2:RevokeSecurityGroupIngress",
            "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
            "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
            // For an endpoint with a private name.
            "route53:AssociateVPCWithHostedZone",
        ],
        |scope| everywhere(is_there(scope)),
    ),
    // Each of these is asked of one thing that has the tags.
    Entry::new(
        TYPES,
        &[
            "ec2:DeleteInternetGateway",
            "ec2:DeleteNatGateway",
            "ec2:DeleteRoute",
            "ec2:DeleteRouteTable",
            "ec2:DeleteSecurityGroup",
            "ec2:DeleteSubnet",
            "ec2:DeleteTags",
            "ec2:DeleteVpc",
            "ec2:DeleteVpcEndpoints",
            "ec2:DetachInternetGateway",
            "ec2:ReleaseAddress",
        ],
        |scope| everywhere(is_there(scope)),
    )
    .only(|scope| scope.tagged()),
    // Terraform removes what Lambda leaves in a subnet for a while, which has no tags.
    Entry::new(
        &["aws_security_group", "aws_subnet"],
        &["ec2:DeleteNetworkInterface", "ec2:DetachNetworkInterface"],
        |scope| everywhere(is_there(scope)),
    ),
    Entry::new(
        &["aws_nat_gateway", "AWS::EC2::NatGateway"],
        &["iam:CreateServiceLinkedRole"],
        |scope| {
            let role = "role/aws-service-role/natgateway.amazonaws.com/AWSServiceRoleForNATGateway";
            match scope.graph.nat_gateways.iter().next() {
                Some(_) => vec![scope.iam(role)],
                None => Vec::new(),
            }
        },
    )
    .only(|_| {
        Some(json!({ "StringEquals": { "iam:AWSServiceName": "natgateway.amazonaws.com" } }))
    }),
];

/// Also in a VPC that exists: security groups are made there, and maybe endpoints.
fn is_there(scope: &Scope<'_>) -> bool {
    scope.graph.vpcs.iter().next().is_some()
}
