"""Was a health check well, and if not, whose fault was it? Nobody looked at a page, so there are few rules."""

from urllib.parse import urlsplit

from synthetics.evidence import Evidence, HealthPhase, HealthSeen, OtherSeen
from synthetics.judge.controls import failing, is_hit, named
from synthetics.judge.judgement import Judgement, errored, failed, passed_judgement
from synthetics.judge.network import INSEPARABLE
from synthetics.record import Fault, Reason
from synthetics.seen.surroundings import ControlKind

GOOD = 200
#: In these nothing that the app said had come yet: it may as well be the way that was gone.
_BEFORE_ANSWER = frozenset({None, HealthPhase.RESOLVE, HealthPhase.CONNECT, HealthPhase.TLS})


def good(evidence: Evidence) -> Judgement | None:
    """The address answered with the one good status, whole and in time."""
    seen = evidence.health
    is_good = seen is not None and seen.status == GOOD and seen.stopped_in is None and seen.own_trouble is None
    return passed_judgement() if is_good and evidence.asked_target else None


def own_trouble(evidence: Evidence) -> Judgement | None:
    """The monitor itself could not ask, or could not hear."""
    seen = evidence.health
    if seen is None or seen.own_trouble is None:
        return None
    return errored("check_broke", f"{seen.url} could not be judged: {seen.own_trouble}.")


def vacuous(evidence: Evidence) -> Judgement | None:
    """Nobody was asked for anything."""
    if evidence.health is None or evidence.asked_target:
        return None
    return errored("vacuous", f"{evidence.health.url} was never asked for.")


def answered_badly(evidence: Evidence) -> Judgement | None:
    """The app's own address answered, whole and in time, and with another status than the good one."""
    seen = evidence.health
    if seen is None or seen.status in {None, GOOD}:
        return None
    if seen.redirect is not None:
        what = f"was answered {seen.status} to {seen.redirect}; a health check follows no redirect"
        return failed(Fault.APP, Reason(code="health_redirect", sentence=f"{seen.url} {what}."))
    what = f"was answered {seen.status}, and only {GOOD} is good"
    return failed(Fault.APP, Reason(code="health_status", sentence=f"{seen.url} {what}."))


def cut_off_elsewhere(evidence: Evidence) -> Judgement | None:
    """No whole answer came, and neither was the target's site reached: two that have nothing to do with each other."""
    seen = evidence.health
    if seen is None:
        return None
    gone = next((each for each in seen.others if each.is_site and not each.reached), None)
    if gone is None or _reached(seen) is not None:
        return None
    reason = Reason(
        code="two_origins_cut",
        sentence=f"Two unrelated origins were out of reach: {_what(seen)}, and {_host(gone.origin)} gave no answer.",
    )
    return failed(Fault.NETWORK, reason, INSEPARABLE)


def control_hit(evidence: Evidence) -> Judgement | None:
    """No whole answer came, nothing else was reached since, and a fresh control did not get through either."""
    seen = evidence.health
    control = failing(evidence, *ControlKind)
    if seen is None or control is None or not is_hit(control) or _reached(seen) is not None:
        return None
    sentence = f"{_what(seen)}, and a control did not get through either: {named(evidence, control)}."
    return failed(Fault.NETWORK, Reason(code="control_cut", sentence=sentence), INSEPARABLE)


def not_reached(evidence: Evidence) -> Judgement | None:
    """The app's own address could not be reached, while somebody who has nothing to do with it was."""
    seen = evidence.health
    if seen is None or seen.stopped_in not in _BEFORE_ANSWER:
        return None
    other = _reached(seen)
    if other is None:
        return None
    code = "health_certificate" if seen.stopped_in is HealthPhase.TLS else "health_unreachable"
    return failed(Fault.APP, Reason(code=code, sentence=f"{_what(seen)}."), _well(other))


def late(evidence: Evidence) -> Judgement | None:
    """The app's own address let us connect and gave no whole answer in its time."""
    seen = evidence.health
    if seen is None or seen.stopped_in in _BEFORE_ANSWER:
        return None
    other = _reached(seen)
    code = "health_late" if seen.timed_out else "health_broken_off"
    return failed(Fault.APP, Reason(code=code, sentence=f"{_what(seen)}."), *(() if other is None else (_well(other),)))


def not_understood(evidence: Evidence) -> Judgement:
    """Neither the app nor the network can be cleared; that counts as bad."""
    seen = evidence.health
    sentence = (
        "Nothing is known of the check."
        if seen is None
        else f"{_what(seen)}, and nobody else is known to have been reached."
    )
    return failed(Fault.UNKNOWN, Reason(code="health_unclear", sentence=sentence), INSEPARABLE)


def _reached(seen: HealthSeen) -> OtherSeen | None:
    """Somebody else who answered: the site before all others."""
    there = sorted((each for each in seen.others if each.reached), key=lambda each: not each.is_site)
    return there[0] if there else None


def _well(other: OtherSeen) -> Reason:
    return Reason(code="network_well", sentence=f"The network was well: {_host(other.origin)} answered.")


def _what(seen: HealthSeen) -> str:
    """What became of the check, as the beginning of a sentence."""
    phase = f" ({seen.stopped_in})" if seen.stopped_in is not None else ""
    if seen.status not in {None, GOOD}:
        return f"{seen.url} was answered {seen.status}"
    if seen.timed_out:
        return f"{seen.url} gave no whole answer in its time{phase}"
    return f"{seen.url} ended with {seen.failure or 'no answer'}{phase}"


def _host(origin: str) -> str:
    return urlsplit(origin).netloc or origin
