"""Whose doing was it that a browser died, hung, or ate what it must not? A browser that is started afresh tells."""

from synthetics.evidence import Evidence, RepeatSeen
from synthetics.judge.controls import named, well
from synthetics.judge.judgement import Judgement, errored, failed
from synthetics.judge.monitor import memory_was_taken
from synthetics.judge.reading import course, error_of, killed_for
from synthetics.judge.traffic import app_is_in_view, in_window, is_unanswered
from synthetics.record import Fault, Outcome, Reason
from synthetics.worker import KillReason

#: What ends a run because of what its processes did.
_GLUTTONY = frozenset({KillReason.MEMORY, KillReason.PROCESSES})


def ended_from_outside(evidence: Evidence) -> Judgement | None:
    """The browser itself ended without being told to: no page does that, so something outside did, unless it repeats.

    A browser's pages have processes of their own, and the browser's own does none of their work.
    """
    if evidence.browser_died is None or _repeated(evidence):
        return None
    if evidence.browser_died != "browser" and not memory_was_taken(evidence):
        return None
    return errored("browser_died", f"The {_what(evidence)} in the middle of the run without being told to.")


def not_repeated(evidence: Evidence) -> Judgement | None:
    """The browser died, hung or ate too much, and the fresh one of the confirm-run walked the same path and passed."""
    around = evidence.surroundings
    what = _what(evidence)
    if what is None or around is None or around.confirm is None or around.confirm.outcome is not Outcome.PASSED:
        return None
    return errored("browser_not_repeated", f"The {what}, but not the fresh one of the confirm-run, which passed.")


def repeated(evidence: Evidence) -> Judgement | None:
    """The browser died, hung or ate too much, a fresh one did so again, controls are well: it is the app's page."""
    what = _what(evidence)
    if what is None or not _repeated(evidence) or memory_was_taken(evidence):
        return None
    controls = well(evidence)
    if not controls:
        return None
    clear = "; ".join(named(evidence, each) for each in controls)
    reason = Reason(
        code="browser_repeated", sentence=f"The {what}, and so did it again when started afresh; well: {clear}."
    )
    return failed(Fault.APP, reason, *course(evidence))


def gone(evidence: Evidence) -> Judgement | None:
    """The browser died, hung or ate too much, and nothing tells whose doing that was."""
    what = _what(evidence)
    if what is None:
        return None
    sentence = f"The {what}, and neither something outside it nor a fresh browser tells why."
    return failed(Fault.UNKNOWN, Reason(code="browser_gone", sentence=sentence), *course(evidence))


def _what(evidence: Evidence) -> str | None:
    """What became of the browser, as a part of a sentence; None where it is not known to have gone wrong."""
    if evidence.browser_died == "browser":
        return "browser ended"
    if evidence.browser_died == "page":
        return "page's process in the browser ended"
    why = killed_for(evidence)
    if error_of(evidence) is not None:
        return None
    if why in _GLUTTONY:  # all processes of the run are counted together, the journey's own among them
        return f"run took more {why} than it may"
    return "page in the browser hung" if why is KillReason.DEADLINE and _hung(evidence) else None


def _hung(evidence: Evidence) -> bool:
    """Whether the app was on the page at the deadline, and nothing of what was asked was still to come."""
    return app_is_in_view(evidence) and not any(is_unanswered(each) for each in in_window(evidence))


def _repeated(evidence: Evidence) -> bool:
    around = evidence.surroundings
    if around is None:
        return False
    other = around.first_attempt if around.attempt > 1 else around.confirm
    return other is not None and other.outcome is not Outcome.PASSED and _is_alike(other)


def _is_alike(other: RepeatSeen) -> bool:
    return other.browser_died is not None or other.killed_for in _GLUTTONY | {KillReason.DEADLINE}
