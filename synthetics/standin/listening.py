"""A server whose socket can be taken away and given back while it runs."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from synthetics.standin.faults.acts import TRANSPORT, reset
from synthetics.standin.faults.model import Wire
from synthetics.standin.untrusted import context_of_stranger

_DRAIN_SECONDS = 1
# What TLS calls an alert: a handshake that failed. To a client that speaks HTTP it is no answer.
_ALERT = b"\x15\x03\x01\x00\x02\x02\x28"


class _Protocol(H11Protocol):
    """Gives each request its connection, for those that break it, and ends it where the server was taken away."""

    is_doomed = False
    speaks_garbage = False
    under_way = 0

    def connection_made(self, transport: Any) -> None:
        """A client has connected."""
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope[TRANSPORT] = transport
            self.under_way += 1
            try:
                await inner(scope, receive, send)
            finally:
                self.under_way -= 1
                if self.is_doomed:
                    transport.close()

        self.app = app
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """A client has said something."""
        if self.speaks_garbage:
            self.transport.write(_ALERT)
            self.transport.close()
            return
        super().data_received(data)


class Listener(uvicorn.Server):
    """A server that leaves signals to the process, since several of them cannot each own SIGTERM.

    Args:
        app: Its application.
        bound: Its socket, bound; it stays bound for as long as the server runs, so that nobody else can take its port.
    """

    def __init__(self, app: ASGIApp, bound: socket.socket) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                access_log=False,
                http=_Protocol,
                lifespan="off",
                log_config=None,
                server_header=False,
                date_header=False,  # the servers have a clock of their own
                timeout_graceful_shutdown=_DRAIN_SECONDS,
                ws="none",
            )
        )
        self.up = asyncio.Event()
        self._bound = bound
        self._wire = Wire.WELL

    async def run_until_told(self) -> None:
        """Serve until ``should_exit`` is set."""
        try:
            # The server closes what it is given, and ours has to outlive a refusal.
            await self.serve([self._bound.dup()])
        finally:
            self._bound.close()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the process's signals alone."""
        yield

    async def rewire(self, wire: Wire) -> None:
        """Let this happen at the socket; connections that there are end, those with a request under way after it."""
        if wire is self._wire:
            return
        if self._wire is not Wire.REFUSED:
            self._stop_listening()
        self._wire = wire
        for connection in tuple(self.server_state.connections):
            _end(connection)
        if wire is not Wire.REFUSED:
            self.servers = [await self._listen(context_of_stranger() if wire is Wire.UNTRUSTED else None)]

    def _stop_listening(self) -> None:
        for server in self.servers:
            server.close()
        self.servers = []
        # What is bound and does not listen refuses; closing it would leave the port to whoever comes. A socket that
        # does not listen any more must not be told again: what it takes later would be shut down as well.
        self._bound.shutdown(socket.SHUT_RDWR)

    async def _listen(self, tls: ssl.SSLContext | None) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(self._protocol, sock=self._bound.dup(), ssl=tls, backlog=self.config.backlog)

    def _protocol(self) -> _Protocol:
        made = _Protocol(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)
        made.speaks_garbage = self._wire is Wire.GARBAGE
        return made


def _end(connection: Any) -> None:
    if not isinstance(connection, _Protocol):
        return
    if connection.under_way:
        connection.is_doomed = True
    else:
        reset(connection.transport)
