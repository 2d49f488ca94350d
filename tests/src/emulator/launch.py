"""Starts ministack, made to end with its parent and given what it lacks."""

import contextvars
import json
import os
import signal
import sys
import threading

from ministack.core import iam_actions, iam_evaluator
from ministack.services import ec2


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


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    iam_actions.request_tag_context = request_tag_context
    iam_evaluator.enforce = enforce
    iam_evaluator.pin_request_origin = pin_request_origin
    ec2._parse_ip_permissions = parse_ip_permissions
    ec2._sg_rule_xml = sg_rule_xml
    ec2._vpce_fields_xml = vpce_fields_xml
    ec2._ACTION_MAP["CreateVpcEndpoint"] = create_vpc_endpoint
    from ministack.app import main

    sys.exit(main())
