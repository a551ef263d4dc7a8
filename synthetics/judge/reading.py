"""What the rules read of a run's own course: how it ended, in which step, and at what error."""

from synthetics.evidence import Evidence, Phase, PhaseOutcome, StoppedIn
from synthetics.record import Error, Reason, Step, StepStatus
from synthetics.worker import KillReason

#: What is said of a run that the monitor ended, though it was not told to stop.
ENDED_BY_US: dict[KillReason | None, tuple[str, str]] = {
    KillReason.DEADLINE: ("deadline", "The run was ended at its deadline"),
    KillReason.MEMORY: ("memory", "The run was ended because it took more memory than a worker may"),
    KillReason.PROCESSES: ("processes", "The run was ended because it started more processes than a worker may"),
}

#: What was being done, by the error's class, where nobody looked at the way that it came. The first that fits.
_BY_CLASS: tuple[tuple[str, StoppedIn], ...] = (
    (".SignInError", StoppedIn.SIGN_IN),
    (".ConsentNeededError", StoppedIn.CONSENT),
    (".AppFrameError", StoppedIn.APP_FRAME),
    (".SiteError", StoppedIn.NAVIGATE),
    (".SiteDataError", StoppedIn.REST),
    ("AssertionError", StoppedIn.ASSERT),
)
_BY_MODULE: tuple[tuple[str, StoppedIn], ...] = (
    ("synthetics.errors.", StoppedIn.OWN),
    ("httpx.", StoppedIn.REST),
    ("playwright.", StoppedIn.ACTION),
)


def is_whole(evidence: Evidence) -> bool:
    """Whether every phase was there and passed, and so did every declared step."""
    return phases_passed(evidence) and all(step.status is StepStatus.PASSED for step in evidence.steps)


def phases_passed(evidence: Evidence) -> bool:
    """Whether every phase was there and passed."""
    return {Phase.SETUP, Phase.CALL, Phase.TEARDOWN} <= {each.phase for each in evidence.phases} and all(
        each.outcome is PhaseOutcome.PASSED for each in evidence.phases
    )


def error_of(evidence: Evidence) -> Error | None:
    """The first error that a phase failed of; where the worker did not live to tell, that of the step it broke in."""
    for phase in evidence.phases:
        if phase.outcome is PhaseOutcome.FAILED and phase.error is not None:
            return phase.error
    step = failed_step(evidence)
    return step.error if step is not None else None


def error_is(evidence: Evidence, *names: str) -> bool:
    """Whether the run ended at an error of one of these classes, whatever module they are in."""
    error = error_of(evidence)
    return error is not None and error.type.rpartition(".")[2] in names


def stopped_in(evidence: Evidence) -> StoppedIn | None:
    """What was being done when the run ended at an error; None where it ended without one."""
    error = error_of(evidence)
    if error is None:
        return None
    if error.stopped_in is not None:
        return error.stopped_in
    by_class = next((place for name, place in _BY_CLASS if error.type.endswith(name)), None)
    return by_class or next((place for module, place in _BY_MODULE if error.type.startswith(module)), StoppedIn.OTHER)


def skip_of(evidence: Evidence) -> str | None:
    """Why a journey skipped itself, as the end of a sentence; None where it did not."""
    for phase in evidence.phases:
        if phase.outcome is PhaseOutcome.SKIPPED:
            return f": {_first_line(phase.error.message)}" if phase.error is not None else "."
    return None


def failed_step(evidence: Evidence) -> Step | None:
    """The innermost step that failed: of the journey, else of a fixture."""
    found, steps = None, evidence.steps + evidence.fixture_steps
    while (step := next((each for each in steps if each.status is StepStatus.FAILED), None)) is not None:
        found, steps = step, step.steps
    return found


def at_step(evidence: Evidence) -> str:
    """In which step it failed, as a part of a sentence."""
    step = failed_step(evidence)
    return f" at step “{step.title}”" if step is not None else ""


def window(evidence: Evidence) -> tuple[int, int | None]:
    """When the step that failed, the outermost one, began and ended, in ms from the run's start.

    What happened long before may have been overcome, and what happens after it is the clean-up.
    """
    steps = evidence.steps + evidence.fixture_steps
    step = next((each for each in steps if each.status is StepStatus.FAILED), None)
    if step is None or step.offset_ms is None:
        return 0, None
    return step.offset_ms, None if step.duration_ms is None else step.offset_ms + step.duration_ms


def killed_for(evidence: Evidence) -> KillReason | None:
    """Why the monitor ended the worker, where it did."""
    return evidence.ending.killed_for if evidence.ending is not None else None


def said(error: Error) -> str:
    """An error in one line."""
    return f"{error.type}: {_first_line(error.message)}"


def ending_words(evidence: Evidence) -> str:
    """How the worker ended, in brackets; nothing by hand."""
    if evidence.ending is None:
        return ""
    if evidence.ending.signal is not None:
        return f" (the worker was ended by signal {evidence.ending.signal})"
    return f" (the worker ended with code {evidence.ending.exit_code})"


def course(evidence: Evidence) -> tuple[Reason, ...]:
    """What there is to say of a failure: the error, the deadline, and only where there is neither, what is missing."""
    at, reasons = at_step(evidence), []
    if (error := error_of(evidence)) is not None:
        reasons.append(Reason(code="journey_failed", sentence=f"The run failed{at}: {said(error)}"))
    if (why := killed_for(evidence)) in ENDED_BY_US:
        code, sentence = ENDED_BY_US[why]
        reasons.append(Reason(code=code, sentence=f"{sentence}{at}."))
    return tuple(reasons) or (_what_is_missing(evidence, at),)


def _what_is_missing(evidence: Evidence, at: str) -> Reason:
    """Why a run without an error is no pass."""
    if not phases_passed(evidence):
        sentence = f"The worker ended before the run was over{at}{ending_words(evidence)}."
        return Reason(code="worker_ended", sentence=sentence)
    skipped = next((step for step in evidence.steps if step.status is StepStatus.SKIPPED), None)
    if skipped is not None:
        sentence = f"The journey ended without an error, but its step “{skipped.title}” was never reached."
        return Reason(code="step_not_reached", sentence=sentence)
    return Reason(code="step_failed", sentence=f"The journey ended without an error, but failed{at}.")


def _first_line(message: str) -> str:
    return next(iter(message.strip().splitlines()), "(no message)")
