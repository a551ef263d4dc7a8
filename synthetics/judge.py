"""Who is at fault: an ordered table of pure rules over evidence.

The first rule that speaks decides. Each rule sees the evidence and nothing else, and says in one sentence what it saw.
"""

from collections.abc import Callable
from dataclasses import dataclass

from synthetics.evidence import Evidence, Phase, PhaseOutcome
from synthetics.record import Error, Fault, Outcome, Reason, Step, StepStatus
from synthetics.worker import KillReason


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
    return next(judgement for rule in RULES if (judgement := rule(evidence)) is not None)


# The first rule: it passed.


def passed(evidence: Evidence) -> Judgement | None:
    """Every phase and every declared step passed, and a real browser was there when the target was asked.

    How the worker ended is not looked at: when the last teardown has passed nothing of the journey is left, and what
    goes wrong after it (a report on a full disk, a process that does not end) is not the customer's path.
    """
    if not _is_whole(evidence) or evidence.browser is None or not evidence.asked_target:
        return None
    return Judgement(outcome=Outcome.PASSED, fault=Fault.NONE)


# The second rule, in its parts: our own trouble.


def vacuous(evidence: Evidence) -> Judgement | None:
    """Nothing went wrong, but nothing was done either: no customer's path was walked."""
    if not _is_whole(evidence):
        return None
    return _errored("vacuous", "The journey ended without an error, but no browser asked the target for anything.")


def could_not_start(evidence: Evidence) -> Judgement | None:
    """The worker's process could not be started at all."""
    if evidence.ending is None or evidence.ending.could_not_start is None:
        return None
    return _errored("worker_not_started", f"The worker could not be started: {evidence.ending.could_not_start}.")


def supervisor_lost(evidence: Evidence) -> Judgement | None:
    """Whoever watched the run ended in its middle, and nothing had gone wrong until then."""
    if evidence.ending is None or evidence.ending.supervisor_lost is None or _error(evidence) is not None:
        return None
    return _errored("supervisor_lost", f"The supervisor was lost in the run: {evidence.ending.supervisor_lost}.")


def stopped_by_us(evidence: Evidence) -> Judgement | None:
    """The monitor ended the run because it was itself told to stop, and nothing had gone wrong until then."""
    if _killed_for(evidence) is not KillReason.STOPPED or _error(evidence) is not None:
        return None
    return _errored("stopped", "The runner was told to stop, and ended this run before it was over.")


def browser_died(evidence: Evidence) -> Judgement | None:
    """The browser, or the journey's page in it, ended without being told to."""
    if evidence.browser_died is None:
        return None
    what = "browser" if evidence.browser_died == "browser" else "page's process in the browser"
    return _errored("browser_died", f"The {what} ended in the middle of the run without being told to.")


def browser_did_not_start(evidence: Evidence) -> Judgement | None:
    """No browser ever answered, and what the fixtures broke of was the browser's start."""
    setup = evidence.phase(Phase.SETUP)
    if evidence.browser is not None or setup is None or setup.error is None:
        return None
    # By class, not by what it says: with no browser there, a call to Playwright can only have been for one.
    if not setup.error.type.startswith("playwright.") and not setup.error.type.endswith(".BrowserNotFoundError"):
        return None
    return _errored("browser_not_started", f"No browser could be started: {_said(setup.error)}")


def broke_before_asking(evidence: Evidence) -> Judgement | None:
    """The run ended, in whatever way, before it first asked the target for anything: an import, a fixture, a bug."""
    if evidence.asked_target:
        return None
    if (skip := _skip(evidence)) is not None:
        return _errored("skipped", f"The journey skipped itself before it asked the target for anything{skip}")
    error = _error(evidence)
    if error is not None:
        return _errored("broke_before_asking", f"The run broke before it asked the target for anything: {_said(error)}")
    if (why := _killed_for(evidence)) in _ENDED_BY_US:
        code, sentence = _ENDED_BY_US[why]
        return _errored(f"{code}_before_asking", f"{sentence} before it asked the target for anything.")
    return _errored("no_test_ran", f"The run ended before it asked the target for anything{_ending_words(evidence)}.")


def our_own_error(evidence: Evidence) -> Judgement | None:
    """What the run broke of is of our own tree of errors: the configuration's gap, or the monitor's trouble.

    How a journey fails (no sign-in, no app, no site) is told by errors of ``authoring``, which are not meant here.
    """
    error = _error(evidence)
    if error is None or not error.type.startswith("synthetics.errors."):
        return None
    return _errored("own_error", f"The run ended at an error of the monitor's own: {_said(error)}")


# The third rule: everything else failed, and nobody is named yet.


