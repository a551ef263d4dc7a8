"""The site's REST interface, for the independent check after a write, and for clean-up."""

from collections.abc import Callable

import httpx

from synthetics.authoring.calling import Calls
from synthetics.authoring.network import open_client
from synthetics.config.models import Target
from synthetics.errors import CallerError

Rest = httpx.Client


def open_rest(target: Target, asks: Callable[[str], None], calls: Calls | None = None) -> Rest:
    """Make a client of the site's REST interface, signed in by API token.

    Args:
        target: The site and the account.
        asks: Told the address before each request.
        calls: Who sees what becomes of each call; None for nobody.

    Returns:
        The client; paths are given from the site's root, such as ``/rest/api/3/issue/SYN-1``.

    Raises:
        CallerError: Where the account has no API token, or the target's authorities cannot be read any more.
    """
    token = target.account.api_token
    if token is None:
        raise CallerError(
            f"The account of the target {target.name} has no api_token, and this journey asks REST.\n"
            '  Add to its table in synthetics.toml: api_token = { env = "NAME" }.'
        )
    auth = (target.account.email, token.get_secret_value())
    return open_client(target, target.site, auth=auth, asks=asks, calls=calls)
