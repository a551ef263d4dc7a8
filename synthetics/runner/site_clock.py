"""How far this machine's clock is off, as the site sees it: a one-time code is only as right as the clock."""

from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx

from synthetics.authoring.network import open_client
from synthetics.clock import Clock
from synthetics.config.models import Target
from synthetics.runner.asking import LIMIT_SECONDS, OnceAMinute, within

#: ``Date`` tells whole seconds, cut off: on average it is half of one later than it says.
_HALF_A_SECOND_MS = 500


class SiteClocks:
    """The clocks of sites, each asked for once a minute at most; for several threads at once.

    Args:
        clock: The machine's own.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked = OnceAMinute[int](clock)

    def offset_ms(self, target: Target) -> int | None:
        """How far the machine's clock is ahead of the site's, in milliseconds; None where the site did not tell."""
        return self._asked.get(
            target.site, lambda: within(LIMIT_SECONDS, lambda: read_offset_ms(target, self._clock.wall_ms))
        )


def read_offset_ms(target: Target, wall_ms: Callable[[], int]) -> int | None:
    """Ask the site for its time.

    Args:
        target: The site.
        wall_ms: The machine's time, in milliseconds UTC.

    Returns:
        How far the machine is ahead of it, in milliseconds, to about a second; None where its answer tells no time.

    Raises:
        httpx.HTTPError: Where it does not answer.
        CallerError: Where the target's authorities cannot be read any more.
    """
    with open_client(target, target.site) as client:
        before_ms = wall_ms()
        # Its answer may be a refusal as well: whoever answers tells the time.
        answer = client.head("/", timeout=LIMIT_SECONDS, headers={"Cache-Control": "no-cache"}, follow_redirects=False)
        now_ms = (before_ms + wall_ms()) // 2
    site_ms = told_ms(answer.headers)
    return None if site_ms is None else now_ms - site_ms


def told_ms(headers: httpx.Headers) -> int | None:
    """The time that an answer tells, in milliseconds UTC, with the seconds that it may have lain in a cache."""
    try:
        date = parsedate_to_datetime(headers["Date"])
        age_seconds = int(headers.get("Age", "0"))
        told = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
        return int(told.timestamp()) * 1_000 + age_seconds * 1_000 + _HALF_A_SECOND_MS
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
