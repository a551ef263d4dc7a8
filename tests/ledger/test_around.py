"""Runs of about the same time at one place: found by when they started, and quickly."""

from dataclasses import replace
from typing import Any

from synthetics.ledger import around
from synthetics.ledger.store import Ledger
from synthetics.record import Outcome, RunRecord
from tests.ledger.builders import MINUTE_MS, NOON_MS, a_key, a_record

PLACE = ("standin", "local")


def started(minute: int, outcome: Outcome = Outcome.FAILED, *, late_ms: int = 0, **key: Any) -> RunRecord:
    slot_ms = NOON_MS + minute * MINUTE_MS
    return a_record(a_key(slot_ms, **key), outcome, started_ms=slot_ms + late_ms)


def test_failed_around_are_those_that_started_between_at_this_place_the_first_first(ledger: Ledger) -> None:
    wanted = [started(1, late_ms=9 * MINUTE_MS), started(10, attempt=2), started(12)]
    others = [
        started(9),
        started(13),
        started(11, Outcome.PASSED),
        started(11, Outcome.ERRORED, attempt=2),
        started(10, target="demo"),
        started(10, location="frankfurt"),
    ]
    for each in (*others, *reversed(wanted)):
        ledger.write(each)
    found = ledger.failed_around(PLACE, NOON_MS + 10 * MINUTE_MS, NOON_MS + 12 * MINUTE_MS)
    assert sorted(found[:2], key=lambda each: each.attempt) == wanted[:2]
    assert found[2:] == (wanted[2],)


def test_around_are_the_runs_of_these_apps_whatever_became_of_them(ledger: Ledger) -> None:
    wanted = [started(1, journey="host_jira.walk"), started(2, Outcome.PASSED, journey="host_forge.walk")]
    for each in (*wanted, started(1), a_record(a_key(NOON_MS, journey="host_jira.walk"), Outcome.MISSED)):
        ledger.write(each)
    assert ledger.around(PLACE, NOON_MS, NOON_MS + 5 * MINUTE_MS, {"host_jira", "host_forge"}) == tuple(wanted)
    assert ledger.around(PLACE, NOON_MS, NOON_MS + 5 * MINUTE_MS, ()) == ()


def test_failed_runs_are_found_by_an_index_of_their_own(ledger: Ledger) -> None:
    """Among the runs of a day there are a hundred thousand that passed, and each control asks."""
    query = around.failed_query(PLACE, 0, 9)
    with ledger._database.reading() as connection:
        text = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
    assert any("INDEX runs_failed" in row[-1] for row in plan), plan


def test_nothing_is_found_of_a_run_that_never_started(ledger: Ledger) -> None:
    ledger.write(replace(started(1), started_ms=None))
    assert ledger.failed_around(PLACE, 0, NOON_MS * 2) == ()
