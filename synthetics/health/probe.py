"""Making a health check: one GET on a connection of its own, no redirect followed, all of it within its time."""

import asyncio
import importlib.util
import ssl
import sys
import urllib.request
from collections.abc import AsyncIterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from synthetics.authoring.addresses import bare_url, shortened
from synthetics.authoring.marking import USER_AGENT
from synthetics.authoring.network import authorities_of, is_loopback, proxy_of
from synthetics.clock import Clock
from synthetics.errors import CallerError
from synthetics.health.attention import Attention
from synthetics.health.check import HealthCheck
from synthetics.health.failures import failure_word, is_own
from synthetics.health.resolving import Resolver
from synthetics.health.stopwatch import PhaseTaken, Stopwatch
from synthetics.record import Error
from synthetics.seen.course import StoppedIn
from synthetics.seen.health import HealthPhase, HealthSeen

_HEADERS = {"User-Agent": USER_AGENT, "Accept": "*/*"}
#: Where a name has several addresses, none but the last may take longer than this before the next one is tried.
_NEXT_ADDRESS_AFTER_SECONDS = 1.0
#: A loop that was away in one go for more than this part of a check's time may have missed an answer that was there.
#: For less than that the app is not let off: who needs almost all of the time is hardly better than who needs more.
_INATTENTIVE_SHARE = 0.25
_TIMED_OUT = "net::ERR_TIMED_OUT"


@dataclass(frozen=True, kw_only=True, slots=True)
class Probed:
    """What became of one check.

    Args:
        seen: What was seen.
        phases: How long each part took, as far as it came.
        duration_ms: How long all of it took.
        error: What ended it before its answer was whole.
    """

    seen: HealthSeen
    phases: tuple[PhaseTaken, ...]
    duration_ms: int
    error: Error | None = None


@dataclass(slots=True)
class _Answer:
    """What has come of an answer so far."""

    status: int | None = None
    protocol: str | None = None
    redirect: str | None = None
    certificate_expires_ms: int | None = None


class Prober:
    """Makes health checks, any number at once, all on the event loop that it is used on.

    Args:
        clock: The clock by which phases are measured.
        resolver: Looks names up.
        attention: Knows whether the loop was there to hear.
    """

    def __init__(self, clock: Clock, resolver: Resolver, attention: Attention) -> None:
        self._clock = clock
        self._resolver = resolver
        self._attention = attention
        self._transports: dict[tuple[object, ...], httpx.AsyncHTTPTransport] = {}
        _settle_where_sniffio_is()

    async def probe(self, check: HealthCheck) -> Probed:
        """Make one check; whatever goes wrong is told in what it gives, and nothing is raised."""
        watch, answer = Stopwatch(self._clock), _Answer()
        try:
            async with asyncio.timeout(check.timeout_ms / 1000):
                await self._ask(check, watch, answer)
        except TimeoutError as error:
            return self._cut(check, watch, answer, error)
        except Exception as error:  # noqa: BLE001  also a bug of ours is told of this one check, and of no other
            return self._cut(check, watch, answer, error)
        return Probed(seen=_seen(check, answer), phases=watch.taken(), duration_ms=watch.elapsed_ms)

    async def close(self) -> None:
        """Let go of everything."""
        for each in self._transports.values():
            await each.aclose()
        self._resolver.close()

    async def _ask(self, check: HealthCheck, watch: Stopwatch, answer: _Answer) -> None:
        transport, is_proxied = self._way(check)
        host = urlsplit(check.url).hostname or ""
        if is_proxied:
            await _fetch(transport, check, watch, answer, None, None)
            return
        watch.begin(HealthPhase.RESOLVE)
        addresses = await self._resolver.addresses(host)
        await _fetch_from_first(transport, check, watch, answer, addresses)

    def _way(self, check: HealthCheck) -> tuple[httpx.AsyncHTTPTransport, bool]:
        """What to ask through, and whether a proxy is in between."""
        target, environment = check.target, _proxy_of_environment(check)
        key = (target.name, target.site, target.proxy, target.ca, _changed_ns(target.ca), environment)
        if key not in self._transports:
            authorities = authorities_of(target)
            # Connections are never used twice: each check has to find its own way, and nobody's cookies go along.
            self._transports[key] = httpx.AsyncHTTPTransport(
                verify=authorities,
                trust_env=False,
                proxy=proxy_of(target, authorities) or environment,
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            )
        return self._transports[key], target.proxy is not None or environment is not None

    def _cut(self, check: HealthCheck, watch: Stopwatch, answer: _Answer, error: Exception) -> Probed:
        """What is known of a check that came to no whole answer."""
        timed_out = isinstance(error, TimeoutError) and watch.elapsed_ms >= check.timeout_ms
        word = _TIMED_OUT if timed_out else failure_word(error)
        seen = _seen(
            check,
            answer,
            stopped_in=watch.current,
            timed_out=timed_out,
            failure=word,
            own_trouble=self._own_trouble(check, watch, error, word, timed_out=timed_out),
        )
        told = Error(type=_class_of(error), message=str(error) or _words(check, timed_out), stopped_in=StoppedIn.REST)
        return Probed(seen=seen, phases=watch.taken(), duration_ms=watch.elapsed_ms, error=told)

    def _own_trouble(
        self, check: HealthCheck, watch: Stopwatch, error: Exception, word: str | None, *, timed_out: bool
    ) -> str | None:
        if is_own(error):
            return f"this machine could open no connection ({_class_of(error)}: {error})"
        if isinstance(error, CallerError) or word is None:
            return f"the check itself broke ({_class_of(error)}: {error})"
        if not timed_out:
            return None
        away_ms = self._attention.longest_absence_ms(watch.elapsed_ms)
        if away_ms > check.timeout_ms * _INATTENTIVE_SHARE:
            return f"this process did not listen for {away_ms} ms of that time"
        host = urlsplit(check.url).hostname or ""
        if watch.current is HealthPhase.RESOLVE and not self._resolver.has_begun(host):
            return "its name waited behind others that could not be looked up"
        return None


