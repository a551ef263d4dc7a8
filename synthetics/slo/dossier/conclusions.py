"""What may be concluded of a requirement: never more than was measured, and never that a person's word was measured."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from synthetics.config.models import Attestation
from synthetics.slo.coverage import Tier, tier
from synthetics.slo.figures import Certainty, Verdict
from synthetics.slo.standing import Standing
from synthetics.slo.subject import Seen, Subject

_HOUR_MS = 3_600_000
_WHOLE_FROM_PERCENT = 99


class Conclusion(StrEnum):
    """What there is to say of a requirement in a word; of several the first in this order goes for all.

    Measured: ``not_met``, ``insufficient_coverage`` (too little was judged for a number), ``no_verdict`` (enough for a
    number, too little to call it met), ``nothing_measured``, ``met``, and ``listed`` for what is told and not judged.
    Said by a person: ``attestation_missing``, ``attestation_ended``, ``attestation_not_yet`` (it is dated in the
    future) and ``attested``. Neither: ``not_gathered``.
    """

    NOT_MET = "not_met"
    INSUFFICIENT = "insufficient_coverage"
    NO_VERDICT = "no_verdict"
    NOTHING_MEASURED = "nothing_measured"
    MET = "met"
    LISTED = "listed"
    MISSING = "attestation_missing"
    ENDED = "attestation_ended"
    NOT_YET = "attestation_not_yet"
    ATTESTED = "attested"
    NOT_GATHERED = "not_gathered"


_ORDER: Sequence[Conclusion] = tuple(Conclusion)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What was found of one requirement for one app, or for all where it is not asked of each.

    Args:
        app: The app's name; None where it is for all.
        conclusion: In a word.
        certainty: Whether as many runs as there were show it; None where that is no question.
        says: In one or more sentences.
    """

    app: str | None
    conclusion: Conclusion
    certainty: Certainty | None = None
    says: str


def worst(conclusions: Iterable[Conclusion]) -> Conclusion:
    """The one that goes for all of them; nothing was measured where there is none."""
    return min(conclusions, key=_ORDER.index, default=Conclusion.NOTHING_MEASURED)


def together(found: Iterable[tuple[Conclusion, Certainty | None]]) -> tuple[Conclusion, Certainty | None]:
    """What goes for all: the worst conclusion, and whether that is shown.

    One objective that is shown not to be met is enough to show it; that all are met is shown only where each is.

    Args:
        found: Each conclusion with its certainty.
    """
    pairs = tuple(found)
    conclusion = worst(each for each, _ in pairs)
    told = [certainty for each, certainty in pairs if each is conclusion and certainty is not None]
    if not told:
        return conclusion, None
    enough = any if conclusion is Conclusion.NOT_MET else all
    is_shown = enough(each is Certainty.SHOWN for each in told)
    return conclusion, Certainty.SHOWN if is_shown else Certainty.NOT_SHOWN


def conclusion_of(standing: Standing) -> Conclusion:
    """What the attributed reading of an objective comes to."""
    if not standing.seen.counts.expected:
        return Conclusion.NOTHING_MEASURED
    if standing.tier is Tier.INSUFFICIENT:
        return Conclusion.INSUFFICIENT
    if standing.attributed is None:
        return Conclusion.NOTHING_MEASURED
    if standing.attributed.verdict is None:
        return Conclusion.NO_VERDICT
    return Conclusion.MET if standing.attributed.verdict is Verdict.MET else Conclusion.NOT_MET


def certainty_of(standing: Standing, since_ms: int) -> Certainty | None:
    """Whether an objective's verdict is shown.

    By a part of the window nothing is, but that more failed already than all of it allows.

    Args:
        standing: How it stands.
        since_ms: When the window began, in milliseconds UTC.
    """
    reading = standing.attributed
    if reading is None or reading.certainty is None:
        return None
    budget = standing.budget_attributed
    is_overspent = reading.verdict is Verdict.NOT_MET and budget is not None and budget.left < 0
    if is_overspent or is_known_throughout(since_ms, standing.subject, standing.seen):
        return reading.certainty
    return Certainty.NOT_SHOWN


def is_known_throughout(since_ms: int, subject: Subject, seen: Seen) -> bool:
    """Whether what was seen begins with the window and is nearly all that the window has.

    Args:
        since_ms: When the window began, in milliseconds UTC.
        subject: For its cadence: its first slot may lie well within the window.
        seen: What was seen.
    """
    if seen.since_ms is None or seen.since_ms - since_ms >= max(_HOUR_MS, subject.every_ms):
        return False
    return has_runs_of_window(subject, seen)


def has_runs_of_window(subject: Subject, seen: Seen) -> bool:
    """Whether at least 0.99 of the runs that the window has at this cadence are known to have been due.

    What is started from outside, by cron, is due only where it was started: where that stopped, nothing is missed. One
    run less is all of them as well, where the window is no multiple of the interval.

    Args:
        subject: For the runs that the window has.
        seen: What was seen.
    """
    return (seen.counts.expected + 1) * 100 >= subject.runs_in_window * _WHOLE_FROM_PERCENT


def regularity(subject: Subject, seen: Seen) -> Conclusion:
    """Whether what had to run did run all through the window; how it went is another question.

    Args:
        subject: For the runs that the window has.
        seen: For how many of them were due, and how many of those were judged.
    """
    if not seen.counts.expected:
        return Conclusion.NOTHING_MEASURED
    allowed = tier(seen.counts)
    if allowed is Tier.INSUFFICIENT:
        return Conclusion.INSUFFICIENT
    is_regular = allowed is Tier.VERDICT and has_runs_of_window(subject, seen)
    return Conclusion.MET if is_regular else Conclusion.NO_VERDICT


def attested(attestation: Attestation | None, today: date) -> Conclusion:
    """What a person's word is worth today.

    Args:
        attestation: Their word; None where nobody gave one.
        today: The day, in UTC.
    """
    if attestation is None:
        return Conclusion.MISSING
    if today > attestation.until:
        return Conclusion.ENDED
    return Conclusion.NOT_YET if today < attestation.on else Conclusion.ATTESTED


def covers(attestation: Attestation, last_day: date) -> bool:
    """Whether a person's word is of a window: given by its last day, and holding on it.

    Args:
        attestation: Their word.
        last_day: The last day of the window, in UTC.
    """
    return attestation.on <= last_day <= attestation.until
