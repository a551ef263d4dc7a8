"""What the judge says, and what a rule is."""

from collections.abc import Callable
from dataclasses import dataclass

from synthetics.evidence import Evidence
from synthetics.record import Fault, Outcome, Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What the judge says of a run.

    Args:
        outcome: What became of it.
        fault: Whose fault it was.
        reasons: Why, the weightiest first; empty for a pass.
    """

    outcome: Outcome
    fault: Fault
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule of the judge.

    Args:
        name: A stable word.
        sentence: What it says, and when.
        cites: The parts of the evidence that it looks at.
        speaks: The rule itself: pure, and None where it has nothing to say.
    """

    name: str
    sentence: str
    cites: tuple[str, ...]
    speaks: Callable[[Evidence], Judgement | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleSaid:
    """What one rule made of a run, for people.

    Args:
        name: The rule's name.
        sentence: What it says, and when.
        cites: The parts of the evidence that it looked at.
        saw: What it saw, in a sentence; None where it had nothing to say.
        said: Its judgement; None where it had nothing to say.
        decided: Whether it was the first that spoke, so that the run was judged so.
    """

    name: str
    sentence: str
    cites: tuple[str, ...]
    saw: str | None
    said: Judgement | None
    decided: bool


def passed_judgement() -> Judgement:
    """All went well."""
    return Judgement(outcome=Outcome.PASSED, fault=Fault.NONE)


def errored(code: str, sentence: str) -> Judgement:
    """It could not be judged, for a trouble of our own."""
    return Judgement(outcome=Outcome.ERRORED, fault=Fault.MONITOR, reasons=(Reason(code=code, sentence=sentence),))


def failed(fault: Fault, *reasons: Reason) -> Judgement:
    """It failed, by the given fault."""
    return Judgement(outcome=Outcome.FAILED, fault=fault, reasons=reasons)
