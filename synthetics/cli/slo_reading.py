"""From the catalogue and the ledger to what the objectives are made of."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from synthetics.bootstrap import Suite
from synthetics.catalogue import Placement
from synthetics.cli.folders import nearest
from synthetics.config.cron import longest_gap
from synthetics.config.durations import to_ms
from synthetics.errors import StorageError
from synthetics.ledger.cadence import Cadence
from synthetics.ledger.counts import CountReader, Tally
from synthetics.ledger.hours import HOUR_MS, hour_of
from synthetics.ledger.store import FILE_NAME as LEDGER_FILE
from synthetics.ledger.store import open_ledger
from synthetics.slo import rollout
from synthetics.slo.counts import Counts, counts_of
from synthetics.slo.coverage import BlindWindow, blind_windows
from synthetics.slo.profile import Profile
from synthetics.slo.subject import Seen, Subject

#: Over so many hours it is told how fast budgets go.
BURN_HOURS = (rollout.HOURS, 24, 72)

_Place = tuple[str, str, str]


def window_until(now_ms: int) -> int:
    """When every window ends: with the hour that goes on now (milliseconds UTC)."""
    return hour_of(now_ms) + HOUR_MS


def subjects_of(suite: Suite, profile: Profile, until_ms: int) -> tuple[Subject, ...]:
    """Every journey on its target, with what an objective has to know of it.

    Args:
        suite: The journeys.
        profile: For its window.
        until_ms: When the window ends, in milliseconds UTC.
    """
    since_ms = until_ms - to_ms(profile.window)
    return tuple(_subject(each, suite, since_ms, until_ms) for each in suite.catalogue.placements)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """All that the ledger counts in a profile's window, by journey, target and location.

    Args:
        counts: Runs within the window.
        recent: Runs within shorter times, by how many hours they are.
        timed: What was timed.
        blind: Blind windows.
        first_ms: When the first hour began of which anything is known, in milliseconds UTC.
    """

    counts: Mapping[_Place, Counts] = field(default_factory=dict)
    recent: Mapping[int, Mapping[_Place, Counts]] = field(default_factory=dict)
    timed: Mapping[_Place, Mapping[str, Mapping[float, int]]] = field(default_factory=dict)
    blind: Mapping[_Place, tuple[BlindWindow, ...]] = field(default_factory=dict)
    first_ms: Mapping[_Place, int] = field(default_factory=dict)

    def seen(self, subject: Subject) -> Seen:
        """What was seen of a journey, also where that is nothing."""
        place = subject.journey or "", subject.target, subject.location
        return Seen(
            counts=self.counts.get(place, Counts()),
            since_ms=self.first_ms.get(place),
            blind=self.blind.get(place, ()),
            timed=self.timed.get(place, {}),
            recent={hours: self.recent.get(hours, {}).get(place, Counts()) for hours in BURN_HOURS},
        )


def read_counted(storage: Path, profile: Profile, now_ms: int) -> Counted:
    """Count what a profile asks for; where there is no ledger there is nothing, and looking makes none.

    Args:
        storage: The folder of the ledger.
        profile: For its window, and the steps that it names.
        now_ms: The present, in milliseconds UTC.

    Raises:
        StorageError: Where the ledger cannot be read, or there could not even be one.
    """
    if not nearest(storage).is_dir():
        raise StorageError(f"{storage}: {nearest(storage)} is no folder.\n  Name another storage in synthetics.toml.")
    if not (storage / LEDGER_FILE).exists():
        return Counted()
    with closing(open_ledger(storage)) as ledger, ledger.counts() as reader:
        return _read(reader, profile, now_ms)


def _subject(placement: Placement, suite: Suite, since_ms: int, until_ms: int) -> Subject:
    journey = placement.journey
    cron = journey.cron
    cadence = Cadence(every_ms=journey.every_ms) if cron is None else Cadence(cron=cron)
    return Subject(
        app=journey.app,
        journey=journey.name,
        base_url=journey.base_url,
        kind=journey.kind,
        target=placement.target,
        location=placement.location,
        rollout=suite.configuration.targets[placement.target].rollout,
        runs_in_window=cadence.count(since_ms, until_ms),
        every_ms=journey.every_ms if cron is None else to_ms(longest_gap(cron)),
        timeout_ms=journey.timeout_ms,
        cron=cron,
    )


def _read(reader: CountReader, profile: Profile, now_ms: int) -> Counted:
    until_ms = window_until(now_ms)
    since_ms = until_ms - to_ms(profile.window)
    first = reader.since(since_ms, until_ms)
    timed: dict[_Place, dict[str, Mapping[float, int]]] = {}
    for (place, name), buckets in reader.durations(since_ms, until_ms).items():
        timed.setdefault(place, {})[name] = buckets
    for place, step in _steps(profile, first):
        taken = Counter(reader.step_durations(place, step, since_ms, until_ms))
        timed.setdefault(place, {})[step] = {each / 1_000: count for each, count in taken.items()}
    stretches = reader.stretches(since_ms, until_ms, now_ms)
    return Counted(
        counts=_by_place(reader.tallies(since_ms, until_ms, now_ms)),
        # The hour that goes on is one more, so that there are never fewer than it says.
        recent={
            hours: _by_place(reader.tallies(until_ms - (hours + 1) * HOUR_MS, until_ms, now_ms)) for hours in BURN_HOURS
        },
        timed=timed,
        blind={place: blind_windows(its) for place, its in stretches.items()},
        first_ms=first,
    )


def _steps(profile: Profile, places: Iterable[_Place]) -> Iterator[tuple[_Place, str]]:
    """The steps that a profile names, at each place whose journey may have them."""
    known = tuple(places)
    for each in profile.objectives.values():
        if each.step is not None:
            for place in known:
                if not each.journeys or place[0] in each.journeys:
                    yield place, each.step


def _by_place(tallies: Iterable[Tally]) -> dict[_Place, Counts]:
    parts: dict[_Place, list[Tally]] = {}
    for each in tallies:
        parts.setdefault(each.place, []).append(each)
    return {place: counts_of(each) for place, each in parts.items()}
