"""The web server: where it listens, where it refuses to, and how it ends."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from synthetics.errors import CallerError, PortTakenError
from synthetics.export.metrics import MetricsPage, RunnerNumbers
from synthetics.ledger.totals import Totals
from synthetics.web import WebServer, make_app, refuse_public
from tests.web.conftest import Service

MOST_SECONDS_TO_STOP = 2.0


@pytest.fixture
def own_server(service: Service) -> Iterator[WebServer]:
    """A server that the test may stop."""
    running = WebServer("127.0.0.1", 0)
    running.start(make_app(service.page, service.health))
    yield running
    running.stop()


def seconds_to_stop(server: WebServer) -> float:
    began = time.monotonic()
    server.stop()
    return time.monotonic() - began


def test_server_takes_a_free_port_for_port_0(server: WebServer) -> None:
    assert server.port > 0
    assert server.address == f"http://127.0.0.1:{server.port}"


def test_server_refuses_a_port_that_is_taken_with_the_address_and_how_to_mend_it(service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = WebServer("127.0.0.1", port)
        with pytest.raises(PortTakenError) as caught:
            server.start(make_app(service.page, service.health))
    assert str(caught.value) == (
        f"127.0.0.1:{port} is in use by another program.\n"
        "  Stop that program, or set [web] port to another one; 0 takes a free one."
    )


def test_server_refuses_the_port_of_another_server(server: WebServer, service: Service) -> None:
    other = WebServer("127.0.0.1", server.port)
    with pytest.raises(PortTakenError):
        other.start(make_app(service.page, service.health))
    assert httpx.get(f"{server.address}/healthz").status_code == 200


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "192.0.2.7", "monitor.example.com", "", "localhost.example.com"],  # noqa: S104  to be refused
)
def test_server_refuses_to_be_public(service: Service, host: str) -> None:
    with pytest.raises(CallerError) as caught:
        WebServer(host, 0)
    assert str(caught.value) == (
        f'[web] host = "{host}"\n'
        "  is reached from other machines, and signing in to these pages is not built yet.\n"
        '  Set [web] host to "127.0.0.1", and let a proxy that asks for a password stand before it.'
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.5", "localhost", "::1"])
def test_loopback_is_not_refused(host: str) -> None:
    refuse_public(host)


def test_server_says_where_this_machine_cannot_listen(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_address(*_: Any) -> None:
        raise OSError(99, "Cannot assign requested address")

    monkeypatch.setattr(socket.socket, "bind", no_such_address)
    with pytest.raises(CallerError) as caught:
        WebServer("::1", 0).start(make_app(service.page, service.health))
    assert str(caught.value) == (
        "::1:0: this machine cannot listen there: Cannot assign requested address.\n"
        "  Set [web] host to a loopback address of this machine and [web] port to one above 1023."
    )


def test_server_holds_its_port_from_the_moment_it_is_bound(service: Service) -> None:
    bound = WebServer("127.0.0.1", 0)
    bound.bind()
    with pytest.raises(PortTakenError):
        WebServer("127.0.0.1", bound.port).bind()
    bound.start(make_app(service.page, service.health))
    assert httpx.get(f"{bound.address}/healthz").status_code == 200
    bound.stop()


def test_server_gives_its_port_back_where_it_was_bound_and_never_started() -> None:
    bound = WebServer("127.0.0.1", 0)
    bound.bind()
    bound.stop()
    again = WebServer("127.0.0.1", bound.port)
    again.bind()
    again.stop()


def test_server_stops_and_frees_its_port(own_server: WebServer, service: Service) -> None:
    port = own_server.port
    assert httpx.get(f"{own_server.address}/healthz").status_code == 200
    assert seconds_to_stop(own_server) < MOST_SECONDS_TO_STOP
    again = WebServer("127.0.0.1", port)
    again.start(make_app(service.page, service.health))
    again.stop()


def test_server_stops_twice_and_unstarted_without_complaint(own_server: WebServer, service: Service) -> None:
    own_server.stop()
    own_server.stop()
    WebServer("127.0.0.1", 0).stop()


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="a client that says nothing"),
        pytest.param(b"GET /metrics HTTP/1.1\r\nHost: x\r\n", id="a client in the middle of its request"),
        pytest.param(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", id="a client that keeps its connection"),
    ],
)
def test_server_stops_in_time_while_a_client_holds_a_connection(own_server: WebServer, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", own_server.port)) as client:
        client.sendall(sent)
        assert httpx.get(f"{own_server.address}/healthz").status_code == 200
        assert seconds_to_stop(own_server) < MOST_SECONDS_TO_STOP


def test_server_stops_in_time_while_an_answer_hangs(service: Service) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def hanging() -> Totals:
        asked.set()
        go_on.wait(10)
        return Totals()

    server = WebServer("127.0.0.1", 0)
    server.start(
        make_app(
            MetricsPage(hanging, lambda: service.catalogue, lambda: RunnerNumbers(browser_processes=0), lambda: 0),
            service.health,
        )
    )
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        assert asked.wait(10)
        try:
            assert seconds_to_stop(server) < MOST_SECONDS_TO_STOP
        finally:
            go_on.set()


def test_server_leaves_signals_to_the_program(service: Service) -> None:
    """Whatever they are set to: who is started in the background of a shell has SIGINT ignored."""
    caught = (signal.SIGTERM, signal.SIGINT)
    before = [signal.getsignal(each) for each in caught]
    server = WebServer("127.0.0.1", 0)
    try:
        server.start(make_app(service.page, service.health))
        assert [signal.getsignal(each) for each in caught] == before
    finally:
        server.stop()


def test_server_writes_no_line_for_a_request(server: WebServer, capfd: pytest.CaptureFixture[str]) -> None:
    httpx.get(f"{server.address}/metrics")
    httpx.get(f"{server.address}/nowhere")
    assert capfd.readouterr() == ("", "")


HANGS = """
import threading
from synthetics.web import WebServer
async def hang(scope, receive, send):
    import time
    while True:
        time.sleep(1)
server = WebServer("127.0.0.1", 0)
server.start(hang)
import socket
client = socket.create_connection(("127.0.0.1", server.port))
client.sendall(b"GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
server.stop()
print("stopped")
"""


def test_program_ends_even_where_its_web_server_s_loop_hangs() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HANGS], capture_output=True, text=True, timeout=20, env=dict(os.environ), check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "stopped\n")
