"""Whom a repetition on a fresh browser tells more than anything that was seen the first time."""

from synthetics.evidence import Evidence
from synthetics.judge.passing import passed
from synthetics.judge.reading import killed_for
from synthetics.judge.traffic import is_of_one_app
from synthetics.worker import KillReason

#: What may be a tired browser's weakness, or the page's doing.
_UNSURE_KILLS = frozenset({KillReason.DEADLINE, KillReason.MEMORY, KillReason.PROCESSES})


def is_unsure(evidence: Evidence) -> bool:
    """Whether a run's repetition, where one is made, has to be seen before the run is judged.

    A browser that died or hung may have been tired; a host that did not serve this one app may have hiccuped.

    Args:
        evidence: All that is known of the run.
    """
    if evidence.browser_died is not None or killed_for(evidence) in _UNSURE_KILLS:
        return True
    return passed(evidence) is None and is_of_one_app(evidence)
