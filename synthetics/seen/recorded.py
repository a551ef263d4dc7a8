"""What of a run's evidence its record keeps, for those who ask later why it was judged so."""

from dataclasses import dataclass

from synthetics.seen.surroundings import Surroundings
from synthetics.seen.traffic import FrameSeen, MessageSeen, OriginTraffic, RequestSeen


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedEvidence:
    """The evidence in a record.

    Args:
        origins: All that was asked, by origin.
        requests: The requests that are worth telling.
        frames: The frames that pages had.
        messages: Errors of scripts.
        bridge_calls: How many calls the app made through the host's page.
        surroundings: What the runner knew; None where nobody told.
    """

    origins: tuple[OriginTraffic, ...] = ()
    requests: tuple[RequestSeen, ...] = ()
    frames: tuple[FrameSeen, ...] = ()
    messages: tuple[MessageSeen, ...] = ()
    bridge_calls: int = 0
    surroundings: Surroundings | None = None
