"""Looking out of the house once a run did not pass: at the host's status page, and at the site's clock."""

from dataclasses import replace

from synthetics.clock import Clock
from synthetics.config.models import Target
from synthetics.evidence import MachineSeen, Surroundings
from synthetics.runner.site_clock import SiteClocks
from synthetics.runner.status_page import StatusPages


class Lookout:
    """Asks both, each once a minute at most, and waits for neither longer than two seconds.

    Args:
        clock: The machine's own.

    Attributes:
        pages: The status pages alone.
    """

    def __init__(self, clock: Clock) -> None:
        self.pages = StatusPages(clock)
        self._clocks = SiteClocks(clock)

    def look(self, target: Target, around: Surroundings) -> Surroundings:
        """The world around a run with what can be seen from outside of it.

        Args:
            target: Where the run was made.
            around: What is known already.
        """
        page = self.pages.look(target)
        machine = replace(around.machine_end or MachineSeen(), clock_offset_ms=self._clocks.offset_ms(target))
        return replace(
            around,
            statuspage=None if page is None else page.indicator,
            statuspage_since_ms=None if page is None else page.since_ms,
            machine_end=machine,
        )
