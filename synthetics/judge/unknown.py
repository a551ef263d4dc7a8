"""What is not understood: it counts as bad until somebody has looked, and says what would have told."""

from synthetics.evidence import ControlSeen, Evidence, Owner
from synthetics.judge.controls import failing, lacking, named, useful, well
from synthetics.judge.judgement import Judgement, failed
from synthetics.judge.network import INSEPARABLE
from synthetics.judge.reading import course
from synthetics.judge.traffic import call_was_cut, cut, host_trouble, told
from synthetics.record import Fault, Reason


def host_or_network(evidence: Evidence) -> Judgement | None:
    """The site alone was out of reach, and no control got into the same trouble: host and network look alike."""
    seen = cut(evidence, {Owner.SITE, Owner.SIGN_IN})
    if evidence.app is None or (seen is None and not call_was_cut(evidence)):
        return None
    what = told(seen) if seen is not None else "the journey's own call was cut"
    reason = Reason(code="host_or_network", sentence=f"The host's side alone was out of reach: {what}.")
    return failed(Fault.UNKNOWN, reason, INSEPARABLE, *_wanted(evidence), *course(evidence))


def not_understood(evidence: Evidence) -> Judgement:
    """The run had asked the target and did not pass; who is at fault is not understood, and that counts as bad."""
    return failed(Fault.UNKNOWN, *course(evidence), *_seen(evidence), *_wanted(evidence))


def _seen(evidence: Evidence) -> tuple[Reason, ...]:
    """What speaks for or against somebody, and does not suffice."""
    trouble = host_trouble(evidence)
    if evidence.app is None or trouble is None:
        return ()
    cleared = ", though its controls are well" if well(evidence) else ""
    return (Reason(code="host_seen", sentence=f"The host's side did not do its part: {told(trouble)}{cleared}."),)


def _wanted(evidence: Evidence) -> tuple[Reason, ...]:
    """Which control would have told, or did not."""
    wanted = lacking(evidence)
    if wanted:
        names = " and ".join(wanted)
        return (Reason(code="control_wanted", sentence=f"No fresh control told of the host: {names} was wanted."),)
    control: ControlSeen | None = failing(evidence, *useful(evidence))
    if control is None:
        return ()
    sentence = f"A control failed as well, which does not tell why: {named(evidence, control)}."
    return (Reason(code="control_unclear", sentence=sentence),)
