"""Which windows are recorded for a placement."""

from synthetics.slo.rules.cadence import PERIOD_SECONDS, Cadence
from synthetics.slo.rules.watched import Watched

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400

#: Those that sloth records, so that its users' dashboards find them.
_SLOTH = (5 * _MINUTE, 30 * _MINUTE, _HOUR, 2 * _HOUR, 6 * _HOUR, _DAY, 3 * _DAY)
_LATELY = (5 * _MINUTE, 10 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE, _HOUR, 2 * _HOUR, 6 * _HOUR, _DAY, 3 * _DAY)
#: Fewer due times than that tell nothing of coverage.
LEAST_EXPECTED = 10
FLAKY_WINDOW = 3 * _DAY


def windows_of(watched: Watched) -> tuple[int, ...]:
    """The windows of a placement in seconds, the shortest first, without the whole period.

    Of those that sloth records, the ones that could not hold a run are left out.
    """
    fitted = {each for tier in watched.tiers for each in (tier.step.long_s, tier.short_s)}
    cadence = watched.cadence
    own = {coverage_window(cadence), failing_window(cadence), FLAKY_WINDOW}
    usual = {each for each in _SLOTH if cadence.held(each)} if watched.feeds_objective else set()
    return tuple(sorted({*usual, *fitted, *own} - {PERIOD_SECONDS}))


def failing_window(cadence: Cadence) -> int:
    """The shortest window that always sees a run, however late that started."""
    return next((each for each in _LATELY if 2 * each >= 3 * cadence.every_s), 2 * cadence.every_s)


def coverage_window(cadence: Cadence) -> int:
    """The shortest window from a day on that holds enough runs to tell a share of them."""
    return next((each for each in (_DAY, 3 * _DAY) if cadence.held(each) >= LEAST_EXPECTED), PERIOD_SECONDS)
