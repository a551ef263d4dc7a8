"""The process: where it listens, how it is started and how it ends."""

import os
import signal
import socket
from http import HTTPStatus
from itertools import chain
from urllib.parse import urlsplit

import httpx
import pytest

from synthetics.standin.addresses import ServerName
from tests.standin.started import PATIENCE_SECONDS, a_standin, announced, start, stop

# Below what the system gives to connections, one of which could take a port between the look and the use.
_FIRST_PORTS = range(20_000, 32_000, len(ServerName))


def _free_ports() -> int:
    """The first of as many ports in a row as there are servers; each process begins to look somewhere else."""
    begin = os.getpid() % len(_FIRST_PORTS)
    for first in chain(_FIRST_PORTS[begin:], _FIRST_PORTS[:begin]):
        if all(_is_free(first + number) for number in range(len(ServerName))):
            return first
    pytest.fail("no free ports in a row were found")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def test_free_ports_answer_once_they_are_announced() -> None:
    with a_standin() as running:
        hosts = [urlsplit(origin).hostname for origin in running.origins]
        assert hosts == ["127.0.0.1", "127.0.0.1", *["localhost"] * 5]
        assert len({urlsplit(origin).port for origin in running.origins}) == len(ServerName)
        for origin in running.origins:
            assert httpx.get(origin, trust_env=False).status_code < HTTPStatus.INTERNAL_SERVER_ERROR


def test_two_run_side_by_side() -> None:
    with a_standin() as one, a_standin() as other:
        assert one.site != other.site


def test_fixed_ports_follow_each_other() -> None:
    first = _free_ports()
    with a_standin("--port", str(first)) as running:
        assert running.site == f"http://127.0.0.1:{first}"
        assert running.signin == f"http://127.0.0.1:{first + 1}"
        assert running.cdn == f"http://localhost:{first + 2}"
        assert running.backend == f"http://localhost:{first + 3}"
        assert running.connect == f"http://localhost:{first + 4}"
        assert running.status == f"http://localhost:{first + 5}"
        assert running.control == f"http://localhost:{first + 6}"


def test_fixed_ports_can_be_had_again_at_once() -> None:
    first = _free_ports()
    # A connection that the server ends first is what keeps its port from the next one.
    with httpx.Client(trust_env=False) as client:
        for _ in range(2):
            with a_standin("--port", str(first)) as running:
                assert client.get(f"{running.backend}/health").status_code == HTTPStatus.OK


@pytest.mark.parametrize(("number", "server"), [(0, "site"), (3, "backend"), (5, "status")])
def test_taken_port_is_named_and_ends_with_2(number: int, server: str) -> None:
    first = _free_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first + number))
        taken.listen()
        code, out, err = stop(start("--port", str(first)))
    assert (code, out) == (2, "")
    assert err.startswith(f"stand-in: port {first + number} on 127.0.0.1, for the {server}, cannot be used")
    assert err.endswith("choose another with --port, or leave it out for free ports.\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize("port", ["0", "-1", "65530", "many"])
def test_impossible_port_is_refused(port: str) -> None:
    code, _, err = stop(start(f"--port={port}"))
    assert code == 2
    assert f"'{port}' is no port from 1 to 65529" in err


def test_unknown_fault_is_refused_with_the_names_there_are() -> None:
    code, _, err = stop(start("--fault", "fire"))
    assert code == 2
    assert "backend_502" in err


def test_unknown_switch_is_refused_with_the_names_there_are() -> None:
    code, _, err = stop(start("--with", "fire"))
    assert code == 2
    assert "two_frames" in err


def test_switches_are_on_from_the_start() -> None:
    with a_standin("--with", "onboarding", "--with", "flags") as running:
        shown = httpx.get(f"{running.site}/_standin/switches", trust_env=False).json()["switches"]
        assert {switch["name"] for switch in shown if switch["on"]} == {"onboarding", "flags"}


def test_accounts_are_announced_by_name() -> None:
    with a_standin() as running:
        default = {"email": running.email, "password": running.password, "api_token": running.api_token}
        assert running.accounts["default"] == default
        assert set(running.accounts["with_totp"]) == {*default, "totp_secret"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_cleanly(number: signal.Signals) -> None:
    process = start()
    running = announced(process)
    with running.browserless() as client:
        client.get("/")
        process.send_signal(number)
        assert process.wait(PATIENCE_SECONDS) == 0
    assert stop(process) == (0, "", "")


def test_end_of_standard_input_ends_it_with_connections_open() -> None:
    process = start()
    running = announced(process)
    with running.browserless() as client:
        client.get("/")
        assert stop(process) == (0, "", "")


def test_accounts_secrets_are_no_ordinary_words() -> None:
    with a_standin() as running:
        for secret in (running.password, running.api_token):
            assert len(secret) >= 20
            assert any(character.isdigit() for character in secret)
