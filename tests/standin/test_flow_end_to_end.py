"""An issue event starts a flow; its effect is on the issue and in the log. Every hop is real HTTP."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from synthetics.standin import adf
from tests.standin.started import IHUB_ADMIN, Standin, an_issue, eventually


@pytest.fixture
def caller(standin: Standin) -> Iterator[httpx.Client]:
    with standin.signed_in() as client:
        yield client


def _create(standin: Standin, caller: httpx.Client, name: str, **changes: Any) -> dict[str, Any]:
    flow = {
        "name": name,
        "trigger": "avi:jira:created:issue",
        "label": "",
        "text": "Hello from {{flow.name}}: {{issue.key}}",
        "enabled": True,
        **changes,
    }
    done = standin.invoke(caller, "createFlow", flow)
    assert done["success"]
    body: dict[str, Any] = done["response"]["body"]
    return body


def _make(rest: httpx.Client, *labels: str) -> str:
    key: str = rest.post("/rest/api/3/issue", json=an_issue(labels=list(labels))).json()["key"]
    return key


def _comments(rest: httpx.Client, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rest.get(f"/rest/api/3/issue/{key}/comment").json()["comments"]
    return found


def _executions(standin: Standin, caller: httpx.Client, flow: str) -> list[dict[str, Any]]:
    listed = standin.invoke(caller, "listExecutions")["response"]["body"]["executions"]
    return [execution for execution in listed if execution["flow"] == flow]


def test_event_runs_the_flow_that_matches(standin: Standin, caller: httpx.Client, rest: httpx.Client) -> None:
    _create(standin, caller, "Other label", label="other")
    _create(standin, caller, "Matching", label="hello")
    key = _make(rest, "hello")
    eventually(lambda: bool(_comments(rest, key)), "a comment on the issue")
    (comment,) = _comments(rest, key)
    assert adf.to_text(comment["body"]) == f"Hello from Matching: {key}"
    assert comment["author"]["displayName"] == "Integration Hub for Jira"
    assert comment["author"]["accountType"] == "app"
    eventually(lambda: bool(_executions(standin, caller, "Matching")), "an entry in the log")
    (execution,) = _executions(standin, caller, "Matching")
    assert (execution["issue"], execution["status"], execution["reason"]) == (key, "success", "")
    assert _executions(standin, caller, "Other label") == []


def test_backend_at_502_loses_events_and_rejects_invokes(
    standin: Standin, caller: httpx.Client, rest: httpx.Client
) -> None:
    _create(standin, caller, "Lost", label="lost")
    with standin.fault("backend_502"):
        assert httpx.get(f"{standin.backend}/health", trust_env=False).status_code == HTTPStatus.BAD_GATEWAY
        done = standin.invoke(caller, "listFlows")
        assert not done["success"]
        assert done["errors"] == [
            {
                "message": "the remote answered 502 Bad Gateway",
                "extensions": {"errorType": "REMOTE_ERROR", "statusCode": 502},
            }
        ]
        lost = _make(rest, "lost")
    later = _make(rest, "lost")
    eventually(lambda: bool(_comments(rest, later)), "a comment on the later issue")
    assert _comments(rest, lost) == []


def test_deleted_flow_is_gone(standin: Standin, caller: httpx.Client) -> None:
    flow = _create(standin, caller, "Short-lived")["flow"]
    assert standin.invoke(caller, "deleteFlow", {"id": flow["id"]})["response"]["body"] == {"deleted": True}
    flows = standin.invoke(caller, "listFlows")["response"]["body"]["flows"]
    assert "Short-lived" not in [flow["name"] for flow in flows]


def test_flow_that_is_wrong_comes_back_with_its_errors(standin: Standin, caller: httpx.Client) -> None:
    errors = _create(standin, caller, "", text="{{oops}}")["errors"]
    assert set(errors) == {"name", "text"}


def test_triggers_name_the_event_of_new_issues(standin: Standin, caller: httpx.Client) -> None:
    triggers = standin.invoke(caller, "getTriggers")["response"]["body"]["triggers"]
    assert {trigger["key"]: trigger["available"] for trigger in triggers}["avi:jira:created:issue"]


def test_unknown_function_is_a_rejected_invoke(standin: Standin, caller: httpx.Client) -> None:
    done = standin.invoke(caller, "nothing")
    assert not done["success"]
    assert done["errors"][0]["message"] == "there is no function 'nothing' in this app"


def test_gateway_needs_a_caller_and_its_own_origin(standin: Standin, caller: httpx.Client) -> None:
    with standin.browserless() as nobody:
        assert nobody.post("/gateway/api/graphql", json={}).status_code == HTTPStatus.UNAUTHORIZED
    assert caller.post("/gateway/api/graphql", json={}).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="no operation"),
        pytest.param({"operationName": "other", "variables": {"input": {}}}, id="another operation"),
        pytest.param(
            {"operationName": "forge_ui_invokeExtension", "variables": {"input": {"extensionId": IHUB_ADMIN}}},
            id="no function",
        ),
        pytest.param(
            {"operationName": "forge_ui_invokeExtension", "variables": {"input": {"functionKey": "listFlows"}}},
            id="no extension",
        ),
    ],
)
def test_gateway_refuses_what_is_no_call(standin: Standin, caller: httpx.Client, body: dict[str, Any]) -> None:
    answer = caller.post("/gateway/api/graphql", json=body, headers={"Origin": standin.site})
    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_gateway_passes_a_remote_call_on(standin: Standin, caller: httpx.Client) -> None:
    asked = {"extensionId": IHUB_ADMIN, "path": "/health", "method": "GET"}
    body = {"operationName": "forge_ui_invokeRemote", "variables": {"input": asked}}
    answer = caller.post("/gateway/api/graphql", json=body, headers={"Origin": standin.site}).json()
    remote = answer["data"]["invokeExtension"]["response"]["body"]
    assert (remote["status"], remote["body"].startswith('{"status":"ok"')) == (HTTPStatus.OK, True)


def test_backend_is_healthy_for_anybody_and_closed_otherwise(standin: Standin) -> None:
    health = httpx.get(f"{standin.backend}/health", trust_env=False)
    assert (health.status_code, health.json()["status"]) == (HTTPStatus.OK, "ok")
    for path in ("/forge/invoke", "/forge/events"):
        answer = httpx.post(f"{standin.backend}{path}", json={}, trust_env=False)
        assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_transition_runs_the_post_functions_flow(standin: Standin, caller: httpx.Client, rest: httpx.Client) -> None:
    changes = {"trigger": "workflow-post-function", "text": "Finished by {{flow.name}}"}
    _create(standin, caller, "Finisher", **changes, transition="21")
    _create(standin, caller, "Starter", **changes, transition="11", label="nobody")
    key = _make(rest)
    for transition in ("11", "21"):
        answer = rest.post(f"/rest/api/3/issue/{key}/transitions", json={"transition": {"id": transition}})
        assert answer.status_code == HTTPStatus.NO_CONTENT
    eventually(lambda: bool(_executions(standin, caller, "Finisher")), "an entry in the log")
    assert [adf.to_text(comment["body"]) for comment in _comments(rest, key)] == ["Finished by Finisher"]
    assert _executions(standin, caller, "Starter") == []


def test_flow_that_calls_a_failing_address_is_logged_as_failed(
    standin: Standin, caller: httpx.Client, rest: httpx.Client
) -> None:
    address = f"{standin.backend}/samples/status/500"
    _create(standin, caller, "Doomed", label="doomed", action="call", address=address)
    key = _make(rest, "doomed")
    eventually(lambda: bool(_executions(standin, caller, "Doomed")), "an entry in the log")
    (execution,) = _executions(standin, caller, "Doomed")
    assert (execution["status"], execution["issue"]) == ("failed", key)
    assert execution["reason"] == f"{address} answered 500 Internal Server Error."
    listed = standin.invoke(caller, "listExecutions", {"issue": key})["response"]["body"]["executions"]
    assert [each["id"] for each in listed] == [execution["id"]]


@pytest.mark.parametrize(("asked", "answered"), [(204, 204), (500, 500), (777, 404), (100, 404)])
def test_sample_answers_with_the_status_asked_for(standin: Standin, asked: int, answered: int) -> None:
    assert httpx.post(f"{standin.backend}/samples/status/{asked}", trust_env=False).status_code == answered
