"""What workers did is counted with each record: every trigger and attempt, once, whatever order they come in."""

from typing import Any

import pytest

from synthetics.ledger.store import Ledger
from synthetics.record import Fault, Outcome, Trigger
from synthetics.worker import KillReason, RecycleReason, Worker
from tests.ledger.builders import MINUTE_MS, NOON_MS, SERIES, a_key, a_record

LATER_MS = NOON_MS + MINUTE_MS


def test_started_and_finished_are_one_when_nothing_is_under_way(ledger: Ledger) -> None:
    ledger.claim(a_key(), "ihub", NOON_MS)
    assert ledger.totals().started == {}
    ledger.start(a_key(), NOON_MS + 7)
    ledger.start(a_key(), NOON_MS + 8)
    (slot,) = ledger.open_slots()
    assert slot.started_ms == NOON_MS + 7
    assert (ledger.totals().started, ledger.totals().finished) == ({SERIES: 1}, {})
    ledger.write(a_record())
    ledger.write(a_record())
    assert ledger.totals().started == ledger.totals().finished == {SERIES: 1}


@pytest.mark.parametrize("trigger", list(Trigger))
def test_started_sees_every_trigger(ledger: Ledger, trigger: Trigger) -> None:
    ledger.claim(a_key(trigger=trigger), "ihub", NOON_MS)
    ledger.start(a_key(trigger=trigger), NOON_MS)
    ledger.write(a_record(a_key(trigger=trigger)))
    assert ledger.totals().started == ledger.totals().finished == {SERIES: 1}


def test_start_of_what_nobody_claimed_or_is_settled_changes_nothing(ledger: Ledger) -> None:
    ledger.start(a_key(), NOON_MS)
    ledger.claim(a_key(LATER_MS), "ihub", NOON_MS)
    ledger.write(a_record(a_key(LATER_MS)))
    ledger.start(a_key(LATER_MS), NOON_MS)
    assert (ledger.open_slots(), ledger.totals().started, ledger.totals().finished) == ((), {}, {})


def test_finished_are_only_those_that_were_started(ledger: Ledger) -> None:
    ledger.claim(a_key(), "ihub", NOON_MS)
    ledger.write(a_record(outcome=Outcome.MISSED))
    ledger.write(a_record(a_key(LATER_MS)))
    assert ledger.totals().finished == {}


@pytest.mark.parametrize("changes", [{}, {"attempt": 2}, {"trigger": Trigger.MANUAL}], ids=str)
def test_work_of_every_run_is_counted_once(ledger: Ledger, changes: dict[str, Any]) -> None:
    worker = Worker(cpu_ms=1_500, killed_for=KillReason.MEMORY, recycled_for=RecycleReason.DIED)
    for _ in range(2):
        ledger.write(a_record(a_key(**changes), worker=worker))
    ledger.write(a_record(a_key(LATER_MS, **changes), worker=Worker(cpu_ms=250)))
    totals = ledger.totals()
    assert totals.cpu_seconds == {SERIES: 1.75}
    assert (totals.kills, totals.recycles) == ({KillReason.MEMORY: 1}, {RecycleReason.DIED: 1})


FAILED, PASSED = a_record(outcome=Outcome.FAILED, fault=Fault.APP), a_record(a_key(attempt=2))


@pytest.mark.parametrize("records", [[FAILED, PASSED, PASSED, FAILED], [PASSED, FAILED, PASSED]], ids=["", "other way"])
def test_flaky_is_a_failure_that_was_not_confirmed_with_the_fault_it_had(ledger: Ledger, records: list[Any]) -> None:
    for record in records:
        ledger.write(record)
    assert ledger.totals().flaky == {(SERIES, Fault.APP): 1}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"outcome": Outcome.PASSED}, {}, id="the first passed as well"),
        pytest.param({"outcome": Outcome.ERRORED}, {}, id="the first was not judged"),
        pytest.param({"outcome": Outcome.FAILED}, {"outcome": Outcome.FAILED}, id="it failed again"),
        pytest.param({"outcome": Outcome.FAILED}, {"outcome": Outcome.ERRORED}, id="the second was not judged"),
    ],
)
def test_flaky_is_nothing_else(ledger: Ledger, first: dict[str, Any], second: dict[str, Any]) -> None:
    ledger.write(a_record(**first))
    ledger.write(a_record(a_key(attempt=2), **second))
    assert ledger.totals().flaky == {}


def test_flaky_is_told_of_scheduled_runs_alone(ledger: Ledger) -> None:
    ledger.write(a_record(a_key(trigger=Trigger.MANUAL), Outcome.FAILED))
    ledger.write(a_record(a_key(trigger=Trigger.MANUAL, attempt=2)))
    assert ledger.totals().flaky == {}


def test_no_total_of_work_falls_when_records_are_pruned(ledger: Ledger) -> None:
    worker = Worker(cpu_ms=1_500, killed_for=KillReason.MEMORY, recycled_for=RecycleReason.DIED)
    ledger.claim(a_key(), "ihub", NOON_MS)
    ledger.start(a_key(), NOON_MS)
    ledger.write(a_record(outcome=Outcome.FAILED, worker=worker))
    ledger.write(a_record(a_key(attempt=2)))
    ledger.write(a_record(a_key(LATER_MS), Outcome.FAILED))
    before = ledger.totals()
    assert ledger.prune(LATER_MS) == 2
    assert ledger.totals() == before