def failed(evidence: Evidence) -> Judgement:
    """The run had asked the target and did not pass; who is at fault is not understood, and that counts as bad."""
    return Judgement(outcome=Outcome.FAILED, fault=Fault.UNKNOWN, reasons=_reasons_of_failure(evidence))


#: In this order. The first that speaks decides, and the last always does.
RULES: tuple[Callable[[Evidence], Judgement | None], ...] = (
    passed,
    vacuous,
    could_not_start,
    supervisor_lost,
    stopped_by_us,
    browser_died,
    browser_did_not_start,
    broke_before_asking,
    our_own_error,
    failed,
)


#: What is said of a run that the monitor ended, though it was not told to stop.
_ENDED_BY_US: dict[KillReason | None, tuple[str, str]] = {
    KillReason.DEADLINE: ("deadline", "The run was ended at its deadline"),
    KillReason.MEMORY: ("memory", "The run was ended because it took more memory than a worker may"),
    KillReason.PROCESSES: ("processes", "The run was ended because it started more processes than a worker may"),
}


def _reasons_of_failure(evidence: Evidence) -> tuple[Reason, ...]:
    """What there is to say of a failure: the error, the deadline, and only where there is neither, what is missing."""
    step = _failed_step(evidence)
    at = f" at step “{step.title}”" if step is not None else ""
    reasons = []
    if (error := _error(evidence)) is not None:
        reasons.append(Reason(code="journey_failed", sentence=f"The run failed{at}: {_said(error)}"))
    if (why := _killed_for(evidence)) in _ENDED_BY_US:
        code, sentence = _ENDED_BY_US[why]
        reasons.append(Reason(code=code, sentence=f"{sentence}{at}."))
    return tuple(reasons) or (_what_is_missing(evidence, at),)


def _what_is_missing(evidence: Evidence, at: str) -> Reason:
    """Why a run without an error is no pass."""
    if (skip := _skip(evidence)) is not None:
        return Reason(code="skipped", sentence=f"The journey skipped itself after it had asked the target{skip}")
    if not _phases_passed(evidence):
        return Reason(
            code="worker_ended", sentence=f"The worker ended before the run was over{at}{_ending_words(evidence)}."
        )
    skipped = next((step for step in evidence.steps if step.status is StepStatus.SKIPPED), None)
    if skipped is not None:
        sentence = f"The journey ended without an error, but its step “{skipped.title}” was never reached."
        return Reason(code="step_not_reached", sentence=sentence)
    return Reason(code="step_failed", sentence=f"The journey ended without an error, but failed{at}.")


def _errored(code: str, sentence: str) -> Judgement:
    return Judgement(outcome=Outcome.ERRORED, fault=Fault.MONITOR, reasons=(Reason(code=code, sentence=sentence),))


# What the rules read in the evidence.


def _is_whole(evidence: Evidence) -> bool:
    """Whether every phase was there and passed, and so did every declared step."""
    return _phases_passed(evidence) and all(step.status is StepStatus.PASSED for step in evidence.steps)


def _phases_passed(evidence: Evidence) -> bool:
    return {Phase.SETUP, Phase.CALL, Phase.TEARDOWN} <= {each.phase for each in evidence.phases} and all(
        each.outcome is PhaseOutcome.PASSED for each in evidence.phases
    )


def _error(evidence: Evidence) -> Error | None:
    """The first error that a phase failed of; where the worker did not live to tell, that of the step it broke in."""
    for phase in evidence.phases:
        if phase.outcome is PhaseOutcome.FAILED and phase.error is not None:
            return phase.error
    step = _failed_step(evidence)
    return step.error if step is not None else None


def _skip(evidence: Evidence) -> str | None:
    """Why a journey skipped itself, as the end of a sentence; None where it did not."""
    for phase in evidence.phases:
        if phase.outcome is PhaseOutcome.SKIPPED:
            return f": {_first_line(phase.error.message)}" if phase.error is not None else "."
    return None


def _failed_step(evidence: Evidence) -> Step | None:
    """The innermost step that failed: of the journey, else of a fixture."""
    found, steps = None, evidence.steps + evidence.fixture_steps
    while (step := next((each for each in steps if each.status is StepStatus.FAILED), None)) is not None:
        found, steps = step, step.steps
    return found


def _killed_for(evidence: Evidence) -> KillReason | None:
    return evidence.ending.killed_for if evidence.ending is not None else None


def _said(error: Error) -> str:
    """An error in one line."""
    return f"{error.type}: {_first_line(error.message)}"


def _first_line(message: str) -> str:
    return next(iter(message.strip().splitlines()), "(no message)")


def _ending_words(evidence: Evidence) -> str:
    if evidence.ending is None:
        return ""
    if evidence.ending.signal is not None:
        return f" (the worker was ended by signal {evidence.ending.signal})"
    return f" (the worker ended with code {evidence.ending.exit_code})"
