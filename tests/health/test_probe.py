"""One check against servers of our own: what each way of going wrong comes to, and what is never done."""

import asyncio
import errno
import socket
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest

from synthetics.clock import SystemClock
from synthetics.health.attention import Attention
from synthetics.health.probe import Probed, Prober
from synthetics.health.resolving import Resolver
from synthetics.seen.health import HealthPhase
from tests.authoring.tls import Authority
from tests.health.servers import (
    Behaviour,
    a_check,
    a_prober,
    a_target,
    answering,
    cut_in_the_body,
    hanging_in_the_body,
    serving,
    silent,
    wordless,
)


def run(work: Coroutine[Any, Any, Probed]) -> Probed:
    return asyncio.run(work)


async def probed(behaviour: Behaviour, *, timeout_ms: int = 3_000, path: str = "/health") -> Probed:
    async with serving(behaviour) as port, a_prober() as prober:
        return await prober.probe(a_check(f"http://127.0.0.1:{port}{path}", timeout_ms=timeout_ms))


def test_probe_tells_status_protocol_and_every_phase_of_a_whole_answer() -> None:
    seen = run(probed(answering()))
    assert (seen.seen.status, seen.seen.protocol, seen.seen.stopped_in, seen.error) == (200, "HTTP/1.1", None, None)
    phases = [each.phase for each in seen.phases]
    assert phases == [HealthPhase.RESOLVE, HealthPhase.CONNECT, HealthPhase.PROCESSING, HealthPhase.TRANSFER]
    assert sum(each.duration_ms for each in seen.phases) <= seen.duration_ms
    assert seen.phases[1].offset_ms == seen.phases[0].offset_ms + seen.phases[0].duration_ms


def test_probe_asks_once_without_cookies_and_follows_no_redirect() -> None:
    asked: list[bytes] = []

    async def sends_elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(
            b"HTTP/1.1 302 Found\r\nLocation: /elsewhere?token=abc\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
        )
        await writer.drain()

    async def twice() -> Probed:
        async with serving(sends_elsewhere) as port, a_prober() as prober:
            check = a_check(f"http://127.0.0.1:{port}/health")
            await prober.probe(check)
            return await prober.probe(check)

    seen = run(twice()).seen
    assert seen.status == 302
    assert seen.redirect is not None
    assert seen.redirect.endswith("/elsewhere?token=")
    assert [each.split(b"\r\n")[0] for each in asked] == [b"GET /health HTTP/1.1"] * 2
    assert not any(b"cookie:" in each.lower() or b"authorization:" in each.lower() for each in asked)


def test_probe_finds_its_own_way_each_time_also_where_a_server_would_keep_the_connection() -> None:
    connections = 0

    async def keeps(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while True:
            await answering()(reader, writer)

    async def twice() -> Probed:
        async with serving(keeps) as port, a_prober() as prober:
            await prober.probe(a_check(f"http://127.0.0.1:{port}/health"))
            return await prober.probe(a_check(f"http://127.0.0.1:{port}/health"))

    assert HealthPhase.CONNECT in [each.phase for each in run(twice()).phases]
    assert connections == 2


@pytest.mark.parametrize(
    ("behaviour", "phase", "timed_out", "failure"),
    [
        pytest.param(silent, HealthPhase.PROCESSING, True, "net::ERR_TIMED_OUT", id="it never answers"),
        pytest.param(hanging_in_the_body, HealthPhase.TRANSFER, True, "net::ERR_TIMED_OUT", id="half a body, no end"),
        pytest.param(cut_in_the_body, HealthPhase.TRANSFER, False, "net::ERR_EMPTY_RESPONSE", id="half a body, cut"),
        pytest.param(wordless, HealthPhase.PROCESSING, False, "net::ERR_EMPTY_RESPONSE", id="it hangs up"),
    ],
)
def test_probe_tells_where_an_answer_stopped(
    behaviour: Behaviour,
    phase: HealthPhase,
    timed_out: bool,  # noqa: FBT001  a table's value
    failure: str,
) -> None:
    seen = run(probed(behaviour, timeout_ms=1_000 if timed_out else 3_000))
    assert (seen.seen.stopped_in, seen.seen.timed_out, seen.seen.failure) == (phase, timed_out, failure)
    assert seen.seen.own_trouble is None
    assert seen.error is not None
    if timed_out:
        assert 1_000 <= seen.duration_ms < 3_000


def test_probe_counts_all_of_the_time_and_not_that_of_each_part() -> None:
    async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.02)  # each part soon enough, all of them not

    seen = run(probed(drips, timeout_ms=300))
    assert (seen.seen.timed_out, seen.seen.stopped_in, seen.seen.status) == (True, HealthPhase.TRANSFER, 200)


