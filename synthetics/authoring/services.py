"""An app's own services: where they are, and a client for one of them."""

import httpx

from synthetics.authoring.calling import Calls
from synthetics.authoring.network import open_client
from synthetics.config.app import App
from synthetics.config.models import Target
from synthetics.errors import CallerError


def open_service(app: App, name: str, target: Target, calls: Calls | None = None) -> httpx.Client:
    """Make a client of one of an app's services. It signs nothing: how that is done is the app's own business.

    Args:
        app: The app as it is on the target.
        name: The service's name in ``[base_urls]``.
        target: The site, which tells how it is reached.
        calls: Who sees what becomes of each call; None for nobody.

    Returns:
        The client; paths are given from the service's base URL.

    Raises:
        CallerError: Where nobody said where it is, or the target's authorities cannot be read any more.
    """
    base_url = app.base_urls.get(name)
    if base_url is None:
        raise CallerError(
            f"journeys/{app.name}/app.toml has no [base_urls] {name}, and this journey asks that service.\n"
            f'  Write there: [base_urls] and {name} = "https://...", or, for the target {target.name} alone, the same '
            f"below [targets.{target.name}.apps.{app.name}.base_urls] in synthetics.toml."
        )
    return open_client(target, base_url, calls=calls)
