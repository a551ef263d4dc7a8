"""How long each part of a check took, told by what the HTTP client says that it does."""

from dataclasses import dataclass

from synthetics.clock import Clock
from synthetics.seen.health import HealthPhase

_ORDER = tuple(HealthPhase)
#: What begins a phase, by the end of the event's name: before it stands which part of the client says so.
_BEGINS = {
    "connect_tcp.started": HealthPhase.CONNECT,
    "start_tls.started": HealthPhase.TLS,
    "send_request_headers.started": HealthPhase.PROCESSING,
    "receive_response_headers.complete": HealthPhase.TRANSFER,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseTaken:
    """One part of a check.

    Args:
        phase: Which.
        offset_ms: When it began, from the check's start.
        duration_ms: How long it took; until the check was given up, for the one that was not over then.
    """

    phase: HealthPhase
    offset_ms: int
    duration_ms: int


class Stopwatch:
    """Takes the time of one check; it runs from when it is made.

    Args:
        clock: The clock to read.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began_ms = clock.monotonic_ms()
        self._begins: dict[HealthPhase, int] = {}

    @property
    def current(self) -> HealthPhase | None:
        """The phase that was begun last."""
        return next(reversed(self._begins), None)

    @property
    def elapsed_ms(self) -> int:
        """How long it has run."""
        return self._clock.monotonic_ms() - self._began_ms

    def begin(self, phase: HealthPhase) -> None:
        """A phase begins, and the one before it is over.

        What is begun again starts anew, without what came after it: another of several addresses was tried, or it was
        the proxy that had been asked.
        """
        place = _ORDER.index(phase)
        self._begins = {each: at for each, at in self._begins.items() if _ORDER.index(each) < place}
        self._begins[phase] = self.elapsed_ms

    async def trace(self, event: str, _told: object) -> None:
        """Take in what the client does, as its ``trace`` extension tells it."""
        phase = _BEGINS.get(event.partition(".")[2])
        if phase is not None:
            self.begin(phase)

    def taken(self) -> tuple[PhaseTaken, ...]:
        """What each phase took until now, in their order."""
        begins = list(self._begins.items())
        ends = [at for _, at in begins[1:]] + [self.elapsed_ms]
        return tuple(
            PhaseTaken(phase=phase, offset_ms=at, duration_ms=max(0, end - at))
            for (phase, at), end in zip(begins, ends, strict=True)
        )
