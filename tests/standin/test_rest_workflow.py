"""REST v3: transitions and changes of an issue, over HTTP."""

from http import HTTPStatus
from typing import Any

import httpx
import pytest

from tests.standin.started import a_document, an_issue


@pytest.fixture
def key(rest: httpx.Client) -> str:
    made: str = rest.post("/rest/api/3/issue", json=an_issue()).json()["key"]
    return made


def _open_to(rest: httpx.Client, key: str) -> dict[str, str]:
    """The transitions that can be taken: id and the status to which each leads."""
    shown = rest.get(f"/rest/api/3/issue/{key}/transitions").json()["transitions"]
    return {transition["id"]: transition["to"]["name"] for transition in shown}


def _take(rest: httpx.Client, key: str, body: Any) -> httpx.Response:
    return rest.post(f"/rest/api/3/issue/{key}/transitions", json=body)


def _status(rest: httpx.Client, key: str) -> str:
    name: str = rest.get(f"/rest/api/3/issue/{key}").json()["fields"]["status"]["name"]
    return name


def test_issue_goes_through_the_workflow_and_back(rest: httpx.Client, key: str) -> None:
    assert _open_to(rest, key) == {"11": "In Progress"}
    for transition, status in (("11", "In Progress"), ("21", "Done"), ("41", "To Do")):
        assert _take(rest, key, {"transition": {"id": transition}}).status_code == HTTPStatus.NO_CONTENT
        assert _status(rest, key) == status
    _take(rest, key, {"transition": {"id": 11}})
    assert _open_to(rest, key) == {"21": "Done", "31": "To Do"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param({}, "Missing 'transition' identifier.", id="no transition"),
        pytest.param({"transition": "11"}, "Missing 'transition' identifier.", id="no object"),
        pytest.param(
            {"transition": {"id": "21"}}, "Transition id '21' is not valid for this issue.", id="not from here"
        ),
        pytest.param({"transition": {"id": "x"}}, "Transition id 'x' is not valid for this issue.", id="no such one"),
    ],
)
def test_transition_that_cannot_be_taken_is_refused(rest: httpx.Client, key: str, body: Any, said: str) -> None:
    answer = _take(rest, key, body)
    assert (answer.status_code, answer.json()["errorMessages"]) == (HTTPStatus.BAD_REQUEST, [said])
    assert _status(rest, key) == "To Do"


def test_missing_issue_has_no_transitions(rest: httpx.Client) -> None:
    for answer in (
        rest.get("/rest/api/3/issue/SYN-999/transitions"),
        _take(rest, "SYN-999", {"transition": {"id": "11"}}),
        rest.put("/rest/api/3/issue/SYN-999", json={"fields": {}}),
    ):
        assert answer.status_code == HTTPStatus.NOT_FOUND


def test_edit_changes_what_it_names_and_nothing_else(rest: httpx.Client, key: str) -> None:
    before = rest.get(f"/rest/api/3/issue/{key}").json()["fields"]
    changes = {"summary": "New", "labels": ["a"], "description": a_document("Words"), "customfield_10016": 5}
    for name, value in changes.items():
        answer = rest.put(f"/rest/api/3/issue/{key}", json={"fields": {name: value}})
        assert answer.status_code == HTTPStatus.NO_CONTENT
    assert rest.get(f"/rest/api/3/issue/{key}").json()["fields"] == {**before, **changes}
    rest.put(f"/rest/api/3/issue/{key}", json={"fields": {"customfield_10016": None}})
    assert rest.get(f"/rest/api/3/issue/{key}").json()["fields"]["customfield_10016"] is None


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        pytest.param({"summary": ""}, "summary", "You must specify a summary of the issue.", id="no summary"),
        pytest.param({"status": "Done"}, "status", "Field 'status' cannot be set.", id="the status has transitions"),
        pytest.param(
            {"customfield_10016": "5"}, "customfield_10016", "Operation value must be a number", id="points as text"
        ),
        pytest.param({"customfield_10016": True}, "customfield_10016", "must be a number", id="points as a truth"),
    ],
)
def test_edit_that_is_wrong_is_refused(
    rest: httpx.Client, key: str, fields: dict[str, Any], field: str, said: str
) -> None:
    answer = rest.put(f"/rest/api/3/issue/{key}", json={"fields": fields})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert list(answer.json()["errors"]) == [field]
    assert said in answer.json()["errors"][field]
