"""From the catalogue and the ledger to what the objectives are made of."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from synthetics.bootstrap import Suite
from synthetics.cli.folders import nearest
from synthetics.config.durations import to_ms
from synthetics.errors import StorageError
from synthetics.ledger.corrections import Corrected
from synthetics.ledger.counts import CountReader, Tally
from synthetics.ledger.hours import HOUR_MS, hour_of
from synthetics.ledger.store import FILE_NAME as LEDGER_FILE
from synthetics.ledger.store import open_ledger
from synthetics.maintenance import times_of
from synthetics.runner.budgets import subject_of
from synthetics.slo import rollout
from synthetics.slo.adjusting import Adjusted, Correction, adjust
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Over which time is counted.

    Args:
        since_ms: When it begins, in milliseconds UTC; a whole hour.
        until_ms: When it ends; a whole hour that is no longer in it.
        now_ms: The present.
    """

    since_ms: int
    until_ms: int
    now_ms: int


def newest_window(profile: Profile, now_ms: int) -> Window:
    """A profile's window up to the present (milliseconds UTC)."""
    until_ms = window_until(now_ms)
    return Window(since_ms=until_ms - to_ms(profile.window), until_ms=until_ms, now_ms=now_ms)


def subjects_of(suite: Suite, window: Window) -> tuple[Subject, ...]:
    """Every journey on its target, with what an objective has to know of it."""
    targets = suite.configuration.targets
    return tuple(
        subject_of(each, targets[each.target].rollout, window.since_ms, window.until_ms)
        for each in suite.catalogue.placements
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """All that the ledger counts in a profile's window, by journey, target and location.

    Args:
        counts: Runs within the window.
        recent: Runs within shorter times, by how many hours they are.
        timed: What was timed.
        blind: Blind windows.
        first_ms: When the first hour began of which anything is known, in milliseconds UTC.
        adjusted: What people entered, where they did.
    """

    counts: Mapping[_Place, Counts] = field(default_factory=dict)
    recent: Mapping[int, Mapping[_Place, Counts]] = field(default_factory=dict)
    timed: Mapping[_Place, Mapping[str, Mapping[float, int]]] = field(default_factory=dict)
    blind: Mapping[_Place, tuple[BlindWindow, ...]] = field(default_factory=dict)
    first_ms: Mapping[_Place, int] = field(default_factory=dict)
    adjusted: Mapping[_Place, Adjusted] = field(default_factory=dict)

    def seen(self, subject: Subject) -> Seen:
        """What was seen of a journey, also where that is nothing."""
        place = subject.journey or "", subject.target, subject.location
        return Seen(
            counts=self.counts.get(place, Counts()),
            since_ms=self.first_ms.get(place),
            blind=self.blind.get(place, ()),
            timed=self.timed.get(place, {}),
            recent={hours: self.recent.get(hours, {}).get(place, Counts()) for hours in BURN_HOURS},
            adjusted=self.adjusted.get(place),
        )


def read_counted(storage: Path, profile: Profile, window: Window) -> Counted:
    """Count what a profile asks for; where there is no ledger there is nothing, and looking makes none.

    Args:
        storage: The folder of the ledger.
        profile: For the steps that it names.
        window: Over which time.

    Raises:
        StorageError: Where the ledger cannot be read, or there could not even be one.
    """
    if not nearest(storage).is_dir():
        raise StorageError(f"{storage}: {nearest(storage)} is no folder.\n  Name another storage in synthetics.toml.")
    if not (storage / LEDGER_FILE).exists():
        return Counted()
    with closing(open_ledger(storage)) as ledger, ledger.counts() as reader:
        return _read(reader, profile, window)


def _read(reader: CountReader, profile: Profile, window: Window) -> Counted:
    since_ms, until_ms, now_ms = window.since_ms, window.until_ms, window.now_ms
    first = reader.since(since_ms, until_ms)
    timed: dict[_Place, dict[str, Mapping[float, int]]] = {}
    for (place, name), buckets in reader.durations(since_ms, until_ms).items():
        timed.setdefault(place, {})[name] = buckets
    for place, step in _steps(profile, first):
        taken = Counter(reader.step_durations(place, step, since_ms, until_ms))
        timed.setdefault(place, {})[step] = {each / 1_000: count for each, count in taken.items()}
    stretches = reader.stretches(since_ms, until_ms, now_ms)
    tallies = reader.tallies(since_ms, until_ms, now_ms)
    counts = _by_place(tallies)
    return Counted(
        counts=counts,
        adjusted=dict(_adjusted(reader, {each.place: each.app for each in tallies}, counts, window)),
        # The hour that goes on is one more, so that there are never fewer than it says.
        recent={
            hours: _by_place(reader.tallies(until_ms - (hours + 1) * HOUR_MS, until_ms, now_ms)) for hours in BURN_HOURS
        },
        timed=timed,
        blind={place: blind_windows(its) for place, its in stretches.items()},
        first_ms=first,
    )


def _adjusted(
    reader: CountReader, places: Mapping[_Place, str], counts: Mapping[_Place, Counts], window: Window
) -> Iterator[tuple[_Place, Adjusted]]:
    """What people entered of each place, where they entered anything."""
    windows = [
        each for each in reader.maintenance() if each.from_ms < window.until_ms and each.until_ms > window.since_ms
    ]
    corrected: dict[_Place, list[Correction]] = {}
    for each in reader.corrections(window.since_ms, window.until_ms):
        corrected.setdefault((each.journey, each.target, each.location), []).append(_correction(each))
    for place, app in places.items():
        touching = [each for each in windows if each.touches(app, place[1])]
        if touching or place in corrected:
            times = [(max(start, window.since_ms), min(end, window.until_ms)) for start, end in times_of(touching)]
            within = counts_of(reader.tallies_in(app, place, times, window.now_ms))
            yield place, adjust(counts[place], within, touching, corrected.get(place, ()))


def _correction(corrected: Corrected) -> Correction:
    return Correction(
        run_id=corrected.run_id,
        before=corrected.before,
        after=corrected.after,
        author=corrected.author,
        why=corrected.why,
        at_ms=corrected.at_ms,
        flaky=corrected.flaky,
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
