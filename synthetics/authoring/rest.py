"""The site's REST interface, for the independent check after a write, and for clean-up."""

import ipaddress
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from synthetics.authoring.marking import USER_AGENT
from synthetics.config.models import Target
from synthetics.errors import CallerError

#: Seconds. Its own, and shorter than a step may take: a REST call that hangs must not eat the journey's time.
TIMEOUT = httpx.Timeout(10.0, connect=5.0)

Rest = httpx.Client


def open_rest(target: Target, asks: Callable[[str], None]) -> Rest:
    """Make a client of the site's REST interface, signed in by API token.

    Args:
        target: The site and the account.
        asks: Told the address before each request.

    Returns:
        The client; paths are given from the site's root, such as ``/rest/api/3/issue/SYN-1``.

    Raises:
        CallerError: Where the account has no API token.
    """
    token = target.account.api_token
    if token is None:
        raise CallerError(
            f"The account of the target {target.name} has no api_token, and this journey asks REST.\n"
            '  Add to its table in synthetics.toml: api_token = { env = "NAME" }.'
        )
    return httpx.Client(
        base_url=target.site,
        auth=(target.account.email, token.get_secret_value()),
        timeout=TIMEOUT,
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        event_hooks={"request": [lambda request: asks(str(request.url))]},
        trust_env=not is_loopback(target.site),  # as the browser does: a proxy of the environment is not for loopback
    )


def is_loopback(site: str) -> bool:
    """Whether a site is on this machine.

    Args:
        site: Its address.
    """
    host = urlsplit(site).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
