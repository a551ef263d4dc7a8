import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import psutil
import pytest

from synthetics.authoring import embedded
from synthetics.authoring.embedded import start_standin
from synthetics.config.models import Installation, Rollout, TargetSettings
from synthetics.errors import CallerError, StandinError

ROOT = Path(embedded.__file__).parents[2]


def instead(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Start this script in the stand-in's place."""
    command: Sequence[str] = [sys.executable, "-c", script]
    monkeypatch.setattr(embedded, "_command", lambda *_asked: command)


def test_standin_answers_while_the_block_lasts_and_is_gone_after_it() -> None:
    with start_standin() as standin:
        target = standin.target(TargetSettings(embedded=True, rollout=Rollout.FIRST), "here")
        assert httpx.get(f"{standin.site}/_standin/faults").status_code == 200
        process = psutil.Process(standin.pid)

    assert not process.is_running()
    assert (target.name, target.site, target.project) == ("here", standin.site, "SYN")
    assert target.account.password is not None
    assert target.rollout is Rollout.FIRST


def test_apps_are_as_the_standin_tells_and_as_their_app_toml_where_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    announcement = {
        "site": "http://localhost:1",
        "backend": "http://localhost:2",
        "account": {"email": "a@example.com", "password": "a-password", "api_token": "a-token"},
        "project": "SYN",
        "apps": {
            "ihub": {"app": "other-app", "environment": "other-environment", "title": "of no use here"},
            "team_radar": {"addon_key": "com.example.other"},
        },
    }
    instead(monkeypatch, f"import sys; print({json.dumps(json.dumps(announcement))}, flush=True); sys.stdin.read()")

    with start_standin() as standin:
        target = standin.target(TargetSettings(embedded=True), "here")

    assert target.apps == {
        "ihub": Installation(
            app="other-app", environment="other-environment", base_urls={"backend": "http://localhost:2"}
        ),
        "team_radar": Installation(addon_key="com.example.other"),
    }


def test_standin_gets_its_faults() -> None:
    with start_standin(["site_503"]) as standin:
        assert httpx.get(standin.site).status_code == 503


def test_standin_gets_nothing_else_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHETICS_PASSWORD", "hunter2")

    with start_standin() as standin:
        assert "SYNTHETICS_PASSWORD" not in psutil.Process(standin.pid).environ()


def test_standin_that_is_asked_for_an_unknown_fault_tells_so() -> None:
    with pytest.raises(CallerError, match="no_such_fault"), start_standin(["no_such_fault"]):
        pass


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param("import sys; sys.exit('no room left')", r"ended with code 1 .*\n  no room left", id="ends"),
        pytest.param("print('hello')", r"announced b'hello\\n'", id="says something else"),
        pytest.param("print('{}')", "which is not its addresses", id="leaves out the addresses"),
        pytest.param("import sys; sys.stdin.read()", "did not announce its addresses in time", id="stays silent"),
    ],
)
def test_standin_that_does_not_come_up_is_told_and_ended(
    monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    instead(monkeypatch, script)

    with pytest.raises(StandinError, match=said), start_standin(announcement_seconds=1.5):
        pass

    assert not [each for each in psutil.Process().children() if each.cmdline()[-1:] == [script]]


def test_standin_that_does_not_end_when_it_is_told_is_ended_with_what_it_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embedded, "_END_SECONDS", 0.3)
    instead(
        monkeypatch,
        "import json, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(json.dumps({'site': str(child.pid), 'account': {}, 'project': 'SYN'}), flush=True)\n"
        "time.sleep(60)",
    )

    with start_standin() as standin:
        child = psutil.Process(int(standin.site))
        process = psutil.Process(standin.pid)

    assert not process.is_running()
    _gone, alive = psutil.wait_procs([child], timeout=5)
    assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]


def test_standin_that_went_away_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(
        monkeypatch,
        "import json, sys\n"
        "print(json.dumps({'site': 'x', 'account': {}, 'project': 'SYN'}), flush=True)\n"
        "sys.exit('out of memory')",
    )

    with start_standin() as standin:
        os.waitid(os.P_PID, standin.pid, os.WEXITED | os.WNOWAIT)
        with pytest.raises(StandinError, match=r"ended by itself with code 1\.\n  out of memory"):
            standin.check()


def test_standin_ends_when_we_are_killed() -> None:
    """It holds on to nothing but our standard input, so it cannot outlive us."""
    script = (
        "import time\n"
        "from synthetics.authoring.embedded import start_standin\n"
        "with start_standin() as standin:\n"
        "    print(standin.pid, flush=True)\n"
        "    time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert starter.stdout is not None
    standin = psutil.Process(int(starter.stdout.readline()))

    starter.kill()
    starter.wait()
    starter.stdout.close()

    _gone, alive = psutil.wait_procs([standin], timeout=10)
    assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]
