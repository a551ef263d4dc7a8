"""What holds when several processes use one ledger, and when one of them is killed."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from synthetics.ledger.store import Ledger
from synthetics.ledger.totals import Series
from synthetics.record import Fault, Outcome
from tests.ledger.builders import SERIES, a_key, a_record

ROOT = Path(__file__).parents[2]


def started(storage: Path, slots: int, *journeys: str) -> "subprocess.Popen[str]":
    """A process that has opened the ledger and waits for ``go``."""
    command = [sys.executable, "-m", "tests.ledger.writing_process", str(storage), str(slots), *journeys]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def passed(journey: str) -> tuple[Series, Outcome, Fault]:
    return Series(app="ihub", journey=journey, target="standin", location="local"), Outcome.PASSED, Fault.NONE


def test_two_processes_that_write_at_once_lose_and_double_nothing(ledger: Ledger, storage: Path) -> None:
    processes = [
        started(storage, 60, "ihub.shared", "ihub.first"),
        started(storage, 60, "ihub.second", "ihub.shared"),
    ]
    for process in processes:
        go(process)
    said = [process.communicate(timeout=60)[0].split() for process in processes]

    assert [process.returncode for process in processes] == [0, 0]
    totals = ledger.totals()
    assert totals.runs == {passed("shared"): 60, passed("first"): 60, passed("second"): 60}
    assert all(sum(each.counts.values()) == 60 for each in totals.step_durations.values())
    assert len(list(ledger.runs())) == 180
    assert ledger.open_slots() == ()
    new = [word for words in said for word in words[1::2]]
    assert (new.count("1"), new.count("0")) == (180, 60), "each shared record was new to one of the two"


def test_killed_while_it_writes_a_process_loses_nothing_that_was_acknowledged(ledger: Ledger, storage: Path) -> None:
    acknowledged: list[str] = []
    for number in range(3):
        process = started(storage, 100_000, f"ihub.journey_{number}")
        go(process)
        assert process.stdout is not None
        acknowledged += [process.stdout.readline().split()[0] for _ in range(40)]
        process.send_signal(signal.SIGKILL)
        # What it said between the last line that was read and its end was acknowledged as well; half a line was not.
        acknowledged += [line.split()[0] for line in process.communicate()[0].splitlines(keepends=True) if "\n" in line]

    written = {record.run_id for record in ledger.runs()}
    assert set(acknowledged) <= written
    assert len(written) - len(acknowledged) <= 3, "at most one write each was done and not yet said"
    totals = ledger.totals()
    assert sum(totals.runs.values()) == sum(totals.slots.values()) == len(written)
    assert len(ledger.open_slots()) <= 3
    connection = sqlite3.connect(storage / "ledger.sqlite3")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


@pytest.mark.parametrize("closed", [True, False])
def test_what_was_written_is_seen_by_another_process(ledger: Ledger, storage: Path, *, closed: bool) -> None:
    ledger.write(a_record(a_key()))
    if closed:
        ledger.close()
    program = (
        "import sys, pathlib; from synthetics.ledger.store import open_ledger;"
        "ledger = open_ledger(pathlib.Path(sys.argv[1])); print(sum(ledger.totals().runs.values())); ledger.close()"
    )
    done = subprocess.run([sys.executable, "-c", program, storage], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == b"1\n"
    assert ledger.totals().runs == {(SERIES, Outcome.PASSED, Fault.NONE): 1}
