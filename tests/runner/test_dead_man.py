"""The dead man's switch, over a real server: what it hears, and that its address is in no log."""

import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pydantic import SecretStr

from synthetics.config.models import DeadMan as DeadManSettings
from synthetics.errors import ConfigurationError, Problem
from synthetics.runner.dead_man import dead_man_of, tell_alive

TOKEN = "5up3r-s3cr3t"


class Alarm(HTTPServer):
    """Answers with the status that a test wants, and notes what was asked for."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.heard: list[str] = []

    @property
    def url(self) -> SecretStr:
        return SecretStr(f"http://127.0.0.1:{self.server_port}/ping/{TOKEN}")


class _Answering(BaseHTTPRequestHandler):
    server: Alarm

    def do_GET(self) -> None:
        self.server.heard.append(self.path)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing on standard error."""


@pytest.fixture
def alarm() -> Iterator[Alarm]:
    with Alarm() as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def test_dead_man_hears_that_the_monitor_lives(alarm: Alarm, caplog: pytest.LogCaptureFixture) -> None:
    dead_man = dead_man_of(DeadManSettings(url=alarm.url, every=timedelta(seconds=90)))

    assert dead_man is not None
    assert dead_man.every_seconds == 90
    dead_man.tell()

    assert alarm.heard == [f"/ping/{TOKEN}"]
    assert [record for record in caplog.records if record.name.startswith("synthetics")] == []


@pytest.mark.parametrize(
    ("status", "told"),
    [
        pytest.param(404, "event=dead_man_failed status=404", id="an address that is gone"),
        pytest.param(500, "event=dead_man_failed status=500", id="an alarm in trouble"),
        pytest.param(302, "event=dead_man_failed status=302", id="a redirect, which is not followed"),
    ],
)
def test_dead_man_that_answers_badly_is_told_of_in_one_line(
    alarm: Alarm, caplog: pytest.LogCaptureFixture, status: int, told: str
) -> None:
    caplog.set_level(logging.WARNING)
    alarm.status = status
    tell_alive(alarm.url)
    assert [record.getMessage() for record in caplog.records] == [told]


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(f"http://127.0.0.1:1/{TOKEN}", id="nobody listens"),
        pytest.param(f"http://[{TOKEN}", id="no address at all"),
    ],
)
def test_dead_man_that_cannot_be_reached_is_told_of_in_one_line_without_its_address(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    tell_alive(SecretStr(url))
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("event=dead_man_failed error=")
    assert TOKEN not in caplog.text
    assert "\n" not in line


def test_nobody_is_told_where_nothing_is_configured() -> None:
    assert dead_man_of(None) is None


def test_a_dead_man_whose_address_cannot_be_read_keeps_the_service_from_starting() -> None:
    problem = Problem("synthetics.toml", "dead_man.url", "it is not set", "Set it.")
    with pytest.raises(ConfigurationError, match="it is not set"):
        dead_man_of(DeadManSettings(problems=(problem,)))
