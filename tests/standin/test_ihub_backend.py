"""The backend alone, with a site that answers as the test says."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from synthetics.standin.app_calls import APP_AUDIENCE
from synthetics.standin.background import Background
from synthetics.standin.ihub_backend import Backend
from synthetics.standin.ihub_flows import ISSUE_CREATED, Execution, Flows
from synthetics.standin.tokens import sign

_SECRET = b"0123456789abcdef0123456789abcdef"
_NOW = datetime(2026, 3, 1, tzinfo=UTC)


async def _after_an_event(site: Callable[[httpx.Request], httpx.Response]) -> Execution:
    """What is logged when an event starts a flow whose comment the site answers like this."""
    flows, background = Flows(), Background()
    flows.create({"name": "Greet", "trigger": ISSUE_CREATED, "text": "Hi {{issue.key}}"}, _NOW)
    fields: dict[str, Any] = {"summary": "s", "labels": []}
    event = {"eventType": ISSUE_CREATED, "issue": {"id": "1", "key": "SYN-7", "fields": fields}}
    token = sign({}, _SECRET, audience=APP_AUDIENCE)
    async with httpx.AsyncClient(transport=httpx.MockTransport(site)) as http:
        backend = Backend(
            http=http, site="http://site", secret=_SECRET, flows=flows, background=background, now=lambda: _NOW
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
