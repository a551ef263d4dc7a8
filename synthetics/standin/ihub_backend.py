"""The backend of iHub: its resolver functions, the events and calls it takes, its schedule, and the runs of flows."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from synthetics.standin import tokens
from synthetics.standin.app_calls import APP_AUDIENCE, SYSTEM_TOKEN_HEADER
from synthetics.standin.background import Background
from synthetics.standin.forge_apps import ForgeApp
from synthetics.standin.identity import SITE_AUDIENCE
from synthetics.standin.ihub_actions import Actions
from synthetics.standin.ihub_flows import Execution, Flow, Flows
from synthetics.standin.ihub_form import ACTIONS, FlowError
from synthetics.standin.ihub_triggers import SCHEDULE, TRIGGERS, WEBHOOK
from synthetics.standin.ihub_webhook import GRANT, TOKEN_PATH, WEBHOOK_PATH, TokenExchange, body_of
from synthetics.standin.state import WORKFLOW


@dataclass(frozen=True, kw_only=True, slots=True)
class _Call:
    """An invocation: what it brings, and under which origin the backend was reached."""

    payload: Mapping[str, Any]
    origin: str


class Backend:
    """The backend.

    Args:
        app: The app whose backend it is.
        http: For calls to the site and to the addresses of flows.
        site: The site's origin.
        secret: What its callers' tokens are signed with.
        flows: What it knows.
        background: For the runs of flows.
        now: The time, UTC.
        pause: Waits for a number of seconds, between the runs of a scheduled flow.
        hold: Waits before each run of a flow, and says whether there is to be one.
    """

    def __init__(  # noqa: PLR0913  a server is given all that it needs, and nothing is looked up elsewhere
        self,
        *,
        app: ForgeApp,
        http: httpx.AsyncClient,
        site: str,
        secret: bytes,
        flows: Flows,
        background: Background,
        now: Callable[[], datetime],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        hold: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self._app = app
        self._actions = Actions(http, site)
        self._exchange = TokenExchange(flows, secret)
        self._secret = secret
        self._flows = flows
        self._now = now
        self._pause = pause
        self._hold = hold
        self._background = background
        self._functions: dict[str, Callable[[_Call], Any]] = {
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
                Route(TOKEN_PATH, self._exchange.token, methods=["POST"]),
                Route(WEBHOOK_PATH, self.webhook, methods=["POST"]),
                # Something that flows can call, and that answers as they need it to.
                Route("/samples/status/{status:int}", self.sample, methods=["GET", "POST"]),
            ],
            exception_handlers={tokens.TokenError: _unauthorized},
        )

    async def health(self, _request: Request) -> Response:
        """Whether all is well; for anybody."""
        return JSONResponse({"status": "ok", "app": self._app.title, "version": self._app.version})

    async def sample(self, request: Request) -> Response:
        """Answer with the status asked for; one that is none is not found."""
        status: int = request.path_params["status"]
        known = HTTPStatus.OK <= status < 600  # noqa: PLR2004  the end of the range of statuses
        return Response(status_code=status if known else HTTPStatus.NOT_FOUND)

    async def invoke(self, request: Request) -> Response:
        """Call one of the functions."""
        self._check(request)
        try:
            call = (await request.json())["call"]
            function, payload = self._functions[call["functionKey"]], call.get("payload") or {}
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            message = f"there is no function {error} in this app"
            return JSONResponse({"message": message}, status_code=HTTPStatus.BAD_REQUEST)
        origin = str(request.base_url).rstrip("/")
        return JSONResponse({"body": function(_Call(payload=payload, origin=origin))})

    async def event(self, request: Request) -> Response:
        """Take an event; the flows it starts run after the answer."""
        self._check(request)
        event = await request.json()
        token = request.headers.get(SYSTEM_TOKEN_HEADER, "")
        for flow in self._flows.started_by(event):
            self._background.start(self._run(flow, event, token))
        return Response(status_code=HTTPStatus.ACCEPTED)

    async def webhook(self, request: Request) -> Response:
        """Take a call of a flow's webhook; the flow runs after the answer."""
        flow = self._exchange.flow_called(request)
        if flow is None or not flow.enabled:
            message = "The flow of this token is disabled or was deleted."
            return JSONResponse({"message": message}, status_code=HTTPStatus.CONFLICT)
        event = {"eventType": WEBHOOK, "webhook": await body_of(request)}
        self._background.start(self._run(flow, event, self._own_token()))
        return JSONResponse({"flow": flow.id, "status": "accepted"}, status_code=HTTPStatus.ACCEPTED)

    def _check(self, request: Request) -> None:
        token = tokens.bearer(request.headers.get("authorization"))
        tokens.verify(token, self._secret, audience=APP_AUDIENCE)

    def _own_token(self) -> str:
        """As whom a flow acts that no event of the site started: no token came with it, so this is a stored one."""
        return tokens.sign({"sub": self._app.account.account_id}, self._secret, audience=SITE_AUDIENCE)

    async def _run(self, flow: Flow, event: Mapping[str, Any], token: str) -> None:
        if self._hold is not None and not await self._hold():
            return
        started, begun = self._now(), time.monotonic()
        done = await self._actions.carry_out(flow, event, token)
        self._flows.log(flow, done.issue, started, round((time.monotonic() - begun) * 1000), done.reason)

    async def _repeat(self, flow: Flow) -> None:
        """Run a scheduled flow at its interval, as long as there is one of its identifier."""
        while True:
            await self._pause(flow.every_seconds)
            if self._flows.find(flow.id) is None:
                return
            await self._run(flow, {"eventType": SCHEDULE}, self._own_token())

    def _list_flows(self, _call: _Call) -> Any:
        return {"flows": [_shown_flow(flow) for flow in self._flows.flows()]}

    def _create_flow(self, call: _Call) -> Any:
        # A form that was filled in wrongly is the user's mistake, not a failure of the app.
        try:
            flow = self._flows.create(call.payload, self._now())
        except FlowError as error:
            return {"errors": error.errors}
        if flow.trigger == SCHEDULE and flow.enabled:
            self._background.start(self._repeat(flow))
        return {"flow": _shown_flow(flow)}

    def _delete_flow(self, call: _Call) -> Any:
        return {"deleted": self._flows.delete(str(call.payload.get("id")))}

    def _list_executions(self, call: _Call) -> Any:
        issue = call.payload.get("issue")
        shown = [each for each in self._flows.executions() if issue is None or each.issue == issue]
        return {"executions": [_shown_execution(execution) for execution in shown]}

    def _get_triggers(self, call: _Call) -> Any:
        return {
            "triggers": [asdict(trigger) for trigger in TRIGGERS],
            "transitions": [asdict(transition) for transition in WORKFLOW],
            "actions": [{"key": key, "name": name} for key, name in ACTIONS.items()],
            "webhook": {
                "tokenAddress": call.origin + TOKEN_PATH,
                "address": call.origin + WEBHOOK_PATH,
                "grantType": GRANT,
            },
        }


def _shown_flow(flow: Flow) -> dict[str, Any]:
    return {**asdict(flow), "created": flow.created.isoformat()}


def _shown_execution(execution: Execution) -> dict[str, Any]:
    return {**asdict(execution), "started": execution.started.isoformat()}


async def _unauthorized(_request: Request, error: Exception) -> Response:
    return JSONResponse({"message": f"Unauthorized: {error}."}, status_code=HTTPStatus.UNAUTHORIZED)
