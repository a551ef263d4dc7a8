"""What iHub's backend knows."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from synthetics.standin.ihub_flows import Flows, filled_in, seeded_flows
from synthetics.standin.ihub_form import FlowError
from synthetics.standin.ihub_triggers import ISSUE_CREATED, POST_FUNCTION

_NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _asked(**changes: Any) -> dict[str, Any]:
    return {"name": "Greet", "trigger": ISSUE_CREATED, "label": "", "text": "Hello {{issue.key}}", **changes}


def _event(*labels: str) -> dict[str, Any]:
    fields = {"summary": "Sum", "labels": list(labels)}
    return {"eventType": ISSUE_CREATED, "issue": {"id": "1", "key": "SYN-9", "fields": fields}}


def test_seeded_flows_are_not_started_by_an_unlabelled_issue() -> None:
    assert seeded_flows("SYN-1").started_by(_event()) == ()
    assert len(seeded_flows("SYN-1").executions()) == 1


@pytest.mark.parametrize(
    ("changes", "labels", "started_flows"),
    [
        pytest.param({}, (), 1, id="no filter takes any issue"),
        pytest.param({"label": "x"}, ("y", "x"), 1, id="the filter's label is among the issue's"),
        pytest.param({"label": "x"}, ("y",), 0, id="the filter's label is not there"),
        pytest.param({"enabled": False}, (), 0, id="a disabled flow never starts"),
    ],
)
def test_started_by_follows_filter_and_switch(
    changes: dict[str, Any], labels: tuple[str, ...], started_flows: int
) -> None:
    flows = Flows()
    flow = flows.create(_asked(**changes), _NOW)
    assert flows.started_by(_event(*labels)) == (flow,) * started_flows


def test_started_by_ignores_other_events() -> None:
    flows = Flows()
    flows.create(_asked(), _NOW)
    assert flows.started_by({**_event(), "eventType": "avi:jira:updated:issue"}) == ()


def test_filled_in_replaces_every_placeholder() -> None:
    flow = Flows().create(_asked(text="{{flow.name}}: {{ issue.key }} / {{issue.summary}}"), _NOW)
    assert filled_in(flow, _event()) == "Greet: SYN-9 / Sum"


def test_filled_in_takes_the_values_of_a_call_and_leaves_out_what_did_not_come() -> None:
    flow = Flows().create(
        _asked(trigger="schedule", every="5", unit="seconds", issue="SYN-1", text="{{flow.id}}"), _NOW
    )
    assert filled_in(flow, {"eventType": "schedule"}) == "flow-1"
    called = replace(flow, text="{{webhook.order}}/{{webhook.other}}")
    assert filled_in(called, {"eventType": "incoming-webhook", "webhook": {"order": 7}}) == "7/"


@pytest.mark.parametrize(
    ("wanted", "taken", "starts"),
    [
        pytest.param("", "11", True, id="any transition"),
        pytest.param("11", "11", True, id="the one that was chosen"),
        pytest.param("11", "21", False, id="another one"),
    ],
)
def test_post_function_starts_the_flows_of_its_transition(wanted: str, taken: str, starts: bool) -> None:  # noqa: FBT001  a column of the table
    flows = Flows()
    flow = flows.create(_asked(trigger=POST_FUNCTION, transition=wanted), _NOW)
    event = {**_event(), "eventType": POST_FUNCTION, "transition": {"id": taken}}
    assert flows.started_by(event) == ((flow,) if starts else ())


def test_create_refuses_what_the_form_refuses() -> None:
    flows = Flows()
    with pytest.raises(FlowError, match=r"Give the flow a name\."):
        flows.create(_asked(name=" "), _NOW)
    assert flows.flows() == ()


def test_delete_says_whether_there_was_one() -> None:
    flows = Flows()
    flow = flows.create(_asked(), _NOW)
    assert flows.delete(flow.id)
    assert not flows.delete(flow.id)


def test_log_keeps_the_latest_two_hundred_newest_first() -> None:
    flows = Flows()
    flow = flows.create(_asked(), _NOW)
    for number in range(201):
        flows.log(flow, f"SYN-{number}", _NOW, 5)
    failed = flows.log(flow, "SYN-X", _NOW, 5, "Jira answered 503.")
    assert failed.status == "failed"
    assert flows.executions()[0] == failed
    assert len(flows.executions()) == 200
