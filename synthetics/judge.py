"""Who is at fault: an ordered table of pure rules over evidence.

The first rule that speaks decides. Each rule sees the evidence and nothing else, and says in one sentence what it saw.
"""

from collections.abc import Callable
from dataclasses import dataclass

from synthetics.evidence import Evidence, KillReason, Phase, PhaseOutcome
from synthetics.record import Fault, Outcome, Reason, Step, StepStatus


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


def judge(evidence: Evidence) -> Judgement:
    """Say what became of a run and whose fault it was.

    Args:
        evidence: All that is known of the run.

    Returns:
        One of the eight pairs of outcome and fault, with its reasons.
    """
    for rule in RULES:
        judgement = rule(evidence)
        if judgement is not None:
            return judgement
    return _failed(evidence)


def _errored(code: str, sentence: str) -> Judgement:
    return Judgement(
        outcome=Outcome.ERRORED,
        fault=Fault.MONITOR,
        reasons=(Reason(code=code, sentence=sentence),),
    )


def passed(evidence: Evidence) -> Judgement | None:
    """Every phase and every step passed, in a real browser that asked the target for something."""
    called = evidence.phase(Phase.CALL)
    whole = (
        called is not None
        and all(phase.outcome is PhaseOutcome.PASSED for phase in evidence.phases)
        and evidence.phase(Phase.TEARDOWN) is not None
        and all(step.status is StepStatus.PASSED for step in evidence.steps)
        and (evidence.ending is None or (evidence.ending.exit_code == 0 and evidence.ending.killed_for is None))
    )
    if not whole:
        return None
    if evidence.browser is None or not evidence.asked_target:
        return _errored(
            "vacuous",
            "The journey ended without an error, but no browser ever asked the target for anything.",
        )
    return Judgement(outcome=Outcome.PASSED, fault=Fault.NONE)


def stopped_by_us(evidence: Evidence) -> Judgement | None:
    """The monitor ended the run because it was itself told to stop."""
    if evidence.ending is not None and evidence.ending.killed_for is KillReason.STOPPED:
        return _errored("stopped", "The runner was told to stop and ended this run before it was over.")
    return None


def could_not_start(evidence: Evidence) -> Judgement | None:
    """The worker's process could not be started at all."""
    if evidence.ending is not None and evidence.ending.could_not_start is not None:
        return _errored("worker_not_started", f"The worker could not be started: {evidence.ending.could_not_start}.")
    return None


def browser_died(evidence: Evidence) -> Judgement | None:
    """The browser, or the journey's page in it, ended without being told to."""
    if evidence.browser_died is None:
        return None
    what = "browser" if evidence.browser_died == "browser" else "browser's page process"
    return _errored("browser_died", f"The {what} ended in the middle of the run without being told to.")


def skipped(evidence: Evidence) -> Judgement | None:
    """The journey skipped itself, so nothing was judged."""
    phase = next((each for each in evidence.phases if each.outcome is PhaseOutcome.SKIPPED), None)
    if phase is None:
        return None
    why = f": {_first_line(phase.error.message)}" if phase.error else ""
    return _errored("skipped", f"The journey skipped itself during {phase.phase}{why}")


def broke_before_asking(evidence: Evidence) -> Judgement | None:
    """The run broke before it first asked the target for anything: an import, a fixture, a bug, no browser."""
    if evidence.asked_target:
        return None
    if evidence.ending is not None and evidence.ending.killed_for is KillReason.DEADLINE:
        return _errored("deadline_before_asking", "The deadline passed before the run asked the target for anything.")
    if evidence.playwright is not None and evidence.browser is None and _browser_was_wanted(evidence):
        detail = f": {_first_line(evidence.error.message)}" if evidence.error else "."
        return _errored("browser_not_started", f"No browser could be started{detail}")
    if evidence.error is not None:
        return _errored(
            "broke_before_asking",
            f"The run broke before it asked the target for anything: "
            f"{evidence.error.type}: {_first_line(evidence.error.message)}",
        )
    return _errored("no_test_ran", f"No test ran{_ending_words(evidence)}.")


#: In this order. The first that speaks decides; where none does, the run failed and nobody is named yet.
RULES: tuple[Callable[[Evidence], Judgement | None], ...] = (
    passed,
    stopped_by_us,
    could_not_start,
    browser_died,
    skipped,
    broke_before_asking,
)


def _failed(evidence: Evidence) -> Judgement:
    """The run had asked the target and did not pass; the evidence does not yet name anybody."""
    at = f" at step “{step.title}”" if (step := _failed_step(evidence.steps)) is not None else ""
    if evidence.ending is not None and evidence.ending.killed_for is KillReason.DEADLINE:
        reason = Reason(code="deadline", sentence=f"The run was ended at its deadline{at}.")
    elif evidence.error is not None:
        reason = Reason(
            code="journey_failed",
            sentence=f"The run failed{at}: {evidence.error.type}: {_first_line(evidence.error.message)}",
        )
    else:
        reason = Reason(
            code="worker_ended", sentence=f"The worker ended before the run was over{at}{_ending_words(evidence)}."
        )
    return Judgement(outcome=Outcome.FAILED, fault=Fault.UNKNOWN, reasons=(reason,))


def _failed_step(steps: tuple[Step, ...]) -> Step | None:
    """The innermost failed step."""
    for step in steps:
        if step.status is StepStatus.FAILED:
            return _failed_step(step.steps) or step
    return None


def _browser_was_wanted(evidence: Evidence) -> bool:
    """Whether the error came while the browser was being started: in a fixture, from Playwright."""
    error = evidence.error
    setup = evidence.phase(Phase.SETUP)
    return (
        error is not None
        and error.type.startswith("playwright.")
        and setup is not None
        and setup.outcome is PhaseOutcome.FAILED
    )


def _first_line(message: str) -> str:
    return message.strip().splitlines()[0] if message.strip() else "(no message)"


def _ending_words(evidence: Evidence) -> str:
    if evidence.ending is None:
        return ""
    if evidence.ending.signal is not None:
        return f" (the worker was ended by signal {evidence.ending.signal})"
    return f" (the worker ended with code {evidence.ending.exit_code})"
