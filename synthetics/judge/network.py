"""Was it the way between us and everybody else? Two who have nothing to do with each other must be out of reach."""

from synthetics.evidence import Evidence, Owner, RequestSeen
from synthetics.judge.controls import hit, is_control, named, relevant
from synthetics.judge.judgement import Judgement, failed
from synthetics.judge.reading import course
from synthetics.judge.traffic import APP_OWNERS, HOST_OWNERS, call_was_cut, cut, in_window, is_unanswered, told
from synthetics.record import Fault, Reason

#: From one place a site that nobody reaches and a way that leads nowhere look alike.
INSEPARABLE = Reason(
    code="one_location",
    sentence="From one location it cannot be told whether the host or the network was gone; a second location could.",
)


def two_origins(evidence: Evidence) -> Judgement | None:
    """Bytes came through neither from the host nor from somebody unrelated to it.

    The host must be among the two. An app and a third party that are both gone while the host answers prove nothing:
    third parties are blocked, or gone for ever, in many places.
    """
    if evidence.surroundings is None:
        return None
    ours = cut(evidence, HOST_OWNERS)
    unrelated = cut(evidence, APP_OWNERS | {Owner.OTHER})
    if ours is None or unrelated is None:
        return None
    reason = Reason(
        code="two_origins_cut", sentence=f"Two unrelated origins were out of reach: {told(ours)}; {told(unrelated)}."
    )
    return failed(Fault.NETWORK, reason, *course(evidence))


def control_hit(evidence: Evidence) -> Judgement | None:
    """Bytes did not come through, and a fresh control did not get through either."""
    control = hit(evidence, *relevant(evidence))
    seen = _what_was_cut(evidence)
    if control is None or seen is None:
        return None
    reason = Reason(
        code="control_cut", sentence=f"{seen}, and a control did not get through either: {named(evidence, control)}."
    )
    inseparable = (INSEPARABLE,) if cut(evidence, APP_OWNERS) is None else ()
    return failed(Fault.NETWORK, reason, *inseparable, *course(evidence))


def control_itself(evidence: Evidence) -> Judgement | None:
    """A control did not get through to the site, or to the service that signs in."""
    if not is_control(evidence):
        return None
    seen = cut(evidence, {Owner.SITE, Owner.SIGN_IN})
    if seen is None and not call_was_cut(evidence):
        return None
    sentence = (
        f"The control did not get through to the site: {told(seen) if seen is not None else 'its own call was cut'}."
    )
    return failed(Fault.NETWORK, Reason(code="site_cut", sentence=sentence), INSEPARABLE, *course(evidence))


def _what_was_cut(evidence: Evidence) -> str | None:
    found: RequestSeen | None = cut(evidence, HOST_OWNERS | APP_OWNERS)
    if found is None:
        waiting = (each for each in in_window(evidence) if each.owner in HOST_OWNERS and is_unanswered(each))
        found = next(waiting, None)
    if found is not None:
        return told(found)[0].upper() + told(found)[1:]
    return "The journey's own call of the site was cut" if call_was_cut(evidence) else None
