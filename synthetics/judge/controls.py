"""What the controls of these minutes say: journeys without the app in question, on the same target and account."""

from synthetics.evidence import ControlKind, ControlSeen, Evidence
from synthetics.judge.traffic import host_trouble, sign_in_trouble
from synthetics.record import Fault, Outcome

#: A control that was over longer ago than this when the run started says nothing of it.
OLDEST_MS = 5 * 60_000
#: Nor does one that started longer than this after it: what it met may have begun, or ended, meanwhile.
LATEST_MS = 15 * 60_000

_BY_HOST = {"jira": ControlKind.HOST_JIRA, "confluence": ControlKind.HOST_CONFLUENCE}
_ON_FORGE = frozenset({"forge", "uikit"})


def relevant(evidence: Evidence) -> tuple[ControlKind, ...]:
    """The controls that walk the same way as the run, as far as the app; none for a control itself."""
    app = evidence.app
    if app is None or app.is_control:
        return ()
    host = (_BY_HOST[app.host],) if app.host is not None else ()
    return (*host, ControlKind.HOST_FORGE) if app.framework in _ON_FORGE else host


def is_control(evidence: Evidence) -> bool:
    """Whether the run is a control that a runner made: by hand nobody is charged, not even by what a control saw."""
    return evidence.app is not None and evidence.app.is_control and evidence.surroundings is not None


def useful(evidence: Evidence) -> tuple[ControlKind, ...]:
    """The controls that could tell more of the run: those of its way, and signing in where that service was ill.

    One that signs in afresh is not asked for where the service said no: to try again may lock the account.
    """
    kinds = relevant(evidence)
    if evidence.app is None or evidence.app.is_control or sign_in_trouble(evidence) is None:
        return kinds
    return (ControlKind.SIGN_IN, *kinds)


def fresh(evidence: Evidence, kind: ControlKind) -> tuple[ControlSeen, ...]:
    """The controls of a kind that can say something of this run, the nearest to its start first."""
    around = evidence.surroundings
    if around is None:
        return ()
    found = (
        each
        for each in around.controls
        if each.kind is kind
        and each.ended_ms >= around.started_ms - OLDEST_MS
        and each.started_ms <= around.started_ms + LATEST_MS
    )
    return tuple(sorted(found, key=lambda each: (abs(each.started_ms - around.started_ms), each.started_ms)))


def failing(evidence: Evidence, *kinds: ControlKind) -> ControlSeen | None:
    """The nearest failed control of the first of these kinds that has one."""
    for kind in kinds:
        for each in fresh(evidence, kind):
            if each.outcome is Outcome.FAILED:
                return each
    return None


def is_hit(control: ControlSeen) -> bool:
    """Whether a failed control did not get through to the host, rather than being answered badly, or never."""
    return control.fault is Fault.NETWORK or (not control.reached_network and control.fault is not Fault.HOST)


def hit(evidence: Evidence, *kinds: ControlKind) -> ControlSeen | None:
    """The nearest failed control of these kinds that did not get through."""
    control = failing(evidence, *kinds)
    return control if control is not None and is_hit(control) else None


def by_host(evidence: Evidence, *kinds: ControlKind) -> ControlSeen | None:
    """The nearest failed control of these kinds that the host itself made fail."""
    control = failing(evidence, *kinds)
    return control if control is not None and control.fault is Fault.HOST else None


def well(evidence: Evidence) -> tuple[ControlSeen, ...]:
    """The passed controls that clear the host of this run, one of each kind that matters; nothing where one lacks.

    Where the run itself met trouble on the host's side, one that ended before the run started is no answer to it.
    """
    around = evidence.surroundings
    if around is None:
        return ()
    asked_since = host_trouble(evidence) is not None
    found = []
    for kind in relevant(evidence):
        those = fresh(evidence, kind)
        if any(each.outcome is Outcome.FAILED for each in those):
            return ()
        passed = [
            each
            for each in those
            if each.outcome is Outcome.PASSED and (not asked_since or each.started_ms >= around.started_ms)
        ]
        if not passed:
            return ()
        found.append(passed[0])
    return tuple(found)


def lacking(evidence: Evidence) -> tuple[ControlKind, ...]:
    """Those that could tell more of the run, and that nobody has asked as this run needs it."""
    kinds, around = useful(evidence), evidence.surroundings
    if around is None:
        return kinds
    asked_since = host_trouble(evidence) is not None
    return tuple(
        kind for kind in kinds if not any(_settles(evidence, each, asked_since) for each in fresh(evidence, kind))
    )


def _settles(evidence: Evidence, control: ControlSeen, asked_since: bool) -> bool:  # noqa: FBT001  a plain fact
    around = evidence.surroundings
    if around is not None and control.started_ms >= around.started_ms:
        return True  # whatever became of it: asking for ever helps nobody
    if control.outcome is Outcome.FAILED:
        return True
    return control.outcome is Outcome.PASSED and not asked_since


def named(evidence: Evidence, control: ControlSeen) -> str:
    """A control with its run and its age, as a part of a sentence."""
    around = evidence.surroundings
    run = f" (run {control.run_id})" if control.run_id is not None else ""
    if around is None:
        return f"{control.kind}{run}"
    return f"{control.kind}{run}, {_age(around.started_ms - control.ended_ms)}"


def _age(before_ms: int) -> str:
    seconds = round(abs(before_ms) / 1000)
    return f"which ended {seconds} s {'before' if before_ms > 0 else 'after'} this run started"
