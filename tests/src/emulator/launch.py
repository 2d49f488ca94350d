"""Starts ministack, made to end with its parent and given what it lacks."""

import contextvars
import json
import os
import signal
import sys
import threading
import time

from ministack.core import iam_actions, iam_evaluator
from ministack.services import ec2
from ministack.services.cloudformation import provisioners, stacks


def end_with_parent():
    """The harness holds the other end of stdin and writes nothing: the end of it is its own end."""
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


# EventBridge checks `events:source` and `events:detail-type` for each entry of a PutEvents call.
# The emulator has no value for these keys, so that a condition on them would refuse every call.
_entries = contextvars.ContextVar("entries", default=frozenset())
_context = iam_actions.request_tag_context
_enforce = iam_evaluator.enforce


def request_tag_context(service, iam_action, body, params):
    """Runs once for a request, before its checks, and is the one of them that sees the body."""
    entries = frozenset()
    if iam_action == "events:PutEvents":
        try:
            entries = frozenset((e["Source"], e["DetailType"]) for e in json.loads(body)["Entries"])
        except (ValueError, TypeError, KeyError):
            pass  # Without values the conditions refuse the call.
    _entries.set(entries)
    return _context(service, iam_action, body, params)


def enforce(access_key_id, iam_action, *args, **kwargs):
    """None if every entry is allowed, or else the first refusal."""
    if iam_action != "events:PutEvents" or not _entries.get():
        return _enforce(access_key_id, iam_action, *args, **kwargs)
    for source, detail_type in sorted(_entries.get()):
        kwargs["service_context"] = {"events:source": source, "events:detail-type": detail_type}
        refusal = _enforce(access_key_id, iam_action, *args, **kwargs)
        if refusal:
            return refusal
    return None


# Queues and buckets refuse what comes without TLS, and to the emulator on this machine everything
# does.
_origin = iam_evaluator.pin_request_origin


def pin_request_origin(source_ip, _secure_transport):
    """Every request counts as one over TLS."""
    _origin(source_ip, True)


# It loses the prefix list that a security group's rule leads to. Terraform's provider then fails:
# such a rule leads nowhere.
_parse_ip_permissions = ec2._parse_ip_permissions
_sg_rule_xml = ec2._sg_rule_xml


def parse_ip_permissions(parameters, prefix):
    """The rules that are asked for, with their prefix lists; the provider asks for one each."""
    rules = _parse_ip_permissions(parameters, prefix)
    for number, rule in enumerate(rules, 1):
        wanted = ec2._p(parameters, f"{prefix}.{number}.PrefixListIds.1.PrefixListId")
        if wanted and not rule["PrefixListIds"]:
            told = ec2._p(parameters, f"{prefix}.{number}.PrefixListIds.1.Description")
            rule["PrefixListIds"] = [{"PrefixListId": wanted, "Description": told}]
    return rules


def sg_rule_xml(group, rule, is_egress=False):
    """A rule, with its prefix list."""
    lists = "".join(
        f"<prefixListId>{it['PrefixListId']}</prefixListId>" for it in rule.get("PrefixListIds", [])
    )
    xml = _sg_rule_xml(group, rule, is_egress)
    return xml.replace("</ipProtocol>", f"</ipProtocol>{lists}")


# Of a VPC endpoint it keeps neither security groups nor private DNS nor the policy.
_create_vpc_endpoint = ec2._create_vpc_endpoint
_vpce_fields_xml = ec2._vpce_fields_xml


def create_vpc_endpoint(parameters):
    """What was asked for is added to the endpoint that this makes, the last of all."""
    answer = _create_vpc_endpoint(parameters)
    endpoint = list(ec2._vpc_endpoints.values())[-1]
    endpoint["Groups"] = ec2._parse_member_list(parameters, "SecurityGroupId")
    endpoint["PrivateDns"] = ec2._p(parameters, "PrivateDnsEnabled") or "false"
    endpoint["PolicyDocument"] = ec2._p(parameters, "PolicyDocument")
    return answer


