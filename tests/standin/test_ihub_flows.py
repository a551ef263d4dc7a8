"""What iHub's backend knows."""

from datetime import UTC, datetime
from typing import Any

import pytest

from synthetics.standin.ihub_flows import ISSUE_CREATED, FlowError, Flows, filled_in, seeded_flows

_NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _asked(**changes: Any) -> dict[str, Any]:
    return {"name": "Greet", "trigger": ISSUE_CREATED, "label": "", "text": "Hello {{issue.key}}", **changes}


def _event(*labels: str) -> dict[str, Any]:
    fields = {"summary": "Sum", "labels": list(labels)}
    return {"eventType": ISSUE_CREATED, "issue": {"id": "1", "key": "SYN-9", "fields": fields}}


def test_seeded_flows_are_not_started_by_an_unlabelled_issue() -> None:
    assert seeded_flows().started_by(_event()) == ()
    assert len(seeded_flows().executions()) == 1


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


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        pytest.param({"name": " "}, "name", "Give the flow a name.", id="no name"),
        pytest.param({"name": "n" * 81}, "name", "The name has 81 characters; at most 80 are allowed.", id="long name"),
        pytest.param({"trigger": "schedule"}, "trigger", "'schedule' is not available", id="a trigger not set up"),
        pytest.param({"label": "two words"}, "label", "A label has no spaces.", id="a label with a space"),
        pytest.param({"text": ""}, "text", "Write the comment's text.", id="no text"),
        pytest.param({"text": "{{oops}}"}, "text", "There is no value named 'oops'; there are: flow.name", id="a typo"),
    ],
)
def test_create_refuses_and_says_why(changes: dict[str, Any], field: str, said: str) -> None:
    flows = Flows()
    with pytest.raises(FlowError) as caught:
        flows.create(_asked(**changes), _NOW)
    assert said in caught.value.errors[field]
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
