"""Small journeys that end in every way there is, and what each of them deserves."""

import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

APP = "chaos"

#: What a run came to: its outcome, and the code of its first reason (nothing for a pass).
Verdict = tuple[str, str]

PASSED: Verdict = ("passed", "")
DEADLINE: Verdict = ("failed", "deadline")
JOURNEY_FAILED: Verdict = ("failed", "journey_failed")
WORKER_ENDED: Verdict = ("failed", "worker_ended")
TOOK_TOO_MUCH: Verdict = ("failed", "browser_gone")


@dataclass(frozen=True, kw_only=True)
class Nasty:
    """One journey.

    Args:
        name: Without the app.
        body: The lines inside its step.
        deserves: What its runs come to when nobody disturbs them.
        head: Lines of the module before the journey; ``own`` in it is a fixture that the journey asks for.
        patient: Whether it has a long timeout: those that never end of themselves have a short one.
    """

    name: str
    body: str
    deserves: tuple[Verdict, ...] = (PASSED,)
    head: str = ""
    patient: bool = True

    @property
    def passes(self) -> bool:
        """Whether nothing but a pass is deserved."""
        return self.deserves == (PASSED,)


_OWN_FIXTURE = """
@pytest.fixture
def own(asked):
    {before}
    yield
    {after}
"""
_SLEEP = "time.sleep(10_000)"
_DAEMON = "subprocess.Popen(['sleep', '10000'], start_new_session=True)"

#: The order matters to a short part of them: the more telling ones come first.
NASTY: tuple[Nasty, ...] = (
    Nasty(name="passes", body="pass"),
    Nasty(
        name="walks_in_browser",
        body="page = request.getfixturevalue('page')\n"
        "page.route('http://127.0.0.1:1/**', lambda route: route.fulfill(body='here'))\n"
        "page.goto('http://127.0.0.1:1/')",
    ),
    Nasty(name="hangs_in_python", body=_SLEEP, deserves=(DEADLINE, JOURNEY_FAILED), patient=False),
    Nasty(
        name="leaves_daemons",
        body=f"{_DAEMON}\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        os.execvp('sleep', ['sleep', '10000'])\n    os._exit(0)\nos.wait()",
    ),
    Nasty(
        name="ignores_interrupts",
        body="signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile 1:\n    time.sleep(1)",
        deserves=(DEADLINE, JOURNEY_FAILED),
        patient=False,
    ),
    Nasty(name="ends_its_process", body="os._exit(0)", deserves=(WORKER_ENDED,)),
    Nasty(name="also_passes", body="time.sleep(1)"),
    Nasty(
        name="hangs_in_javascript",
        patient=False,
        body="page = request.getfixturevalue('page')\npage.evaluate('() => { while (true); }')",
        deserves=(DEADLINE, JOURNEY_FAILED),
    ),
    Nasty(
        name="hangs_in_finally",
        body=f"try:\n    assert False\nfinally:\n    {_SLEEP}",
        patient=False,
        deserves=(DEADLINE, JOURNEY_FAILED),
    ),
    Nasty(name="hangs_at_exit", body="import atexit\natexit.register(time.sleep, 10_000)"),
    Nasty(
        name="hangs_in_set_up",
        body="pass",
        patient=False,
        deserves=(DEADLINE, JOURNEY_FAILED),
        head=_OWN_FIXTURE.format(before=_SLEEP, after="pass"),
    ),
    Nasty(
        name="hangs_in_tear_down",
        body="pass",
        patient=False,
        deserves=(DEADLINE, JOURNEY_FAILED),
        head=_OWN_FIXTURE.format(before="pass", after=_SLEEP),
    ),
    Nasty(name="closes_its_output", body="os.close(1)\nos.close(2)", deserves=(WORKER_ENDED, PASSED)),
    Nasty(
        name="closes_everything",
        body="os.closerange(0, 1_024)",
        deserves=(WORKER_ENDED, JOURNEY_FAILED, DEADLINE, PASSED),
        patient=False,
    ),
    Nasty(name="exits", body="sys.exit(0)", deserves=(JOURNEY_FAILED,)),
    Nasty(name="recurses", body="def deeper():\n    deeper()\ndeeper()", deserves=(JOURNEY_FAILED,)),
    Nasty(
        name="prints_much",
        body="for _ in range(3_200):\n    os.write(1, b'much' * 16_384)",
        deserves=(PASSED, DEADLINE),
    ),
    Nasty(
        name="takes_memory",
        body="kept = []\nwhile True:\n    kept.append(bytearray(b'x') * 20_000_000)\n"
        "    time.sleep(0.02 if len(kept) < 45 else 10_000)",
        deserves=(TOOK_TOO_MUCH, ("failed", "memory"), JOURNEY_FAILED),
        patient=False,
    ),
    Nasty(
        name="takes_processes",
        body=f"for _ in range(90):\n    {_DAEMON}\n{_SLEEP}",
        deserves=(TOOK_TOO_MUCH, ("failed", "processes"), JOURNEY_FAILED),
        patient=False,
    ),
    Nasty(name="passes_as_well", body="print('passed as well')"),
)

_FILE = '''\
import os
import signal
import subprocess
import sys
import time

import pytest

from synthetics.authoring import channel
from synthetics.evidence import BrowserStarted, TargetAsked


def now():
    return time.monotonic_ns() // 1_000_000


@pytest.fixture
def asked(request):
    channel.say(request.config, BrowserStarted(monotonic_ms=now(), version="140.0"))
    channel.say(request.config, TargetAsked(monotonic_ms=now(), url="http://127.0.0.1:1/"))

{head}

@pytest.mark.journey(every="{every}s", timeout="{timeout}s")
def test_{name}({arguments}):
    """It {title}."""
    with step("Go"):
{body}
'''


def write_journeys(folder: Path, nasty: tuple[Nasty, ...], *, every_s: int, grace_s: int, impatience_s: int) -> None:
    """Write a folder of journeys.

    Args:
        folder: Where to; made here.
        nasty: Which ones.
        every_s: How often each of them is due, in seconds.
        grace_s: The grace of every run, in seconds.
        impatience_s: The timeout of those that never end of themselves; the others have the longest that fits.
    """
    app = folder / APP
    app.mkdir(parents=True)
    for package in (folder, app):
        (package / "__init__.py").touch()
    (app / "app.toml").write_text('title = "Chaos"\nframework = "none"\n', encoding="utf-8")
    for each in nasty:
        text = _FILE.format(
            name=each.name,
            title=each.name.replace("_", " "),
            head=dedent(each.head),
            body=indent(each.body, " " * 8),
            arguments="request, step, own" if each.head else "request, step, asked",
            every=every_s,
            timeout=every_s // 2 - grace_s if each.patient else impatience_s,
        )
        compile(text, each.name, "exec")
        (app / f"test_{each.name}.py").write_text(text, encoding=sys.getdefaultencoding())
