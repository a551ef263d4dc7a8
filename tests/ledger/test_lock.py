import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from synthetics.errors import SchedulerRunningError, StorageError
from synthetics.ledger.lock import scheduler_lock
from synthetics.ledger.store import open_ledger

ROOT = Path(__file__).parents[2]
HOLDER = (
    "import sys, pathlib; from synthetics.ledger.lock import scheduler_lock\n"
    "with scheduler_lock(pathlib.Path(sys.argv[1])):\n"
    "    print('held', flush=True); sys.stdin.read()"
)


def holder(storage: Path) -> "subprocess.Popen[bytes]":
    """A process that holds the lock until its standard input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, storage], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_lock_held_by_another_process_names_it(storage: Path) -> None:
    process = holder(storage)

    with pytest.raises(SchedulerRunningError) as raised, scheduler_lock(storage):
        pass

    assert str(raised.value) == (
        f"{storage}: another scheduler works on this ledger already (process {process.pid}).\n"
        "  Stop that one first, or name another folder as storage in synthetics.toml; once, runs and the other commands"
        " work beside it."
    )
    process.communicate()
    with scheduler_lock(storage):
        assert (storage / "scheduler.lock").read_text() == f"{os.getpid()}\n"


def test_lock_of_a_killed_process_is_free(storage: Path) -> None:
    process = holder(storage)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with scheduler_lock(storage):
        pass


def test_lock_is_not_inherited_by_children(storage: Path) -> None:
    """A browser that outlives its runner must not keep the next runner from starting."""
    program = "print('up', flush=True); input()"
    with scheduler_lock(storage):
        child = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False
        )
        # What exec closes may still be open for an instant when Popen returns.
        assert child.stdout is not None
        assert child.stdout.readline() == b"up\n"
    with scheduler_lock(storage):
        pass
    child.communicate(b"\n")


def test_lock_is_given_to_one_of_two_in_the_same_process(storage: Path) -> None:
    with scheduler_lock(storage), pytest.raises(SchedulerRunningError), scheduler_lock(storage):
        pass


def test_lock_is_given_back_when_the_scheduler_fails(storage: Path) -> None:
    with pytest.raises(ZeroDivisionError), scheduler_lock(storage):
        raise ZeroDivisionError
    with scheduler_lock(storage):
        pass


def test_lock_does_not_keep_others_from_the_ledger(storage: Path) -> None:
    with scheduler_lock(storage):
        open_ledger(storage).close()


def test_lock_that_cannot_be_opened_is_told(storage: Path) -> None:
    (storage / "scheduler.lock").mkdir(parents=True)
    with pytest.raises(StorageError, match=r"scheduler\.lock: this file cannot be opened \(Is a directory\)"):
        scheduler_lock(storage).__enter__()
