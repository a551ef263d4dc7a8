"""What can be made to go wrong, and the switch for it.

A fault wraps one of the servers: it sees each request first and may answer in the server's place, hold it back or
change the answer. The next fault is one more entry in ``FAULTS``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from synthetics.standin.addresses import ServerName
from synthetics.standin.rendering import render

Wrap = Callable[[ASGIApp], ASGIApp]

# What programs ask for, and not people.
_INTERFACES = ("/rest/", "/gateway/", "/wiki/rest/", "/wiki/api/")
# The switch has to answer while the site does not.
SWITCH_PATH = "/_standin/"


class UnknownFaultError(Exception):
    """There is no fault of this name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Something that can be made to go wrong.

    Args:
        name: What it is called at the switch.
        sentence: What happens while it is on.
        server: The server it happens to.
        wrap: Puts it in front of that server.
    """

    name: str
    sentence: str
    server: ServerName
    wrap: Wrap


def _answering(answer: Callable[[Scope], Response]) -> Wrap:
    """A fault that answers every request itself."""

    def wrap(_app: ASGIApp) -> ASGIApp:
        async def answered(scope: Scope, receive: Receive, send: Send) -> None:
            await answer(scope)(scope, receive, send)

        return answered

    return wrap


def _site_unavailable(scope: Scope) -> Response:
    headers = {"Retry-After": "30", "Cache-Control": "no-store"}
    if scope["path"].startswith(_INTERFACES):
        body = {"errorMessages": ["The service is temporarily unavailable. Try again later."], "errors": {}}
        return JSONResponse(body, status_code=503, headers=headers)
    return render("unavailable.html", {}, status_code=503, headers=headers)


def _bad_gateway(_scope: Scope) -> Response:
    page = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n"
    return Response(page, status_code=502, media_type="text/html")


FAULTS = (
    Fault(
        name="backend_502",
        sentence="The app's backend answers 502 to every request, so each invoke fails and events are lost.",
        server=ServerName.BACKEND,
        wrap=_answering(_bad_gateway),
    ),
    Fault(
        name="site_503",
        sentence="The site answers 503 to every page and every REST request.",
        server=ServerName.SITE,
        wrap=_answering(_site_unavailable),
    ),
)

_BY_NAME = {fault.name: fault for fault in FAULTS}


class FaultSwitch:
    """Which faults are on.

    Args:
        on: The names of those that are on from the start.

    Raises:
        UnknownFaultError: One of the names is no fault's; the text lists those there are.
    """

    def __init__(self, on: Iterable[str] = ()) -> None:
        self._on: dict[str, Fault] = {}
        for name in on:
            self.switch_on(name)

    def switch_on(self, name: str) -> None:
        """Make it go wrong; raises UnknownFaultError."""
        self._on[name] = _known(name)

    def switch_off(self, name: str) -> None:
        """Make it right again; raises UnknownFaultError."""
        self._on.pop(_known(name).name, None)

    def is_on(self, name: str) -> bool:
        """Whether this fault is on."""
        return name in self._on

    def on_at(self, server: ServerName) -> tuple[Fault, ...]:
        """The faults of this server that are on, in the order they were switched on."""
        return tuple(fault for fault in self._on.values() if fault.server is server)


def _known(name: str) -> Fault:
    if name not in _BY_NAME:
        raise UnknownFaultError(f"there is no fault named {name!r}; there are: {', '.join(sorted(_BY_NAME))}")
    return _BY_NAME[name]


class WithFaults:
    """A server behind its faults.

    Args:
        app: The server as it is when all is well.
        server: Its name.
        switch: Which faults are on.
    """

    def __init__(self, app: ASGIApp, server: ServerName, switch: FaultSwitch) -> None:
        self._app = app
        self._server = server
        self._switch = switch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request through the faults that are on at this moment."""
        app = self._app
        if not scope["path"].startswith(SWITCH_PATH):
            for fault in self._switch.on_at(self._server):
                app = fault.wrap(app)
        await app(scope, receive, send)
