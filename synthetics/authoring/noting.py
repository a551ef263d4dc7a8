"""What is kept of a page's doings while they last: plain values that change, until they are told."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from synthetics.evidence import OriginTraffic, Owner

_REFUSED = 400


@dataclass(slots=True, eq=False)
class FrameNote:
    """A frame inside a page, as it stands."""

    attached_ms: int
    parent: "FrameNote | None" = None
    name: str = ""
    url: str = ""
    asked_url: str = ""
    connected_ms: int | None = None
    ready_ms: int | None = None
    refused: bool = False
    detached_ms: int | None = None

    @property
    def address(self) -> str:
        """Where it is, or what it asked for where it is nowhere yet, or was refused."""
        return self.asked_url if self.refused or not self.url.startswith("http") else self.url


@dataclass(slots=True, eq=False)
class Exchange:
    """A request, as it stands; ``frame`` is None for one of a page itself."""

    origin: str
    path: str
    method: str
    resource: str
    is_navigation: bool
    frame: FrameNote | None
    started_ms: int
    status: int | None = None
    failure: str | None = None
    retry_after_s: float | None = None
    duration_ms: int | None = None

    def came_again(self, later: "Exchange") -> None:
        """The same came to pass once more: it is told with its last time."""
        self.started_ms, self.duration_ms, self.retry_after_s = later.started_ms, later.duration_ms, later.retry_after_s

    @property
    def is_refused(self) -> bool:
        """Whether the answer was that it will not."""
        return self.status is not None and self.status >= _REFUSED


@dataclass(slots=True)
class Tally:
    """How many requests to one origin came to what."""

    requests: int = 0
    answered: int = 0
    refused: int = 0
    failed: int = 0
    aborted: int = 0
    statuses: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Put another one's numbers on top."""
        for name in ("requests", "answered", "refused", "failed", "aborted"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.statuses.update(other.statuses)

    def told(self, owner: Owner, origin: str) -> OriginTraffic:
        """As evidence has it."""
        return OriginTraffic(
            owner=owner,
            origin=origin,
            requests=self.requests,
            answered=self.answered,
            refused=self.refused,
            failed=self.failed,
            aborted=self.aborted,
            unfinished=self.requests - self.answered - self.refused - self.failed - self.aborted,
            statuses=tuple(sorted(self.statuses.items())),
        )


@dataclass(slots=True)
class Message:
    """What a script said, with the origin that it is about."""

    kind: Literal["console", "exception"]
    text: str
    origin: str
    at_ms: int
