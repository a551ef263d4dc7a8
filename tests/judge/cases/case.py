"""What a case of the table is."""

from dataclasses import dataclass

from synthetics.evidence import ControlKind, Evidence
from synthetics.record import Fault, Outcome


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case: its sentence, what was seen, and what is expected; ``code`` is that of the weightiest reason."""

    sentence: str
    evidence: Evidence
    fault: Fault
    code: str | None
    outcome: Outcome = Outcome.FAILED
    wants: tuple[ControlKind, ...] = ()


def case(sentence: str, evidence: Evidence, fault: Fault, code: str, *wants: ControlKind) -> Case:
    outcome = Outcome.ERRORED if fault is Fault.MONITOR else Outcome.FAILED
    return Case(sentence=sentence, evidence=evidence, fault=fault, code=code, outcome=outcome, wants=wants)


def green(sentence: str, evidence: Evidence) -> Case:
    return Case(sentence=sentence, evidence=evidence, fault=Fault.NONE, code=None, outcome=Outcome.PASSED)
