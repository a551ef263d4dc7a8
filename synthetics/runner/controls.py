"""The controls that the judge may want: made once for all who wait for one, and remembered for those who come after."""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from synthetics.catalogue import Catalogue, Journey, Placement
from synthetics.evidence import ControlKind, ControlSeen
from synthetics.record import RunRecord
from synthetics.runner.surroundings import control_of

_MOST_KEPT = 20


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a control is made: what it says holds for no other target, and from no other location."""

    kind: ControlKind
    target: str
    location: str


def controls_in(catalogue: Catalogue) -> dict[ControlKind, Journey]:
    """The journey of each control: the first of the app whose folder has the control's name."""
    found: dict[ControlKind, Journey] = {}
    for placement in catalogue.placements:
        with suppress(ValueError):
            found.setdefault(ControlKind(placement.journey.app), placement.journey)
    return found


class Controls:
    """What controls said lately, and the right to make one; for several threads at once.

    Args:
        journeys: The journey of each control that there is.
    """

    def __init__(self, journeys: Mapping[ControlKind, Journey]) -> None:
        self._journeys = journeys
        self._seen: defaultdict[_Place, deque[ControlSeen]] = defaultdict(lambda: deque(maxlen=_MOST_KEPT))
        self._turns: defaultdict[_Place, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    def remember(self, record: RunRecord) -> None:
        """Take in what a run said, where it was that of a control, whoever asked for it; any other is passed over."""
        seen = control_of(record)
        if seen is None:
            return
        with self._lock:
            self._seen[_Place(seen.kind, record.target, record.location)].append(seen)

    def seen(self, target: str, location: str) -> tuple[ControlSeen, ...]:
        """What the controls of a target said lately from a location, in the order in which they were made."""
        with self._lock:
            return tuple(
                each
                for place, those in self._seen.items()
                if (place.target, place.location) == (target, location)
                for each in those
            )

    def ask(self, kind: ControlKind, near: Placement, since_ms: int, make: Callable[[Placement], object]) -> None:
        """Have a control made, unless somebody else had one made meanwhile.

        Args:
            kind: Which.
            near: Who wants it: it is made on the same target, from the same location.
            since_ms: One that started at this instant or later will do, in milliseconds UTC.
            make: Runs the control, and has it remembered.
        """
        journey = self._journeys.get(kind)
        if journey is None:
            return
        place = _Place(kind, near.target, near.location)
        with self._lock:
            turn = self._turns[place]
        with turn:
            with self._lock:
                is_there = any(each.started_ms >= since_ms for each in self._seen[place])
            if not is_there:
                make(Placement(journey=journey, target=near.target, location=near.location))
