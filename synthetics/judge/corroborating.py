"""What is added to a judgement and never makes one: the host's status page, and how many others fail."""

from dataclasses import replace

from synthetics.evidence import ControlKind, Evidence
from synthetics.judge.controls import failing, named
from synthetics.judge.judgement import Judgement
from synthetics.record import Fault, Outcome, Reason

#: From this share of the journeys of unrelated apps it is no accident.
MOST = 0.5

#: The reasons that stand beside a judgement and never make one.
CORROBORATING = frozenset({"mass_failure", "status_page"})

_TROUBLE = frozenset({"minor", "major", "critical", "maintenance"})


def tells_of_trouble(indicator: str | None) -> bool:
    """Whether a status page with this indicator owns to something that could make a run fail."""
    return indicator in _TROUBLE


def corroborated(evidence: Evidence, judgement: Judgement) -> Judgement:
    """A judgement with all that stands beside it; its outcome and fault stay what they are."""
    if judgement.outcome is not Outcome.FAILED:
        return judgement
    added = [each for each in (_mass_failure(evidence), _status_page(evidence, judgement)) if each is not None]
    return replace(judgement, reasons=(*judgement.reasons, *added))


def _mass_failure(evidence: Evidence) -> Reason | None:
    around = evidence.surroundings
    if around is None or around.others_failing is None or around.others_failing < MOST:
        return None
    control = failing(evidence, *ControlKind)
    if control is None:
        return None
    sentence = (
        f"{around.others_failing:.0%} of the journeys of unrelated apps fail within the same interval, and so does a"
        f" control: {named(evidence, control)}."
    )
    return Reason(code="mass_failure", sentence=sentence)


def _status_page(evidence: Evidence, judgement: Judgement) -> Reason | None:
    around = evidence.surroundings
    if around is None or not tells_of_trouble(around.statuspage):
        return None
    if judgement.fault not in {Fault.HOST, Fault.UNKNOWN, Fault.NETWORK, Fault.SESSION}:
        return None
    seen = _first_seen(around.statuspage_since_ms, around.started_ms)
    return Reason(code="status_page", sentence=f"The host's status page says {around.statuspage}{seen}.")


def _first_seen(since_ms: int | None, started_ms: int) -> str:
    if since_ms is None:
        return ""
    minutes, seconds = divmod(round(abs(since_ms - started_ms) / 1000), 60)
    age = f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
    return f", first seen {age} {'after' if since_ms > started_ms else 'before'} this run started"