def test_probe_tells_a_refused_connection() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens

        async def ask() -> Probed:
            async with a_prober() as prober:
                return await prober.probe(a_check(f"http://127.0.0.1:{taken.getsockname()[1]}/health"))

        seen = run(ask()).seen
    assert (seen.failure, seen.stopped_in, seen.status) == ("net::ERR_CONNECTION_REFUSED", HealthPhase.CONNECT, None)


def _resolving(addresses: Sequence[str] | Exception) -> Resolver:
    def look_up(_host: str) -> Sequence[str]:
        if isinstance(addresses, Exception):
            raise addresses
        return addresses

    return Resolver(look_up)


def test_probe_tells_a_name_that_does_not_resolve() -> None:
    async def ask() -> Probed:
        async with a_prober(_resolving(socket.gaierror(socket.EAI_NONAME, "Name or service not known"))) as prober:
            return await prober.probe(a_check("http://gone.example/health"))

    seen = run(ask()).seen
    assert (seen.failure, seen.stopped_in) == ("net::ERR_NAME_NOT_RESOLVED", HealthPhase.RESOLVE)


def test_probe_tries_the_next_address_where_the_first_lets_nobody_connect() -> None:
    async def ask() -> Probed:
        async with serving(answering()) as port, a_prober(_resolving(["127.0.0.2", "127.0.0.1"])) as prober:
            return await prober.probe(a_check(f"http://two.example:{port}/health"))

    assert run(ask()).seen.status == 200


def test_probe_is_not_sent_through_a_proxy_of_the_environment_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert run(probed(answering())).seen.status == 200


def test_probe_goes_through_the_targets_proxy_and_looks_no_name_up_itself() -> None:
    async def ask() -> Probed:
        async with serving(answering("200 OK", b"by the proxy")) as port, a_prober(_resolving([])) as prober:
            target = a_target(proxy=f"http://127.0.0.1:{port}")
            return await prober.probe(a_check("http://somewhere.example/health", target=target))

    seen = run(ask())
    assert seen.seen.status == 200
    assert HealthPhase.RESOLVE not in [each.phase for each in seen.phases]


def test_probe_over_tls_tells_the_phase_and_when_the_certificate_ends(tmp_path: Path) -> None:
    authority = Authority("An authority of this test")
    tls = authority.server(tmp_path, "health.example")
    file = tmp_path / "authority.pem"
    file.write_bytes(authority.pem)

    async def ask(target_ca: Path | None) -> Probed:
        async with serving(answering(), tls) as port, a_prober(_resolving(["127.0.0.1"])) as prober:
            return await prober.probe(a_check(f"https://health.example:{port}/health", target=a_target(ca=target_ca)))

    trusted = run(ask(file))
    assert trusted.seen.status == 200
    assert HealthPhase.TLS in [each.phase for each in trusted.phases]
    assert trusted.seen.certificate_expires_ms is not None
    assert trusted.seen.certificate_expires_ms > SystemClock().wall_ms()
    strange = run(ask(None)).seen
    assert (strange.failure, strange.stopped_in) == ("net::ERR_CERT_INVALID", HealthPhase.TLS)
    assert strange.own_trouble is None


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        pytest.param(OSError(errno.EMFILE, "Too many open files"), "could open no connection", id="no descriptor left"),
        pytest.param(KeyError("ours"), "broke", id="a bug of ours"),
    ],
)
def test_probe_charges_nobody_for_trouble_of_our_own(error: Exception, trouble: str) -> None:
    async def ask() -> Probed:
        async with a_prober(_resolving(error)) as prober:
            return await prober.probe(a_check("http://any.example/health"))

    seen = run(ask()).seen
    assert seen.own_trouble is not None
    assert trouble in seen.own_trouble


def test_probe_charges_nobody_where_the_loop_was_away_when_the_answer_came() -> None:
    clock = SystemClock()
    attention = Attention(clock)

    async def ask() -> Probed:
        async with serving(silent) as port:
            prober = Prober(clock, Resolver(), attention)
            asking = asyncio.create_task(prober.probe(a_check(f"http://127.0.0.1:{port}/health", timeout_ms=600)))
            await asyncio.sleep(0.05)
            until = clock.monotonic_ms() + 700
            while clock.monotonic_ms() < until:  # whatever holds an event loop up
                pass
            seen = await asking
            await prober.close()
            return seen

    seen = run(ask()).seen
    assert seen.timed_out
    assert seen.own_trouble is not None
    assert "did not listen" in seen.own_trouble
