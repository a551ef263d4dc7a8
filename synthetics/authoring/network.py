"""How a target is asked: through its proxy, and trusting its authorities beside the usual ones."""

import ipaddress
import ssl
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import ProxySettings

from synthetics.authoring.calling import Calls, SeenClient
from synthetics.authoring.marking import USER_AGENT
from synthetics.config.certificates import complaint
from synthetics.config.models import Target
from synthetics.errors import CallerError

#: Seconds. Its own, and shorter than a step may take: a call that hangs must not eat the journey's time.
TIMEOUT_SECONDS, CONNECT_SECONDS = 10.0, 5.0


def open_client(
    target: Target,
    base_url: str,
    *,
    auth: tuple[str, str] | None = None,
    asks: Callable[[str], None] = lambda _url: None,
    calls: Calls | None = None,
) -> httpx.Client:
    """Make a client of something that belongs to a target: its REST interface, or a service of an app there.

    Args:
        target: The site, which tells how it is reached.
        base_url: Where paths begin.
        auth: The user and the password, where it signs requests.
        asks: Told the address before each request.
        calls: Who sees what becomes of each call; None for nobody.

    Raises:
        CallerError: Where the target's authorities cannot be read any more.
    """
    authorities = authorities_of(target)
    make = httpx.Client if calls is None else partial(SeenClient, calls)
    return make(
        base_url=base_url,
        auth=auth,
        timeout=httpx.Timeout(TIMEOUT_SECONDS * target.patience, connect=CONNECT_SECONDS * target.patience),
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        event_hooks={"request": [lambda request: asks(str(request.url))]},
        proxy=proxy_of(target, authorities),
        verify=authorities,
        # A proxy of the environment is asked for what is elsewhere, as the browser does; the target's own for all.
        trust_env=target.proxy is None and not is_loopback(base_url),
    )


def browser_proxy(target: Target) -> ProxySettings | None:
    """The target's proxy as Playwright wants it; None where there is none.

    Playwright sends what is on this machine through it as well, which Chromium by itself would not.
    """
    if target.proxy is None:
        return None
    settings = ProxySettings(server=target.proxy)
    if target.proxy_user is not None and target.proxy_password is not None:
        settings |= ProxySettings(
            server=target.proxy, username=target.proxy_user, password=target.proxy_password.get_secret_value()
        )
    return settings


def refuse_unusable_authorities(target: Target) -> None:
    """See that the file of a target's authorities is still what it was when the configuration was read.

    Raises:
        CallerError: Where it is not.
    """
    wrong = None if target.ca is None else complaint(target.ca)
    if wrong is not None:
        what, mend = wrong
        raise CallerError(f"The target {target.name} has a ca, and {what}.\n  {mend}")


def is_loopback(address: str) -> bool:
    """Whether a site or a service is on this machine.

    Args:
        address: Its address.
    """
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def authorities_of(target: Target) -> ssl.SSLContext:
    """The authorities that are trusted for a target.

    Raises:
        CallerError: Where the file of its own ones cannot be read any more.
    """
    if target.ca is None:
        return _read_authorities(None, None)
    refuse_unusable_authorities(target)
    return _read_authorities(target.ca, target.ca.stat().st_mtime_ns)


# Reading them takes 20 ms of CPU, which a kept process would pay in each run that asks REST.
@lru_cache(maxsize=8)
def _read_authorities(ca: Path | None, _changed_ns: int | None) -> ssl.SSLContext:
    authorities = httpx.create_ssl_context()
    if ca is not None:
        authorities.load_verify_locations(cafile=ca)
        # The browser takes an authority that another one has signed for the end of a chain, so this does as well.
        authorities.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return authorities


def proxy_of(target: Target, authorities: ssl.SSLContext) -> httpx.Proxy | None:
    """The proxy through which a target is reached; None where it is reached directly.

    Args:
        target: The site.
        authorities: Those that are trusted for it.
    """
    if target.proxy is None:
        return None
    auth = None
    if target.proxy_user is not None and target.proxy_password is not None:
        auth = (target.proxy_user, target.proxy_password.get_secret_value())
    # A proxy that is itself asked over TLS shows a certificate of the same authorities; httpx takes none for another.
    tls = authorities if urlsplit(target.proxy).scheme == "https" else None
    return httpx.Proxy(target.proxy, ssl_context=tls, auth=auth)
