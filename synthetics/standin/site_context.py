"""What the parts of the site share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from synthetics.standin.addresses import Addresses
from synthetics.standin.app_calls import AppCalls
from synthetics.standin.confluence_state import Confluence
from synthetics.standin.connect_installation import ConnectInstallation
from synthetics.standin.identity import Identity
from synthetics.standin.persona import Persona
from synthetics.standin.state import Jira, User
from synthetics.standin.switches import SiteSwitches

Page = Callable[[Request, User], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteContext:
    """What the parts of the site share.

    Args:
        persona: Which site it is.
        addresses: Where everything is.
        jira: Jira's data.
        confluence: Confluence's data.
        identity: Tells who is asking.
        app: The way to the functions and backends of Forge apps.
        connect: The installed Connect app.
        http: For calls to the sign-in service.
        now: The time, UTC.
        switches: What is different on the site without anything being wrong.
        is_licensed: Whether the licence of an app is good, by its key among the journeys' folders.
        connect_by_tls: Whether the Connect app is reached by TLS at this moment.
    """

    persona: Persona
    addresses: Addresses
    jira: Jira
    confluence: Confluence
    identity: Identity
    app: AppCalls
    connect: ConnectInstallation
    http: httpx.AsyncClient
    now: Callable[[], datetime]
    switches: SiteSwitches = field(default_factory=SiteSwitches)
    is_licensed: Callable[[str], bool] = lambda _app: True
    connect_by_tls: Callable[[], bool] = lambda: False

    @property
    def connect_origin(self) -> str:
        """Where the Connect app is reached, without a slash at its end."""
        origin = self.addresses.connect
        return origin.replace("http:", "https:", 1) if self.connect_by_tls() else origin


def behind_sign_in(context: SiteContext, page: Page) -> Callable[[Request], Awaitable[Response]]:
    """A page that sends whoever is not signed in to the sign-in service, and back afterwards.

    Args:
        context: What the parts of the site share.
        page: Makes the page for a user.

    Returns:
        The endpoint.
    """

    async def shown(request: Request) -> Response:
        user = context.identity.of_session(request)
        if user is None:
            query = f"?{request.url.query}" if request.url.query else ""
            return to_sign_in(context, request.url.path + query)
        return await page(request, user)

    return shown


def to_sign_in(context: SiteContext, path: str) -> Response:
    """Send the browser to the sign-in service, which sends it back to this path of the site."""
    query = urlencode({"continue": context.addresses.site + path})
    return RedirectResponse(f"{context.addresses.signin}/login?{query}", HTTPStatus.FOUND)
