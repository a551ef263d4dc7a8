"""Whether the seats suffice for the schedule: how much it needs, who needs most, and what would make it fit.

A seat gives one second of running in each second. A journey that takes 6 s and is due every 60 s needs a tenth of one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from synthetics.catalogue import Journey, Placement
from synthetics.config.durations import format_duration
from synthetics.record import Kind
from synthetics.runner.agenda import Identity, identity_of

#: How much of its timeout a journey is taken to need until it has passed once: authors leave themselves room.
ASSUMED_SHARE_OF_TIMEOUT = 0.25

#: Beyond this, more journeys share the burden rather than one being asked for even less often.
_LONGEST_STRETCH = 2.0
#: So many journeys are named; more make no sentence.
_NAMED = 4
#: Intervals as people write them: from which length on (ms), in whole multiples of what (ms).
_ROUND_INTERVALS_MS = ((3_600_000, 300_000), (120_000, 60_000), (0, 5_000))
#: Sums of fractions are never quite what they should be.
_NOISE = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What one placement needs.

    Args:
        placement: The journey on its target.
        seats: How many seats it takes on average, 0 or more.
        measured: Whether that is known from runs, and not assumed.
    """

    placement: Placement
    seats: float
    measured: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortfall:
    """Why the schedule does not fit, in sentences for people.

    Args:
        what: By how much.
        costliest: Which journeys cost most.
        mend: What would make it fit.
        basis: What that was reckoned from.
    """

    what: str
    costliest: str
    mend: str
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Capacity:
    """What the schedule needs, against what there is.

    Args:
        loads: Every placement's, the largest first.
        seats: How many runs may go on at once, 1 or more.
    """

    loads: tuple[Load, ...]
    seats: int

    @property
    def needed(self) -> float:
        """How many seats the schedule takes on average."""
        return sum(load.seats for load in self.loads)

    @property
    def ratio(self) -> float:
        """What is needed, as a share of what there is; above 1 slots will be missed."""
        return self.needed / self.seats

    @property
    def fits(self) -> bool:
        """Whether the seats suffice."""
        return self.needed <= self.seats + _NOISE

    def shortfall(self, cores: int) -> Shortfall | None:
        """Say why the schedule does not fit, and what would make it.

        Args:
            cores: How many processor cores this machine has.

        Returns:
            None where it fits.
        """
        if self.fits:
            return None
        excess, there_are = self.needed - self.seats, "1 there is" if self.seats == 1 else f"{self.seats} there are"
        return Shortfall(
            what=(
                f"The schedule needs {self.needed:.2f} seats at any time, {excess:.2f} more than the {there_are}"
                f" ({self.ratio:.0%}): slots will be missed."
            ),
            costliest=f"Most of it goes to {_listed(self._costs())}.",
            mend=self._mend(cores),
            basis=self._basis(),
        )

    def _costs(self) -> list[tuple[Journey, float]]:
        """What each journey costs on all its targets together, the dearest first."""
        costs: dict[str, float] = defaultdict(float)
        journeys = {load.placement.journey.name: load.placement.journey for load in self.loads}
        for load in self.loads:
            costs[load.placement.journey.name] += load.seats
        return sorted(((journeys[name], cost) for name, cost in costs.items()), key=lambda each: -each[1])

    def _mend(self, cores: int) -> str:
        seats = ceil(self.needed - _NOISE)
        more_seats = f"limits.concurrency = {seats} if this machine has the cores (it has {cores})"
        stretched = stretch(self._costs(), self.needed - self.seats)
        if stretched is None:
            return f"It fits with {more_seats}."
        return f"It fits with {_intervals(stretched)}, or with {more_seats}."

    def _basis(self) -> str:
        measured = sum(load.measured for load in self.loads)
        assumed = len(self.loads) - measured
        share = f"a quarter of the timeout for {assumed} that {'has' if assumed == 1 else 'have'} not passed yet"
        if not measured:
            return "Reckoned with a quarter of each timeout, since none has passed yet."
        medians = f"the median of recent passed runs for {measured}"
        return f"Reckoned with {medians}." if not assumed else f"Reckoned with {medians}, and with {share}."


def reckon(placements: Iterable[Placement], seats: int, durations_ms: Mapping[Identity, float]) -> Capacity:
    """Reckon what a schedule needs.

    A cron expression counts with the shortest time between two of its slots: its busy hours are what has to fit. That
    failing runs take longer, and are repeated, is left out. So are health checks, which take no seat.

    Args:
        placements: The journeys on their targets.
        seats: How many runs may go on at once, 1 or more.
        durations_ms: How long a run takes, of those that are known.
    """
    loads = []
    for placement in placements:
        journey = placement.journey
        if journey.kind is Kind.HEALTH:
            continue
        measured_ms = durations_ms.get(identity_of(placement))
        takes_ms = journey.timeout_ms * ASSUMED_SHARE_OF_TIMEOUT if measured_ms is None else measured_ms
        loads.append(
            Load(placement=placement, seats=takes_ms / journey.every_ms, measured=measured_ms is not None),
        )
    return Capacity(loads=tuple(sorted(loads, key=lambda load: -load.seats)), seats=seats)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Intervals that have to become longer.

    Args:
        journeys: Whose.
        factor: By how much, above 1.
    """

    journeys: tuple[Journey, ...]
    factor: float

    def every_ms(self, journey: Journey) -> int:
        """A journey's new interval in milliseconds, as people would write it: at least as long as it has to be."""
        return _round_up(journey.every_ms * self.factor)


def stretch(costs: Iterable[tuple[Journey, float]], excess: float) -> Stretch | None:
    """Find longer intervals that free enough seats: of as few journeys as will do, the dearest.

    Args:
        costs: The journeys and the seats that each takes, the dearest first; those with a cron expression are left be.
        excess: How many seats have to be freed, above 0.

    Returns:
        None where intervals alone cannot do it.
    """
    movable = [(journey, cost) for journey, cost in costs if journey.cron is None]
    for number in range(1, len(movable) + 1):
        total = sum(cost for _, cost in movable[:number])
        if total <= excess + _NOISE:
            continue
        factor = total / (total - excess)
        if factor <= _LONGEST_STRETCH or number == len(movable):
            return Stretch(journeys=tuple(journey for journey, _ in movable[:number]), factor=factor)
    return None


def _round_up(interval_ms: float) -> int:
    multiple_ms = next(multiple for least, multiple in _ROUND_INTERVALS_MS if interval_ms > least)
    return ceil(interval_ms / multiple_ms - _NOISE) * multiple_ms


def _intervals(stretched: Stretch) -> str:
    """Say which intervals become which, those that change alike together."""
    if len(stretched.journeys) > _NAMED:
        return f"every interval {ceil(stretched.factor * 10 - _NOISE) / 10:g} times as long"
    alike: dict[tuple[int, int], list[str]] = defaultdict(list)
    for journey in stretched.journeys:
        alike[journey.every_ms, stretched.every_ms(journey)].append(journey.name)
    return " and ".join(
        f'every = "{_said(new_ms)}" instead of "{_said(old_ms)}" for {", ".join(names)}'
        for (old_ms, new_ms), names in alike.items()
    )


def _listed(costs: Iterable[tuple[Journey, float]]) -> str:
    return ", ".join(f"{journey.name} ({cost:.2f})" for journey, cost in list(costs)[:_NAMED])


def _said(duration_ms: int) -> str:
    return format_duration(timedelta(milliseconds=duration_ms))
