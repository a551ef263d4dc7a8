"""The overview over many runs: counts, how each journey has fared lately, and the list of runs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low

from synthetics.export import pages, words
from synthetics.export.atomic import make_folder, write_whole
from synthetics.record import Kind, Outcome, RunRecord

INDEX_FILE = "index.html"

#: How many squares a journey has: more than this do not fit beside its name.
LATEST_SHOWN = 30
#: How many runs are listed: a page of more is slow to open, and nobody reads to its end.
LISTED_AT_MOST = 500

_MEND = "Make room there, or name another folder for the report."

Href = Callable[[RunRecord], str | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One run as the overview shows it.

    Args:
        record: The run.
        href: Where its report is; None where there is none.
        when_ms: When it started, or was due where it never did, in milliseconds UTC.
        failed_step: The titles on the way to what failed; None where no step did.
    """

    record: RunRecord
    href: str | None
    when_ms: int
    failed_step: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """How one journey on one target has fared.

    Args:
        journey: Its full name.
        target: The site.
        location: From where it runs.
        latest: Its last runs, the newest last.
        runs: How many runs of it there are in all.
        median_ms: The median duration of all its passed runs; None where none passed.
    """

    journey: str
    target: str
    location: str
    latest: tuple[Entry, ...]
    runs: int
    median_ms: int | None


def write_index(records: Iterable[RunRecord], folder: Path, href: Href) -> Path:
    """Write ``index.html``, the overview over all runs.

    Args:
        records: The runs, in any order.
        folder: Where to; made where it is not there.
        href: Where a run's report is, relative to the folder and fit for a link; None where there is none.

    Returns:
        The overview's path.

    Raises:
        StorageError: Where it cannot be written.
    """
    make_folder(folder, mend=_MEND)
    write_whole(folder / INDEX_FILE, render_index(records, href).encode(), mend=_MEND)
    return folder / INDEX_FILE


def render_index(records: Iterable[RunRecord], href: Href) -> str:
    """Make the overview.

    Args:
        records: The runs, in any order.
        href: Where a run's report is; None where there is none.

    Returns:
        A whole HTML document.
    """
    newest_first = sorted((_entry(record, href) for record in records), key=_age, reverse=True)
    # Health checks pass each minute, and each of them has its square above: here they would hide all else.
    listed = [each for each in newest_first if not _is_healthy(each.record)] or newest_first
    return pages.render(
        "index.html",
        counts=_counts(newest_first),
        strips=_strips(newest_first),
        entries=listed[:LISTED_AT_MOST],
        total=len(newest_first),
    )


def _entry(record: RunRecord, href: Href) -> Entry:
    return Entry(
        record=record,
        href=href(record),
        when_ms=record.slot_ms if record.started_ms is None else record.started_ms,
        failed_step=words.failed_step(record),
    )


def _is_healthy(record: RunRecord) -> bool:
    return record.kind is Kind.HEALTH and record.outcome is Outcome.PASSED


def _age(entry: Entry) -> tuple[int, int, str]:
    """The order of time; the rest only keeps runs of one millisecond in the same order on each page."""
    return (entry.when_ms, entry.record.attempt, entry.record.run_id)


def _counts(entries: Sequence[Entry]) -> Mapping[Outcome, int]:
    """How many first attempts there are of each outcome, those with none included."""
    first = [entry.record for entry in entries if entry.record.attempt == 1]
    return {outcome: sum(record.outcome is outcome for record in first) for outcome in Outcome}


def _strips(newest_first: Sequence[Entry]) -> tuple[Strip, ...]:
    by_place: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in newest_first:
        record = entry.record
        if record.attempt > 1:  # the list below has it; how a journey fares is told by its first attempts
            continue
        by_place.setdefault((record.journey, record.target, record.location), []).append(entry)
    return tuple(
        Strip(
            journey=journey,
            target=target,
            location=location,
            latest=tuple(reversed(entries[:LATEST_SHOWN])),
            runs=len(entries),
            median_ms=_median_ms(entries),
        )
        for (journey, target, location), entries in sorted(by_place.items())
    )


def _median_ms(entries: Sequence[Entry]) -> int | None:
    passed = [
        entry.record.duration_ms
        for entry in entries
        if entry.record.outcome is Outcome.PASSED and entry.record.duration_ms is not None
    ]
    return median_low(passed) if passed else None
