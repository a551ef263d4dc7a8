"""What iHub's backend knows: flows, which events start them, and what came of it. No I/O."""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

ISSUE_CREATED = "avi:jira:created:issue"
_MOST_EXECUTIONS = 200
_LONGEST_NAME = 80
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """A kind of thing that can start a flow.

    Args:
        key: Its identifier.
        name: Its name as shown.
        kind: The group it belongs to.
        sentence: What it does.
        available: Whether flows can use it on this site.
    """

    key: str
    name: str
    kind: str
    sentence: str
    available: bool


TRIGGERS = (
    Trigger(
        key=ISSUE_CREATED,
        name="Issue created",
        kind="Jira event",
        sentence="Starts a flow when an issue is created, in the product or over REST.",
        available=True,
    ),
    Trigger(
        key="schedule",
        name="Schedule",
        kind="Schedule",
        sentence="Starts a flow at fixed times.",
        available=False,
    ),
    Trigger(
        key="workflow-post-function",
        name="Workflow post function",
        kind="Workflow",
        sentence="Starts a flow when an issue passes a transition.",
        available=False,
    ),
    Trigger(
        key="incoming-webhook",
        name="Incoming webhook",
        kind="Webhook",
        sentence="Starts a flow when another system calls its address.",
        available=False,
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """What is to happen on an event.

    Args:
        id: Its identifier.
        name: As its maker called it.
        trigger: The key of its trigger.
        label: Only issues with this label start it; empty for any issue.
        text: The comment's text, with placeholders.
        enabled: Whether it runs at all.
        created: When it was made, UTC.
    """

    id: str
    name: str
    trigger: str
    label: str
    text: str
    enabled: bool
    created: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Execution:
    """One run of a flow.

    Args:
        id: Its identifier.
        flow: The flow's name when it ran.
        trigger: The key of the trigger.
        issue: The issue's key.
        status: ``success`` or ``failed``.
        reason: Why it failed; empty for a success.
        started: When, UTC.
        duration_ms: How long it took.
    """

    id: str
    flow: str
    trigger: str
    issue: str
    status: str
    started: datetime
    duration_ms: int
    reason: str = ""


class FlowError(Exception):
    """A flow that cannot be saved.

    Args:
        errors: One sentence for each field that is wrong.
    """

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(errors.values()))


class Flows:
    """Every flow, and the latest executions."""

    def __init__(self) -> None:
        self._flows: dict[str, Flow] = {}
        self._executions: deque[Execution] = deque(maxlen=_MOST_EXECUTIONS)
        self._made = 0
        self._ran = 0

    def flows(self) -> tuple[Flow, ...]:
        """Every flow, the newest first."""
        return tuple(reversed(self._flows.values()))

    def executions(self) -> tuple[Execution, ...]:
        """The latest 200 executions, the newest first."""
        return tuple(reversed(self._executions))

    def create(self, asked: Mapping[str, Any], now: datetime) -> Flow:
        """Save a new flow.

        Args:
            asked: Its ``name``, ``trigger``, ``label``, ``text`` and ``enabled``.
            now: The time, UTC.

        Returns:
            The flow.

        Raises:
            FlowError: Something in it is wrong.
        """
        errors = _errors(asked)
        if errors:
            raise FlowError(errors)
        self._made += 1
        flow = Flow(
            id=f"flow-{self._made}",
            name=asked["name"].strip(),
            trigger=asked["trigger"],
            label=str(asked.get("label") or "").strip(),
            text=asked["text"].strip(),
            enabled=bool(asked.get("enabled", True)),
            created=now,
        )
        self._flows[flow.id] = flow
        return flow

    def delete(self, flow_id: str) -> bool:
        """Forget a flow; False where there is none of this identifier."""
        return self._flows.pop(flow_id, None) is not None

    def started_by(self, event: Mapping[str, Any]) -> tuple[Flow, ...]:
        """The flows that an event starts, the oldest first."""
        labels = event["issue"]["fields"].get("labels", [])
        return tuple(
            flow
            for flow in self._flows.values()
            if flow.enabled and flow.trigger == event["eventType"] and (not flow.label or flow.label in labels)
        )

    def log(self, flow: Flow, issue: str, started: datetime, duration_ms: int, reason: str = "") -> Execution:
        """Keep what came of a run; one with a reason has failed."""
        self._ran += 1
        execution = Execution(
            id=f"run-{self._ran}",
            flow=flow.name,
            trigger=flow.trigger,
            issue=issue,
            status="failed" if reason else "success",
            reason=reason,
            started=started,
            duration_ms=duration_ms,
        )
        self._executions.append(execution)
        return execution


def filled_in(flow: Flow, event: Mapping[str, Any]) -> str:
    """The flow's text with the event's values in place of its placeholders."""
    values = _values(flow.name, event["issue"]["key"], event["issue"]["fields"]["summary"])
    return _PLACEHOLDER.sub(lambda match: values[match[1]], flow.text)


def _values(name: str, key: str, summary: str) -> dict[str, str]:
    return {"flow.name": name, "issue.key": key, "issue.summary": summary}


def _errors(asked: Mapping[str, Any]) -> dict[str, str]:
    errors = {}
    name, text, label = asked.get("name"), asked.get("text"), asked.get("label") or ""
    if not isinstance(name, str) or not name.strip():
        errors["name"] = "Give the flow a name."
    elif len(name.strip()) > _LONGEST_NAME:
        errors["name"] = f"The name has {len(name.strip())} characters; at most {_LONGEST_NAME} are allowed."
    if asked.get("trigger") not in {trigger.key for trigger in TRIGGERS if trigger.available}:
        errors["trigger"] = f"The trigger {asked.get('trigger')!r} is not available on this site."
    if not isinstance(label, str) or " " in label.strip():
        errors["label"] = "A label has no spaces."
    if not isinstance(text, str) or not text.strip():
        errors["text"] = "Write the comment's text."
    elif unknown := sorted(set(_PLACEHOLDER.findall(text)) - set(_values("", "", ""))):
        errors["text"] = f"There is no value named {unknown[0]!r}; there are: {', '.join(sorted(_values('', '', '')))}."
    return errors


def seeded_flows() -> Flows:
    """Two flows, neither of which an unlabelled issue starts, and one execution."""
    flows = Flows()
    start = datetime(2026, 1, 14, 9, 5, tzinfo=UTC)
    greeting = {
        "name": "Acknowledge escalations",
        "trigger": ISSUE_CREATED,
        "label": "escalation",
        "text": "{{issue.key}} was escalated. The duty officer has been told by {{flow.name}}.",
    }
    flow = flows.create(greeting, start)
    flows.create(
        {
            "name": "Ask for the order number",
            "trigger": ISSUE_CREATED,
            "label": "orders",
            "text": "Please add the order number to {{issue.key}}.",
            "enabled": False,
        },
        start.replace(hour=11),
    )
    flows.log(flow, "SYN-1", start.replace(hour=13, minute=42), 184)
    return flows
