"""Servers of the tests' own on loopback, each of which behaves in one way."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress

from synthetics.clock import SystemClock
from synthetics.config.models import Account, Target
from synthetics.health.attention import Attention
from synthetics.health.check import HealthCheck
from synthetics.health.loop_thread import LoopThread
from synthetics.health.probe import Prober
from synthetics.health.resolving import Resolver
from synthetics.seen.traffic import Owner

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answering(status: str = "200 OK", body: bytes = b"ok", *headers: str) -> Behaviour:
    """Answers at once."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return answer


async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Takes the request and says nothing, until whoever asked goes away."""
    await reader.read()


async def cut_in_the_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    await writer.drain()


async def hanging_in_the_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await cut_in_the_body(reader, writer)
    await reader.read()


async def wordless(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Takes the request and hangs up."""
    await reader.readuntil(b"\r\n\r\n")


@asynccontextmanager
async def serving(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server, for as long as the block lasts; its port."""

    under_way: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way.add(asyncio.current_task())
        with suppress(OSError, asyncio.IncompleteReadError):
            await behaviour(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.gather(*(each for each in under_way if each is not None))


@asynccontextmanager
async def a_prober(resolver: Resolver | None = None) -> AsyncIterator[Prober]:
    attention = Attention(SystemClock())
    keeping = asyncio.create_task(attention.keep())
    prober = Prober(SystemClock(), resolver or Resolver(), attention)
    try:
        yield prober
    finally:
        keeping.cancel()
        await prober.close()


def a_target(**given: object) -> Target:
    return Target.model_validate(
        {"name": "site", "site": "http://127.0.0.1:9", "account": Account(email="a@example.com"), **given}
    )


def a_check(url: str, *, timeout_ms: int = 3_000, target: Target | None = None) -> HealthCheck:
    return HealthCheck(url=url, owner=Owner.BACKEND, target=target or a_target(), timeout_ms=timeout_ms)


@contextmanager
def served(behaviour: Behaviour) -> Iterator[int]:
    """The same for tests that are not on an event loop: the server has one of its own."""
    thread = LoopThread("server")
    server = serving(behaviour)
    port = thread.submit(_entered(server)).result(10)
    try:
        yield port
    finally:
        thread.submit(_left(server)).result(10)
        thread.close()


async def _entered(server: AbstractAsyncContextManager[int]) -> int:
    return await server.__aenter__()


async def _left(server: AbstractAsyncContextManager[int]) -> None:
    await server.__aexit__(None, None, None)