def vpce_fields_xml(endpoint, tag="item"):
    """An endpoint, with what was added to it."""
    groups = "".join(
        f"<item><groupId>{it}</groupId></item>" for it in endpoint.get("Groups", [])
    )
    policy = ec2._esc(endpoint.get("PolicyDocument", ""))
    added = (
        f"<groupSet>{groups}</groupSet>"
        f"<privateDnsEnabled>{endpoint.get('PrivateDns', 'false')}</privateDnsEnabled>"
        + (f"<policyDocument>{policy}</policyDocument>" if policy else "")
    )
    whole, end, _ = _vpce_fields_xml(endpoint, tag).rpartition(f"</{tag}>")
    return whole + added + end


# It knows no such resource of a stack, or none of our form. Of these there is what CloudFormation
# itself would know, and nothing that works.
LACKING = {
    "AWS::DMS::Endpoint": "arn:aws:dms:us-east-1:123456789012:endpoint:{}",
    "AWS::DMS::ReplicationConfig": "arn:aws:dms:us-east-1:123456789012:replication-config:{}",
    "AWS::DMS::ReplicationInstance": "arn:aws:dms:us-east-1:123456789012:rep:{}",
    "AWS::DMS::ReplicationSubnetGroup": "{}",
    "AWS::DMS::ReplicationTask": "arn:aws:dms:us-east-1:123456789012:task:{}",
    "AWS::EC2::EIP": "{}",
    "AWS::EC2::NatGateway": "{}",
    "AWS::EC2::SecurityGroupEgress": "{}",
    "AWS::EC2::SecurityGroupIngress": "{}",
    "AWS::Events::Archive": "{}",
}


def noted(pattern):
    """A type of which nothing is made."""

    def create(logical_id, _properties, stack):
        return pattern.format(f"{stack}-{logical_id}"), {"AllocationId": logical_id}

    return {
        "create": create,
        "update": lambda physical_id, _old, _new, _stack: (physical_id, {}),
        "delete": lambda _physical_id, _properties: None,
    }


def with_secret(make):
    """A cluster, new or changed, with the secret of its user, which it lacks."""

    def made(*arguments, **more):
        cluster, attributes = make(*arguments, **more)
        secret = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{cluster}"
        return cluster, {**attributes, "MasterUserSecret.SecretArn": secret}

    return made


# A test has resources of a stack fail, or take their time, by their ids in a file beside the log.
FAULTS = "faults.json"
_provision = stacks._provision_resource
_update = stacks._update_resource
_runs_on_worker_thread = stacks._runs_on_worker_thread


def fault(logical_id):
    """What a test wants: to wait for some seconds, or to fail with a text."""
    try:
        with open(FAULTS, encoding="utf-8") as file:
            wanted = json.load(file).get(logical_id)
    except FileNotFoundError:
        return
    if isinstance(wanted, str):
        raise ValueError(wanted)
    time.sleep(wanted or 0)


def provision(kind, logical_id, *rest):
    """A new resource, if no test is against it."""
    fault(logical_id)
    return _provision(kind, logical_id, *rest)


def update(kind, physical_id, old, new, stack, logical_id="", *rest):
    """A changed resource, if no test is against it; one that stays as it is changes for none."""
    if old != new:
        fault(logical_id)
    return _update(kind, physical_id, old, new, stack, logical_id, *rest)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    iam_actions.request_tag_context = request_tag_context
    iam_evaluator.enforce = enforce
    iam_evaluator.pin_request_origin = pin_request_origin
    ec2._parse_ip_permissions = parse_ip_permissions
    ec2._sg_rule_xml = sg_rule_xml
    ec2._vpce_fields_xml = vpce_fields_xml
    ec2._ACTION_MAP["CreateVpcEndpoint"] = create_vpc_endpoint
    for kind, pattern in LACKING.items():
        provisioners._RESOURCE_HANDLERS.setdefault(kind, noted(pattern))
    clusters = provisioners._RESOURCE_HANDLERS["AWS::RDS::DBCluster"]
    clusters.update({name: with_secret(clusters[name]) for name in ("create", "update")})
    stacks._provision_resource = provision
    stacks._update_resource = update
    # What takes its time keeps nobody else waiting.
    stacks._runs_on_worker_thread = lambda kind: (
        os.path.exists(FAULTS) or _runs_on_worker_thread(kind)
    )
    from ministack.app import main

    sys.exit(main())
