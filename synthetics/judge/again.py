"""The judge, asked again: what came later may tell whose fault a run was, and never what became of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from synthetics.evidence import ControlKind, ControlSeen, Evidence, Surroundings
from synthetics.judge.corroborating import CORROBORATING, tells_of_trouble
from synthetics.judge.judgement import Judgement
from synthetics.judge.judging import judge
from synthetics.record import Fault, Outcome, Reason

_DECISIVE = frozenset({Outcome.PASSED, Outcome.FAILED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Later:
    """What became known after a run was judged.

    Args:
        now_ms: The present, in milliseconds UTC.
        controls: Controls of about the run's time, those that were known when it was judged among them or not.
        statuspage: The indicator of the host's status page; None where nothing new is known of it.
        statuspage_since_ms: When the page was first seen to say so, in milliseconds UTC.
        others_failing: The share of the journeys of other apps that failed in the same interval; None where nothing
            new is known of them.
    """

    now_ms: int
    controls: tuple[ControlSeen, ...] = ()
    statuspage: str | None = None
    statuspage_since_ms: int | None = None
    others_failing: float | None = None


def judge_again(evidence: Evidence, later: Later) -> Judgement | None:
    """Say of a run what there is to say now.

    What it was judged by is judged again beside it, by the same rules: a verdict moves by what came later, and not
    because rules have changed since.

    Args:
        evidence: What it was judged by.
        later: What became known since.

    Returns:
        A judgement of the same outcome; None where what came later changes nothing.
    """
    around = evidence.surroundings
    if around is None:
        return None
    before, now = judge(evidence), judge(replace(evidence, surroundings=_with(around, later)))
    if now.outcome is not before.outcome:
        return None
    is_new = now.fault is not before.fault or _corroborating(now.reasons) > _corroborating(before.reasons)
    return now if is_new else None


def carried(said: Iterable[Reason], judgement: Judgement) -> Judgement:
    """A judgement with what a verdict before it told in corroboration, as far as that still fits.

    Args:
        said: The reasons of that verdict.
        judgement: What is said now.
    """
    known = {each.code for each in judgement.reasons}
    fits = CORROBORATING - known - ({"status_page"} if judgement.fault is Fault.APP else set())
    return replace(judgement, reasons=(*judgement.reasons, *(each for each in said if each.code in fits)))


def adds_to(said: Iterable[Reason], judgement: Judgement) -> bool:
    """Whether a judgement corroborates by something that a verdict before it did not have."""
    return bool(_corroborating(judgement.reasons) - _corroborating(said))


def _corroborating(reasons: Iterable[Reason]) -> frozenset[str]:
    return frozenset(each.code for each in reasons) & CORROBORATING


def _with(around: Surroundings, later: Later) -> Surroundings:
    known = {each.run_id for each in around.controls}
    new = [each for each in later.controls if each.run_id not in known]
    says_more = tells_of_trouble(later.statuspage) and not tells_of_trouble(around.statuspage)
    return replace(
        around,
        now_ms=later.now_ms,
        controls=(*around.controls, *_near(around, new)),
        statuspage=later.statuspage if says_more else around.statuspage,
        statuspage_since_ms=later.statuspage_since_ms if says_more else around.statuspage_since_ms,
        others_failing=max(
            (each for each in (around.others_failing, later.others_failing) if each is not None), default=None
        ),
    )


def _near(around: Surroundings, new: Iterable[ControlSeen]) -> Iterator[ControlSeen]:
    """Of each kind no control after the first that was decided since the run started: that one tells of its time.

    A host that fails ten minutes later, with a well control in between, has not failed this run.
    """
    told: set[ControlKind] = {each.kind for each in around.controls if _is_decided_since(around, each)}
    for each in sorted(new, key=lambda each: each.started_ms):
        if each.started_ms < around.started_ms or each.kind not in told:
            yield each
        if _is_decided_since(around, each):
            told.add(each.kind)


def _is_decided_since(around: Surroundings, control: ControlSeen) -> bool:
    return control.started_ms >= around.started_ms and control.outcome in _DECISIVE
