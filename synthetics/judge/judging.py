"""Judging, wanting, and telling how a run was judged: pure functions of its evidence."""

from collections.abc import Iterator
from dataclasses import replace

from synthetics.evidence import ControlKind, ControlSeen, Evidence, Surroundings
from synthetics.judge.controls import lacking
from synthetics.judge.corroborating import corroborated
from synthetics.judge.judgement import Judgement, RuleSaid
from synthetics.judge.rules import first_to_speak, rules_for
from synthetics.record import Fault, Outcome


def judge(evidence: Evidence) -> Judgement:
    """Say what became of a run and whose fault it was.

    Args:
        evidence: All that is known of the run.

    Returns:
        One of the eight pairs of outcome and fault, with its reasons.
    """
    return corroborated(evidence, first_to_speak(evidence))


def wants(evidence: Evidence) -> tuple[ControlKind, ...]:
    """The controls that would tell more of a run: on its target, with its account, and soon.

    What such a control could say is tried out: where none of its answers changes the judgement, it is not wanted.

    Args:
        evidence: All that is known of the run.

    Returns:
        The kinds; empty where fresh ones are there already, or would change nothing.
    """
    now = first_to_speak(evidence)
    if now.outcome is not Outcome.FAILED or evidence.app is None or evidence.app.is_control or evidence.health:
        return ()
    asked = lacking(evidence)
    return tuple(
        kind
        for kind in asked
        if any(
            (said.outcome, said.fault) != (now.outcome, now.fault)
            for said in map(first_to_speak, _answered(evidence, asked, kind))
        )
    )


def review(evidence: Evidence) -> tuple[RuleSaid, ...]:
    """Tell how a run was judged: every rule in its order, what it saw and what it said.

    Args:
        evidence: All that is known of the run.

    Returns:
        All rules; exactly one of them decided.
    """
    told: list[RuleSaid] = []
    decided = False
    for rule in rules_for(evidence):
        said = rule.speaks(evidence)
        decides = said is not None and not decided
        decided = decided or decides
        told.append(
            RuleSaid(
                name=rule.name,
                sentence=rule.sentence,
                cites=rule.cites,
                saw=_saw(said),
                said=said,
                decided=decides,
            )
        )
    return tuple(told)


def _saw(said: Judgement | None) -> str | None:
    if said is None:
        return None
    return said.reasons[0].sentence if said.reasons else "Every phase and every declared step passed."


def _answered(evidence: Evidence, asked: tuple[ControlKind, ...], kind: ControlKind) -> Iterator[Evidence]:
    """The evidence as it would be with each answer that a control may give, the others that are asked being well."""
    around = evidence.surroundings or Surroundings(now_ms=0, started_ms=0)
    others = tuple(_control(each, around, Outcome.PASSED, Fault.NONE) for each in asked if each is not kind)
    for outcome, fault in (
        (Outcome.PASSED, Fault.NONE),
        (Outcome.FAILED, Fault.HOST),
        (Outcome.FAILED, Fault.NETWORK),
        (Outcome.FAILED, Fault.SESSION),
    ):
        controls = (_control(kind, around, outcome, fault), *others, *around.controls)
        yield replace(evidence, surroundings=replace(around, controls=controls))


def _control(kind: ControlKind, around: Surroundings, outcome: Outcome, fault: Fault) -> ControlSeen:
    return ControlSeen(
        kind=kind,
        outcome=outcome,
        fault=fault,
        started_ms=around.started_ms,
        ended_ms=around.started_ms,
        reached_network=fault is not Fault.NETWORK,
    )
