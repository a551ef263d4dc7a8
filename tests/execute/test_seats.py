"""Running in seats: whatever a journey does, there is evidence, and nobody and nothing is left."""

import tempfile
import threading
from pathlib import Path

import pytest

from synthetics.clock import SystemClock
from synthetics.evidence import WorkerEnding
from synthetics.execute.seats import SeatedExecutor
from synthetics.judge import judge
from synthetics.record import ArtifactKind, Step
from synthetics.worker import KillReason
from tests.execute.builders import AN_ACCOUNT, EventFromMark, an_order, until, write_journey
from tests.execute.conftest import Monitor, Runs, a_monitor

WALK = """
with step("Open"):
    pass
with step("Look"):
    pass
"""
PASSED = ("passed", "none")


def test_a_journey_that_passes_leaves_evidence_and_its_files(run: Runs) -> None:
    ran = run(f"print('seen by ' + 'nobody')\n{WALK}")
    assert ran.verdict == PASSED, ran.log
    assert ran.steps == [("Open", "passed"), ("Look", "passed")]
    assert ran.ending == WorkerEnding(exit_code=0, duration_ms=ran.ending.duration_ms)
    assert ran.ending.duration_ms > 0
    assert ran.evidence.playwright is not None
    assert ran.evidence.unread_lines == 0
    assert {each.kind for each in ran.evidence.artifacts} == {ArtifactKind.PYTEST_HTML, ArtifactKind.WORKER_LOG}
    assert {each.path: each.size_bytes for each in ran.evidence.artifacts}.items() <= ran.files.items()
    assert "seen by nobody" in ran.log


@pytest.mark.parametrize(
    ("body", "before", "verdict", "exit_code"),
    [
        pytest.param(
            "with step('Open'):\n    assert 0",
            "",
            ("failed", "unknown", "journey_failed"),
            1,
            id="an assertion fails in a step",
        ),
        pytest.param(
            WALK,
            "raise RuntimeError('at import')",
            ("errored", "monitor", "broke_before_asking"),
            4,
            id="broken import",
        ),
        pytest.param(
            "walk()",
            "def walk():\n    walk()",
            ("failed", "unknown", "journey_failed"),
            1,
            id="it recurses without end",
        ),
        pytest.param("os._exit(7)", "", ("failed", "unknown", "worker_ended"), 7, id="it calls os._exit"),
        pytest.param("os.closerange(3, 64)", "", ("failed", "unknown", "worker_ended"), 3, id="it closes its pipes"),
        pytest.param(
            WALK,
            "@pytest.fixture\ndef asked():\n    raise OSError('no such thing')",
            ("errored", "monitor", "broke_before_asking"),
            1,
            id="a fixture breaks before it asks",
        ),
        pytest.param(
            "request.getfixturevalue('token')",
            "from synthetics.errors import CallerError\n\n"
            "@pytest.fixture\ndef token():\n    raise CallerError('The account has no api_token')",
            ("errored", "monitor", "own_error"),
            1,
            id="a fixture meets a gap in our configuration after it has asked",
        ),
        pytest.param(
            "pytest.skip('not today')", "", ("errored", "monitor", "skipped"), 0, id="it skips after it has asked"
        ),
        pytest.param(
            WALK,
            "pytestmark = pytest.mark.skip(reason='not today')",
            ("errored", "monitor", "skipped"),
            0,
            id="it is marked to be skipped",
        ),
    ],
)
def test_a_run_that_goes_wrong_by_itself_is_judged_by_how_far_it_came(
    run: Runs, body: str, before: str, verdict: tuple[str, ...], exit_code: int
) -> None:
    ran = run(body, before=before)
    assert (ran.verdict, ran.ending.exit_code) == (verdict, exit_code), ran.log
    assert ran.ending.killed_for is None


def test_a_worker_killed_from_outside_has_told_all_until_then(run: Runs) -> None:
    ran = run("with step('Open'):\n    os.kill(os.getpid(), signal.SIGKILL)")
    assert ran.verdict == ("failed", "unknown", "worker_ended")
    assert (ran.ending.exit_code, ran.ending.signal, ran.ending.killed_for) == (None, 9, None)
    assert ran.steps == [("Open", "failed"), ("Look", "skipped")]


def test_sys_exit_in_a_journey_is_no_pass(run: Runs) -> None:
    ran = run("sys.exit(0)")
    assert ran.verdict[:2] == ("failed", "unknown"), ran.log


