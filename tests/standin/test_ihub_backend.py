"""The backend alone, with a site that answers as the test says."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from synthetics.standin.app_calls import APP_AUDIENCE
from synthetics.standin.background import Background
from synthetics.standin.forge_apps import IHUB
from synthetics.standin.ihub_backend import Backend
from synthetics.standin.ihub_flows import Execution, Flows
from synthetics.standin.ihub_triggers import ISSUE_CREATED
from synthetics.standin.tokens import sign

_SECRET = b"0123456789abcdef0123456789abcdef"
_NOW = datetime(2026, 3, 1, tzinfo=UTC)


async def _after_an_event(site: Callable[[httpx.Request], httpx.Response], **changes: Any) -> Execution:
    """What is logged when an event starts a flow whose comment the site answers like this."""
    flows, background = Flows(), Background()
    flows.create({"name": "Greet", "trigger": ISSUE_CREATED, "text": "Hi {{issue.key}}", **changes}, _NOW)
    fields: dict[str, Any] = {"summary": "s", "labels": []}
    event = {"eventType": ISSUE_CREATED, "issue": {"id": "1", "key": "SYN-7", "fields": fields}}
    token = sign({}, _SECRET, audience=APP_AUDIENCE)
    async with httpx.AsyncClient(transport=httpx.MockTransport(site)) as http:
        backend = Backend(
            app=IHUB,
            http=http,
            site="http://site",
            secret=_SECRET,
            flows=flows,
            background=background,
            now=lambda: _NOW,
        )
        transport = httpx.ASGITransport(backend.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://backend") as caller:
            headers = {"Authorization": f"Bearer {token}"}
            (await caller.post("/forge/events", json=event, headers=headers)).raise_for_status()
        await background.finished()
    (execution,) = flows.executions()
    return execution


def _unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


@pytest.mark.parametrize(
    ("site", "reason"),
    [
        pytest.param(
            lambda _request: httpx.Response(503),
            "Jira answered 503 Service Unavailable to the comment on SYN-7.",
            id="the site is down",
        ),
        pytest.param(_unreachable, "Jira did not answer (ConnectError).", id="the site cannot be reached"),
    ],
)
def test_action_that_fails_is_logged_with_its_reason(
    site: Callable[[httpx.Request], httpx.Response], reason: str
) -> None:
    execution = asyncio.run(_after_an_event(site))
    assert (execution.status, execution.reason) == ("failed", reason)


def test_action_comments_with_the_text_filled_in() -> None:
    asked: list[httpx.Request] = []

    def site(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(201)

    execution = asyncio.run(_after_an_event(site))
    assert (execution.status, execution.issue) == ("success", "SYN-7")
    assert asked[0].url == "http://site/rest/api/3/issue/SYN-7/comment"
    assert b"Hi SYN-7" in asked[0].content


@pytest.mark.parametrize(
    ("site", "status", "reason"),
    [
        pytest.param(lambda _request: httpx.Response(204), "success", "", id="the address takes it"),
        pytest.param(
            lambda _request: httpx.Response(500),
            "failed",
            "https://partner.example/in answered 500 Internal Server Error.",
            id="the address fails",
        ),
        pytest.param(
            _unreachable, "failed", "https://partner.example/in did not answer (ConnectError).", id="nobody is there"
        ),
    ],
)
def test_call_of_an_address_is_logged_with_its_outcome(
    site: Callable[[httpx.Request], httpx.Response], status: str, reason: str
) -> None:
    execution = asyncio.run(_after_an_event(site, action="call", address="https://partner.example/in"))
    assert (execution.status, execution.reason, execution.issue) == (status, reason, "SYN-7")


def test_flow_can_turn_to_another_issue_than_the_events() -> None:
    execution = asyncio.run(_after_an_event(lambda _request: httpx.Response(404), issue="SYN-999"))
    assert execution.reason == "Jira answered 404 Not Found to the comment on SYN-999."


async def _scheduled(runs: int) -> tuple[list[float], tuple[Execution, ...]]:
    """How long a scheduled flow paused before each run, and what was logged; it is deleted after some runs."""
    flows, background, pauses = Flows(), Background(), list[float]()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > runs:
            flows.delete("flow-1")

    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: httpx.Response(201))) as http:
        backend = Backend(
            app=IHUB,
            http=http,
            site="http://site",
            secret=_SECRET,
            flows=flows,
            background=background,
            now=lambda: _NOW,
            pause=pause,
        )
        asked = {"name": "Tick", "trigger": "schedule", "every": "5", "unit": "seconds", "issue": "SYN-1", "text": "x"}
        call = {"call": {"functionKey": "createFlow", "payload": asked}}
        headers = {"Authorization": f"Bearer {sign({}, _SECRET, audience=APP_AUDIENCE)}"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(backend.app()), base_url="http://backend") as caller:
            (await caller.post("/forge/invoke", json=call, headers=headers)).raise_for_status()
            await background.finished()
    return pauses, flows.executions()


def test_scheduled_flow_runs_at_its_interval_until_it_is_deleted() -> None:
    pauses, executions = asyncio.run(_scheduled(runs=3))
    assert pauses == [5, 5, 5, 5]
    assert [(execution.trigger, execution.issue, execution.status) for execution in executions] == [
        ("schedule", "SYN-1", "success")
    ] * 3
