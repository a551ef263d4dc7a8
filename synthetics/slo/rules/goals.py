"""Which objective a journey has by a profile, as far as rules are about it."""

from collections.abc import Callable
from datetime import timedelta

from synthetics.catalogue import Journey
from synthetics.config.durations import format_duration
from synthetics.errors import CallerError
from synthetics.slo.profile import Measure, Per, Profile
from synthetics.slo.rules.cadence import PERIOD_DAYS

_PERIOD = timedelta(days=PERIOD_DAYS)


def objectives_of(profile: Profile) -> Callable[[Journey], float | None]:
    """Tell of each journey which share of its runs has to be good.

    Args:
        profile: Its objectives on the availability of single journeys are taken; of several for one journey the
            strictest.

    Returns:
        What tells it: the share, or None for a journey that the profile asks nothing of.

    Raises:
        CallerError: Where the profile's window is another than the one that burn rates and windows are fitted to.
    """
    if profile.window != _PERIOD:
        raise CallerError(
            f"The profile {profile.name} has a window of {format_duration(profile.window)}, and rules are made for"
            f' {PERIOD_DAYS} days.\n  Choose another profile with slo.profile, or give it window = "{PERIOD_DAYS}d".'
        )
    availability = [
        each for each in profile.objectives.values() if each.measure is Measure.AVAILABILITY and each.per is Per.JOURNEY
    ]

    def objective_of(journey: Journey) -> float | None:
        shares = (
            float(each.goal.share)
            for each in availability
            if each.kind is journey.kind and (not each.journeys or journey.name in each.journeys)
        )
        return max(shares, default=None)

    return objective_of