@pytest.mark.parametrize(
    ("hanging", "signal_number"),
    [
        pytest.param("while True:\n        pass", None, id="in Python"),
        pytest.param("time.sleep(1000)", None, id="in a call into C"),
        pytest.param("subprocess.run(['sleep', '1000'])", None, id="in a child"),
        pytest.param("signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(1000)", 9, id="deaf to SIGINT"),
        pytest.param("os.kill(os.getpid(), signal.SIGSTOP)", 9, id="stopped"),
        pytest.param(
            "while True:\n        try:\n            time.sleep(1000)\n        except BaseException:\n            pass",
            9,
            id="catching everything",
        ),
    ],
)
def test_a_journey_that_hangs_is_ended_at_its_deadline(
    run: Runs, deadline: Path, hanging: str, signal_number: int | None
) -> None:
    grace_ms = 10_000 if signal_number is None else 300
    ran = run(f"with step('Open'):\n    reached()\n    {hanging}", mark=deadline, grace_ms=grace_ms)
    assert ran.verdict == ("failed", "unknown", "deadline"), ran.log
    assert (ran.ending.killed_for, ran.ending.signal) == (KillReason.DEADLINE, signal_number), ran.log
    (opened, looked) = ran.evidence.steps
    assert (opened.status, opened.error, looked) == ("failed", None, Step(title="Look", status=looked.status))
    assert looked.status == "skipped"


def test_a_teardown_is_waited_for_in_the_grace_after_the_deadline(run: Runs, deadline: Path, tmp_path: Path) -> None:
    cleaned = f"open({str(tmp_path / 'cleaned')!r}, 'w').close()"
    ran = run(f"try:\n    reached()\n    time.sleep(1000)\nfinally:\n    {cleaned}", mark=deadline)
    assert (tmp_path / "cleaned").exists(), ran.log
    assert ran.ending.signal is None
    assert ArtifactKind.PYTEST_HTML in {each.kind for each in ran.evidence.artifacts}


def test_a_pass_after_the_deadline_is_no_pass(run: Runs, deadline: Path) -> None:
    ran = run(f"try:\n    reached()\n    time.sleep(1000)\nexcept KeyboardInterrupt:\n    pass\n{WALK}", mark=deadline)
    assert ran.verdict == ("failed", "unknown", "deadline"), ran.log
    assert ran.ending.exit_code == 0


def test_a_run_that_hangs_before_it_asked_is_our_own_trouble(run: Runs, deadline: Path) -> None:
    ran = run(WALK, before="reached(); time.sleep(1000)", mark=deadline)
    assert ran.verdict == ("errored", "monitor", "deadline_before_asking"), ran.log


def test_the_word_to_stop_ends_a_run(run: Runs, tmp_path: Path) -> None:
    ran = run("with step('Open'):\n    reached()\n    time.sleep(1000)", stop=EventFromMark(tmp_path / "reached"))
    assert ran.verdict == ("errored", "monitor", "stopped"), ran.log
    assert ran.ending.killed_for is KillReason.STOPPED
    assert ran.steps[0] == ("Open", "failed")


SLEEPER = "[sys.executable, '-c', 'import time; time.sleep(1000)']"


@pytest.mark.parametrize(
    "leaving",
    [
        pytest.param(f"subprocess.Popen({SLEEPER}, start_new_session=True)", id="a child in a session of its own"),
        pytest.param(
            "if os.fork() == 0:\n    os.setsid()\n    time.sleep(1000)\n    os._exit(0)",
            id="a fork that holds every pipe open",
        ),
        pytest.param(
            "import threading\nthreading.Thread(target=time.sleep, args=(1000,)).start()", id="a thread that never ends"
        ),
        pytest.param("import atexit\natexit.register(time.sleep, 1000)", id="an atexit hook that never ends"),
    ],
)
def test_nobody_outlives_a_run_that_passed(run: Runs, leaving: str) -> None:
    ran = run(f"{leaving}\n{WALK}")
    assert (ran.verdict, ran.ending.exit_code) == (PASSED, 0), ran.log


def test_a_worker_that_died_with_living_children_takes_them_along(run: Runs) -> None:
    ran = run(f"subprocess.Popen({SLEEPER}, start_new_session=True)\nos._exit(7)")
    assert ran.ending.exit_code == 7


