"""How long journeys take, by their own records, and when a schedule that does not fit is told."""

import logging
from pathlib import Path

import pytest

from synthetics.execute.numbers import SeatNumbers
from synthetics.export.metrics import RunnerNumbers
from synthetics.ledger.store import Ledger
from synthetics.record import Outcome, Trigger
from synthetics.runner.admission import UNBOUNDED
from synthetics.runner.measuring import CapacityCheck, runner_numbers, typical_durations_ms
from synthetics.runner.plan import Plan
from tests.builders import a_catalogue, a_placement
from tests.export.builders import SLOT_MS, a_run
from tests.runner.stories import PASSED, HeldExecutor, a_story
from tests.runner.test_loop import HeldClock


def write(ledger: Ledger, durations_ms: list[int], outcome: Outcome = Outcome.PASSED, **changes: object) -> None:
    first_ms = SLOT_MS + 60_000 * ledger.count()
    for number, duration_ms in enumerate(durations_ms):
        record = a_run(outcome, slot_ms=first_ms + 60_000 * number, duration_ms=duration_ms, **changes)
        assert ledger.write(record)


def test_typical_duration_is_the_median_of_the_last_passed_runs_on_each_target(ledger: Ledger) -> None:
    here, there = a_placement(), a_placement(target="other")
    write(ledger, [60_000] * 20)  # long ago
    write(ledger, [1_000] * 9 + [2_000] + [90_000] * 10)
    write(ledger, [45_000] * 5, Outcome.FAILED)
    write(ledger, [9_000], journey="ihub.other")
    assert typical_durations_ms(ledger, [here]) == {("ihub.run_flow", "standin", "local"): 46_000}

    write(ledger, [7_000], target="other", trigger=Trigger.MANUAL)
    assert typical_durations_ms(ledger, [here, there])["ihub.run_flow", "other", "local"] == 7_000
    assert typical_durations_ms(ledger, [a_placement("ihub.never_ran")]) == {}


def a_plan(tmp_path: Path, ledger: Ledger, seats: int) -> Plan:
    return Plan(
        catalogue=a_catalogue(a_placement(every_ms=10_000)),
        story=a_story(tmp_path, ledger, HeldExecutor(PASSED), []),
        seats=seats,
        drain_seconds=1,
        room=lambda: UNBOUNDED,
    )


def test_capacity_that_does_not_suffice_is_told_in_one_line_by_what_runs_took(
    tmp_path: Path, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    write(ledger, [15_000])
    clock = HeldClock()
    check = CapacityCheck(ledger, cores=2, clock=clock)
    assert check.ratio is None

    check.look(a_plan(tmp_path, ledger, seats=2))
    assert check.ratio == pytest.approx(0.75)
    assert caplog.text == ""

    check.look(a_plan(tmp_path, ledger, seats=1))
    assert check.ratio == pytest.approx(1.5)
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("event=capacity ratio=1.50 why=")
    assert 'every = "15s" instead of "10s" for ihub.run_flow' in line
    assert "\n" not in line


def test_capacity_of_one_plan_is_reckoned_each_hour_and_of_another_at_once(tmp_path: Path, ledger: Ledger) -> None:
    clock = HeldClock()
    check = CapacityCheck(ledger, cores=2, clock=clock)
    plan = a_plan(tmp_path, ledger, seats=2)
    check.look(plan)
    write(ledger, [1_000])

    clock.passed_ms = 3_599_999
    check.look(plan)
    assert check.ratio == pytest.approx(0.75), "a quarter of the timeout: nothing had passed"
    clock.passed_ms = 3_600_000
    check.look(plan)
    assert check.ratio == pytest.approx(0.05)
    check.look(a_plan(tmp_path, ledger, seats=1))
    assert check.ratio == pytest.approx(0.1)


def test_runner_numbers_are_those_of_the_seats_the_loop_and_the_last_look(ledger: Ledger) -> None:
    seats = SeatNumbers(busy=1, workers=2, browser_processes=6, memory_bytes=700)
    assert runner_numbers(seats, 4, CapacityCheck(ledger, cores=2, clock=HeldClock())) == RunnerNumbers(
        browser_processes=6, busy_workers=1, workers=2, worker_memory_bytes=700, waiting_slots=4, capacity_ratio=None
    )
