"""The six servers in one process, on sockets that are bound before anything starts."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime

import httpx
import uvicorn
from starlette.types import ASGIApp

from synthetics.standin.addresses import Addresses, ServerName
from synthetics.standin.app_calls import AppCalls
from synthetics.standin.background import Background
from synthetics.standin.cdn import cdn_app
from synthetics.standin.confluence_seed import seeded_confluence
from synthetics.standin.connect_app import TeamRadar
from synthetics.standin.connect_installation import ConnectInstallation
from synthetics.standin.faults import FaultSwitch, WithFaults
from synthetics.standin.identity import Identity
from synthetics.standin.ihub_backend import Backend
from synthetics.standin.ihub_flows import seeded_flows
from synthetics.standin.persona import Persona
from synthetics.standin.seed import seeded_jira
from synthetics.standin.signin import SignIn
from synthetics.standin.site import site_app
from synthetics.standin.site_context import SiteContext
from synthetics.standin.statuspage import Statuspage
from synthetics.standin.statuspage_board import StatusBoard
from synthetics.standin.switches import SiteSwitches

LOOPBACK = "127.0.0.1"
HIGHEST_PORT = 65_535
_DRAIN_SECONDS = 1


class PortInUseError(Exception):
    """A port that was asked for by number cannot be listened on."""


def bind(first_port: int | None) -> dict[ServerName, socket.socket]:
    """Bind a socket for each server, so that its address is true before it starts.

    Args:
        first_port: The site's port, the others follow it; None for free ones.

    Returns:
        The sockets, bound and not yet listening.

    Raises:
        PortInUseError: One of them cannot be had; those bound before it are closed again.
    """
    with contextlib.ExitStack() as bound:
        sockets = {}
        for number, name in enumerate(ServerName):
            port = 0 if first_port is None else first_port + number
            sockets[name] = bound.enter_context(_bound_socket(name, port))
        bound.pop_all()
        return sockets


def _bound_socket(name: ServerName, port: int) -> socket.socket:
    # Servers that were ended leave connections behind that would keep a fixed port from us for a minute.
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((LOOPBACK, port))
    except (OSError, OverflowError) as error:
        bound.close()
        raise PortInUseError(
            f"port {port} on {LOOPBACK}, for the {name.value}, cannot be used ({error}); "
            "choose another with --port, or leave it out for free ports"
        ) from error
    return bound


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to the process: six of them cannot each own SIGTERM."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def running(
    persona: Persona,
    sockets: Mapping[ServerName, socket.socket],
    switch: FaultSwitch,
    switches: SiteSwitches | None = None,
) -> AsyncIterator[Addresses]:
    """Run the servers inside this context.

    Args:
        persona: Which site it is.
        sockets: A bound socket for each.
        switch: Which faults are on.
        switches: What is different on the site without anything being wrong; None for nothing.

    Yields:
        Where they are, once all of them answer.
    """
    ports = {name: bound.getsockname()[1] for name, bound in sockets.items()}
    addresses = Addresses.on_ports(persona.hosts, ports)
    # A proxy named in the environment must not see what goes over loopback.
    async with httpx.AsyncClient(trust_env=False) as http:
        background = Background()
        world = _World(persona, addresses, http, background, switch, switches or SiteSwitches())
        servers = {name: _server(WithFaults(app, name, switch)) for name, app in world.apps().items()}
        async with asyncio.TaskGroup() as group:
            for name, server in servers.items():
                group.create_task(server.serve([sockets[name]]))
            try:
                for server in servers.values():
                    await server.up.wait()
                yield addresses
            finally:
                await background.stop()
                for server in servers.values():
                    server.should_exit = True


class _World:
    """What the servers show: one site's data and the apps that are installed on it.

    Args:
        persona: Which site it is.
        addresses: Where everything is.
        http: For calls between the servers.
        background: For what goes on after its request was answered.
        switch: Which faults are on.
        switches: What is different on the site without anything being wrong.
    """

    def __init__(  # noqa: PLR0913, PLR0917  one place makes it
        self,
        persona: Persona,
        addresses: Addresses,
        http: httpx.AsyncClient,
        background: Background,
        switch: FaultSwitch,
        switches: SiteSwitches,
    ) -> None:
        secret = secrets.token_bytes(32)
        jira = seeded_jira(persona)
        self._switch = switch
        self._board = StatusBoard(_now)
        self._context = SiteContext(
            persona=persona,
            addresses=addresses,
            jira=jira,
            confluence=seeded_confluence(persona),
            identity=Identity(persona, jira, addresses.site, secret),
            app=AppCalls(persona, http, addresses.backend, secret, background),
            connect=ConnectInstallation(
                addon_key=persona.addon_key,
                client_key=persona.client_key,
                origin=addresses.connect,
                shared_secret=secrets.token_bytes(32),
            ),
            http=http,
            now=_now,
            switches=switches,
        )
        self.backend = Backend(
            app=persona.apps.ihub,
            http=http,
            site=addresses.site,
            secret=secret,
            flows=seeded_flows(jira.issues()[0].key),
            background=background,
            now=_now,
        )

    def apps(self) -> dict[ServerName, ASGIApp]:
        """The application of each server."""
        persona, addresses = self._context.persona, self._context.addresses
        return {
            ServerName.SITE: site_app(self._context, self._switch, self._board),
            ServerName.SIGNIN: SignIn(persona, addresses).app(),
            ServerName.CDN: cdn_app(persona.apps, addresses),
            ServerName.BACKEND: self.backend.app(),
            ServerName.CONNECT: TeamRadar(self._context.connect, addresses.site).app(),
            ServerName.STATUS: Statuspage(self._board, addresses.status).app(),
        }


def _server(app: ASGIApp) -> _Server:
    return _Server(
        uvicorn.Config(
            app,
            access_log=False,
            http="h11",
            lifespan="off",
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
            ws="none",
        )
    )


def _now() -> datetime:
    return datetime.now(UTC)
