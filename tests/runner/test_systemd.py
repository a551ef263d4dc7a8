"""What systemd hears, over a real socket."""

import socket
import uuid
from collections.abc import Mapping

import pytest

from synthetics.runner.systemd import Notifier
from tests.runner.test_loop import HeldClock

PID = 4_711
WATCHED = {"WATCHDOG_USEC": "30000000"}


def notifier(address: str, clock: HeldClock | None = None, environ: Mapping[str, str] | None = None) -> Notifier:
    return Notifier({"NOTIFY_SOCKET": address, **(environ or {})}, clock or HeldClock(), PID)


def heard(notices: socket.socket) -> str:
    notices.settimeout(0)
    try:
        return notices.recv(4_096).decode()
    except BlockingIOError:
        return ""


def test_notifier_tells_of_being_ready_reloading_and_stopping(notices: socket.socket) -> None:
    clock = HeldClock()
    clock.passed_ms = 12_345
    tells = notifier(notices.getsockname(), clock)

    tells.ready("Running 3 journeys.")
    tells.reloading()
    tells.status("Still\nreading.")
    tells.stopping("Stopping.")

    assert [heard(notices) for _ in range(4)] == [
        "READY=1\nSTATUS=Running 3 journeys.",
        "RELOADING=1\nMONOTONIC_USEC=12345000\nSTATUS=Reading configuration and journeys.",
        "STATUS=Still reading.",
        "STOPPING=1\nSTATUS=Stopping.",
    ]


def test_notifier_finds_an_abstract_socket() -> None:
    name = f"synthetics-{uuid.uuid4().hex}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name}")
        notifier(f"@{name}").ready("Here.")
        assert heard(listening) == "READY=1\nSTATUS=Here."


def test_notifier_feeds_the_watchdog_at_half_of_its_time(notices: socket.socket) -> None:
    clock = HeldClock()
    tells = notifier(notices.getsockname(), clock, WATCHED | {"WATCHDOG_PID": str(PID)})
    fed_ms = []
    for now_ms in range(0, 60_001, 1_000):
        clock.passed_ms = now_ms
        tells.feed_watchdog()
        if heard(notices) == "WATCHDOG=1":
            fed_ms.append(now_ms)

    assert fed_ms == [0, 15_000, 30_000, 45_000, 60_000]


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({}, id="nobody asks for it"),
        pytest.param({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, id="it is asked of another process"),
        pytest.param({"WATCHDOG_USEC": "often"}, id="its time is none"),
    ],
)
def test_notifier_feeds_no_watchdog_where(environ: dict[str, str], notices: socket.socket) -> None:
    notifier(notices.getsockname(), environ=environ).feed_watchdog()
    assert heard(notices) == ""


@pytest.mark.parametrize("address", ["", "vsock:2:1234"])
def test_notifier_is_silent_where_nobody_listens_on_this_machine(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    tells = notifier(address, environ=WATCHED)
    tells.ready("Here.")
    tells.feed_watchdog()
    assert caplog.text == ""


def test_notifier_tells_once_that_it_cannot_be_heard_and_tries_again(caplog: pytest.LogCaptureFixture) -> None:
    name = f"synthetics-{uuid.uuid4().hex}"
    tells = notifier(f"@{name}", environ=WATCHED)
    tells.ready("Here.")
    tells.feed_watchdog()
    assert caplog.text.count("event=notify_failed") == 1

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name}")
        tells.feed_watchdog()  # at once: a notice that was lost does not count
        assert heard(listening) == "WATCHDOG=1"
