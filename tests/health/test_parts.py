"""The parts of a check: the watch, the look-up of names, the loop's attention, and what an error means."""

import asyncio
import errno
import socket
import ssl
import threading
from collections.abc import Sequence

import httpx
import pytest

from synthetics.clock import Clock
from synthetics.health.attention import Attention
from synthetics.health.failures import failure_word, is_own
from synthetics.health.loop_thread import LoopThread
from synthetics.health.resolving import Resolver
from synthetics.health.stopwatch import Stopwatch
from synthetics.seen.health import HealthPhase


class SetClock(Clock):
    """Shows what the test sets."""

    def __init__(self) -> None:
        self.now_ms = 1_000

    def monotonic_ms(self) -> int:
        return self.now_ms

    def wall_ms(self) -> int:
        return self.now_ms

    def wait(self, event: threading.Event, seconds: float) -> bool:
        raise NotImplementedError


def _traced(*steps: tuple[int, str]) -> Stopwatch:
    clock = SetClock()
    watch = Stopwatch(clock)
    watch.begin(HealthPhase.RESOLVE)

    async def go() -> None:
        for at_ms, event in steps:
            clock.now_ms = 1_000 + at_ms
            await watch.trace(event, {})

    asyncio.run(go())
    clock.now_ms += 5
    return watch


def test_watch_gives_each_phase_what_lies_between_its_beginning_and_the_next() -> None:
    watch = _traced(
        (10, "connection.connect_tcp.started"),
        (30, "connection.start_tls.started"),
        (70, "http11.send_request_headers.started"),
        (75, "http11.send_request_body.started"),
        (200, "http11.receive_response_headers.complete"),
    )
    assert [(each.phase, each.offset_ms, each.duration_ms) for each in watch.taken()] == [
        (HealthPhase.RESOLVE, 0, 10),
        (HealthPhase.CONNECT, 10, 20),
        (HealthPhase.TLS, 30, 40),
        (HealthPhase.PROCESSING, 70, 130),
        (HealthPhase.TRANSFER, 200, 5),
    ]


def test_watch_forgets_what_a_proxy_was_asked_before_the_app_itself() -> None:
    watch = _traced(
        (10, "connection.connect_tcp.started"),
        (20, "http11.send_request_headers.started"),
        (30, "http11.receive_response_headers.complete"),
        (40, "proxy.start_tls.started"),
        (60, "http11.send_request_headers.started"),
    )
    assert [each.phase for each in watch.taken()] == [
        HealthPhase.RESOLVE,
        HealthPhase.CONNECT,
        HealthPhase.TLS,
        HealthPhase.PROCESSING,
    ]
    assert watch.current is HealthPhase.PROCESSING


def test_names_are_looked_up_once_for_all_who_ask_at_the_same_time() -> None:
    asked: list[str] = []
    go_on = threading.Event()

    def look_up(host: str) -> Sequence[str]:
        asked.append(host)
        go_on.wait(10)
        return ["192.0.2.1"]

    async def ask() -> list[Sequence[str]]:
        resolver = Resolver(look_up)
        waiting = [asyncio.ensure_future(resolver.addresses("a.example")) for _ in range(5)]
        impatient = asyncio.ensure_future(resolver.addresses("a.example"))
        await asyncio.sleep(0)
        impatient.cancel()  # which takes the answer from nobody else
        go_on.set()
        found = await asyncio.gather(*waiting)
        await resolver.addresses("a.example")  # asked anew once that is over
        resolver.close()
        return found

    assert asyncio.run(ask()) == [["192.0.2.1"]] * 5
    assert asked == ["a.example", "a.example"]


def test_an_address_is_never_looked_up() -> None:
    def look_up(host: str) -> Sequence[str]:
        raise AssertionError(host)

    async def ask() -> list[Sequence[str]]:
        resolver = Resolver(look_up)
        return [await resolver.addresses(each) for each in ("192.0.2.1", "2001:db8::1")]

    assert asyncio.run(ask()) == [("192.0.2.1",), ("2001:db8::1",)]


