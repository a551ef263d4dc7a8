"""Was it the app? Only where fresh controls are well, nobody else is to blame, and the failure lies in the app."""

from synthetics.evidence import Evidence, StoppedIn
from synthetics.judge.controls import named, well
from synthetics.judge.judgement import Judgement, failed
from synthetics.judge.monitor import memory_was_taken
from synthetics.judge.reading import course, error_of, killed_for, stopped_in
from synthetics.judge.traffic import (
    app_frames,
    app_is_in_view,
    app_trouble,
    app_was_used,
    host_trouble,
    is_invoke,
    is_of_one_app,
    is_unanswered,
    told,
    up_to_failure,
)
from synthetics.record import Fault, Outcome, Reason
from synthetics.worker import KillReason


def origin_failed(evidence: Evidence) -> Judgement | None:
    """The app's own origins refused, failed or never answered, and the run stopped where they matter."""
    trouble = app_trouble(evidence)
    if trouble is None:
        return None
    stopped = stopped_in(evidence)
    if stopped in {StoppedIn.NAVIGATE, StoppedIn.REST}:
        if not trouble.is_navigation and trouble.resource != "rest":
            return None
    elif not _lies_in_app(evidence):
        return None
    return _app(evidence, "app_origin", f"The app's own side did not do its part: {told(trouble)}", stops=stopped)


def exception_in_frame(evidence: Evidence) -> Judgement | None:
    """A script in the app's frame broke of an exception, and the run stopped in a page."""
    broken = next((each for each in evidence.messages if each.kind == "exception" and each.in_app_frame), None)
    if broken is None or not _lies_in_app(evidence):
        return None
    text = next(iter(broken.text.strip().splitlines()), "(no text)")
    return _app(evidence, "app_exception", f"A script in the app's frame broke: {text}", stops=stopped_in(evidence))


def not_up(evidence: Evidence) -> Judgement | None:
    """The app did not come up in its place on the page."""
    if stopped_in(evidence) is not StoppedIn.APP_FRAME or memory_was_taken(evidence):
        return None
    return _app(evidence, "app_not_up", f"The app did not come up: {_frame(evidence)}", stops=StoppedIn.APP_FRAME)


def wrong_result(evidence: Evidence) -> Judgement | None:
    """An expectation was not met after the app had come up, in the app or in what it was to bring about."""
    if stopped_in(evidence) is not StoppedIn.ASSERT or memory_was_taken(evidence):
        return None
    if not _lies_in_app(evidence):
        return None
    return _app(
        evidence, "app_result", "What the app showed or brought about was not what it should be", stops=StoppedIn.ASSERT
    )


def unresponsive(evidence: Evidence) -> Judgement | None:
    """Something in a page did not react in its time, and the app was on that page."""
    if stopped_in(evidence) is not StoppedIn.ACTION or memory_was_taken(evidence) or not app_is_in_view(evidence):
        return None
    return _app(evidence, "app_unresponsive", "The app was on the page and did not react", stops=StoppedIn.ACTION)


def call_unanswered(evidence: Evidence) -> Judgement | None:
    """The run was ended at its deadline while a call of the app's functions was still without an answer."""
    if not _hung(evidence) or not app_is_in_view(evidence):
        return None
    waiting = (each for each in up_to_failure(evidence) if is_invoke(each) and is_unanswered(each))
    call = next(waiting, None)
    if call is None:
        return None
    return _app(evidence, "app_call_unanswered", f"A call of the app's functions hung: {told(call)}", stops=None)


def _lies_in_app(evidence: Evidence) -> bool:
    """Whether the run stopped where the app matters: as it came up, on its page, or at what it was to bring about."""
    stopped = stopped_in(evidence)
    if stopped is None:
        return _hung(evidence)  # a worker that ended by itself tells nothing of the app
    if stopped is StoppedIn.ACTION:
        return app_is_in_view(evidence)
    if stopped is StoppedIn.ASSERT:
        return app_is_in_view(evidence) or app_was_used(evidence)
    return stopped in {StoppedIn.APP_FRAME, StoppedIn.OTHER}


def _passed_again(evidence: Evidence) -> bool:
    """Whether the repetition, where there was one, passed: then it was a passing disturbance."""
    around = evidence.surroundings
    return around is not None and around.confirm is not None and around.confirm.outcome is Outcome.PASSED


def _hung(evidence: Evidence) -> bool:
    return error_of(evidence) is None and killed_for(evidence) is KillReason.DEADLINE


def _app(evidence: Evidence, code: str, what: str, *, stops: StoppedIn | None) -> Judgement | None:
    """Charge the app, where all others are cleared."""
    if evidence.app is None or evidence.app.is_control:
        return None
    if stops in {StoppedIn.SIGN_IN, StoppedIn.CONSENT, StoppedIn.OWN}:
        return None
    # Where the host erred in this very run, a control that is well does not undo that; unless it erred at what is this
    # one app's, while it served another's, and did so again when that was tried.
    if host_trouble(evidence) is not None and (not is_of_one_app(evidence) or _passed_again(evidence)):
        return None
    controls = well(evidence)
    if not controls:
        return None
    clear = "; ".join(named(evidence, each) for each in controls)
    return failed(
        Fault.APP,
        Reason(code=code, sentence=f"{what}."),
        Reason(code="controls_well", sentence=f"The host was well without the app: {clear}."),
        *course(evidence),
    )


def _frame(evidence: Evidence) -> str:
    """What became of the app's frame, as a part of a sentence."""
    frames = app_frames(evidence)
    if not frames:
        return "no frame of it was ever on the page"
    last = frames[-1]
    where = f"its frame at {last.origin or last.url}"
    if last.refused:
        return f"{where} was refused"
    if last.connected_ms is None:
        return f"{where} never talked to the host's page"
    if last.ready_ms is None:
        return f"{where} never showed that it is ready"
    return f"{where} could not be used"
