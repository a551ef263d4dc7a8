"""The backend of iHub: its resolver functions, its events, and what flows do on the site."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from synthetics.standin import adf, seed, tokens
from synthetics.standin.app_calls import APP_AUDIENCE, SYSTEM_TOKEN_HEADER
from synthetics.standin.background import Background
from synthetics.standin.ihub_flows import TRIGGERS, Execution, Flow, FlowError, Flows, filled_in

_ACTION_TIMEOUT_SECONDS = 10.0


class Backend:
    """The backend.

    Args:
        http: For calls to the site.
        site: The site's origin.
        secret: What its callers' tokens are signed with.
        flows: What it knows.
        background: For the runs of flows.
        now: The time, UTC.
    """

    def __init__(  # noqa: PLR0913  a server is given all that it needs, and nothing is looked up elsewhere
        self,
        *,
        http: httpx.AsyncClient,
        site: str,
        secret: bytes,
        flows: Flows,
        background: Background,
        now: Callable[[], datetime],
    ) -> None:
        self._http = http
        self._site = site
        self._secret = secret
        self._flows = flows
        self._now = now
        self._background = background
        self._functions: dict[str, Callable[[Mapping[str, Any]], Any]] = {
            "listFlows": self._list_flows,
            "createFlow": self._create_flow,
            "deleteFlow": self._delete_flow,
            "listExecutions": self._list_executions,
            "getTriggers": self._get_triggers,
        }

    def app(self) -> Starlette:
        """Its application."""
        return Starlette(
            routes=[
                Route("/health", self.health),
                Route("/forge/invoke", self.invoke, methods=["POST"]),
                Route("/forge/events", self.event, methods=["POST"]),
            ],
            exception_handlers={tokens.TokenError: _unauthorized},
        )

    async def health(self, _request: Request) -> Response:
        """Whether all is well; for anybody."""
        return JSONResponse({"status": "ok", "app": seed.APP_NAME, "version": seed.APP_VERSION})

    async def invoke(self, request: Request) -> Response:
        """Call one of the functions."""
        self._check(request)
        try:
            call = (await request.json())["call"]
            function, payload = self._functions[call["functionKey"]], call.get("payload") or {}
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            message = f"there is no function {error} in this app"
            return JSONResponse({"message": message}, status_code=HTTPStatus.BAD_REQUEST)
        return JSONResponse({"body": function(payload)})

    async def event(self, request: Request) -> Response:
        """Take an event; the flows it starts run after the answer."""
        self._check(request)
        event = await request.json()
        token = request.headers.get(SYSTEM_TOKEN_HEADER, "")
        for flow in self._flows.started_by(event):
            self._background.start(self._run(flow, event, token))
        return Response(status_code=HTTPStatus.ACCEPTED)

    def _check(self, request: Request) -> None:
        token = tokens.bearer(request.headers.get("authorization"))
        tokens.verify(token, self._secret, audience=APP_AUDIENCE)

    async def _run(self, flow: Flow, event: Mapping[str, Any], token: str) -> None:
        started, begun = self._now(), time.monotonic()
        reason = await self._comment(event["issue"]["key"], filled_in(flow, event), token)
        self._flows.log(flow, event["issue"]["key"], started, round((time.monotonic() - begun) * 1000), reason)

    async def _comment(self, issue: str, text: str, token: str) -> str:
        """Comment on an issue as the app; the reason why it could not be done, or nothing."""
        try:
            answer = await self._http.post(
                f"{self._site}/rest/api/3/issue/{issue}/comment",
                json={"body": adf.from_text(text)},
                headers={"Authorization": f"Bearer {token}"},
                timeout=_ACTION_TIMEOUT_SECONDS,
            )
        except httpx.HTTPError as error:
            return f"Jira did not answer ({type(error).__name__})."
        if answer.status_code == HTTPStatus.CREATED:
            return ""
        return f"Jira answered {answer.status_code} {answer.reason_phrase} to the comment on {issue}."

    def _list_flows(self, _payload: Mapping[str, Any]) -> Any:
        return {"flows": [_shown_flow(flow) for flow in self._flows.flows()]}

    def _create_flow(self, payload: Mapping[str, Any]) -> Any:
        # A form that was filled in wrongly is the user's mistake, not a failure of the app.
        try:
            flow = self._flows.create(payload, self._now())
        except FlowError as error:
            return {"errors": error.errors}
        return {"flow": _shown_flow(flow)}

    def _delete_flow(self, payload: Mapping[str, Any]) -> Any:
        return {"deleted": self._flows.delete(str(payload.get("id")))}

    def _list_executions(self, _payload: Mapping[str, Any]) -> Any:
        return {"executions": [_shown_execution(execution) for execution in self._flows.executions()]}

    def _get_triggers(self, _payload: Mapping[str, Any]) -> Any:
        return {"triggers": [asdict(trigger) for trigger in TRIGGERS]}


def _shown_flow(flow: Flow) -> dict[str, Any]:
    return {**asdict(flow), "created": flow.created.isoformat()}


def _shown_execution(execution: Execution) -> dict[str, Any]:
    return {**asdict(execution), "started": execution.started.isoformat()}


async def _unauthorized(_request: Request, error: Exception) -> Response:
    return JSONResponse({"message": f"Unauthorized: {error}."}, status_code=HTTPStatus.UNAUTHORIZED)
