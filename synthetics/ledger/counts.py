"""Counting runs of a time by what became of them: from the hours' rows, the gaps, and the slots nobody accounted for.

Only scheduled first attempts count. Every slot that was due is in the counts: as a record, in a gap, or, where no
scheduler has been at work since, as one that nobody made.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from synthetics.ledger import corrections, planned
from synthetics.ledger.buckets import fold
from synthetics.ledger.corrections import Corrected
from synthetics.ledger.hours import EDGES_SECONDS, hour_of, within
from synthetics.ledger.stretches import Stretch, read_stretches
from synthetics.ledger.tables import PLACE, hour_counts, hour_durations, runs
from synthetics.ledger.unmade import gap_parts, unaccounted
from synthetics.ledger.verdicts import last_verdicts
from synthetics.maintenance import Maintenance
from synthetics.record import Fault, Outcome, Trigger

Place = tuple[str, str, str]

_SUMS = ("total", "flaky", "app_requests", "app_errors")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many scheduled first attempts came to the same end.

    Args:
        app: The app's name.
        journey: The full name, such as ``ihub.run_flow``.
        target: The name of the site.
        location: From where the runs were made.
        outcome: What became of them.
        fault: Whose fault it was, by the last verdict.
        total: How many.
        flaky: How many of them failed and passed when they were repeated.
        app_requests: How many requests to the app's own origins ended.
        app_errors: How many of those in no answer, or one of 500 and more.
    """

    app: str
    journey: str
    target: str
    location: str
    outcome: Outcome
    fault: Fault
    total: int
    flaky: int = 0
    app_requests: int = 0
    app_errors: int = 0

    @property
    def place(self) -> Place:
        """Whose runs these are."""
        return self.journey, self.target, self.location


