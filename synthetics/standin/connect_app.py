"""Team Radar, a Connect app on a server of its own."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from synthetics.standin import tokens
from synthetics.standin.connect_installation import (
    APP_TITLE,
    APP_VERSION,
    PAGE_KEY,
    PANEL_KEY,
    ConnectInstallation,
)
from synthetics.standin.rendering import STATIC, render

# How near an issue of a status is; the app's server knows it, so that a page needs both the site and the server.
_RINGS = {"In Progress": "Now", "To Do": "Next", "Done": "Behind us"}


class TeamRadar:
    """The app's server.

    Args:
        installation: What it agreed on with the site.
        site: The site's origin: the only one whose pages may hold the app.
    """

    def __init__(self, installation: ConnectInstallation, site: str) -> None:
        self._installation = installation
        self._policy = f"default-src 'self'; frame-ancestors {site}; object-src 'none'; base-uri 'none'"

    def app(self) -> Starlette:
        """Its application."""
        return Starlette(
            routes=[
                Route("/atlassian-connect.json", self.descriptor),
                Route("/health", self.health),
                Route(f"/{PAGE_KEY}", self._view("page")),
                Route(f"/{PANEL_KEY}", self._view("panel")),
                Route("/api/rings", self.rings),
                Mount("/static", StaticFiles(directory=STATIC / "team_radar")),
            ],
            exception_handlers={tokens.TokenError: _unauthorized},
        )

    async def descriptor(self, _request: Request) -> Response:
        """What the app tells a site that installs it."""
        return JSONResponse(
            {
                "key": self._installation.addon_key,
                "name": APP_TITLE,
                "version": APP_VERSION,
                "baseUrl": self._installation.origin,
                "authentication": {"type": "jwt"},
                "apiVersion": 1,
                "scopes": ["READ"],
                "modules": {
                    "jiraProjectPages": [_module(PAGE_KEY)],
                    "webPanels": [{**_module(PANEL_KEY), "location": "atl.jira.view.issue.right.context"}],
                },
            }
        )

    async def health(self, _request: Request) -> Response:
        """Whether all is well; for anybody."""
        return JSONResponse({"status": "ok", "app": APP_TITLE, "version": APP_VERSION})

    async def rings(self, request: Request) -> Response:
        """How near an issue is, by its status."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        self._installation.claims(token if scheme == "JWT" else "")
        return JSONResponse({"rings": _RINGS})

    def _view(self, view: str) -> Callable[[Request], Awaitable[Response]]:
        async def shown(request: Request) -> Response:
            try:
                self._installation.claims(request.query_params.get("jwt", ""))
            except tokens.TokenError as error:
                context = {"app_name": APP_TITLE, "reason": str(error)}
                headers = {"Content-Security-Policy": self._policy}
                return render("team_radar_refused.html", context, status_code=HTTPStatus.UNAUTHORIZED, headers=headers)
            context = {"app_name": APP_TITLE, "version": APP_VERSION, "view": view}
            return render("team_radar.html", context, headers={"Content-Security-Policy": self._policy})

        return shown


def _module(key: str) -> dict[str, Any]:
    address = f"/{key}?project.key={{project.key}}" + ("&issue.key={issue.key}" if key == PANEL_KEY else "")
    return {"key": key, "name": {"value": APP_TITLE}, "url": address}


async def _unauthorized(_request: Request, error: Exception) -> Response:
    return JSONResponse({"message": f"Unauthorized: {error}."}, status_code=HTTPStatus.UNAUTHORIZED)
