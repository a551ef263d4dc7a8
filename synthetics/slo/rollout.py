"""Red on first, green on production: what breaks on a site that gets the host's changes first breaks elsewhere soon."""

from collections.abc import Mapping

from synthetics.config.models import Rollout
from synthetics.slo.counts import Counts
from synthetics.slo.subject import Seen, Subject

#: Over so many hours a site is called red or green.
HOURS = 6
#: So many failures that their repetition confirmed make a site red: one may be anything.
_RED_FROM = 2


def is_red(counts: Counts) -> bool:
    """Whether several failures were confirmed that the app or the host is to blame for, or nobody knows."""
    return _confirmed(counts) >= _RED_FROM


def is_green(counts: Counts) -> bool:
    """Whether runs passed, and no such failure was confirmed."""
    return counts.passed > 0 and _confirmed(counts) == 0


def red_on_first(seen: Mapping[Subject, Seen]) -> dict[Subject, tuple[str, ...]]:
    """Which journeys are green where everybody is, and red where changes come first.

    Args:
        seen: What was seen of each journey.

    Returns:
        For each such journey on a site that is not first, the names of the first sites on which it is red.
    """
    red = [each for each, its in seen.items() if each.rollout is Rollout.FIRST and is_red(_recent(its))]
    found = {}
    for subject, its in seen.items():
        if subject.rollout is Rollout.FIRST or not is_green(_recent(its)):
            continue
        names = sorted(each.target for each in red if _is_same_journey(each, subject))
        if names:
            found[subject] = tuple(names)
    return found


def _is_same_journey(one: Subject, other: Subject) -> bool:
    return (one.journey, one.location) == (other.journey, other.location)


def _confirmed(counts: Counts) -> int:
    failed, flaky = counts.failed, counts.flaky
    return failed.charged - flaky.charged + failed.host - flaky.host


def _recent(seen: Seen) -> Counts:
    return seen.recent.get(HOURS, Counts())
