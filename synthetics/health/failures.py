"""What an error of the HTTP client means: a browser's word for what was cut off, or trouble of our own."""

import errno
import socket
import ssl
from collections.abc import Iterator

import httpx

#: Errors of the system that say that this machine had no means left to ask with.
_OWN = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL})
_BY_NUMBER = {
    errno.ECONNREFUSED: "CONNECTION_REFUSED",
    errno.ECONNRESET: "CONNECTION_RESET",
    errno.EPIPE: "CONNECTION_RESET",
    errno.ETIMEDOUT: "CONNECTION_TIMED_OUT",
    errno.EHOSTUNREACH: "ADDRESS_UNREACHABLE",
    errno.ENETUNREACH: "ADDRESS_UNREACHABLE",
    errno.ENETDOWN: "NETWORK_CHANGED",
}
#: By class, the first that fits, where the system's number is not known.
_BY_CLASS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLCertVerificationError, "CERT_INVALID"),
    (ssl.SSLError, "SSL_PROTOCOL_ERROR"),
    (socket.gaierror, "NAME_NOT_RESOLVED"),
    (httpx.TimeoutException, "TIMED_OUT"),
    (httpx.ProxyError, "PROXY_CONNECTION_FAILED"),
    (httpx.ConnectError, "CONNECTION_FAILED"),
    (httpx.RemoteProtocolError, "EMPTY_RESPONSE"),
    (httpx.NetworkError, "CONNECTION_CLOSED"),
)


def failure_word(error: Exception) -> str | None:
    """The browser's word for an error that cut a request off, such as ``net::ERR_CONNECTION_REFUSED``.

    Args:
        error: As it was raised; what it was raised from tells more.

    Returns:
        None where the error tells of no such thing.
    """
    chain = tuple(_chain(error))
    for kind, word in _BY_CLASS[:3]:  # these have numbers of their own, which mean something else
        if any(isinstance(each, kind) for each in chain):
            return f"net::ERR_{word}"
    numbers = (_BY_NUMBER.get(each.errno or 0) for each in chain if isinstance(each, OSError))
    known = next((word for word in numbers if word is not None), None)
    if known is None:
        known = next((word for kind, word in _BY_CLASS if any(isinstance(each, kind) for each in chain)), None)
    return None if known is None else f"net::ERR_{known}"


def is_own(error: Exception) -> bool:
    """Whether it was this machine that had nothing left to ask with, such as free descriptors."""
    return any(
        isinstance(each, OSError) and not isinstance(each, (ssl.SSLError, socket.gaierror)) and each.errno in _OWN
        for each in _chain(error)
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, and all that it came from."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        if isinstance(each, BaseExceptionGroup):
            waiting += each.exceptions
        waiting += [cause for cause in (each.__cause__, each.__context__) if cause is not None]
