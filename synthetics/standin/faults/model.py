"""What a fault is, and what it is while it is on."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from starlette.types import ASGIApp, Receive, Send

from synthetics.standin.addresses import ServerName
from synthetics.standin.faults.requests import OWN_SERVERS, Asked

#: The kinds of journeys that can meet a fault.
BROWSER, HEALTH = "browser", "health"


class Blames(StrEnum):
    """Whose fault it is."""

    APP = "app"
    HOST = "host"
    SESSION = "session"
    NETWORK = "network"
    MONITOR = "monitor"
    #: It looks like one, and is none: whatever a customer does works.
    NOTHING = "nothing"


class Wire(StrEnum):
    """What happens at a server's socket, before any request is read."""

    WELL = "well"
    REFUSED = "refused"
    #: Whatever is said to it, it answers with bytes that are neither HTTP nor a handshake of TLS.
    GARBAGE = "garbage"
    #: It speaks TLS alone, with a certificate that nobody has signed.
    UNTRUSTED = "untrusted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Knob:
    """How strong a fault is, in one respect.

    Args:
        name: What it is called at the switch.
        sentence: What it means, with its unit.
        default: The value where none is given; a whole one makes the knob take whole numbers.
        least: The smallest value.
        most: The largest value.
    """

    name: str
    sentence: str
    default: float
    least: float
    most: float


def seconds(default: float, most: float = 120) -> Knob:
    """How long something takes."""
    return Knob(name="seconds", sentence="How long it takes, in s.", default=default, least=0.0, most=most)


SHARE = Knob(name="share", sentence="The part of the requests that it happens to.", default=1.0, least=0.01, most=1.0)


@dataclass(kw_only=True, slots=True)
class SwitchedOn:
    """A fault that is on.

    Args:
        fault: The fault.
        apps: The apps that it happens to; empty where it is about none.
        path: Only requests for this path, or from the page at this path, ``*`` for anything; None for all.
        after: How many requests are spared first.
        times: To how many requests it happens after that; None for all of them.
        values: The value of each knob.
        seen: How many requests it was about so far.
        hit: To how many of them it happened.
        off: Set when it is switched off: whatever is held back goes on.
    """

    fault: "Fault"
    apps: tuple[str, ...] = ()
    path: str | None = None
    after: int = 0
    times: int | None = None
    values: Mapping[str, float]
    seen: int = 0
    hit: int = 0
    off: asyncio.Event = field(default_factory=asyncio.Event)

    def concerns(self, asked: Asked) -> bool:
        """Whether a request is one of those that it can happen to, by app and path."""
        if self.apps and asked.app not in self.apps:
            return False
        return self.path is None or any(fnmatchcase(path, self.path) for path in (asked.path, asked.page))

    def is_due(self, *, counted: bool = True) -> bool:
        """Count one request that it is about, and say whether it happens to it.

        Args:
            counted: Whether the request counts; one that does not shares the fate of the next one that does.
        """
        self.seen += counted
        past = self.seen - self.after + (not counted)
        share = self.values.get(SHARE.name, 1.0)
        skipped = math.floor(past * share + 1e-9) <= math.floor((past - 1) * share + 1e-9)
        if past <= 0 or skipped or (self.times is not None and past > self.times):
            return False
        self.hit += 1
        return True


Act = Callable[[ASGIApp, Asked, SwitchedOn, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """What a fault does to the requests of one server.

    Args:
        server: The server.
        act: Answers in the place of the server, holds it back or changes its answer.
        about: Which of its requests can be hit.
        counted: Which of those count for ``after`` and ``times``.
    """

    server: ServerName
    act: Act
    about: Callable[[Asked], bool] = lambda _asked: True
    counted: Callable[[Asked], bool] = lambda _asked: True


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Something that can be made to go wrong.

    Args:
        name: What it is called at the switch.
        sentence: What happens while it is on.
        blames: Whose fault it is.
        apps: The apps that it can happen to, the one it happens to unless another is named first; empty where it is
            about none.
        knobs: How strong it can be.
        effects: What it does to requests.
        wire: What it does to sockets: those of the app's own server, or of ``wired``.
        wired: The servers whose sockets it is about; empty for the app's own.
        unresolved: Whether the names of these servers shall not resolve either, which only a browser's host resolver
            and a client can be told.
        https: Whether these servers have to be asked by ``https`` for the whole of it to be seen.
        after: How many requests are spared first unless another number is given.
        kinds: The kinds of journeys that can meet it.
    """

    name: str
    sentence: str
    blames: Blames
    apps: tuple[str, ...] = ()
    knobs: tuple[Knob, ...] = ()
    effects: tuple[Effect, ...] = ()
    wire: Wire = Wire.WELL
    wired: tuple[ServerName, ...] = ()
    unresolved: bool = False
    https: bool = False
    after: int = 0
    kinds: tuple[str, ...] = (BROWSER,)

    def servers(self, apps: tuple[str, ...]) -> tuple[ServerName, ...]:
        """The servers whose sockets it is about when it happens to these apps."""
        if self.wire is Wire.WELL:
            return ()
        return self.wired or tuple(OWN_SERVERS[app] for app in apps)
