"""One seat whose supervisor is lost, whose workers are warmed, and the supervisor's process itself."""

import os
import signal
import subprocess
import sys
from typing import Any

import psutil
import pytest

from synthetics.execute import seat as seat_module
from synthetics.execute.seat import SupervisorLostError
from tests.execute.bench import Bench, stay
from tests.execute.builders import everybody_of, until


def test_seat_tells_of_a_supervisor_that_is_killed_in_a_run(own: Bench) -> None:
    child = "(setsid sleep 1000 &)"
    with pytest.raises(SupervisorLostError, match="ended with code -9"):
        own.run(f"{child}; trap '' INT; echo ehere >&$0; kill -KILL $PPID; sleep 1000")
    assert everybody_of(own.seat.tag) == []
    assert own.seat.pid is None
    assert own.run("exit 3").exit_code == 3


def test_seat_ends_a_supervisor_that_answers_no_more(own: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seat_module, "_SLACK_MS", 300)
    with pytest.raises(SupervisorLostError, match="did not answer in time"):
        own.run("kill -STOP $PPID; sleep 1000", timeout_ms=100)
    assert everybody_of(own.seat.tag) == []
    assert own.run("exit 3").exit_code == 3


def test_seat_ends_a_supervisor_that_listens_no_more(own: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seat_module, "_TELL_MS", 300)
    own.run(stay(":"))
    psutil.Process(own.seat.pid).suspend()
    with pytest.raises(SupervisorLostError, match="does not listen"):
        own.run("", told={"": "x" * 1_000_000})
    assert everybody_of(own.seat.tag) == []


@pytest.mark.parametrize("warming", [False, True], ids=["while its worker waits", "while its worker gets warm"])
def test_seat_loses_no_run_with_a_supervisor_that_is_killed(own: Bench, *, warming: bool) -> None:
    script = stay("echo ehere >&$0")
    own.run(script)
    if warming:
        own.seat.prepare(own.spec("sleep 1000"), own.order())
    supervisor = psutil.Process(own.seat.pid)
    supervisor.kill()
    assert until(lambda: supervisor.status() == psutil.STATUS_ZOMBIE)
    assert not own.seat.has_worker
    assert own.run(script).runs_before == 0
    assert own.said == b"here\n" * 2
    own.seat.dismiss()
    assert until(lambda: len(everybody_of(own.seat.tag)) == 1)


# A worker that is warm before its first run.


def test_seat_warms_a_worker_for_its_first_run(bench: Bench) -> None:
    script = 'read -r o; echo "e$o" >&$0; echo printed; echo w >&$0; ' + stay('echo "e$order" >&$0')
    bench.seat.prepare(bench.spec(script), bench.order())
    report = bench.run(script, told={"mine": 1}, last=True)
    assert (report.runs_before, report.exit_code) == (0, 0)
    assert (bench.said, bench.printed) == (b'{"mine": 1}\n', b"")


@pytest.mark.parametrize(
    "spec_changes",
    [
        pytest.param({"command": ("bash", "-c", "exit 1")}, id="ends"),
        pytest.param({"command": ("/missing/program",)}, id="cannot be started"),
    ],
)
def test_seat_makes_a_run_where_a_worker_that_is_to_be_warmed(bench: Bench, spec_changes: dict[str, Any]) -> None:
    bench.seat.prepare(bench.spec("", **spec_changes), bench.order())
    assert bench.run("exit 3").exit_code == 3


def test_seat_gives_up_a_worker_that_does_not_get_warm(at_mark: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its supervisor's time stands still, so it is the seat that waits no longer."""
    monkeypatch.setattr(seat_module, "_WARM_S", 0.2)
    at_mark.seat.prepare(at_mark.spec("sleep 1000"), at_mark.order())
    assert at_mark.run("exit 3").exit_code == 3


def test_seat_closes_with_everybody(own: Bench) -> None:
    own.run(stay("trap '' INT TERM; sleep 0"))
    assert own.seat.has_worker
    everybody = everybody_of(own.seat.tag)
    own.seat.close()
    assert not any(each.is_running() for each in everybody)
    assert (own.seat.pid, own.seat.has_worker) == (None, False)


# The supervisor's process.


def test_supervisor_is_small_and_knows_neither_playwright_nor_pytest(own: Bench) -> None:
    own.run(stay(":"))
    assert psutil.Process(own.seat.pid).memory_info().rss < 40_000_000
    heavy = "{'playwright', 'pytest', '_pytest', 'pydantic', 'pydantic_core'}"
    program = f"import sys, synthetics.execute.supervisor; print(sorted({heavy} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"


def test_supervisor_is_deaf_to_the_terminals_interrupt(own: Bench) -> None:
    own.run(stay(":"))
    assert own.seat.pid is not None
    os.kill(own.seat.pid, signal.SIGINT)
    assert own.run(stay(":")).runs_before == 1


def test_supervisor_that_breaks_ends_everybody(own: Bench) -> None:
    """A line that is no command is such a case: nobody but this program can write one."""
    own.run(stay("sleep 0"))
    everybody = everybody_of(own.seat.tag)
    assert own.seat._process is not None
    assert own.seat._process.stdin is not None
    own.seat._process.stdin.write(b"nonsense\n")
    _, living = psutil.wait_procs(everybody, timeout=5)
    assert living == []
