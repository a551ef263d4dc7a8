"""What the host says of itself on its status page: it corroborates, and never decides."""

import json
from dataclasses import dataclass

from synthetics.authoring.network import open_client
from synthetics.clock import Clock
from synthetics.config.models import Target
from synthetics.runner.asking import LIMIT_SECONDS, OnceAMinute, within

#: Statuspage's own words, of its API v2.
INDICATORS = frozenset({"none", "minor", "major", "critical", "maintenance"})

_PATH = "/api/v2/status.json"
_LARGEST_BYTES = 65_536


@dataclass(frozen=True, kw_only=True, slots=True)
class PageSeen:
    """What a status page says.

    Args:
        indicator: One of ``INDICATORS``.
        since_ms: When it was first seen to say so, in milliseconds UTC.
    """

    indicator: str
    since_ms: int


class StatusPages:
    """The status pages of targets, each read once a minute at most; for several threads at once.

    Args:
        clock: For politeness, and for when something was first seen.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._read = OnceAMinute[PageSeen](clock)
        self._said: dict[str, PageSeen] = {}

    def look(self, target: Target) -> PageSeen | None:
        """What the page of a target says, as of the last minute; None where it has none, or it was not to be had."""
        page = target.status_page
        return None if page is None else self._read.get(page, lambda: self._ask(target, page))

    def _ask(self, target: Target, page: str) -> PageSeen | None:
        indicator = within(LIMIT_SECONDS, lambda: read_indicator(target, page))
        if indicator is None:
            return None
        before = self._said.get(page)
        if before is None or before.indicator != indicator:
            self._said[page] = PageSeen(indicator=indicator, since_ms=self._clock.wall_ms())
        return self._said[page]


def read_indicator(target: Target, page: str) -> str | None:
    """Read the headline of a status page.

    Args:
        target: The site, which tells how others are reached from here.
        page: The page's address.

    Returns:
        One of ``INDICATORS``; None where the page says anything else.

    Raises:
        httpx.HTTPError: Where it was not to be had.
        CallerError: Where the target's authorities cannot be read any more.
    """
    with (
        open_client(target, page) as client,
        client.stream("GET", _PATH, timeout=LIMIT_SECONDS, follow_redirects=False) as answer,
    ):
        if not answer.is_success:
            return None
        body = b""
        for part in answer.iter_bytes():
            body += part
            if len(body) > _LARGEST_BYTES:
                return None
    return _indicator(body)


def _indicator(body: bytes) -> str | None:
    try:
        said = json.loads(body)["status"]["indicator"]
    except (ValueError, KeyError, TypeError):
        return None
    return said if isinstance(said, str) and said in INDICATORS else None
