"""One seat: a worker is any program, and whatever it does, there is a report, and nobody and nothing is left.

To a script its pipe for events is ``$0``; a line of it that begins with ``e`` is an event, and ``DONE`` ends a run.
"""

import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from synthetics.execute.processes import RUN_TAG
from synthetics.execute.seat import SupervisorLostError
from synthetics.execute.wire import Command
from synthetics.execute.worker_process import EVENTS_MAX_BYTES
from tests.execute.bench import DONE, Bench, stay
from tests.execute.builders import EventFromMark, everybody_of, until

SLEEP, TRUE = (shutil.which(each) or each for each in ("sleep", "true"))


def test_seat_takes_in_what_a_worker_says_and_prints(bench: Bench) -> None:
    report = bench.run('read -r order; echo "esaid $order" >&$0; echo printed; echo wrong >&2; exit 3', told={"a": 1})
    assert bench.said == b'said {"a": 1}\n'
    assert bench.printed == b"printed\nwrong\n"
    assert (report.exit_code, report.signal, report.killed_for, report.worker_stays) == (3, None, None, False)


def test_seat_tells_the_signal_that_ended_a_worker(bench: Bench) -> None:
    report = bench.run("kill -SEGV $$")
    assert (report.exit_code, report.signal, report.killed_for) == (None, 11, None)


def test_seat_keeps_a_worker_that_has_ended_its_run_well(bench: Bench) -> None:
    script = stay('echo "e$$ $PWD" >&$0; echo "printed $((++n))"')
    first = bench.run(script)
    assert bench.printed == b"printed 1\n"
    second = bench.run(script)
    assert bench.printed == b"printed 2\n"
    (one, two) = bench.said.splitlines()
    assert one == two
    assert [each.runs_before for each in (first, second)] == [0, 1]
    assert first.worker_stays
    assert second.worker_stays


@pytest.mark.parametrize(
    ("script", "changes", "leaked"),
    [
        pytest.param("""echo 'd{"exit_code":1,"leaked":[]}' >&$0; sleep 1000""", {}, (), id="its run went wrong"),
        pytest.param(
            """echo 'd{"exit_code":0,"leaked":["thread: t"]}' >&$0; sleep 1000""", {}, ("thread: t",), id="it leaks"
        ),
        pytest.param(f"{DONE}; sleep 1000", {"last": True}, (), id="it is told to make one run only"),
    ],
)
def test_seat_ends_a_worker_after_its_run_where(
    bench: Bench, script: str, changes: dict[str, Any], leaked: tuple[str, ...]
) -> None:
    report = bench.run(script, **changes)
    assert (report.worker_stays, report.leaked) == (False, leaked)
    assert until(bench.nobody_is_left, limit_s=10)


def test_seat_gives_a_fresh_worker_where_one_is_asked_for(bench: Bench) -> None:
    script = stay("echo e$$ >&$0")
    assert [bench.run(script, fresh=fresh).runs_before for fresh in (True, False, True)] == [0, 1, 0]
    (one, two, three) = bench.said.splitlines()
    assert one == two != three


def test_seat_gives_another_worker_where_it_is_started_in_another_way(bench: Bench) -> None:
    script = stay("echo e$HUE >&$0")
    bench.run(script)
    report = bench.run(script, spec=bench.spec(script, environ={"PATH": "/usr/bin:/bin", "HUE": "red"}))
    assert (bench.said, report.runs_before) == (b"\nred\n", 0)


def test_seat_gives_another_worker_where_the_one_before_has_ended_since(bench: Bench) -> None:
    script = stay("echo e$$ >&$0")
    bench.run(script)
    worker = psutil.Process(int(bench.said))
    worker.kill()
    assert until(lambda: not worker.is_running())
    assert bench.run(script).exit_code == 0


def test_seat_ends_what_a_run_leaves_running_and_keeps_the_worker(bench: Bench) -> None:
    leaving = "(setsid sleep 1000 &); (env -i sleep 1000 &); sleep 1000 &"
    report = bench.run(stay(f"{leaving} sleep 0"))
    assert report.worker_stays
    assert len(everybody_of(bench.seat.tag)) == 2


def test_seat_keeps_the_driver_and_the_browser_of_a_worker(bench: Bench, tmp_path: Path) -> None:
    shutil.copy(SLEEP, tmp_path / "chrome")
    told = {"assignment": {"browser_executable": str(tmp_path / "chrome")}}
    is_there = "until [ $(cat /proc/$!/comm) = chrome ]; do sleep 0.01; done"
    script = stay(f"{tmp_path}/chrome 1000 & {is_there}; sleep 1000 & sleep 0")
    bench.run(script, told=told)
    names = {each.name() for each in everybody_of(bench.seat.tag)}
    assert "chrome" in names
    assert "sleep" not in names


def test_seat_gives_an_order_of_any_length(bench: Bench) -> None:
    bench.run("read -r order; echo e${#order} >&$0", told={"": "x" * 1_000_000})
    assert int(bench.said) == 1_000_000 + len('{"": ""}')


