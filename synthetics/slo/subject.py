"""What has an objective, and what was seen of it in the objective's window."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from synthetics.config.models import Rollout
from synthetics.record import Kind
from synthetics.slo.adjusting import Adjusted
from synthetics.slo.counts import Counts
from synthetics.slo.coverage import BlindWindow


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """A journey on a target from a location, or an app with all its journeys there.

    Args:
        app: The app's name.
        journey: The journey's full name; None for an app.
        base_url: The name of the base URL that a health journey asks; None for any other.
        kind: How its journeys are made.
        target: The name of the site.
        location: From where the runs are made.
        rollout: When the site gets the host's changes; None where nobody said.
        runs_in_window: How many runs the whole window has at its cadence.
        every_ms: The longest time between two slots.
        timeout_ms: How long a run may take.
        cron: The cron expression of its slots; None where they come at an even interval.
    """

    app: str
    journey: str | None
    base_url: str | None
    kind: Kind
    target: str
    location: str
    rollout: Rollout | None
    runs_in_window: int
    every_ms: int
    timeout_ms: int
    cron: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What was seen of a subject.

    Args:
        counts: Its runs within the window.
        since_ms: When the first hour began of which anything is known, in milliseconds UTC; None where nothing is.
        blind: Its blind windows.
        timed: What was timed, by ``run``, ``frame`` or the title of a step: how many lay in each bucket, by its upper
            edge in seconds.
        recent: Its runs within shorter times, by how many hours they are.
        adjusted: What planned downtime and people's corrections make of its counts; None where there are none.
    """

    counts: Counts = field(default_factory=Counts)
    since_ms: int | None = None
    blind: tuple[BlindWindow, ...] = ()
    timed: Mapping[str, Mapping[float, int]] = field(default_factory=dict)
    recent: Mapping[int, Counts] = field(default_factory=dict)
    adjusted: Adjusted | None = None


def app_of(journeys: Sequence[Subject]) -> Subject:
    """An app as a subject of its own.

    Args:
        journeys: Its journeys of one kind on one target from one location; at least one. Every run of any of them
            counts, and the one that comes most often sees an outage first.
    """
    first, quickest = journeys[0], min(journeys, key=lambda each: each.every_ms + each.timeout_ms)
    return Subject(
        app=first.app,
        journey=None,
        base_url=None,
        kind=first.kind,
        target=first.target,
        location=first.location,
        rollout=first.rollout,
        runs_in_window=sum(each.runs_in_window for each in journeys),
        every_ms=quickest.every_ms,
        timeout_ms=quickest.timeout_ms,
        cron=quickest.cron,
    )


def together(seen: Iterable[Seen]) -> Seen:
    """What was seen of several subjects, added up."""
    parts = tuple(seen)
    timed: dict[str, Counter[float]] = {}
    for part in parts:
        for name, buckets in part.timed.items():
            timed.setdefault(name, Counter()).update(buckets)
    hours = {each for part in parts for each in part.recent}
    return Seen(
        counts=_sum(part.counts for part in parts),
        since_ms=min((part.since_ms for part in parts if part.since_ms is not None), default=None),
        blind=tuple(sorted((each for part in parts for each in part.blind), key=lambda each: each.from_ms)),
        timed=timed,
        recent={each: _sum(part.recent.get(each, Counts()) for part in parts) for each in sorted(hours)},
        adjusted=_adjusted(parts),
    )


def _adjusted(parts: Sequence[Seen]) -> Adjusted | None:
    if all(part.adjusted is None for part in parts):
        return None
    total = Adjusted(judged=Counts(), adjusted=Counts())
    for part in parts:
        total += part.adjusted or Adjusted(judged=part.counts, adjusted=part.counts)
    return total


def _sum(counts: Iterable[Counts]) -> Counts:
    total = Counts()
    for each in counts:
        total += each
    return total
