"""The form of a flow: what is wrong with it, and what its values are. No I/O."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from synthetics.standin.ihub_triggers import POST_FUNCTION, SCHEDULE, TRIGGERS, WEBHOOK, WITH_ISSUE
from synthetics.standin.state import WORKFLOW

COMMENT = "comment"
CALL = "call"
ACTIONS = {COMMENT: "Add a comment", CALL: "Call an address"}
UNITS = {"seconds": 1, "minutes": 60}
SHORTEST_SECONDS = 5
LONGEST_SECONDS = 86_400

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_LONGEST_NAME = 80
_SMALLEST_KEY_BITS = 2_048
_OF_BODY = re.compile(r"webhook\.\w+")
_ISSUE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]+")


class FlowError(Exception):
    """A flow that cannot be saved.

    Args:
        errors: One sentence for each field that is wrong.
    """

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(errors.values()))


def errors_of(asked: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a flow, by field; fields that its trigger or action does not have are left alone."""
    found = {field: check(asked) for field, check in _CHECKS.items()}
    return {field: error for field, error in found.items() if error}


def values_of(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The values of ``Flow`` that a form without errors gives, beside its identifier and time."""
    trigger, action = asked["trigger"], _action(asked)
    return {
        "name": asked["name"].strip(),
        "trigger": trigger,
        "label": _text(asked, "label") if trigger in WITH_ISSUE else "",
        "text": asked["text"].strip(),
        "enabled": bool(asked.get("enabled", True)),
        "action": action,
        "issue": _text(asked, "issue").upper() if action == COMMENT else "",
        "address": _text(asked, "address") if action == CALL else "",
        "every_seconds": int(asked["every"]) * UNITS[asked["unit"]] if trigger == SCHEDULE else 0,
        "transition": _text(asked, "transition") if trigger == POST_FUNCTION else "",
        "public_key": _text(asked, "public_key") if trigger == WEBHOOK else "",
    }


def placeholders_of(trigger: str) -> tuple[str, ...]:
    """What may stand between double braces in the text of a flow with this trigger."""
    more = ("issue.key", "issue.summary") if trigger in WITH_ISSUE else ()
    return ("flow.id", "flow.name", *more, *(("webhook.NAME",) if trigger == WEBHOOK else ()))


def _text(asked: Mapping[str, Any], field: str) -> str:
    return str(asked.get(field) or "").strip()


def _action(asked: Mapping[str, Any]) -> str:
    return str(asked.get("action") or COMMENT)


def _name(asked: Mapping[str, Any]) -> str:
    name = asked.get("name")
    if not isinstance(name, str) or not name.strip():
        return "Give the flow a name."
    length = len(name.strip())
    return f"The name has {length} characters; at most {_LONGEST_NAME} are allowed." if length > _LONGEST_NAME else ""


def _trigger(asked: Mapping[str, Any]) -> str:
    known = {trigger.key for trigger in TRIGGERS if trigger.available}
    wanted = asked.get("trigger")
    return "" if wanted in known else f"The trigger {wanted!r} is not available on this site."


def _chosen_action(asked: Mapping[str, Any]) -> str:
    return "" if _action(asked) in ACTIONS else f"There is no action {_action(asked)!r}."


def _label(asked: Mapping[str, Any]) -> str:
    label = asked.get("label") or ""
    return "A label has no spaces." if not isinstance(label, str) or " " in label.strip() else ""


def _issue(asked: Mapping[str, Any]) -> str:
    issue = _text(asked, "issue")
    if _action(asked) != COMMENT:
        return ""
    if not issue:
        return "Write the key of the issue to comment on." if asked.get("trigger") in {SCHEDULE, WEBHOOK} else ""
    return "" if _ISSUE_KEY.fullmatch(issue) else f"{issue!r} is no issue key such as SYN-1."


def _address(asked: Mapping[str, Any]) -> str:
    if _action(asked) != CALL:
        return ""
    parts = urlsplit(_text(asked, "address"))
    return "" if parts.scheme in {"http", "https"} and parts.hostname else "Write an address that begins with https://."


def _words(asked: Mapping[str, Any]) -> str:
    text, trigger = asked.get("text"), str(asked.get("trigger"))
    if not isinstance(text, str) or not text.strip():
        return "Write the text."
    allowed = placeholders_of(trigger)
    for name in sorted(set(PLACEHOLDER.findall(text))):
        if name not in allowed and not (trigger == WEBHOOK and _OF_BODY.fullmatch(name)):
            return f"There is no value named {name!r}; there are: {', '.join(allowed)}."
    return ""


def _every(asked: Mapping[str, Any]) -> str:
    if asked.get("trigger") != SCHEDULE:
        return ""
    every, unit = str(asked.get("every", "")), asked.get("unit")
    if not every.isdecimal() or unit not in UNITS:
        return "Write a whole number, and choose seconds or minutes."
    seconds = int(every) * UNITS[unit]
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        return f"The interval is {seconds} s; it must be from {SHORTEST_SECONDS} s to {LONGEST_SECONDS} s (a day)."
    return ""


def _transition(asked: Mapping[str, Any]) -> str:
    wanted = _text(asked, "transition")
    known = {"", *(transition.id for transition in WORKFLOW)}
    if asked.get("trigger") != POST_FUNCTION or wanted in known:
        return ""
    return f"There is no transition {wanted!r} in the workflow."


def _public_key(asked: Mapping[str, Any]) -> str:
    if asked.get("trigger") != WEBHOOK:
        return ""
    text = _text(asked, "public_key")
    if "PRIVATE KEY" in text:
        return "This is a private key. Paste the public one, and give the private one to nobody."
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        return "Paste an RSA public key: a text that begins with -----BEGIN PUBLIC KEY-----."
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_KEY_BITS:
        return f"The key must be an RSA key of at least {_SMALLEST_KEY_BITS} bits."
    return ""


_CHECKS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "name": _name,
    "trigger": _trigger,
    "label": _label,
    "every": _every,
    "transition": _transition,
    "public_key": _public_key,
    "action": _chosen_action,
    "issue": _issue,
    "address": _address,
    "text": _words,
}
