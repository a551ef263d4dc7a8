"""The web server: uvicorn in a thread, on a socket that is bound before anything else starts."""

import errno
import ipaddress
import logging
import socket
import threading

import uvicorn
from starlette.types import ASGIApp

from synthetics.errors import CallerError, MonitorError, PortTakenError

_LOG = logging.getLogger(__name__)
_BACKLOG = 128
_START_SECONDS = 5.0
#: How long answers under way may take once the server stops; then their connections are cut.
_GRACE_SECONDS = 1
_JOIN_SECONDS = 1.5
_CUT_SECONDS = 0.4


def refuse_public(host: str) -> None:
    """Refuse to listen where other machines can ask.

    Args:
        host: Where to listen, as configured.

    Raises:
        CallerError: Where the host is not this machine's loopback.
    """
    if not _is_loopback(host):
        raise CallerError(
            f'[web] host = "{host}"\n'
            "  is reached from other machines, and signing in to these pages is not built yet.\n"
            '  Set [web] host to "127.0.0.1", and let a proxy that asks for a password stand before it.'
        )


class WebServer:
    """Serves an app until it is told to stop.

    Binding comes apart from starting: a service sees whether the port is free before it writes anything.

    Args:
        host: Where to listen: a loopback address, or ``localhost``.
        port: Which port; 0 takes a free one.

    Raises:
        CallerError: Where the host is not loopback.
    """

    def __init__(self, host: str, port: int) -> None:
        refuse_public(host)
        self._host = host
        self._port = port
        self._listening: socket.socket | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port it listens on; the one that was asked for until it does."""
        return self._port

    @property
    def address(self) -> str:
        """Where to point a browser, such as ``http://127.0.0.1:9780``."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}"

    def bind(self) -> None:
        """Take the address; connections wait there until the server is started.

        Raises:
            PortTakenError: Where the address is in use.
            CallerError: Where this machine cannot listen there.
        """
        self._listening = _listen(self._host, self._port)
        self._port = self._listening.getsockname()[1]

    def start(self, app: ASGIApp) -> None:
        """Serve in a thread, from the address that ``bind`` took or takes now; returns once pages are served.

        Args:
            app: What to serve.

        Raises:
            PortTakenError: Where the address is in use.
            CallerError: Where this machine cannot listen there.
            MonitorError: Where the server does not come up.
        """
        if self._listening is None:
            self.bind()
        self._server = _Server(
            uvicorn.Config(
                app,
                access_log=False,
                log_config=None,  # the program's own logging stays as it is
                log_level="warning",
                lifespan="off",
                loop="asyncio",
                http="h11",
                ws="none",
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        # In a thread uvicorn leaves signals alone. A daemon, since an answer that hangs must not keep the process.
        self._thread = threading.Thread(target=self._serve, args=(self._server,), name="web", daemon=True)
        self._thread.start()
        if not self._server.up.wait(_START_SECONDS):
            self.stop()
            raise MonitorError(f"The web server at {self.address} did not come up within {_START_SECONDS:g} s.")

    def stop(self) -> None:
        """Stop within two seconds, whatever a client holds open, and give the address back; may be called twice."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(_JOIN_SECONDS)
            if self._thread.is_alive():
                self._server.force_exit = True
                self._thread.join(_CUT_SECONDS)
            if self._thread.is_alive():
                _LOG.warning("the web server still answers a request; it ends with the process")
        if self._listening is not None:
            self._listening.close()

    def _serve(self, server: "_Server") -> None:
        assert self._listening is not None  # noqa: S101  start() sees to it
        server.run(sockets=[self._listening])


class _Server(uvicorn.Server):
    """Uvicorn's server, which also says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then say so."""
        await super().startup(sockets=sockets)
        self.up.set()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name: who knows where it leads tomorrow
        return False


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _cannot_listen(host, port, error) from error
    try:
        # So that a restart does not have to wait for connections of the one before it.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)  # at once: two sockets that are only bound could share the port
    except OSError as error:
        listening.close()
        raise _cannot_listen(host, port, error) from error
    return listening


def _cannot_listen(host: str, port: int, error: OSError) -> CallerError:
    if error.errno == errno.EADDRINUSE:
        return PortTakenError(
            f"{host}:{port} is in use by another program.\n"
            "  Stop that program, or set [web] port to another one; 0 takes a free one."
        )
    return CallerError(
        f"{host}:{port}: this machine cannot listen there: {error.strerror or error}.\n"
        "  Set [web] host to a loopback address of this machine and [web] port to one above 1023."
    )
