"""The servers in one process, on sockets that are bound before anything starts."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
from starlette.applications import Starlette
from starlette.types import ASGIApp

from synthetics.standin.addresses import Addresses, ServerName
from synthetics.standin.app_calls import AppCalls
from synthetics.standin.background import Background
from synthetics.standin.cdn import cdn_app
from synthetics.standin.confluence_seed import seeded_confluence
from synthetics.standin.connect_app import TeamRadar
from synthetics.standin.connect_installation import ConnectInstallation
from synthetics.standin.dated import Dated
from synthetics.standin.faults import Facts, FaultSwitch, Wire, WithFaults
from synthetics.standin.identity import Identity
from synthetics.standin.ihub_backend import Backend
from synthetics.standin.ihub_flows import seeded_flows
from synthetics.standin.listening import Listener
from synthetics.standin.persona import Persona
from synthetics.standin.seed import Seeded, seeded_jira
from synthetics.standin.signin import SignIn
from synthetics.standin.site import site_app
from synthetics.standin.site_context import SiteContext
from synthetics.standin.statuspage import Statuspage, StatusSwitch
from synthetics.standin.statuspage_board import StatusBoard
from synthetics.standin.switch_api import SwitchApi
from synthetics.standin.switches import CONSENT, FLAGS, ONBOARDING, SiteSwitches

LOOPBACK = "127.0.0.1"
HIGHEST_PORT = 65_535


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
    try:
        if port:
            return _bound_to(port)
        # A port that the system chose is given back when its socket stops to listen; one that was asked for is kept.
        with contextlib.closing(_bound_to(0)) as found:
            return _bound_to(found.getsockname()[1])
    except (OSError, OverflowError) as error:
        raise PortInUseError(
            f"port {port} on {LOOPBACK}, for the {name.value}, cannot be used ({error}); "
            "choose another with --port, or leave it out for free ports"
        ) from error


def _bound_to(port: int) -> socket.socket:
    # Servers that were ended leave connections behind that would keep a fixed port from us for a minute.
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((LOOPBACK, port))
    except BaseException:
        bound.close()
        raise
    return bound


@contextlib.asynccontextmanager
async def running(
    persona: Persona,
    sockets: Mapping[ServerName, socket.socket],
    switch: FaultSwitch,
    switches: SiteSwitches | None = None,
    ahead: timedelta = timedelta(),
) -> AsyncIterator[Addresses]:
    """Run the servers inside this context.

    Args:
        persona: Which site it is.
        sockets: A bound socket for each.
        switch: Which faults are on.
        switches: What is different on the site without anything being wrong; None for nothing.
        ahead: How far the servers' clock is ahead of this machine's.

    Yields:
        Where they are, once all of them answer.
    """
    ports = {name: bound.getsockname()[1] for name, bound in sockets.items()}
    clock = partial(_now, ahead)
    addresses = Addresses.on_ports(persona.hosts, ports)
    # A proxy named in the environment must not see what goes over loopback.
    async with httpx.AsyncClient(trust_env=False) as http:
        background = Background()
        world = _World(persona, addresses, http, background, switch, switches or SiteSwitches(), clock)
        facts = Facts(persona=persona, addresses=addresses)
        apps = {
            name: app if name is ServerName.CONTROL else WithFaults(app, name, switch, facts)
            for name, app in world.apps().items()
        }
        servers = {name: Listener(Dated(app, clock), sockets[name]) for name, app in apps.items()}
        world.attach(switch)
        async with asyncio.TaskGroup() as group:
            for server in servers.values():
                group.create_task(server.run_until_told())
            try:
                for server in servers.values():
                    await server.up.wait()
                switch.settle = _rewiring(servers, switch)
                await switch.settle()
                yield addresses
            finally:
                # Whatever a fault holds back would keep its server from ending.
                switch.switch_all_off()
                await background.stop()
                for server in servers.values():
                    server.should_exit = True


def _rewiring(servers: Mapping[ServerName, Listener], switch: FaultSwitch) -> Callable[[], Awaitable[None]]:
    """Brings the sockets into line with the faults that are on."""

    async def rewire() -> None:
        for name, server in servers.items():
            await server.rewire(switch.wire(name))

    return rewire


class _World:
    """What the servers show: one site's data and the apps that are installed on it.

    Args:
        persona: Which site it is.
        addresses: Where everything is.
        http: For calls between the servers.
        background: For what goes on after its request was answered.
        switch: Which faults are on.
        switches: What is different on the site without anything being wrong.
        clock: The servers' clock.
    """

    def __init__(  # noqa: PLR0913, PLR0917  one place makes it
        self,
        persona: Persona,
        addresses: Addresses,
        http: httpx.AsyncClient,
        background: Background,
        switch: FaultSwitch,
        switches: SiteSwitches,
        clock: Callable[[], datetime],
    ) -> None:
        secret = secrets.token_bytes(32)
        jira = seeded_jira(persona)
        self._switch = switch
        self._facts = Facts(persona=persona, addresses=addresses)
        self._board = StatusBoard(clock)
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
            now=clock,
            switches=switches,
            is_licensed=lambda app: not switch.is_on_for("licence_expired", app),
            connect_by_tls=lambda: switch.wire(ServerName.CONNECT) is Wire.UNTRUSTED,
        )
        self._signin = SignIn(persona, addresses, now=clock)
        self._seeded = Seeded(jira)
        self.backend = Backend(
            app=persona.apps.ihub,
            http=http,
            site=addresses.site,
            secret=secret,
            flows=seeded_flows(jira.issues()[0].key),
            background=background,
            now=clock,
            hold=switch.hold,
        )

    def apps(self) -> dict[ServerName, ASGIApp]:
        """The application of each server."""
        persona, addresses = self._context.persona, self._context.addresses
        return {
            ServerName.SITE: site_app(self._context, self._switch, self._board, self._facts),
            ServerName.SIGNIN: self._signin.app(),
            ServerName.CDN: cdn_app(persona.apps, addresses),
            ServerName.BACKEND: self.backend.app(),
            ServerName.CONNECT: TeamRadar(self._context.connect, addresses.site).app(),
            ServerName.STATUS: Statuspage(self._board, addresses.status).app(),
            ServerName.CONTROL: Starlette(
                routes=[
                    *SwitchApi(self._switch, self._context.switches, self._facts).routes(),
                    *StatusSwitch(self._board).routes(),
                ]
            ),
        }

    def attach(self, switch: FaultSwitch) -> None:
        """Let the faults that are about what the servers know, and not about requests, come here."""
        switches = self._context.switches
        for name, site_switch in {
            "host_flags": FLAGS,
            "onboarding_modal": ONBOARDING,
            "consent_banner": CONSENT,
        }.items():
            switch.attach(name, partial(switches.turn, site_switch))
        switch.attach("session_expired", self._expire)
        switch.attach("fixture_missing", self._seeded.turn)

    def _expire(self, on: bool) -> None:  # noqa: FBT001  a callback
        if on:
            self._context.identity.sessions.close_all()
            self._signin.sessions.close_all()


def _now(ahead: timedelta) -> datetime:
    return datetime.now(UTC) + ahead
