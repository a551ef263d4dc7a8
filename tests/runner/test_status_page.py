"""Looking out of the house: what a status page says, what time it is at the site, and how little that may cost."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from synthetics.authoring.embedded import start_standin
from synthetics.clock import SystemClock
from synthetics.config.models import Account, Target, TargetSettings
from synthetics.evidence import MachineSeen, Surroundings
from synthetics.runner import site_clock, status_page
from synthetics.runner.asking import OnceAMinute, within
from synthetics.runner.lookout import Lookout
from synthetics.runner.site_clock import read_offset_ms, told_ms
from synthetics.runner.status_page import INDICATORS, PageSeen, StatusPages, read_indicator

NOON_MS = 1_772_366_400_000
_FREE = "http://127.0.0.1:9"  # nobody listens on the port of discard


class HandClock(SystemClock):
    """Both clocks stand still until a test moves them."""

    def __init__(self) -> None:
        self.now_ms = NOON_MS

    def wall_ms(self) -> int:
        return self.now_ms

    def monotonic_ms(self) -> int:
        return self.now_ms


class Answers:
    """A server that answers what a test wants, and counts who asked for what."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status, self.headers, self.body = 200, dict[str, str](), b""

    def say(self, indicator: object) -> None:
        self.body = json.dumps({"page": {}, "status": {"indicator": indicator}}).encode()

    @contextmanager
    def running(self) -> Iterator[str]:
        answers = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answers.asked.append(f"{self.command} {self.path}")
                self.send_response_only(answers.status)
                for name, value in {"Content-Length": str(len(answers.body)), **answers.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(answers.body)

            def do_HEAD(self) -> None:
                self.do_GET()

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def address(answers: Answers) -> Iterator[str]:
    with answers.running() as address:
        yield address


def a_target(site: str = _FREE, page: str | None = None) -> Target:
    return Target(name="demo", site=site, status_page=page, account=Account(email="a@b", password=SecretStr("pass")))


@pytest.mark.parametrize("indicator", sorted(INDICATORS))
def test_page_is_read_by_its_indicator(answers: Answers, address: str, indicator: str) -> None:
    answers.say(indicator)
    assert read_indicator(a_target(), address) == indicator
    assert answers.asked == ["GET /api/v2/status.json"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, b'{"status": {"indicator": "on fire"}}', id="another word"),
        pytest.param(200, b'{"status": {"indicator": ["major"]}}', id="no word"),
        pytest.param(200, b'{"status": "major"}', id="another shape"),
        pytest.param(200, b"[]", id="a list"),
        pytest.param(200, b"<html>major</html>", id="a page for people"),
        pytest.param(200, b"\xff\xfe", id="no text"),
        pytest.param(503, b'{"status": {"indicator": "major"}}', id="an error"),
        pytest.param(301, b'{"status": {"indicator": "major"}}', id="gone elsewhere"),
        pytest.param(200, b'{"status": {"indicator": "major"}}' + b" " * 70_000, id="more than a headline"),
    ],
)
def test_page_that_says_anything_else_says_nothing(answers: Answers, address: str, status: int, body: bytes) -> None:
    answers.status, answers.body = status, body
    assert read_indicator(a_target(), address) is None


