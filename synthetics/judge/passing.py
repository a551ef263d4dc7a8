"""Did the customer's path work, and was there one?"""

from synthetics.evidence import Evidence, Owner
from synthetics.judge.judgement import Judgement, errored, failed, passed_judgement
from synthetics.judge.reading import is_whole
from synthetics.judge.traffic import APP_OWNERS, app_frames
from synthetics.record import Fault, Reason


def passed(evidence: Evidence) -> Judgement | None:
    """Every phase and every declared step passed, and a real browser was there when the app or the site was asked.

    How the worker ended is not looked at: when the last teardown has passed nothing of the journey is left, and what
    goes wrong after it (a report on a full disk, a process that does not end) is not the customer's path.
    """
    if not is_whole(evidence) or _lacks(evidence) is not None:
        return None
    return passed_judgement()


def other_side_changed(evidence: Evidence) -> Judgement | None:
    """Nothing went wrong and nothing was done, though the very same journey has done something before."""
    lacks = _lacks(evidence)
    if not is_whole(evidence) or lacks is None:
        return None
    if evidence.surroundings is None or evidence.surroundings.passed_before is not True:
        return None
    sentence = f"The journey ended without an error, but {lacks}, though unchanged it has done so before."
    return failed(Fault.UNKNOWN, Reason(code="vacuous", sentence=sentence))


def vacuous(evidence: Evidence) -> Judgement | None:
    """Nothing went wrong, but nothing was done either: no customer's path was walked."""
    lacks = _lacks(evidence)
    if not is_whole(evidence) or lacks is None:
        return None
    return errored("vacuous", f"The journey ended without an error, but {lacks}.")


def _lacks(evidence: Evidence) -> str | None:
    """What a pass of this journey needs and this run has not, as a part of a sentence."""
    if evidence.browser is None or not evidence.asked_target:
        return "no browser asked the target for anything"
    app = evidence.app
    if app is None:
        return None  # nobody looked at the traffic
    if app.is_control or app.framework is None:
        asked = any(each.owner is Owner.SITE and each.requests for each in evidence.origins)
        return None if asked or _asked_app(evidence) else "no page asked the site for anything"
    return (
        None if _asked_app(evidence) else f"no page asked {app.name} for anything, nor did it call through its bridge"
    )


def _asked_app(evidence: Evidence) -> bool:
    if evidence.bridge_calls or any(each.owner in APP_OWNERS and each.requests for each in evidence.origins):
        return True
    if any(each.owner is Owner.CDN and not each.refused for each in app_frames(evidence)):
        return True
    # What stands in the host's own page has no origin of its own: that it was seen ready must do.
    return evidence.app is not None and evidence.app.framework == "uikit" and evidence.app_ready_ms is not None
