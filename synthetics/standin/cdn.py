"""The Forge CDN: the files of the one installed app, the bridge script before all of them."""

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from synthetics.standin import seed
from synthetics.standin.addresses import Addresses
from synthetics.standin.rendering import STATIC, render

_PLACE = f"/{seed.INSTALLATION_ID}/{seed.APP_ID}/{seed.ENVIRONMENT_ID}/{seed.APP_VERSION}/{seed.RESOURCE}"


def cdn_app(addresses: Addresses) -> Starlette:
    """The CDN's application.

    Args:
        addresses: Where the site is: the only one whose pages may hold the app.

    Returns:
        The application.
    """
    policy = f"default-src 'self'; frame-ancestors {addresses.site}; object-src 'none'; base-uri 'none'"

    async def index(_request: Request) -> Response:
        context = {"host": addresses.site, "version": seed.APP_VERSION, "app_name": seed.APP_NAME}
        return render("ihub.html", context, headers={"Content-Security-Policy": policy})

    async def not_found(_request: Request) -> Response:
        return Response("Not found", status_code=HTTPStatus.NOT_FOUND, media_type="text/plain")

    return Starlette(
        routes=[
            Route(f"{_PLACE}/index.html", index),
            Mount(_PLACE, StaticFiles(directory=STATIC / "ihub")),
            Mount("/bridge", StaticFiles(directory=STATIC / "bridge")),
            Route("/{path:path}", not_found),
        ]
    )
