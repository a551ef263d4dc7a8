"""A dossier in words: conclusions, days, intervals, and what there is of something."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from synthetics.config.durations import format_duration
from synthetics.slo.dossier.conclusions import Conclusion
from synthetics.slo.figures import Certainty
from synthetics.slo.requirement import How
from synthetics.slo.subject import Subject

HOUR_MS = 3_600_000

_SECOND_MS = 1_000
_HUNDREDTH = Decimal("0.01")

_LABELS = {
    Conclusion.NOT_MET: "not met",
    Conclusion.INSUFFICIENT: "insufficient coverage",
    Conclusion.NO_VERDICT: "no verdict",
    Conclusion.NOTHING_MEASURED: "nothing measured",
    Conclusion.MET: "met",
    Conclusion.LISTED: "listed, not judged",
    Conclusion.MISSING: "attestation missing",
    Conclusion.ENDED: "attestation ended",
    Conclusion.NOT_YET: "attested for later",
    Conclusion.ATTESTED: "attested",
    Conclusion.NOT_GATHERED: "not gathered yet",
}

_HOW = {
    How.OBJECTIVE: "Measured: scheduled first attempts, as the ledger counts them.",
    How.SYNTHETIC_TESTS: "Measured: journeys in a browser that were due, and those that were judged.",
    How.HEALTH_CHECKS: "Measured: the rule by which each base URL is asked, and how often it was.",
    How.FAILURES: "Listed from the ledger: each failure, and how soon it was seen.",
    How.CORRECTIONS: "Listed from the ledger: verdicts and planned windows that came later.",
    How.ATTESTATION: "Attested by people: no machine measures it.",
    How.NOT_GATHERED: "Neither measured nor attested.",
}


def label(conclusion: Conclusion, certainty: Certainty | None) -> str:
    """A conclusion in a few words, such as ``met, not shown``."""
    said = _LABELS[conclusion]
    return said if certainty is None else f"{said}, {certainty.value.replace('_', ' ')}"


def how_words(how: How) -> str:
    """By what a requirement is shown, in one sentence."""
    return _HOW[how]


def day_of(instant_ms: int) -> date:
    """The UTC day of an instant in milliseconds."""
    return datetime.fromtimestamp(instant_ms // _SECOND_MS, UTC).date()


def days_words(since_ms: int, until_ms: int) -> str:
    """A time in whole UTC days, such as ``2026-03-01 to 2026-03-28``; in instants where it begins or ends otherwise."""
    since, until = (datetime.fromtimestamp(each // _SECOND_MS, UTC) for each in (since_ms, until_ms))
    if since.time() == until.time() == datetime.min.time():
        last = until - timedelta(days=1)
        return f"{since:%Y-%m-%d} to {last:%Y-%m-%d}" if last > since else f"{since:%Y-%m-%d}"
    return f"{since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M}"


def instant_words(instant_ms: int) -> str:
    """An instant in milliseconds UTC to the minute, such as ``2026-03-01 04:30``."""
    return f"{datetime.fromtimestamp(instant_ms // _SECOND_MS, UTC):%Y-%m-%d %H:%M}"


def known_words(expected: int, runs_in_window: int) -> str:
    """How many runs were due, where the window has more of them."""
    return f"Only {expected:,} of {runs_in_window:,} runs that the window has are known."


def interval_words(interval: tuple[float, float]) -> str:
    """Where the true share lies, in per cent; each end is cut so that the interval never looks narrower than it is."""
    low, high = interval
    return f"{_hundredths(low, ROUND_FLOOR)} to {_hundredths(high, ROUND_CEILING)} %"


def cadence_words(subject: Subject) -> str:
    """How often a journey is due, such as ``every 5m``."""
    return f"cron {subject.cron}" if subject.cron is not None else f"every {length_words(subject.every_ms)}"


def length_words(length_ms: int) -> str:
    """A length of time as it is written in files, such as ``1h30m``."""
    return format_duration(timedelta(milliseconds=length_ms))


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """So many of something, such as ``1 run`` or ``2,000 runs``."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def listed(names: Sequence[str], at_most: int = 3) -> str:
    """The first of some names, and how many more there are."""
    more = len(names) - at_most
    return ", ".join(names[:at_most]) + (f" and {more:,} more" if more > 0 else "")


def is_or_are(number: int) -> str:
    """The verb for so many."""
    return "is" if number == 1 else "are"


def tally(found: Iterable[tuple[Conclusion, Certainty | None]]) -> Mapping[str, int]:
    """How many there are of each conclusion with its certainty, in words; the worst first."""
    order = tuple(Conclusion)
    ranked = sorted(found, key=lambda each: (order.index(each[0]), each[1] or ""))
    return Counter(label(*each) for each in ranked)


def tally_words(counts: Mapping[str, int], noun: str) -> str:
    """The same as one sentence, such as ``Of 3 apps: 1 not met, shown; 2 met, not shown``."""
    parts = "; ".join(f"{number:,} {said}" for said, number in counts.items())
    return f"Of {counted(sum(counts.values()), noun)}: {parts}."


def _hundredths(share: float, rounding: str) -> str:
    return format((Decimal(str(share)) * 100).quantize(_HUNDREDTH, rounding), "f")
