"""Which faults are on, and the servers behind them."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from synthetics.standin.addresses import ServerName
from synthetics.standin.faults.acts import pause
from synthetics.standin.faults.model import Act, SwitchedOn, Wire
from synthetics.standin.faults.order import switched_on
from synthetics.standin.faults.registry import BY_NAME
from synthetics.standin.faults.requests import Asked, Facts, again, read_body

# The switch has to answer while the site does not.
SWITCH_PATH = "/_standin/"


class UnknownFaultError(Exception):
    """There is no fault of this name."""


async def _nothing_to_settle() -> None:
    return


class FaultSwitch:
    """Which faults are on.

    Args:
        on: The names of those that are on from the start.

    Raises:
        UnknownFaultError: One of the names is no fault's; the text lists those there are.
    """

    def __init__(self, on: Iterable[str] = ()) -> None:
        self._on: dict[str, SwitchedOn] = {}
        self._turns: dict[str, Callable[[bool], None]] = {}
        #: Brings what no request can see, sockets above all, into line with what is on.
        self.settle: Callable[[], Awaitable[None]] = _nothing_to_settle
        for name in on:
            self.switch_on(name)

    def attach(self, name: str, turn: Callable[[bool], None]) -> None:
        """Let something else than requests be told when a fault is switched on (True) or off (False)."""
        _known(name)
        self._turns[name] = turn
        if name in self._on:
            turn(True)  # noqa: FBT003  a callback has no names

    def switch_on(self, name: str, asked: Mapping[str, Any] | None = None) -> None:
        """Make it go wrong, or go wrong anew with its counters at zero.

        Args:
            name: The fault.
            asked: Where and how strongly; see ``order.switched_on``.

        Raises:
            UnknownFaultError: There is none of this name.
            FaultOrderError: It cannot go wrong like this; it stays as it was.
        """
        _known(name)
        fresh = switched_on(BY_NAME[name], asked or {})
        self._end(name)
        self._on[name] = fresh
        if name in self._turns:
            self._turns[name](True)  # noqa: FBT003  a callback has no names

    def switch_off(self, name: str) -> None:
        """Make it right again; raises UnknownFaultError."""
        self._end(_known(name))

    def switch_all_off(self) -> None:
        """Make everything right again."""
        for name in tuple(self._on):
            self._end(name)

    def is_on(self, name: str) -> bool:
        """Whether this fault is on."""
        return name in self._on

    def get(self, name: str) -> SwitchedOn | None:
        """The fault as it is on; None where it is off."""
        return self._on.get(name)

    def is_on_for(self, name: str, app: str) -> bool:
        """Whether this fault is on and happens to this app."""
        on = self._on.get(name)
        return on is not None and app in on.apps

    def on(self) -> tuple[SwitchedOn, ...]:
        """The faults that are on, in the order they were switched on."""
        return tuple(self._on.values())

    def wire(self, server: ServerName) -> Wire:
        """What happens at a server's socket; where several things would, the last one that was switched on."""
        hit = [each.fault.wire for each in self._on.values() if server in each.fault.servers(each.apps)]
        return hit[-1] if hit else Wire.WELL

    async def hold(self) -> bool:
        """Wait as long as an effect of iHub is late; False where there is to be none at all."""
        if self.is_on("effect_missing"):
            return False
        late = self._on.get("effect_late")
        if late is not None:
            late.seen += 1
            late.hit += 1
            await pause(late, late.values["seconds"])
        return True

    def _end(self, name: str) -> None:
        ended = self._on.pop(name, None)
        if ended is None:
            return
        ended.off.set()
        if name in self._turns:
            self._turns[name](False)  # noqa: FBT003  a callback has no names


def _known(name: str) -> str:
    if name not in BY_NAME:
        raise UnknownFaultError(f"there is no fault named {name!r}; there are: {', '.join(sorted(BY_NAME))}")
    return name


class WithFaults:
    """A server behind its faults.

    Args:
        app: The server as it is when all is well.
        server: Its name.
        switch: Which faults are on.
        facts: What faults know of this stand-in.
    """

    def __init__(self, app: ASGIApp, server: ServerName, switch: FaultSwitch, facts: Facts) -> None:
        self._app = app
        self._server = server
        self._switch = switch
        self._facts = facts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request through the faults that are on at this moment."""
        on = [each for each in self._switch.on() if any(e.server is self._server for e in each.fault.effects)]
        if not on or scope["path"].startswith(SWITCH_PATH):
            await self._app(scope, receive, send)
            return
        body = await read_body(receive)
        asked = Asked(server=self._server, scope=scope, body=body, facts=self._facts)
        app = self._app
        for each in on:
            for act in _due(each, asked):
                app = partial(_through, app, act, asked, each)
        await app(scope, again(body, receive), send)


def _due(on: SwitchedOn, asked: Asked) -> list[Act]:
    """What a fault does to a request, if anything."""
    return [
        effect.act
        for effect in on.fault.effects
        if effect.server is asked.server
        and effect.about(asked)
        and on.concerns(asked)
        and on.is_due(counted=effect.counted(asked))
    ]


async def _through(  # noqa: PLR0913, PLR0917  the first four are bound
    inner: ASGIApp, act: Act, asked: Asked, on: SwitchedOn, scope: Scope, receive: Receive, send: Send
) -> None:
    # A fault before this one may have changed what came with the request.
    now = Asked(server=asked.server, scope=scope, body=asked.body, facts=asked.facts)
    await act(inner, now, on, receive, send)
