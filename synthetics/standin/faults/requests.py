"""A request as faults see it: which server it is for, what it brings, and which app it is about."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.types import Message, Receive, Scope

from synthetics.standin.addresses import Addresses, ServerName
from synthetics.standin.identity import SITE_COOKIE
from synthetics.standin.persona import Persona

GATEWAY = "/gateway/api/graphql"
# What programs ask for, and not people.
REST = ("/rest/", "/wiki/rest/", "/wiki/api/")
INTERFACES = (*REST, "/gateway/")
IHUB, HEARTBEAT, POINTS_CHECK, RELEASE_NOTES = "ihub", "host_forge", "points_check", "release_notes"
TEAM_RADAR = "team_radar"
FORGE_APPS = (IHUB, RELEASE_NOTES, POINTS_CHECK, HEARTBEAT)
#: UI Kit has no frame of its own: the host draws it.
FRAMED_APPS = (IHUB, RELEASE_NOTES, HEARTBEAT, TEAM_RADAR)
#: The apps with a server of their own.
OWN_SERVERS: Mapping[str, ServerName] = {IHUB: ServerName.BACKEND, TEAM_RADAR: ServerName.CONNECT}
_OF_SERVER = {server: app for app, server in OWN_SERVERS.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What faults know of this stand-in.

    Args:
        persona: Which site it is.
        addresses: Where everything is.
    """

    persona: Persona
    addresses: Addresses

    def forge_app(self, text: str) -> str | None:
        """The key of the Forge app whose id is in an address or in the name of an extension; None for none."""
        apps = self.persona.forge_apps().items()
        return next((key for key, app in apps if f"/{app.id}/" in text), None)

    def address_of(self, server: ServerName) -> str:
        """Host and port of a server, as in a rule of a resolver."""
        return urlsplit(str(getattr(self.addresses, server.value))).netloc


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A request.

    Args:
        server: The server that it is for.
        scope: What came with it.
        body: Its whole body.
        facts: What is known of this stand-in.
    """

    server: ServerName
    scope: Scope
    body: bytes
    facts: Facts

    @property
    def path(self) -> str:
        """Its path."""
        return str(self.scope["path"])

    @property
    def method(self) -> str:
        """Its method."""
        return str(self.scope["method"])

    def header(self, name: str) -> str:
        """A header by its name in small letters; empty where it is missing."""
        wanted = name.encode("latin-1")
        return next((value.decode("latin-1") for key, value in self.scope["headers"] if key == wanted), "")

    @property
    def page(self) -> str:
        """The path of the page that sent it; empty where it does not say."""
        return urlsplit(self.header("referer")).path

    @property
    def has_session(self) -> bool:
        """Whether it brings a session of the site along, whosever it is."""
        return f"{SITE_COOKIE}=" in self.header("cookie")

    @property
    def is_page(self) -> bool:
        """Whether a person's page is asked for, and no file, interface or step of signing in."""
        ours = (*INTERFACES, "/static/", "/login/", "/logout", "/plugins/servlet/ac/")
        is_servlet = self.method == "GET" and self.path.startswith("/plugins/")
        return self.method == "GET" and (is_servlet or not self.path.startswith(ours))

    @property
    def app(self) -> str | None:
        """The key of the app that it is about, named like the folders of journeys; None where it is about none."""
        if self.server in _OF_SERVER:
            return _OF_SERVER[self.server]
        if self.path == GATEWAY:
            return self.facts.forge_app(f"{self.call.get('extensionId')}/")
        return self.facts.forge_app(f"{self.path}/")

    @property
    def call(self) -> Mapping[str, Any]:
        """What a request to the gateway asks for; empty for any other."""
        if self.path != GATEWAY:
            return {}
        try:
            asked = json.loads(self.body)["variables"]["input"]
        except (ValueError, KeyError, TypeError):
            return {}
        return asked if isinstance(asked, dict) else {}


async def read_body(receive: Receive) -> bytes:
    """All of a request's body, or what came of it before the caller went away."""
    body = b""
    while True:
        message = await receive()
        part: bytes = message.get("body", b"")
        body += part
        if not message.get("more_body", False):
            return body


def again(body: bytes, receive: Receive) -> Receive:
    """Says a body that was read already once more, and then whatever comes."""
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
