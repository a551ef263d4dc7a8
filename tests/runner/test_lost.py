"""Runs that nobody will end any more are settled; those whose process lives are left alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from synthetics.ledger.store import Ledger
from synthetics.record import Outcome, RunKey, Trigger
from synthetics.runner.claimant import is_gone, this_process
from synthetics.runner.lost import settle_lost_runs
from tests.runner.stories import PASSED, PLACEMENT, SLOT_MS, HeldExecutor, a_story

TELLS_WHO_IT_IS = "from synthetics.runner.claimant import this_process; print(this_process())"


def an_ended_process() -> str:
    told = subprocess.run([sys.executable, "-c", TELLS_WHO_IT_IS], capture_output=True, text=True, check=True)
    return told.stdout.strip()


def somebody_later_with_our_id() -> str:
    machine, pid, made = this_process().rsplit(" ", 2)
    return f"{machine} {pid} {int(made) - 1}"


@pytest.mark.parametrize(
    ("claimant", "gone"),
    [
        pytest.param(this_process(), False, id="a process that lives"),
        pytest.param(an_ended_process(), True, id="a process that has ended"),
        pytest.param(somebody_later_with_our_id(), True, id="a process whose id somebody else has now"),
        pytest.param(f"another-machine {os.getpid()} 1", False, id="another machine's, of which nothing is known here"),
        pytest.param(None, True, id="nobody said who it was"),
    ],
)
def test_claimant_is_gone_when_it_can_make_no_record(claimant: str | None, gone: bool) -> None:  # noqa: FBT001  a column
    assert is_gone(claimant) is gone


@pytest.mark.parametrize("trigger", [Trigger.SCHEDULE, Trigger.MANUAL])
@pytest.mark.parametrize("known", [True, False], ids=["of a journey that is there", "of a journey that is gone"])
def test_lost_run_is_recorded_as_errored(tmp_path: Path, ledger: Ledger, trigger: Trigger, *, known: bool) -> None:
    key = RunKey(journey="ihub.run_flow", target="standin", location="local", trigger=trigger, slot_ms=SLOT_MS)
    ledger.claim(key, "ihub", SLOT_MS + 4, an_ended_process())
    ledger.start(key, SLOT_MS + 5)
    story = a_story(tmp_path, ledger, HeldExecutor(PASSED), [])

    [record] = settle_lost_runs(story, ledger, [PLACEMENT] if known else [])

    assert (record.outcome, record.reasons[0].code, record.started_ms) == (Outcome.ERRORED, "runner_lost", SLOT_MS + 5)
    assert ledger.open_slots() == ()
    assert settle_lost_runs(story, ledger, []) == ()


@pytest.mark.parametrize("trigger", [Trigger.SCHEDULE, Trigger.MANUAL])
@pytest.mark.parametrize("known", [True, False], ids=["of a journey that is there", "of a journey that is gone"])
def test_slot_that_was_claimed_and_never_started_is_recorded_as_missed(
    tmp_path: Path, ledger: Ledger, trigger: Trigger, *, known: bool
) -> None:
    key = RunKey(journey="ihub.run_flow", target="standin", location="local", trigger=trigger, slot_ms=SLOT_MS)
    ledger.claim(key, "ihub", SLOT_MS + 4, an_ended_process())

    [record] = settle_lost_runs(
        a_story(tmp_path, ledger, HeldExecutor(PASSED), []), ledger, [PLACEMENT] if known else []
    )

    assert (record.outcome, record.reasons[0].code) == (Outcome.MISSED, "runner_lost_before_start")
    assert record.started_ms is None
    assert (ledger.open_slots(), ledger.totals().started, ledger.totals().finished) == ((), {}, {})


def test_run_under_way_in_a_process_that_lives_is_left_alone(tmp_path: Path, ledger: Ledger) -> None:
    key = RunKey(journey="ihub.run_flow", target="standin", location="local", trigger=Trigger.SCHEDULE, slot_ms=SLOT_MS)
    ledger.claim(key, "ihub", SLOT_MS + 5, this_process())

    assert settle_lost_runs(a_story(tmp_path, ledger, HeldExecutor(PASSED), []), ledger, [PLACEMENT]) == ()
    assert [slot.key for slot in ledger.open_slots()] == [key]
