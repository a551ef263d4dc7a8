"""Evidence made of a health check: one step, whose parts are its phases, and what it asked of whom."""

from synthetics.config.app import App
from synthetics.evidence import AppFacts, Evidence, OriginTraffic, Phase, PhaseEvidence, PhaseOutcome, RequestSeen
from synthetics.health.check import HealthCheck
from synthetics.health.probe import Probed
from synthetics.health.stopwatch import PhaseTaken
from synthetics.record import Error, FailedRequest, Step, StepStatus
from synthetics.seen.course import StoppedIn
from synthetics.seen.health import HealthPhase, HealthSeen

GOOD = 200
_BAD = 400


class UnhealthyError(Exception):
    """An answer came, and not the good one; never raised, and told like what is."""


def fold(check: HealthCheck, app: App, title: str, probed: Probed) -> Evidence:
    """Make evidence of a check.

    Args:
        check: What was asked for.
        app: The app as it is on the target.
        title: The title of the journey's one step.
        probed: What became of it.
    """
    seen = probed.seen
    error = _error(probed)
    return Evidence(
        asked_target=was_asked(probed),
        steps=(_step(check, title, probed, error),),
        phases=() if error is None else (PhaseEvidence(phase=Phase.CALL, outcome=PhaseOutcome.FAILED, error=error),),
        app=AppFacts(name=app.name),
        origins=(_traffic(check, seen),) if was_asked(probed) else (),
        requests=() if error is None or not was_asked(probed) else (_request(check, probed),),
        health=seen,
    )


def is_good(seen: HealthSeen) -> bool:
    """Whether a check saw what it is to see: exactly this status, whole and in time."""
    return seen.status == GOOD and seen.stopped_in is None and seen.own_trouble is None


def was_asked(probed: Probed) -> bool:
    """Whether anybody was asked for anything, a resolver of names included."""
    return bool(probed.phases)


def _error(probed: Probed) -> Error | None:
    if probed.error is not None or is_good(probed.seen):
        return probed.error
    seen = probed.seen
    where = f" (to {seen.redirect})" if seen.redirect is not None else ""
    message = f"{seen.url} was answered {seen.status}{where}, and only {GOOD} is good"
    return Error(
        type=f"{UnhealthyError.__module__}.{UnhealthyError.__qualname__}", message=message, stopped_in=StoppedIn.REST
    )


def _step(check: HealthCheck, title: str, probed: Probed, error: Error | None) -> Step:
    failed = error is not None
    seen = probed.seen
    bad = FailedRequest(method="GET", url=check.url, status=seen.status, failure=seen.failure)
    return Step(
        title=title,
        status=StepStatus.FAILED if failed else StepStatus.PASSED,
        offset_ms=0,
        duration_ms=probed.duration_ms,
        error=error,
        url=check.url if failed else None,
        failed_requests=(bad,) if failed and was_asked(probed) else (),
        steps=tuple(_part(each, seen.stopped_in) for each in probed.phases),
    )


def _part(taken: PhaseTaken, stopped_in: HealthPhase | None) -> Step:
    status = StepStatus.FAILED if taken.phase is stopped_in else StepStatus.PASSED
    return Step(title=taken.phase, status=status, offset_ms=taken.offset_ms, duration_ms=taken.duration_ms)


def _traffic(check: HealthCheck, seen: HealthSeen) -> OriginTraffic:
    """The one request, in the one column where it belongs."""
    whole = seen.status is not None and seen.stopped_in is None
    refused = seen.status is not None and seen.status >= _BAD
    answered = whole and not refused
    hangs = not answered and not refused and seen.timed_out
    return OriginTraffic(
        owner=check.owner,
        origin=check.origin,
        requests=1,
        answered=int(answered),
        refused=int(refused),
        failed=int(not answered and not refused and not hangs),
        unfinished=int(hangs),
        statuses=() if seen.status is None else ((seen.status, 1),),
    )


def _request(check: HealthCheck, probed: Probed) -> RequestSeen:
    seen = probed.seen
    return RequestSeen(
        owner=check.owner,
        origin=check.origin,
        method="GET",
        path=check.path,
        resource="rest",
        status=seen.status,
        failure=None if seen.timed_out else seen.failure,
        started_ms=0,
        duration_ms=None if seen.timed_out else probed.duration_ms,
        ended=not seen.timed_out,
    )
