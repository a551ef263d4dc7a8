"""What pages were seen to do, folded: the last that was said holds, in times from the run's start."""

from dataclasses import replace

import pytest

from synthetics.evidence import (
    AppFacts,
    AppKnown,
    FrameSeen,
    MessageSeen,
    NavigationSeen,
    OriginTraffic,
    Owner,
    RequestSeen,
    TrafficSeen,
    WorkerEnding,
    event_from_line,
    event_to_line,
)
from synthetics.execute.fold import fold
from synthetics.worker import KillReason

ORIGIN = OriginTraffic(owner=Owner.SITE, origin="https://site.example", requests=2, answered=1, failed=1)
REQUEST = RequestSeen(
    owner=Owner.SITE, origin=ORIGIN.origin, method="GET", path="/", resource="document", started_ms=1_200, duration_ms=7
)
FRAME = FrameSeen(url="https://cdn.example/", origin="https://cdn.example", owner=Owner.CDN, attached_ms=1_300)
SEEN = TrafficSeen(
    monotonic_ms=2_000,
    origins=(ORIGIN,),
    requests=(REQUEST, replace(REQUEST, started_ms=None)),
    messages=(MessageSeen(kind="console", text="no", owner=Owner.OTHER, at_ms=1_400),),
    frames=(FRAME, replace(FRAME, connected_ms=1_500, ready_ms=1_600, detached_ms=1_700)),
    navigations=(NavigationSeen(url="https://site.example/", owner=Owner.SITE, at_ms=900),),
    bridge_calls=3,
    app_ready_ms=1_600,
    dropped=4,
)


def test_times_count_from_the_runs_start_and_what_is_not_known_stays_so() -> None:
    evidence = fold([SEEN], (), started_monotonic_ms=1_000)

    assert [each.started_ms for each in evidence.requests] == [200, None]
    assert [each.duration_ms for each in evidence.requests] == [7, 7]
    assert [each.at_ms for each in evidence.messages] == [400]
    times = [(each.attached_ms, each.connected_ms, each.ready_ms, each.detached_ms) for each in evidence.frames]
    assert times == [(300, None, None, None), (300, 500, 600, 700)]
    assert [each.at_ms for each in evidence.navigations] == [0]  # the browser's clock may go a little behind
    assert (evidence.bridge_calls, evidence.app_ready_ms, evidence.dropped) == (3, 600, 4)
    assert evidence.origins == (ORIGIN,)


def test_last_that_was_said_holds() -> None:
    later = replace(SEEN, requests=(), bridge_calls=5)
    evidence = fold([SEEN, later], (), started_monotonic_ms=1_000)

    assert (evidence.requests, evidence.bridge_calls) == ((), 5)


def test_what_is_said_while_the_monitor_ends_the_run_is_believed() -> None:
    """It tells of what had no end at the deadline, which is known only then."""
    ending = WorkerEnding(exit_code=None, signal=9, killed_for=KillReason.DEADLINE, killed_monotonic_ms=1_500)

    assert fold([SEEN], (), started_monotonic_ms=1_000, ending=ending).origins == (ORIGIN,)


def test_run_without_pages_has_nothing_to_record() -> None:
    evidence = fold([], (), started_monotonic_ms=1_000)

    assert (evidence.app, evidence.app_ready_ms, evidence.recorded) == (None, None, None)


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(SEEN, id="what pages did"),
        pytest.param(AppKnown(monotonic_ms=1, app=AppFacts(name="a", framework="uikit", host="jira")), id="the app"),
        pytest.param(AppKnown(monotonic_ms=1, app=AppFacts(name="host_jira", is_control=True)), id="a control"),
    ],
)
def test_event_comes_back_from_its_line_as_it_was(event: TrafficSeen | AppKnown) -> None:
    assert event_from_line(event_to_line(event)) == event


def test_app_is_told() -> None:
    app = AppFacts(name="a", framework="connect")
    assert fold([AppKnown(monotonic_ms=1, app=app)], (), started_monotonic_ms=0).app == app
