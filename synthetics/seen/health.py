"""What one health check saw: a GET of an app's own address, without a browser and without an account."""

from dataclasses import dataclass
from enum import StrEnum


class HealthPhase(StrEnum):
    """The parts of a health check, in their order."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    PROCESSING = "processing"
    TRANSFER = "transfer"


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherSeen:
    """What was met at an address that has nothing to do with the app, at the time of a check that failed.

    Args:
        origin: Scheme, host and port.
        is_site: Whether it is the target's site, which was asked because the check failed.
        reached: Whether it answered, whatever it answered.
        at_ms: When that was known, in milliseconds UTC.
    """

    origin: str
    is_site: bool = False
    reached: bool
    at_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthSeen:
    """One health check.

    Args:
        url: What was asked for.
        status: The status that was answered; None where none was.
        redirect: Where the answer wanted to send us, without the values of its query; nobody went there.
        protocol: What was spoken, such as ``HTTP/1.1``; None where nothing was answered.
        certificate_expires_ms: Until when the certificate is good, in milliseconds UTC; None without TLS, and where
            the certificate was refused.
        stopped_in: The phase in which it came to its end before its answer was whole; None where it is whole.
        timed_out: Whether that was because its time was over.
        failure: A browser's word for what cut it off, such as ``net::ERR_CONNECTION_REFUSED``.
        own_trouble: What kept the monitor itself from asking or from hearing, as the end of a sentence; None for
            nothing.
        others: What was met elsewhere, where that could tell who is to blame.
    """

    url: str
    status: int | None = None
    redirect: str | None = None
    protocol: str | None = None
    certificate_expires_ms: int | None = None
    stopped_in: HealthPhase | None = None
    timed_out: bool = False
    failure: str | None = None
    own_trouble: str | None = None
    others: tuple[OtherSeen, ...] = ()
