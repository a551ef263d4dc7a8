"""The ways in which a request can go wrong, of which faults are made."""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synthetics.standin.faults.model import Act, SwitchedOn
from synthetics.standin.faults.requests import Asked

#: Where a server puts the transport of a request's connection, for those that break it.
TRANSPORT = "standin.transport"
_HEADERS_OF_A_CACHE = {b"if-none-match", b"if-modified-since", b"range"}
_CHUNKS_A_SECOND = 4


@dataclass(kw_only=True, slots=True)
class Answer:
    """The answer of a server, whole, so that it can be changed.

    Args:
        start: Its first message, with status and headers.
        body: Its body.
    """

    start: Message
    body: bytes

    @property
    def status(self) -> int:
        """Its status."""
        return int(self.start["status"])

    @property
    def headers(self) -> MutableHeaders:
        """Its headers."""
        return MutableHeaders(raw=self.start["headers"])

    @property
    def is_text(self) -> bool:
        """Whether it is a page, a script, a style sheet or data."""
        kind = self.headers.get("content-type", "")
        return kind.startswith("text/") or "javascript" in kind or "json" in kind

    async def send(self, send: Send) -> None:
        """Give it, and let nobody keep it: it is true only while the fault is on."""
        self.headers["Content-Length"] = str(len(self.body))
        self.headers["Cache-Control"] = "no-store"
        await send(self.start)
        await send({"type": "http.response.body", "body": self.body})


async def answer_of(inner: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """Let the server answer as if all were well, and keep its answer."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    kept = [(name, value) for name, value in scope["headers"] if name not in _HEADERS_OF_A_CACHE]
    await inner({**scope, "headers": kept}, receive, keep)
    start = next(message for message in messages if message["type"] == "http.response.start")
    start = {**start, "headers": list(start.get("headers", []))}
    return Answer(start=start, body=b"".join(message.get("body", b"") for message in messages))


def answers(make: Callable[[Asked, SwitchedOn], Response]) -> Act:
    """Something else is answered, and the server is not even asked."""

    async def act(_inner: ASGIApp, asked: Asked, on: SwitchedOn, receive: Receive, send: Send) -> None:
        await make(asked, on)(asked.scope, receive, send)

    return act


def changes(change: Callable[[Answer, Asked, SwitchedOn], None]) -> Act:
    """The server's answer is another one when it arrives."""

    async def act(inner: ASGIApp, asked: Asked, on: SwitchedOn, receive: Receive, send: Send) -> None:
        answer = await answer_of(inner, asked.scope, receive)
        change(answer, asked, on)
        await answer.send(send)

    return act


async def delays(inner: ASGIApp, asked: Asked, on: SwitchedOn, receive: Receive, send: Send) -> None:
    """The server is asked some seconds later, or at once when the fault is switched off."""
    await pause(on, on.values["seconds"])
    await inner(asked.scope, receive, send)


async def hangs(_inner: ASGIApp, asked: Asked, on: SwitchedOn, receive: Receive, send: Send) -> None:
    """Nothing is answered, for as long as somebody waits for it."""
    await _until_gone(receive, on)
    if on.off.is_set():
        await Response(status_code=503)(asked.scope, receive, send)


async def pause(on: SwitchedOn, seconds: float) -> None:
    """Wait, but not longer than the fault is on."""
    with suppress(TimeoutError):
        await asyncio.wait_for(on.off.wait(), seconds)


async def _until_gone(receive: Receive, on: SwitchedOn) -> None:
    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    waits = [asyncio.ensure_future(gone()), asyncio.ensure_future(on.off.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waits:
            each.cancel()


async def resets(inner: ASGIApp, asked: Asked, on: SwitchedOn, receive: Receive, send: Send) -> None:
    """The connection is reset in the middle of the body; an answer without one is cut off after its headers."""
    answer = await answer_of(inner, asked.scope, receive)
    answer.headers["Content-Length"] = str(max(len(answer.body), 2))
    half = answer.body[: len(answer.body) // 2] or b" "
    await send(answer.start)
    await send({"type": "http.response.body", "body": half, "more_body": True})
    transport: asyncio.Transport = asked.scope[TRANSPORT]
    # What was written goes out first: a reset throws away what the kernel has not sent.
    await asyncio.sleep(0.02)
    reset(transport)
    await _until_gone(receive, on)


def reset(transport: asyncio.Transport) -> None:
    """End a connection the hard way, so that the other side reads an error and no end."""
    connection: socket.socket | None = transport.get_extra_info("socket")
    if connection is not None:
        with suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def dribbles(inner: ASGIApp, asked: Asked, on: SwitchedOn, receive: Receive, send: Send) -> None:
    """The body arrives at so many bytes a second; all of the rest at once when the fault is switched off."""
    answer = await answer_of(inner, asked.scope, receive)
    step = max(1, int(on.values["bytes_per_second"]) // _CHUNKS_A_SECOND)
    answer.headers["Content-Length"] = str(len(answer.body))
    await send(answer.start)
    for begin in range(0, len(answer.body), step):
        await send({"type": "http.response.body", "body": answer.body[begin : begin + step], "more_body": True})
        await pause(on, 1 / _CHUNKS_A_SECOND)
    await send({"type": "http.response.body", "body": b""})
