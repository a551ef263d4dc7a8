"""The Forge CDN: the files of the installed apps, the bridge script before all of them."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from synthetics.standin.addresses import Addresses
from synthetics.standin.forge_apps import ForgeApp, ForgeApps
from synthetics.standin.rendering import STATIC, render


def cdn_app(apps: ForgeApps, addresses: Addresses) -> Starlette:
    """The CDN's application.

    Args:
        apps: Whose files it has.
        addresses: Where the site is: the only one whose pages may hold an app.

    Returns:
        The application.
    """
    return Starlette(
        routes=[
            *(route for app in apps for route in _resources(app, addresses.site)),
            Mount("/bridge", StaticFiles(directory=STATIC / "bridge")),
            Route("/{path:path}", _not_found),
        ]
    )


def _resources(app: ForgeApp, host: str) -> list[BaseRoute]:
    """Where an app's resources are; they share their files, and tell their modules apart by the bridge's context."""
    if app.files is None:
        return []
    places = dict.fromkeys(app.place(module.resource) for module in app.modules if module.resource is not None)
    files = StaticFiles(directory=STATIC / app.files, check_dir=False)
    return [
        route for place in places for route in (Route(f"{place}/index.html", _index(app, host)), Mount(place, files))
    ]


def _index(app: ForgeApp, host: str) -> Callable[[Request], Awaitable[Response]]:
    policy = f"default-src 'self'; frame-ancestors {host}; object-src 'none'; base-uri 'none'"

    async def index(_request: Request) -> Response:
        context = {"host": host, "version": app.version, "app_name": app.title}
        return render("forge_resource.html", context, headers={"Content-Security-Policy": policy})

    return index


async def _not_found(_request: Request) -> Response:
    return Response("Not found", status_code=HTTPStatus.NOT_FOUND, media_type="text/plain")
