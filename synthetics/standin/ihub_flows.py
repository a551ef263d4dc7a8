"""What iHub's backend knows: flows, which events start them, and what came of it. No I/O."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from synthetics.standin.ihub_form import COMMENT, PLACEHOLDER, FlowError, errors_of, values_of
from synthetics.standin.ihub_triggers import ISSUE_CREATED, POST_FUNCTION

_MOST_EXECUTIONS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """What is to happen on an event.

    Args:
        id: Its identifier.
        name: As its maker called it.
        trigger: The key of its trigger.
        label: Only issues with this label start it; empty for any issue.
        text: The text of its action, with placeholders.
        enabled: Whether it runs at all.
        created: When it was made, UTC.
        action: ``comment`` or ``call``.
        issue: The key of the issue to comment on; empty for the one that the event is about.
        address: What to call.
        every_seconds: The interval of a scheduled flow.
        transition: Only this transition of the workflow starts it, by its id; empty for any.
        public_key: What a caller of its webhook proves itself with, PEM.
    """

    id: str
    name: str
    trigger: str
    label: str
    text: str
    enabled: bool
    created: datetime
    action: str = COMMENT
    issue: str = ""
    address: str = ""
    every_seconds: int = 0
    transition: str = ""
    public_key: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Execution:
    """One run of a flow.

    Args:
        id: Its identifier.
        flow: The flow's name when it ran.
        trigger: The key of the trigger.
        flow_id: The flow's identifier.
        issue: The issue's key; empty where the flow turned to none.
        status: ``success`` or ``failed``.
        reason: Why it failed; empty for a success.
        started: When, UTC.
        duration_ms: How long it took.
    """

    id: str
    flow: str
    flow_id: str
    trigger: str
    issue: str
    status: str
    started: datetime
    duration_ms: int
    reason: str = ""


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
            asked: The form's fields.
            now: The time, UTC.

        Returns:
            The flow.

        Raises:
            FlowError: Something in it is wrong.
        """
        errors = errors_of(asked)
        if errors:
            raise FlowError(errors)
        self._made += 1
        flow = Flow(id=f"flow-{self._made}", created=now, **values_of(asked))
        self._flows[flow.id] = flow
        return flow

    def find(self, flow_id: str) -> Flow | None:
        """The flow of this identifier, if there is one."""
        return self._flows.get(flow_id)

    def delete(self, flow_id: str) -> bool:
        """Forget a flow; False where there is none of this identifier."""
        return self._flows.pop(flow_id, None) is not None

    def started_by(self, event: Mapping[str, Any]) -> tuple[Flow, ...]:
        """The flows that an event of the site starts, the oldest first."""
        return tuple(flow for flow in self._flows.values() if flow.enabled and _starts(event, flow))

    def log(self, flow: Flow, issue: str, started: datetime, duration_ms: int, reason: str = "") -> Execution:
        """Keep what came of a run; one with a reason has failed."""
        self._ran += 1
        execution = Execution(
            id=f"run-{self._ran}",
            flow=flow.name,
            flow_id=flow.id,
            trigger=flow.trigger,
            issue=issue,
            status="failed" if reason else "success",
            reason=reason,
            started=started,
            duration_ms=duration_ms,
        )
        self._executions.append(execution)
        return execution


def _starts(event: Mapping[str, Any], flow: Flow) -> bool:
    if flow.trigger != event["eventType"]:
        return False
    if flow.trigger == POST_FUNCTION and flow.transition not in {"", event["transition"]["id"]}:
        return False
    return not flow.label or flow.label in event["issue"]["fields"].get("labels", [])


def filled_in(flow: Flow, event: Mapping[str, Any]) -> str:
    """The flow's text with the event's values in place of its placeholders; a value that did not come is empty."""
    values = {"flow.id": flow.id, "flow.name": flow.name}
    if "issue" in event:
        values |= {"issue.key": event["issue"]["key"], "issue.summary": event["issue"]["fields"]["summary"]}
    values |= {f"webhook.{name}": str(value) for name, value in event.get("webhook", {}).items()}
    return PLACEHOLDER.sub(lambda match: values.get(match[1], ""), flow.text)


def seeded_flows(issue: str) -> Flows:
    """Two flows, neither of which an unlabelled issue starts, and one execution.

    Args:
        issue: The key of the issue that it was for.
    """
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
    flows.log(flow, issue, start.replace(hour=13, minute=42), 184)
    return flows
