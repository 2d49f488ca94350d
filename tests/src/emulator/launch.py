"""Starts ministack, made to end with its parent and given two condition keys that it lacks."""

import contextvars
import json
import os
import signal
import sys
import threading

from ministack.core import iam_actions, iam_evaluator


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


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    iam_actions.request_tag_context = request_tag_context
    iam_evaluator.enforce = enforce
    from ministack.app import main

    sys.exit(main())