def test_seat_is_not_held_up_by_a_worker_that_reads_no_order(bench: Bench) -> None:
    assert bench.run("exec <&-; exit 0", told={"": "x" * 1_000_000}).exit_code == 0


def test_seat_keeps_a_workers_input_open_until_it_ends(bench: Bench) -> None:
    bench.run("read -r order; read -r -t 0.2 more; [ $? -gt 128 ] && echo eopen >&$0")
    assert bench.said == b"open\n"


@pytest.mark.parametrize(
    ("says", "heard"),
    [
        pytest.param("yes $(printf 'x%.0s' {1..9999}) | head -c 40000000", EVENTS_MAX_BYTES, id="in lines"),
        pytest.param("head -c 40000000 /dev/zero", 0, id="in one line"),
    ],
)
def test_seat_keeps_a_bounded_part_of_what_is_said(own: Bench, says: str, heard: int) -> None:
    report = own.run(f"{says} >&$0; echo >&$0; {DONE}; sleep 1000")
    assert (report.exit_code, report.worker_stays) == (0, True)
    assert heard - 10_001 < len(own.said) <= heard
    assert psutil.Process(own.seat.pid).memory_info().rss < 200_000_000


def test_seat_takes_in_what_a_dead_worker_left_in_its_pipes(bench: Bench) -> None:
    bench.run("head -c 60000 /dev/zero; head -c 60000 /dev/zero >&$0; kill -KILL $$")
    assert (len(bench.said), len(bench.printed)) == (60_001, 60_000)


@pytest.mark.parametrize(
    "line", ["hello", "d", "d5", "d[1, 2]", 'd{"exit_code":null}', "d{}", "e", "dd", "d" + "[" * 40_000]
)
def test_seat_tells_on_what_is_no_word_of_a_worker(bench: Bench, line: str) -> None:
    report = bench.run(f"echo '{line}' >&$0; exit 3")
    assert (bench.said, report.exit_code) == (line.removeprefix("e").encode() + b"\n", 3)


def test_seat_takes_in_nothing_between_two_runs(bench: Bench) -> None:
    first, late = bench.folder / "first", bench.folder / "late"
    script = (
        f"read -r a; {DONE}; until [ -e {first} ]; do sleep 0.01; done; "
        f"echo elate >&$0; echo late; touch {late}; read -r b; echo emine >&$0"
    )
    bench.run(script)
    first.touch()
    assert until(late.exists)
    assert bench.run(script).exit_code == 0
    assert bench.said == b"mine\n"
    assert bench.printed == b""


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("exec sleep 1000 <&- >&- 2>&-", id="hangs with every pipe closed"),
        pytest.param("trap '' INT; sleep 1000; sleep 1000", id="is deaf to SIGINT"),
        pytest.param("kill -STOP $$", id="is stopped"),
        pytest.param("yes", id="prints without end"),
        pytest.param("yes >&$0", id="says without end"),
        pytest.param("(yes >&$0 &); (yes &); exec yes", id="has children that print without end"),
        pytest.param("f() { f & sleep 0.05; }; while true; do sleep 1000 & sleep 0.05; done", id="starts ever more"),
    ],
)
def test_seat_ends_at_the_deadline_a_worker_that(at_mark: Bench, script: str) -> None:
    report = at_mark.run(f"touch {at_mark.folder}/reached; {script}", timeout_ms=1)
    assert report.killed_for == "deadline"
    assert report.killed_monotonic_ms is not None
    assert report.duration_ms < 10_000
    assert until(at_mark.nobody_is_left, limit_s=10)


def test_seat_lets_a_worker_use_its_grace(at_mark: Bench) -> None:
    reached = at_mark.folder / "reached"
    script = f"trap 'echo ecleaned >&$0; exit 4' INT; touch {reached}; while true; do sleep 0.01; done"
    report = at_mark.run(script, timeout_ms=1, grace_ms=10_000)
    assert (at_mark.said, report.exit_code, report.killed_for) == (b"cleaned\n", 4, "deadline")


def test_seat_nudges_a_worker_that_may_have_missed_its_interrupt(at_mark: Bench) -> None:
    reached = at_mark.folder / "reached"
    trap = "trap '' INT; trap 'echo enudged >&$0; exit 4' URG"
    report = at_mark.run(f"{trap}; touch {reached}; while true; do sleep 0.01; done", timeout_ms=1, grace_ms=10_000)
    assert (at_mark.said, report.exit_code) == (b"nudged\n", 4)


def test_seat_ends_a_worker_that_ended_its_run_well_after_the_deadline(at_mark: Bench) -> None:
    reached = at_mark.folder / "reached"
    done = at_mark.folder / "done"
    done.write_text('d{"exit_code":0,"leaked":[]}\n')
    script = f"trap 'cat {done} >&$0' INT; touch {reached}; while true; do sleep 0.01; done"
    report = at_mark.run(script, timeout_ms=1, grace_ms=10_000)
    assert (report.exit_code, report.killed_for, report.worker_stays) == (0, "deadline", False)