def test_resolver_tells_a_look_up_that_hangs_from_one_that_has_no_thread() -> None:
    go_on, hangs = threading.Event(), threading.Event()

    def look_up(host: str) -> Sequence[str]:
        hangs.set()
        go_on.wait(10)
        return [host]

    async def ask() -> tuple[bool, bool]:
        resolver = Resolver(look_up, threads=1)
        both = [asyncio.ensure_future(resolver.addresses(each)) for each in ("hangs.example", "waits.example")]
        await asyncio.to_thread(hangs.wait, 10)
        begun = resolver.has_begun("hangs.example"), resolver.has_begun("waits.example")
        go_on.set()
        await asyncio.gather(*both)
        resolver.close()
        return begun

    assert asyncio.run(ask()) == (True, False)


@pytest.mark.parametrize(
    ("looks_ms", "asked_ms", "within_ms", "absence_ms"),
    [
        pytest.param((1_100, 1_200), 1_250, 250, 0, id="it was always there"),
        pytest.param((1_100, 1_900, 2_000), 2_050, 1_000, 700, id="it was away once"),
        pytest.param((1_100, 1_900, 2_000), 2_050, 300, 150, id="only the end of it lies in the time"),
        pytest.param((1_100, 1_900, 2_000, 2_100), 2_150, 200, 0, id="it was away before the time"),
        pytest.param((1_100,), 1_900, 800, 700, id="it is away still"),
    ],
)
def test_attention_tells_how_long_the_loop_was_away(
    looks_ms: tuple[int, ...], asked_ms: int, within_ms: int, absence_ms: int
) -> None:
    clock = SetClock()
    attention = Attention(clock)
    for clock.now_ms in looks_ms:
        attention.look()
    clock.now_ms = asked_ms
    assert attention.longest_absence_ms(within_ms) == absence_ms


def _from(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


_REQUEST = httpx.Request("GET", "http://a.example")


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (_from(httpx.ConnectError(""), ConnectionRefusedError(errno.ECONNREFUSED, "")), "CONNECTION_REFUSED"),
        (
            _from(
                httpx.ConnectError(""),
                ExceptionGroup("", [ConnectionRefusedError(errno.ECONNREFUSED, ""), OSError(errno.ENETUNREACH, "")]),
            ),
            "CONNECTION_REFUSED",
        ),
        (_from(httpx.ConnectError(""), OSError(errno.ENETUNREACH, "")), "ADDRESS_UNREACHABLE"),
        (_from(httpx.ReadError(""), ConnectionResetError(errno.ECONNRESET, "")), "CONNECTION_RESET"),
        (_from(httpx.ConnectError(""), ssl.SSLCertVerificationError(1, "expired")), "CERT_INVALID"),
        (_from(httpx.ConnectError(""), ssl.SSLError(1, "wrong version")), "SSL_PROTOCOL_ERROR"),
        (socket.gaierror(socket.EAI_NONAME, ""), "NAME_NOT_RESOLVED"),
        (httpx.ConnectTimeout(""), "TIMED_OUT"),
        (httpx.ProxyError("403"), "PROXY_CONNECTION_FAILED"),
        (httpx.ConnectError(""), "CONNECTION_FAILED"),
        (httpx.RemoteProtocolError(""), "EMPTY_RESPONSE"),
        (httpx.ReadError(""), "CONNECTION_CLOSED"),
    ],
)
def test_error_is_told_in_a_browsers_word_by_its_class_and_number(error: Exception, word: str) -> None:
    assert failure_word(error) == f"net::ERR_{word}"
    assert not is_own(error)


def test_error_of_no_connection_has_no_word() -> None:
    assert failure_word(KeyError("a bug")) is None
    assert is_own(_from(httpx.ConnectError(""), OSError(errno.EMFILE, "")))


def test_loop_thread_works_for_other_threads_and_ends_what_goes_on() -> None:
    thread = LoopThread("test")

    async def answer() -> str:
        return threading.current_thread().name

    async def for_ever() -> None:
        await asyncio.Event().wait()

    waiting = thread.submit(for_ever())
    assert thread.submit(answer()).result(10) == "test"
    thread.close()
    thread.close()
    assert waiting.cancelled()
