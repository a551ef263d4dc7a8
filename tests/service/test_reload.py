"""SIGHUP and systemd, with the service as people run it: all or nothing, and nobody's scrape is disturbed."""

import json
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import CHECKOUT, write_config
from tests.service.test_service import Service, free_port, running

SECONDS = 30
#: Long enough for no slot to come while this looks, and a drain that ends at once.
SETTINGS = ("[defaults]", 'every = "24h"', 'timeout = "30s"')


@pytest.fixture
def notices(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(f"\0synthetics-test-{tmp_path.name}-{free_port()}")
        heard.settimeout(SECONDS)
        yield heard


def hears(notices: socket.socket, first_line: str) -> str:
    """The next notice that begins so; the watchdog's come in between."""
    while True:
        notice = notices.recv(4_096).decode()
        if notice.partition("\n")[0] == first_line:
            return notice


def shown(service: Service) -> set[tuple[str, float]]:
    """Which journeys ``/metrics`` shows, and their intervals in seconds."""
    found = set()
    for line in service.get("/metrics").text.splitlines():
        if line.startswith("synthetic_interval_seconds{"):
            labels, _, value = line.rpartition(" ")
            fields = dict(part.split("=", 1) for part in labels[labels.index("{") + 1 : -1].split(","))
            found.add((f"{json.loads(fields['app'])}.{json.loads(fields['journey'])}", float(value)))
    return found


def attested(service: Service) -> list[tuple[str, float]]:
    """What ``/metrics`` shows of attestations: the requirements, and when what is attested ends."""
    samples = (line.rpartition(" ") for line in service.get("/metrics").text.splitlines())
    name = 'synthetic_attestation_expiry_timestamp_seconds{requirement="'
    return [(labels.removeprefix(name)[:-2], float(value)) for labels, _, value in samples if labels.startswith(name)]


def test_service_takes_over_what_is_sound_and_keeps_everything_where_something_is_broken(
    tmp_path: Path, notices: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", notices.getsockname().decode().replace("\0", "@"))
    monkeypatch.setenv("WATCHDOG_USEC", "4000000")
    port, other_port = free_port(), free_port()
    journeys, temporary = tmp_path / "journeys", tmp_path / "tmp"
    temporary.mkdir()
    for each in ("__init__.py", "host_jira", "host_forge"):
        source = CHECKOUT / "journeys" / each
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, _made(journeys) / each)
    config = write_config(tmp_path, "[web]", f"port = {port}", *SETTINGS, journeys=journeys)
    log = tmp_path / "service.log"

    def reloaded(service: Service, event: str) -> str:
        """What the log says more after a SIGHUP, once systemd has heard that it is over."""
        before = len(log.read_text())
        service.process.send_signal(signal.SIGHUP)
        assert "MONOTONIC_USEC=" in hears(notices, "RELOADING=1")
        hears(notices, "READY=1")
        said = log.read_text()[before:]
        assert f"event={event}" in said
        return said

    with running(config, port, temporary) as service:
        assert "STATUS=Running 2 journeys in 2 seats." in hears(notices, "READY=1")
        at_first = shown(service)
        assert attested(service) == []
        assert at_first == {("host_jira.plain_issue", 86_400), ("host_forge.heartbeat", 86_400)}

        sound = config.read_text()
        config.write_text(sound.replace('every = "24h"', 'every = "often"') + 'colour = "red"\n')
        said = reloaded(service, "reload_refused kept=all")
        assert '"often" is not a duration' in said
        assert "colour" in said

        config.write_text(sound)
        test_file = journeys / "host_jira" / "test_plain_issue.py"
        journey = test_file.read_text()
        test_file.write_text("import nothing_of_this_name\n" + journey)
        said = reloaded(service, "reload_refused kept=all")
        assert "test_plain_issue.py" in said
        assert shown(service) == at_first

        test_file.write_text(journey)
        shutil.rmtree(journeys / "host_forge")
        (journeys / "host_jira" / "test_other.py").write_text(journey.replace("test_plain_issue", "test_other_issue"))
        (journeys / "host_jira" / "test_broken.py").write_text("import nothing_of_this_name\n")
        more = '[attestations.ecoscanner]\nby = "We"\non = 2026-03-01\nuntil = 2027-02-28\nlink = "https://a.example"\n'
        more += '[journey."host_jira.plain_issue"]\nevery = "12h"\n[limits]\nconcurrency = 3\n'
        config.write_text(sound.replace(f"port = {port}", f"port = {other_port}") + more)
        said = reloaded(service, "reloaded journeys=2 added=1 removed=1 changed=1 seats=3")
        assert "event=left_out" in said
        assert "event=needs_a_restart key=web.port" in said
        assert attested(service) == [("ecoscanner", 1_803_859_200)]
        assert shown(service) == {("host_jira.plain_issue", 43_200), ("host_jira.other_issue", 86_400)}

        hears(notices, "WATCHDOG=1")
        assert service.stop() < 10
        assert "STATUS=Stopping" in hears(notices, "STOPPING=1")


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder
