"""Was it the host? A control decides: the same way without the app. The host's status page only corroborates."""

from synthetics.evidence import ControlKind, ControlSeen, Evidence, Owner, StoppedIn
from synthetics.judge.controls import by_host, is_control, named, relevant
from synthetics.judge.judgement import Judgement, failed
from synthetics.judge.network import INSEPARABLE
from synthetics.judge.reading import at_step, course, killed_for, stopped_in
from synthetics.judge.traffic import host_trouble, is_invoke, sign_in_trouble, told, up_to_failure
from synthetics.record import Fault, Reason
from synthetics.worker import KillReason

#: The vendor's regions fail one at a time: who looks from one place sees one of them.
ONE_REGION = Reason(
    code="one_region",
    sentence="Seen from one location: whether all of the host failed, or one of its regions, cannot be told from here.",
)

_PRODUCTS = (ControlKind.HOST_JIRA, ControlKind.HOST_CONFLUENCE)
#: A control does nothing but what the host must answer: wherever it does not come through there, that is the host.
_ON_THE_HOST = frozenset(
    {StoppedIn.NAVIGATE, StoppedIn.APP_FRAME, StoppedIn.ASSERT, StoppedIn.ACTION, StoppedIn.SIGN_IN}
)


def product_control(evidence: Evidence) -> Judgement | None:
    """A fresh control that walks the host's own pages, without the app, failed by the host."""
    kinds = [each for each in relevant(evidence) if each in _PRODUCTS]
    control = by_host(evidence, *kinds)
    return (
        None if control is None else _by_control(evidence, control, "host_control", "A control without the app failed")
    )


def forge_control(evidence: Evidence) -> Judgement | None:
    """A fresh control failed that is a do-nothing app on Forge, and the app in question stands on Forge as well."""
    if ControlKind.HOST_FORGE not in relevant(evidence):
        return None
    control = by_host(evidence, ControlKind.HOST_FORGE)
    if control is None:
        return None
    return _by_control(evidence, control, "forge_control", "Another app that does nothing failed on Forge as well")


def sign_in_control(evidence: Evidence) -> Judgement | None:
    """Signing in did not come to an end, and a fresh control of signing in alone failed by the host as well."""
    if stopped_in(evidence) is not StoppedIn.SIGN_IN and sign_in_trouble(evidence) is None:
        return None
    if evidence.app is None or evidence.app.is_control:
        return None
    control = by_host(evidence, ControlKind.SIGN_IN)
    if control is None:
        return None
    return _by_control(evidence, control, "sign_in_control", "A control that only signs in failed as well")


def control_itself(evidence: Evidence) -> Judgement | None:
    """A control failed at what the host alone has to do."""
    if not is_control(evidence):
        return None
    trouble = host_trouble(evidence) or sign_in_trouble(evidence)
    if trouble is None:
        waiting = (each for each in up_to_failure(evidence) if is_invoke(each) and not each.ended)
        trouble = next(waiting, None)
    # A call without the browser, or a bug of the control's own, is the host's only where the host is seen to err.
    if trouble is None and stopped_in(evidence) not in _ON_THE_HOST:
        return None
    if trouble is not None:
        what = f"The host did not do its part: {told(trouble)}"
    else:
        what = f"The host was reached, and did not show what it shows without any app{at_step(evidence)}"
    place = ONE_REGION if any(each.answered or each.refused for each in evidence.origins) else INSEPARABLE
    return failed(Fault.HOST, Reason(code="host_failed", sentence=f"{what}."), place, *course(evidence))


def forge_frame_in_control(evidence: Evidence) -> Judgement | None:
    """A control's frame on Forge was cut off, or hung, while the site answered."""
    if not is_control(evidence) or killed_for(evidence) is not KillReason.DEADLINE:
        return None
    frames = [each for each in evidence.frames if each.is_app and each.owner is Owner.CDN and each.ready_ms is None]
    if not frames:
        return None
    reason = Reason(code="forge_failed", sentence=f"The frame of {frames[0].origin} never came up in a control.")
    return failed(Fault.HOST, reason, ONE_REGION, *course(evidence))


def _by_control(evidence: Evidence, control: ControlSeen, code: str, what: str) -> Judgement:
    reason = Reason(code=code, sentence=f"{what}: {named(evidence, control)}.")
    trouble = host_trouble(evidence)
    seen = () if trouble is None else (Reason(code="host_seen", sentence=f"This run saw it too: {told(trouble)}."),)
    place = ONE_REGION if control.reached_network else INSEPARABLE
    return failed(Fault.HOST, reason, *seen, place, *course(evidence))