def test_a_journey_that_prints_without_end_fills_no_disk(run: Runs) -> None:
    ran = run(f"for _ in range(200):\n    print('x' * 1_000_000)\n{WALK}")
    assert ran.verdict == PASSED
    assert 8_000_000 < ran.files["worker.log"] < 9_000_000
    assert sum(ran.files.values()) < 10_000_000
    assert "bytes of output left out" in ran.log
    assert "1 passed" in ran.log[-500:]


def test_a_journey_sees_a_world_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_PASSWORD", "open-sesame-1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--nonsense")
    monkeypatch.setenv("LC_TIME", "C")
    secrets = [each.encode() for each in AN_ACCOUNT.secrets]
    body = f"""
    import tempfile
    assert os.read(0, 1) == b""
    assert callable(signal.getsignal(signal.SIGURG))
    assert os.getcwd() == os.path.dirname(tempfile.gettempdir())
    assert "MY_PASSWORD" not in os.environ
    assert os.environ["LC_TIME"] == "C"
    for name in ("cmdline", "environ"):
        with open("/proc/self/" + name, "rb") as file:
            told = file.read()
        assert not [each for each in {secrets!r} if each in told]
    assert __name__ == "journeys.fake.test_walk"
    import resource
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == 2_000_000_000
    """
    file = write_journey(tmp_path, "\n".join(line[4:] for line in body.strip("\n").splitlines()) + WALK)
    monitor = a_monitor(tmp_path)
    for runs_before in range(2):
        ran = monitor.run_journey(file)
        assert ran.verdict == PASSED, ran.log
        assert ran.worker.runs_before == runs_before
    monitor.close()


def test_a_checkout_around_the_journeys_does_not_disturb_them(run: Runs, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "pytest_plugins = ['synthetics.authoring.plugin', 'synthetics.execute.by_hand']\n"
    )
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = ['--nonsense']\n")
    recorder = "synthetics.execute.by_hand.recorder"
    ran = run(f"assert not request.config.pluginmanager.has_plugin({recorder!r})\n{WALK}")
    assert ran.verdict == PASSED, ran.log
    assert sorted(ran.files) == ["pytest.html", "worker.log"]


def test_a_run_without_a_private_folder_is_our_own_trouble(tmp_path: Path) -> None:
    monitor = a_monitor(tmp_path)
    monitor.temporary.rmdir()
    with monitor.executor.execute(an_order(write_journey(tmp_path, WALK)), threading.Event()) as execution:
        judgement = judge(execution.evidence)
        assert [each.code for each in judgement.reasons] == ["worker_not_started"]
        assert "No such file" in judgement.reasons[0].sentence
        assert not execution.output.exists()
    monitor.temporary.mkdir()
    monitor.close()


def test_a_worker_that_cannot_be_started_is_our_own_trouble(
    tmp_path: Path, run: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))
    ran = run(WALK)
    assert ran.verdict == ("errored", "monitor", "worker_not_started")
    assert ran.ending.exit_code is None


def test_a_supervisor_that_cannot_be_started_is_our_own_trouble(tmp_path: Path) -> None:
    monitor = a_monitor(tmp_path, supervisor=(str(tmp_path / "no-python"),))
    ran = monitor.run_journey(write_journey(tmp_path, WALK))
    assert ran.verdict == ("errored", "monitor", "worker_not_started")
    monitor.close()


def test_a_folder_is_removed_when_its_user_breaks(tmp_path: Path, monitor: Monitor) -> None:
    order = an_order(write_journey(tmp_path, WALK))

    def use() -> None:
        with monitor.executor.execute(order, threading.Event()) as execution:
            assert execution.output.is_dir()
            raise RuntimeError("the disk")

    with pytest.raises(RuntimeError, match="the disk"):
        use()
    assert until(lambda: not list(monitor.temporary.glob(f"*{order.assignment.run_id}*")))


def test_the_private_folder_is_in_the_systems_own_with_a_short_name(tmp_path: Path) -> None:
    order = an_order(write_journey(tmp_path, "os._exit(0)"))
    executor = SeatedExecutor(SystemClock(), owner=f"test in {tmp_path}", is_gone=lambda _words: False)
    with executor.execute(order, threading.Event()) as execution:
        private = execution.output.parent
        assert private.parent == Path(tempfile.gettempdir())
        assert private.name.startswith(f"synthetics-{order.assignment.run_id}-")
        assert len(private.name) == 36
        assert private.stat().st_mode & 0o777 == 0o700
    executor.close()
    assert not private.exists()