class CountReader:
    """Counts of any time, all of one state of the ledger.

    Args:
        connection: In a transaction that sees one state of it.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tallies(self, since_ms: int, until_ms: int, now_ms: int, place: Place | None = None) -> tuple[Tally, ...]:
        """Runs by what became of them.

        Args:
            since_ms: Of slots from this instant on, in milliseconds UTC; a whole hour.
            until_ms: Of slots before this instant, in milliseconds UTC; a whole hour.
            now_ms: The present, in milliseconds UTC.
            place: Only runs of this journey, on this target, from this location.

        Raises:
            ValueError: Where an instant is no whole hour.
        """
        table, key = hour_counts, [hour_counts.c[name] for name in ("app", *PLACE, "outcome", "fault")]
        sums = [sa.func.sum(table.c[name]).label(name) for name in _SUMS]
        query = sa.select(*key, *sums).where(*within(table, since_ms, until_ms)).group_by(*key)
        if place is not None:
            query = query.where(*(table.c[name] == value for name, value in zip(PLACE, place, strict=True)))
        in_rows = [_tally(dict(row)) for row in self._connection.execute(query).mappings()]
        return (*in_rows, *self._missed(since_ms, until_ms, now_ms, place))

    def since(self, since_ms: int, until_ms: int) -> dict[Place, int]:
        """When the first hour began of which anything is known, by journey, target and location.

        Args:
            since_ms: As for ``tallies``; no hour before it is looked at.
            until_ms: As for ``tallies``.

        Returns:
            Milliseconds UTC.
        """
        place = [hour_counts.c[name] for name in PLACE]
        query = sa.select(*place, sa.func.min(hour_counts.c.hour_ms).label("at_ms"))
        query = query.where(*within(hour_counts, since_ms, until_ms)).group_by(*place)
        first = {(row.journey, row.target, row.location): int(row.at_ms) for row in self._connection.execute(query)}
        for gap in gap_parts(self._connection, since_ms, until_ms):
            key, hour_ms = (gap.record.journey, gap.record.target, gap.record.location), hour_of(gap.first_ms)
            first[key] = min(hour_ms, first.get(key, hour_ms))
        return first

    def durations(self, since_ms: int, until_ms: int) -> dict[tuple[Place, str], Mapping[float, int]]:
        """How many of what was timed fell into each bucket, by its upper edge in seconds.

        Args:
            since_ms: As for ``tallies``.
            until_ms: As for ``tallies``.

        Returns:
            The counts (not summed up) by journey, target and location, and what was timed: ``run`` or ``frame``.
        """
        table = hour_durations
        key = [table.c[name] for name in (*PLACE, "measure", "upper_edge_seconds")]
        query = sa.select(*key, sa.func.sum(table.c.total).label("total"))
        query = query.where(*within(table, since_ms, until_ms)).group_by(*key)
        found: dict[tuple[Place, str], dict[float, int]] = {}
        for row in self._connection.execute(query):
            its = found.setdefault(((row.journey, row.target, row.location), row.measure), {})
            its[row.upper_edge_seconds] = int(row.total)
        return {each: fold(counts, EDGES_SECONDS) for each, counts in found.items()}

    def step_durations(self, place: Place, step: str, since_ms: int, until_ms: int) -> tuple[int, ...]:
        """How long one named step took in each run in which it passed, in milliseconds; read from the records.

        Args:
            place: The journey, the target and the location.
            step: The step's title.
            since_ms: As for ``tallies``.
            until_ms: As for ``tallies``.
        """
        query = sa.select(runs.c.record).where(
            *(runs.c[name] == value for name, value in zip(PLACE, place, strict=True)),
            runs.c.trigger == Trigger.SCHEDULE.value,
            runs.c.attempt == 1,
            runs.c.slot_ms >= since_ms,
            runs.c.slot_ms < until_ms,
        )
        steps = (each for text in self._connection.execute(query).scalars() for each in json.loads(text)["steps"])
        passed = (each for each in steps if each["title"] == step and each["status"] == "passed")
        return tuple(each["duration_ms"] for each in passed if each["duration_ms"] is not None)

    def tallies_in(self, app: str, place: Place, times: Iterable[tuple[int, int]], now_ms: int) -> tuple[Tally, ...]:
        """Runs at one place within any times, which need not be whole hours; read from the records.

        Args:
            app: The app's name.
            place: The journey, the target and the location.
            times: When each begins and ends, in milliseconds UTC; the end is no longer in it. No two overlap.
            now_ms: The present, in milliseconds UTC.

        Returns:
            The counts; requests are not counted, and of what was pruned nothing is known.
        """
        found: list[Tally] = []
        for since_ms, until_ms in times:
            found += _in_records(self._connection, app, place, since_ms, until_ms)
            found += self._missed(since_ms, until_ms, now_ms, place)
        return tuple(found)

    def maintenance(self) -> tuple[Maintenance, ...]:
        """All planned downtime; see ``Audit.maintenance``."""
        return planned.read(self._connection)

    def corrections(self, since_ms: int, until_ms: int) -> tuple[Corrected, ...]:
        """What people said of runs of a time; see ``Audit.corrections``."""
        return corrections.between(self._connection, since_ms, until_ms)

    def stretches(self, since_ms: int, until_ms: int, now_ms: int) -> dict[Place, tuple[Stretch, ...]]:
        """Which slots were not judged, and which of them follow each other; see ``read_stretches``."""
        return read_stretches(self._connection, since_ms, until_ms, now_ms)

    def _missed(self, since_ms: int, until_ms: int, now_ms: int, whose: Place | None) -> Iterator[Tally]:
        """Slots in gaps, and those that nobody accounted for."""
        missed = {"outcome": Outcome.MISSED, "fault": Fault.MONITOR}
        for gap in gap_parts(self._connection, since_ms, until_ms, whose):
            place = {name: getattr(gap.record, name) for name in ("app", *PLACE)}
            yield _tally({**place, **missed, "total": gap.count})
        for each in unaccounted(self._connection, since_ms, until_ms, now_ms, whose):
            place = {name: getattr(each.scheduled, name) for name in ("app", *PLACE)}
            yield _tally({**place, **missed, "total": each.count})


def _tally(values: Mapping[str, Any]) -> Tally:
    sums: dict[str, Any] = {name: int(values.get(name, 0)) for name in _SUMS}
    place: dict[str, Any] = {name: values[name] for name in ("app", *PLACE)}
    return Tally(**place, **sums, outcome=Outcome(values["outcome"]), fault=Fault(values["fault"]))


def _in_records(connection: Connection, app: str, place: Place, since_ms: int, until_ms: int) -> Iterator[Tally]:
    last, again = last_verdicts(), runs.alias("again")
    fault = sa.func.coalesce(last.c.fault, runs.c.fault).label("fault")
    repeated = [again.c[name] == runs.c[name] for name in (*PLACE, "trigger", "slot_ms")]
    repeated += [again.c.attempt == 2, again.c.outcome == Outcome.PASSED.value]  # noqa: PLR2004  the confirm-run
    is_flaky = sa.func.count(sa.case((runs.c.outcome == Outcome.FAILED.value, again.c.run_id)))
    query = (
        sa.select(runs.c.outcome, fault, sa.func.count().label("total"), is_flaky.label("flaky"))
        .join_from(runs, last, last.c.run_id == runs.c.run_id, isouter=True)
        .join(again, sa.and_(*repeated), isouter=True)
        .where(
            *(runs.c[name] == value for name, value in zip(PLACE, place, strict=True)),
            runs.c.trigger == Trigger.SCHEDULE.value,
            runs.c.attempt == 1,
            runs.c.slot_ms >= since_ms,
            runs.c.slot_ms < until_ms,
        )
        .group_by(runs.c.outcome, fault)
    )
    its = {"app": app, **dict(zip(PLACE, place, strict=True))}
    return (_tally({**its, **row}) for row in connection.execute(query).mappings())