def test_seat_ends_a_run_when_told_to_stop(bench: Bench, tmp_path: Path) -> None:
    mark = tmp_path / "reached"
    report = bench.run(f"touch {mark}; sleep 1000", stop=EventFromMark(mark))
    assert report.killed_for == "stopped"


def test_seat_lets_a_run_go_when_the_word_to_stop_comes_after_its_end(bench: Bench) -> None:
    """The supervisor finds the words to stop and to remove together: it must not wait for one more."""
    script = stay(":")
    bench.run(script)
    supervisor = psutil.Process(bench.seat.pid)
    order = bench.order()
    assert bench.seat.run(bench.spec(script), order, threading.Event(), bench._hear).worker_stays
    supervisor.suspend()
    bench.seat._say(Command(do="stop"))
    bench.seat.release()
    supervisor.resume()
    assert until(lambda: not Path(order.folder).exists(), limit_s=5)


@pytest.mark.parametrize(
    ("limits", "script", "why"),
    [
        pytest.param(
            {"memory_bytes": 60_000_000},
            "x=$(head -c 200000000 /dev/zero | tr '\\0' x); sleep 1000",
            "memory",
            id="too much memory",
        ),
        # Bounded by itself: a real bomb would take the machine down wherever the test is broken.
        pytest.param(
            {"processes": 20}, "for _ in {1..60}; do sleep 1000 & done; wait", "processes", id="too many processes"
        ),
    ],
)
def test_seat_ends_a_worker_that_takes(bench: Bench, limits: dict[str, int], script: str, why: str) -> None:
    report = bench.run("", spec=bench.spec(script, **limits))
    assert report.killed_for == why
    assert until(bench.nobody_is_left, limit_s=10)


def test_seat_tells_what_a_run_used(bench: Bench) -> None:
    burn = stay("for ((i = 0; i < 300000; i++)); do :; done; sleep 0.6")
    used = [bench.run(burn).cpu_ms or 0, bench.run(burn).cpu_ms or 0]
    assert min(used) > 50
    assert max(used) < 3 * min(used)  # that of the run before does not count again
    report = bench.run(stay("x=$(head -c 20000000 /dev/zero | tr '\\0' x); sleep 0.8; unset x"))
    assert (report.memory_bytes or 0) > 20_000_000


@pytest.mark.parametrize(
    ("changes", "spec_changes"),
    [
        pytest.param({"folder": "/missing/synthetics-run"}, {}, id="of its folder"),
        pytest.param({}, {"temporary_folder": "/missing"}, id="of its worker's folder"),
        pytest.param({}, {"command": ("/missing/program",)}, id="of its worker's program"),
    ],
)
def test_seat_tells_why_a_run_cannot_start_because(
    bench: Bench, changes: dict[str, Any], spec_changes: dict[str, Any]
) -> None:
    report = bench.run("", spec=bench.spec("exit 0", **spec_changes), **changes)
    assert report.could_not_start is not None
    assert "No such file or directory" in report.could_not_start
    assert report.exit_code is None
    assert bench.run("exit 3").exit_code == 3


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere orphans are the system's")
@pytest.mark.parametrize(
    "script",
    [
        pytest.param("(sleep 0.1 &); (setsid sleep 1000 &); exit 0", id="orphans with the tag"),
        pytest.param("(env -i sleep 1000 &); exit 0", id="an orphan without the tag in the worker's session"),
        pytest.param("(true &); (true &); sleep 0.1; exit 0", id="orphans that are dead already"),
        pytest.param("env -i setsid sleep 1000 & sleep 0.1; kill -KILL $$", id="a daemon without the tag"),
        pytest.param("(env -i setsid -f sleep 1000); exit 0", id="a daemon without the tag that nobody saw"),
    ],
)
def test_seat_ends_and_reaps(bench: Bench, script: str) -> None:
    bench.run(script)
    assert psutil.Process(bench.seat.pid).children() == []


def test_seat_touches_no_stranger(own: Bench) -> None:
    other_run = {RUN_TAG: f"{own.seat.tag}-other", "PATH": "/usr/bin:/bin"}
    with (
        subprocess.Popen([SLEEP, "1000"], start_new_session=True) as child,
        subprocess.Popen([SLEEP, "1000"], env=other_run) as other,
        subprocess.Popen([TRUE], start_new_session=True) as dead,
    ):
        own.run("(sleep 1000 &); exit 0")
        with suppress(SupervisorLostError):
            own.run("kill -KILL $PPID; sleep 1000")
        assert (child.poll(), other.poll()) == (None, None)
        assert dead.wait() == 0
        child.kill()
        other.kill()


def test_seat_touches_no_older_process_of_the_same_tag(own: Bench) -> None:
    older = {RUN_TAG: own.seat.tag, "PATH": "/usr/bin:/bin"}
    with subprocess.Popen([SLEEP, "1000"], env=older) as child:
        long_enough_s = time.monotonic() + 0.1
        assert until(lambda: time.monotonic() > long_enough_s)
        own.run("exit 0")
        assert child.poll() is None
        child.kill()