async def _fetch_from_first(
    transport: httpx.AsyncHTTPTransport,
    check: HealthCheck,
    watch: Stopwatch,
    answer: _Answer,
    addresses: Sequence[str],
) -> None:
    """Ask the first of several addresses that lets us connect."""
    for address in addresses[:-1]:
        try:
            await _fetch(transport, check, watch, answer, address, _NEXT_ADDRESS_AFTER_SECONDS)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            if watch.current is not HealthPhase.CONNECT or is_own(error):
                raise
        else:
            return
    await _fetch(transport, check, watch, answer, addresses[-1], None)


async def _fetch(  # noqa: PLR0913, PLR0917  all that one request is made of
    transport: httpx.AsyncHTTPTransport,
    check: HealthCheck,
    watch: Stopwatch,
    answer: _Answer,
    address: str | None,
    connect_seconds: float | None,
) -> None:
    """Ask for the check's address and read the answer to its end.

    Args:
        transport: What to ask through.
        check: What to ask for.
        watch: Takes the time.
        answer: Gets what is answered.
        address: The host's own address; None leaves the look-up to whoever is asked through.
        connect_seconds: How long connecting may take; None leaves it to the check's own limit.
    """
    url = httpx.URL(check.url)
    extensions = {"trace": watch.trace, "timeout": {"connect": connect_seconds}}
    headers = {"Host": url.netloc.decode("ascii"), **_HEADERS}
    if address is not None:
        extensions["sni_hostname"] = url.raw_host.decode("ascii")
        url = url.copy_with(host=address)
    request = httpx.Request("GET", url, headers=headers, extensions=extensions)
    response = await transport.handle_async_request(request)
    try:
        _take_in(response, check, answer)
        assert isinstance(response.stream, AsyncIterable)  # noqa: S101  narrows the type: the transport is async
        async for _part in response.stream:
            pass
    finally:
        await response.aclose()


def _take_in(response: httpx.Response, check: HealthCheck, answer: _Answer) -> None:
    answer.status = response.status_code
    answer.protocol = response.extensions.get("http_version", b"HTTP/1.1").decode("ascii")
    location = response.headers.get("location")
    if location is not None:
        answer.redirect = "an address that is none"
        with suppress(ValueError):
            answer.redirect = shortened(bare_url(urljoin(check.url, location)))
    tls = response.extensions["network_stream"].get_extra_info("ssl_object")
    expires = (tls.getpeercert() or {}).get("notAfter") if tls is not None else None
    if expires is not None:
        answer.certificate_expires_ms = ssl.cert_time_to_seconds(expires) * 1_000


def _seen(  # noqa: PLR0913  each is a field of what it makes
    check: HealthCheck,
    answer: _Answer,
    *,
    stopped_in: HealthPhase | None = None,
    timed_out: bool = False,
    failure: str | None = None,
    own_trouble: str | None = None,
) -> HealthSeen:
    return HealthSeen(
        url=check.url,
        status=answer.status,
        redirect=answer.redirect,
        protocol=answer.protocol,
        certificate_expires_ms=answer.certificate_expires_ms,
        stopped_in=stopped_in,
        timed_out=timed_out,
        failure=failure,
        own_trouble=own_trouble,
    )


def _settle_where_sniffio_is() -> None:
    """Let the import of a package that is not there fail at once.

    httpcore tries to import it three times in each request, and each time Python looks through all of its path for it:
    a fifth of what a check costs.
    """
    if "sniffio" not in sys.modules and importlib.util.find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]  # Python's own way to say so


def _proxy_of_environment(check: HealthCheck) -> str | None:
    """The proxy that the environment names for an address, where the target has none of its own."""
    parts = urlsplit(check.url)
    if check.target.proxy is not None or is_loopback(check.url) or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    proxies = urllib.request.getproxies()
    found = proxies.get(parts.scheme, proxies.get("all"))
    return found if found is None or "://" in found else f"http://{found}"


def _changed_ns(ca: Path | None) -> int | None:
    """When a file of authorities was changed: it is read anew then."""
    if ca is None:
        return None
    with suppress(OSError):
        return ca.stat().st_mtime_ns
    return None


def _class_of(error: Exception) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def _words(check: HealthCheck, timed_out: bool) -> str:  # noqa: FBT001  private, and named where it is called
    return f"No whole answer within {check.timeout_ms / 1000:g} s" if timed_out else "(no message)"