def test_page_is_asked_once_a_minute_however_many_want_to_know(answers: Answers, address: str) -> None:
    clock = HandClock()
    pages = StatusPages(clock)
    answers.say("minor")
    threads = [threading.Thread(target=pages.look, args=(a_target(page=address),)) for _ in range(5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)
    assert len(answers.asked) == 1
    clock.now_ms += 59_999
    pages.look(a_target(page=address))
    assert len(answers.asked) == 1
    clock.now_ms += 1
    pages.look(a_target(page=address))
    assert len(answers.asked) == 2


def test_page_is_known_to_say_something_since_it_was_first_seen_to(answers: Answers, address: str) -> None:
    clock = HandClock()
    pages, seen = StatusPages(clock), []
    for indicator in ("none", "major", "major", None, "major", "none"):
        answers.say(indicator)
        seen.append(pages.look(a_target(page=address)))
        clock.now_ms += 60_000
    first, major, again, unknown, still, last = seen
    assert (first, last) == (_seen("none", 0), _seen("none", 5))
    assert major == again == still == _seen("major", 1)
    assert unknown is None


def _seen(indicator: str, minute: int) -> PageSeen:
    return PageSeen(indicator=indicator, since_ms=NOON_MS + minute * 60_000)


def test_page_that_is_not_there_is_not_known_and_not_asked_again_at_once() -> None:
    clock = HandClock()
    pages = StatusPages(clock)
    assert pages.look(a_target()) is None
    assert pages.look(a_target(page=_FREE)) is None
    kept = OnceAMinute[int](clock)
    asked: list[int] = []
    for _ in range(2):
        assert kept.get("whom", lambda: asked.append(1)) is None
    assert asked == [1]


def test_answer_that_does_not_come_in_time_is_none() -> None:
    done = threading.Event()
    before = time.monotonic()
    assert within(0.05, lambda: done.wait(20)) is None
    assert time.monotonic() - before < 10
    done.set()
    assert within(10, lambda: 7) == 7


def test_asking_that_breaks_is_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    def broken() -> int:
        raise OSError("the wire")

    assert within(10, broken) is None
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("late_s", [-90, 0, 90])
def test_clock_is_as_far_off_as_the_site_says_whatever_it_answers(answers: Answers, address: str, late_s: int) -> None:
    answers.status, answers.headers = 503, {"Date": formatdate(NOON_MS / 1_000 - late_s, usegmt=True)}
    offset_ms = read_offset_ms(a_target(address), lambda: NOON_MS)
    assert offset_ms == late_s * 1_000 - 500
    assert answers.asked == ["HEAD /"]


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        pytest.param({"Date": "Sun, 01 Mar 2026 12:00:00 GMT"}, NOON_MS + 500, id="the middle of its second"),
        pytest.param(
            {"Date": "Sun, 01 Mar 2026 11:58:30 GMT", "Age": "90"}, NOON_MS + 500, id="an answer kept by a cache"
        ),
        pytest.param({"Date": "Sun, 01 Mar 2026 12:00:00"}, NOON_MS + 500, id="without a zone, which is UTC"),
        pytest.param({}, None, id="no date"),
        pytest.param({"Date": "noon"}, None, id="no date in it"),
        pytest.param({"Date": "Sun, 01 Mar 2026 12:00:00 GMT", "Age": "old"}, None, id="an age that is none"),
    ],
)
def test_time_is_taken_from_the_answers_date(headers: dict[str, str], told: int | None) -> None:
    assert told_ms(httpx.Headers(headers)) == told


def test_page_of_the_standin_is_where_it_announces_it() -> None:
    with start_standin() as standin:
        target = standin.target(TargetSettings(embedded=True), "standin")
        assert target.status_page is not None
        assert read_indicator(target, target.status_page) == "none"
        httpx.put(f"{target.site}/_standin/status/major").raise_for_status()
        assert read_indicator(target, target.status_page) == "major"
        offset_ms = read_offset_ms(target, SystemClock().wall_ms)
    assert offset_ms is not None
    assert abs(offset_ms) < 2_000


def test_lookout_tells_both_and_leaves_the_rest(answers: Answers, address: str) -> None:
    clock = HandClock()
    answers.say("critical")
    answers.headers = {"Date": formatdate(NOON_MS / 1_000 - 90, usegmt=True)}
    before = Surroundings(now_ms=3, started_ms=1, machine_end=MachineSeen(load_1m=0.5))
    around = Lookout(clock).look(a_target(address, address), before)
    assert (around.statuspage, around.statuspage_since_ms) == ("critical", NOON_MS)
    assert around.machine_end == MachineSeen(load_1m=0.5, clock_offset_ms=89_500)
    assert (around.now_ms, around.started_ms) == (3, 1)


def test_lookout_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site whose port takes connections and never says a word holds a run up for the limit, and no longer."""
    monkeypatch.setattr(status_page, "LIMIT_SECONDS", 0.05)
    monkeypatch.setattr(site_clock, "LIMIT_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        around = Lookout(HandClock()).look(a_target(address, address), Surroundings(now_ms=0, started_ms=0))
    assert around.statuspage is None
    assert around.machine_end == MachineSeen()
