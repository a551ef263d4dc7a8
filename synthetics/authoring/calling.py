"""What a journey asks without the browser: a client whose calls are seen as a page's requests are."""

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import Any, Protocol

import httpx

from synthetics.authoring.noting import Exchange

#: What such a call is told as, where a page's requests have Playwright's type of resource.
REST = "rest"

#: In the browser's words, since whoever judges knows these. The first that fits.
_BY_CLASS: tuple[tuple[type[BaseException], str], ...] = (
    (httpx.ProxyError, "net::ERR_PROXY_CONNECTION_FAILED"),
    (httpx.TimeoutException, "net::ERR_TIMED_OUT"),
    (httpx.RemoteProtocolError, "net::ERR_CONNECTION_RESET"),
    (httpx.NetworkError, "net::ERR_CONNECTION_RESET"),
)
#: Why there was no connection, by what the system said of it.
_BY_CAUSE: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "net::ERR_CERT_INVALID"),
    (ssl.SSLError, "net::ERR_SSL_PROTOCOL_ERROR"),
    (socket.gaierror, "net::ERR_NAME_NOT_RESOLVED"),
    (ConnectionResetError, "net::ERR_CONNECTION_RESET"),
)
_UNREACHABLE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})


class Calls(Protocol):
    """Whoever sees the calls; nothing of it may raise."""

    def call_begins(self, method: str, url: str) -> Exchange:
        """A call is about to be made."""

    def call_answered(self, call: Exchange, status: int, retry_after: str | None) -> None:
        """It has its whole answer."""

    def call_failed(self, call: Exchange, failure: str) -> None:
        """It has none."""


class SeenClient(httpx.Client):
    """A client that tells of each of its calls. One that is broken into has no end, as a request of a page's has none.

    Args:
        calls: Who is told.
        **settings: httpx' own.
    """

    def __init__(self, calls: Calls, **settings: Any) -> None:
        super().__init__(**settings)
        self._calls = calls

    def send(self, request: httpx.Request, **settings: Any) -> httpx.Response:
        """Make a call.

        Args:
            request: As httpx has built it.
            **settings: httpx' own.
        """
        call = self._calls.call_begins(request.method, str(request.url))
        try:
            answer = super().send(request, **settings)
        except Exception as error:
            self._calls.call_failed(call, failure_of(error))
            raise
        self._calls.call_answered(call, answer.status_code, answer.headers.get("retry-after"))
        return answer


def failure_of(error: BaseException) -> str:
    """Say in the browser's words how a call failed.

    Args:
        error: What httpx raised.

    Returns:
        Such as ``net::ERR_CONNECTION_REFUSED``; ``net::ERR_FAILED`` where it was not the network that failed.
    """
    if isinstance(error, httpx.ConnectError):
        return _no_connection(error)
    return next((word for kind, word in _BY_CLASS if isinstance(error, kind)), "net::ERR_FAILED")


def _no_connection(error: httpx.ConnectError) -> str:
    causes = list(_causes(error))
    for kind, word in _BY_CAUSE:
        if any(isinstance(each, kind) for each in causes):
            return word
    if any(isinstance(each, OSError) and each.errno in _UNREACHABLE for each in causes):
        return "net::ERR_ADDRESS_UNREACHABLE"
    return "net::ERR_CONNECTION_REFUSED"


def _causes(error: BaseException) -> Iterator[BaseException]:
    each: BaseException | None = error
    while each is not None:
        yield each
        each = each.__cause__ or each.__context__
