"""An app's own services: where they are, and a client for one of them."""

import httpx

from synthetics.authoring.marking import USER_AGENT
from synthetics.authoring.rest import TIMEOUT, is_loopback
from synthetics.config.models import App, Target
from synthetics.errors import CallerError


def base_url_of(app: App, name: str, target: Target) -> str:
    """The base URL of one of an app's services.

    Args:
        app: The app.
        name: Its name in ``[base_urls]``.
        target: The site, whose services may be others than the ``app.toml`` says: a stand-in brings its own.

    Returns:
        The address, without a slash at its end.

    Raises:
        CallerError: Where nobody said it.
    """
    url = target.base_urls.get(f"{app.name}.{name}") or app.base_urls.get(name)
    if url is None:
        raise CallerError(
            f"journeys/{app.name}/app.toml has no [base_urls] {name}, and this journey asks that service.\n"
            f'  Write there: [base_urls] and {name} = "https://...".'
        )
    return url


def open_service(base_url: str) -> httpx.Client:
    """Make a client of a service. It signs nothing: how that is done is the app's own business.

    Args:
        base_url: The service's base URL; paths are given from there.
    """
    return httpx.Client(
        base_url=base_url,
        timeout=TIMEOUT,
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        trust_env=not is_loopback(base_url),
    )
