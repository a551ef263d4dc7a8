"""The pages and how they are made: each in a thread, so a slow ledger never keeps ``/healthz`` waiting."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from jinja2 import Environment
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synthetics.catalogue import Catalogue, Placement
from synthetics.config.durations import format_duration
from synthetics.errors import SyntheticsError
from synthetics.export.metrics import MetricsPage
from synthetics.export.pages import environment
from synthetics.record import RunRecord

_LOG = logging.getLogger(__name__)
_UNAVAILABLE = 503

#: Nothing here needs a script or anything from elsewhere, and no other page may show these in a frame.
_SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """What the service tells of itself; each is asked from a thread of its own, at any time.

    Args:
        unhealthy: Why the process or its loop is no longer well, in one sentence; None while it is.
        not_ready: Why no run is started now (it is starting, or draining), in one sentence; None while runs are.
        catalogue: Which journeys there are.
        last_run: The last run of a journey on a target; None where there was none.
    """

    unhealthy: Callable[[], str | None]
    not_ready: Callable[[], str | None]
    catalogue: Callable[[], Catalogue]
    last_run: Callable[[Placement], RunRecord | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One journey on one target, as the start page shows it."""

    placement: Placement
    last: RunRecord | None


def make_app(page: MetricsPage, health: Health) -> ASGIApp:
    """Make the service's pages, security headers on every answer.

    Args:
        page: The metrics.
        health: What the service tells of itself.
    """
    pages = _Pages(page, health)
    # Starlette runs an endpoint that is no coroutine in a thread.
    routes = [
        Route("/", pages.start),
        Route("/metrics", pages.metrics),
        Route("/healthz", pages.healthz),
        Route("/readyz", pages.readyz),
    ]
    # Around the whole app, since Starlette's own middleware is not asked for the answer to an error of ours.
    return _SecurityHeaders(Starlette(routes=routes, exception_handlers={SyntheticsError: _trouble}))


class _Pages:
    """One method for each address."""

    def __init__(self, page: MetricsPage, health: Health) -> None:
        self._page = page
        self._health = health

    def start(self, _request: Request) -> Response:
        template = _templates().get_template("start.html")
        unwell = self._health.unhealthy() or self._health.not_ready()
        return HTMLResponse(template.render(lines=tuple(self._lines()), unwell=unwell))

    def metrics(self, request: Request) -> Response:
        accept = ",".join(request.headers.getlist("accept"))
        body, content_type = self._page.render(accept)
        return Response(body, headers={"Content-Type": content_type, "Vary": "Accept"})

    def healthz(self, _request: Request) -> Response:
        return _said(self._health.unhealthy())

    def readyz(self, _request: Request) -> Response:
        return _said(self._health.not_ready())

    def _lines(self) -> Iterator[Line]:
        for placement in self._health.catalogue().placements:
            yield Line(placement=placement, last=self._health.last_run(placement))


def _said(why_not: str | None) -> Response:
    """200 and ``ok``, or 503 and why not."""
    if why_not is None:
        return PlainTextResponse("ok\n")
    return PlainTextResponse(f"{why_not}\n", status_code=_UNAVAILABLE)


def _trouble(request: Request, error: Exception) -> Response:
    """503 and what is wrong, where the ledger cannot be read: Prometheus then sees that the scrape failed."""
    _LOG.warning("%s cannot be answered: %s", request.url.path, error)
    return PlainTextResponse(f"{error}\n", status_code=_UNAVAILABLE)


class _SecurityHeaders:
    """Puts the security headers on every answer, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_SECURITY_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


@cache
def _templates() -> Environment:
    made = environment("synthetics.web")
    made.filters["interval"] = _interval
    return made


def _interval(milliseconds: int) -> str:
    return format_duration(timedelta(milliseconds=milliseconds))
