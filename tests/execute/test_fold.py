"""Folding: whatever part of a run's events arrives, the evidence is whole and in order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.evidence import (
    ArtifactWritten,
    BrowserDied,
    BrowserStarted,
    BuildSeen,
    Event,
    Phase,
    PhaseEvidence,
    PhaseOutcome,
    SessionEnded,
    SessionStarted,
    StepEnded,
    StepStarted,
    TargetAsked,
    WorkerEnding,
)
from synthetics.execute.fold import fold
from synthetics.record import Artifact, ArtifactKind, Error, FailedRequest, Step, StepStatus
from synthetics.worker import KillReason
from tests.execute.builders import AN_ERROR, Telling

DECLARED = ("Open", "Look", "Leave")


def statuses(steps: tuple[Step, ...]) -> list[tuple[str, str]]:
    return [(each.title, str(each.status)) for each in steps]


def killed_at(monotonic_ms: int) -> WorkerEnding:
    return WorkerEnding(
        exit_code=None, signal=9, killed_for=KillReason.DEADLINE, killed_monotonic_ms=monotonic_ms, duration_ms=50
    )


def test_fold_of_nothing_skips_every_declared_step() -> None:
    evidence = fold([], DECLARED, started_monotonic_ms=0)
    assert statuses(evidence.steps) == [("Open", "skipped"), ("Look", "skipped"), ("Leave", "skipped")]
    assert (evidence.playwright, evidence.browser, evidence.asked_target) == (None, None, False)
    assert (evidence.phases, evidence.artifacts, evidence.fixture_steps, evidence.ending) == ((), (), (), None)


def test_fold_keeps_the_declared_order_whatever_the_order_of_the_steps() -> None:
    evidence = fold(Telling().set_up().steps(["Leave", "Open"]).events, DECLARED, started_monotonic_ms=0)
    assert statuses(evidence.steps) == [("Open", "passed"), ("Look", "skipped"), ("Leave", "passed")]


def test_fold_counts_offsets_from_the_start_of_the_run() -> None:
    evidence = fold(Telling().set_up().steps(["Open", "Look"]).events, DECLARED, started_monotonic_ms=900)
    assert [(each.offset_ms, each.duration_ms) for each in evidence.steps] == [(120, 10), (140, 10), (None, None)]


def test_fold_nests_steps_in_the_order_in_which_they_began() -> None:
    telling = Telling().set_up().begin("Open").begin("a", inside=1).begin("b", inside=2).end(3).end(2)
    telling.begin("c", inside=1).end(4).end(1)
    (opened, *_) = fold(telling.events, DECLARED, started_monotonic_ms=0).steps
    assert [each.title for each in opened.steps] == ["a", "c"]
    assert [each.title for each in opened.steps[0].steps] == ["b"]


def test_fold_takes_any_depth_of_nesting() -> None:
    telling = Telling().set_up().begin("Open")
    for depth in range(1, 3_000):
        telling.begin("deeper", inside=depth)
    (opened, *_) = fold(telling.events, DECLARED, started_monotonic_ms=0).steps
    assert (opened.title, len(opened.steps)) == ("Open", 1)


def test_fold_keeps_what_was_seen_at_a_failure() -> None:
    request = FailedRequest(method="GET", url="http://127.0.0.1:1/api", status=502)
    ended = StepEnded(
        monotonic_ms=2_000,
        step_id=1,
        duration_ms=980,
        error=AN_ERROR,
        url="http://127.0.0.1:1/jira",
        screenshot="screenshots/step-1.png",
        console_errors=("502 (Bad Gateway)",),
        failed_requests=(request,),
    )
    (opened, *_) = fold([*Telling().set_up().begin("Open").events, ended], DECLARED, started_monotonic_ms=0).steps
    assert opened == Step(
        title="Open",
        status=StepStatus.FAILED,
        offset_ms=1_020,
        duration_ms=980,
        error=AN_ERROR,
        url="http://127.0.0.1:1/jira",
        screenshot="screenshots/step-1.png",
        console_errors=("502 (Bad Gateway)",),
        failed_requests=(request,),
    )


def test_fold_fails_a_step_whose_end_was_not_seen_without_a_duration() -> None:
    (opened, *_) = fold(Telling().set_up().begin("Open").events, DECLARED, started_monotonic_ms=0).steps
    assert opened == Step(title="Open", status=StepStatus.FAILED, offset_ms=1_020)


@pytest.mark.parametrize(
    "telling",
    [
        pytest.param(Telling().begin("Sign in").end(1).set_up(), id="a step that was not declared"),
        pytest.param(Telling().begin("Open").end(1).set_up(), id="a declared title in a fixture's setup"),
        pytest.param(
            Telling().set_up().phase(Phase.CALL).begin("Open").end(1), id="a declared title in a fixture's teardown"
        ),
        pytest.param(Telling().set_up().begin("Open", inside=7).end(1), id="a step whose surrounding one was not told"),
        pytest.param(Telling().set_up().begin("Open", inside=1).end(1), id="a step that says it is around itself"),
        pytest.param(
            Telling().phase(Phase.SETUP, PhaseOutcome.FAILED, error=AN_ERROR).begin("Open").end(1),
            id="a declared title after a setup that failed",
        ),
    ],
)
def test_fold_takes_for_a_fixtures_step(telling: Telling) -> None:
    evidence = fold(telling.events, DECLARED, started_monotonic_ms=0)
    assert len(evidence.fixture_steps) == 1
    assert all(each.status is StepStatus.SKIPPED for each in evidence.steps)


def test_fold_tells_a_fixtures_step_from_a_declared_one_of_the_same_title() -> None:
    telling = Telling().begin("Open").end(1, error=AN_ERROR).set_up().begin("Open").end(2)
    evidence = fold(telling.events, DECLARED, started_monotonic_ms=0)
    assert statuses(evidence.steps)[0] == ("Open", "passed")
    assert statuses(evidence.fixture_steps) == [("Open", "failed")]


def test_fold_puts_the_second_step_of_a_declared_title_beside_the_declared_ones() -> None:
    evidence = fold(Telling().set_up().steps(["Open", "Open"]).events, DECLARED, started_monotonic_ms=0)
    assert statuses(evidence.steps)[0] == ("Open", "passed")
    assert statuses(evidence.fixture_steps) == [("Open", "passed")]


def test_fold_ignores_what_is_said_twice_or_of_nothing() -> None:
    again = StepStarted(monotonic_ms=5_000, step_id=1, parent_id=None, title="Look")
    telling = Telling().set_up().begin("Open").end(1).end(1, error=AN_ERROR).end(9)
    evidence = fold([*telling.events, again], DECLARED, started_monotonic_ms=0)
    assert statuses(evidence.steps) == [("Open", "passed"), ("Look", "skipped"), ("Leave", "skipped")]


def test_fold_tells_versions_builds_and_phases() -> None:
    events: list[Event] = [
        SessionStarted(monotonic_ms=1, playwright="1.65"),
        BrowserStarted(monotonic_ms=2, version="140.0"),
        TargetAsked(monotonic_ms=3, url="http://127.0.0.1:1/"),
        BuildSeen(monotonic_ms=4, host_build="100"),
        BuildSeen(monotonic_ms=5, app_version="3.1"),
        BrowserDied(monotonic_ms=6, what="page"),
        BrowserDied(monotonic_ms=7, what="browser"),
        *Telling().set_up().phase(Phase.CALL, PhaseOutcome.FAILED, error=AN_ERROR).events,
        SessionEnded(monotonic_ms=9, exit_code=1),
    ]
    evidence = fold(events, DECLARED, started_monotonic_ms=0, unread_lines=3)
    assert (evidence.playwright, evidence.browser, evidence.asked_target) == ("1.65", "140.0", True)
    assert (evidence.host_build, evidence.app_version) == ("100", "3.1")
    assert evidence.browser_died == "page"
    assert evidence.unread_lines == 3
    assert evidence.phases == (
        PhaseEvidence(phase=Phase.SETUP, outcome=PhaseOutcome.PASSED),
        PhaseEvidence(phase=Phase.CALL, outcome=PhaseOutcome.FAILED, error=AN_ERROR),
    )


A_DEATH = BrowserDied(monotonic_ms=5_000, what="browser")
CLOSED = Error(type="playwright.sync_api.TargetClosedError", message="Target page, context or browser has been closed")
CRASHED = Error(type="playwright.sync_api.Error", message="Page.goto: Page crashed")
SPEECH = Error(type="AssertionError", message="the app says that its backend crashed")
A_WALK = Telling().set_up().begin("Open").end(1)


def failing(how: Error | None, phase: Phase) -> list[Event]:
    return Telling().set_up().phase(phase, PhaseOutcome.FAILED, error=how).events


@pytest.mark.parametrize(
    ("before", "after", "died"),
    [
        pytest.param(A_WALK.events, failing(CLOSED, Phase.CALL), "browser", id="it died, and the call failed of it"),
        pytest.param(A_WALK.events, failing(AN_ERROR, Phase.CALL), "browser", id="it died, and then the call failed"),
        pytest.param(failing(AN_ERROR, Phase.CALL), [], None, id="the call failed, and then it died in the teardown"),
        pytest.param(failing(None, Phase.CALL), [], None, id="the call failed without a word, and then it died"),
        pytest.param(failing(AN_ERROR, Phase.SETUP), [], None, id="the setup failed, and then it died"),
        pytest.param(
            Telling().set_up().begin("Open").end(1, error=AN_ERROR).events, [], None, id="a step failed before it died"
        ),
        pytest.param(
            Telling().begin("Sign in").end(1, error=AN_ERROR).events, [], None, id="a fixture's step failed before it"
        ),
        pytest.param(failing(CLOSED, Phase.CALL), [], "browser", id="the call met its death before that was told"),
        pytest.param(
            Telling().set_up().begin("Open").end(1, error=CRASHED).events, [], "browser", id="a step met a crashed page"
        ),
        pytest.param(failing(SPEECH, Phase.CALL), [], None, id="an assertion that speaks of another crash"),
        pytest.param(
            Telling().set_up().begin("Open").end(1, error=CRASHED).events,
            failing(CRASHED, Phase.CALL),
            "browser",
            id="the crash was told between the step and the phase that failed of it",
        ),
        pytest.param(
            Telling().set_up().phase(Phase.CALL, PhaseOutcome.SKIPPED, error=AN_ERROR).events,
            [],
            "browser",
            id="a skip is no failure",
        ),
    ],
)
def test_fold_believes_the_browsers_death_only_before_anything_failed(
    before: list[Event], after: list[Event], died: str | None
) -> None:
    assert fold([*before, A_DEATH, *after], DECLARED, started_monotonic_ms=0).browser_died == died


def test_fold_believes_a_death_before_the_kill_whatever_the_kill_broke() -> None:
    broken = Telling().set_up().begin("Open").events
    ended = StepEnded(monotonic_ms=2_000, step_id=1, duration_ms=980, error=AN_ERROR)
    late = BrowserDied(monotonic_ms=1_990, what="browser")
    evidence = fold([*broken, ended, late], DECLARED, started_monotonic_ms=0, ending=killed_at(1_999))
    assert evidence.browser_died == "browser"


def test_fold_keeps_announced_files_that_are_there_once() -> None:
    events = [
        ArtifactWritten(monotonic_ms=1, kind=ArtifactKind.SCREENSHOT, path="screenshots/step-1.png"),
        ArtifactWritten(monotonic_ms=2, kind=ArtifactKind.SCREENSHOT, path="screenshots/step-1.png"),
        ArtifactWritten(monotonic_ms=3, kind=ArtifactKind.SCREENSHOT, path="../../etc/passwd"),
    ]
    evidence = fold(events, DECLARED, started_monotonic_ms=0, sizes={"screenshots/step-1.png": 17, "other": 1})
    assert evidence.artifacts == (Artifact(kind=ArtifactKind.SCREENSHOT, path="screenshots/step-1.png", size_bytes=17),)


@pytest.mark.parametrize(
    ("event", "believed"),
    [
        pytest.param(BrowserDied(monotonic_ms=2_000, what="browser"), "browser_died", id="a death of the browser"),
        pytest.param(TargetAsked(monotonic_ms=2_000, url="http://x/"), "asked_target", id="the first asking"),
        pytest.param(Telling(now_ms=1_990).set_up().events[0], "phases", id="an end of a phase"),
    ],
)
def test_fold_does_not_believe_after_the_kill(event: Event, believed: str) -> None:
    late = fold([event], DECLARED, started_monotonic_ms=0, ending=killed_at(1_999))
    early = fold([event], DECLARED, started_monotonic_ms=0, ending=killed_at(2_000))
    assert not getattr(late, believed)
    assert getattr(early, believed)


def test_fold_keeps_all_but_the_error_of_a_step_that_the_kill_ended() -> None:
    interrupted = StepEnded(
        monotonic_ms=2_000, step_id=1, duration_ms=980, error=AN_ERROR, url="http://127.0.0.1:1/", console_errors=("x",)
    )
    events = [*Telling().set_up().begin("Open").events, interrupted]
    (opened, *_) = fold(events, DECLARED, started_monotonic_ms=0, ending=killed_at(1_999)).steps
    assert (opened.status, opened.error, opened.url) == (StepStatus.FAILED, None, "http://127.0.0.1:1/")
    (opened, *_) = fold(events, DECLARED, started_monotonic_ms=0, ending=killed_at(2_000)).steps
    assert opened.error == AN_ERROR


titles = st.sampled_from([*DECLARED, "Sign in", "a", "b"])


@st.composite
def tellings(draw: st.DrawFn) -> list[Event]:
    """What a worker may say: steps that open and close as blocks do, phases between them."""
    telling, under_way = Telling(), list[int]()
    for _ in range(draw(st.integers(0, 30))):
        match draw(st.sampled_from(["begin", "begin", "end", "fail", "phase"])):
            case "begin":
                telling.begin(draw(titles), inside=under_way[-1] if under_way else None)
                under_way.append(telling.last_step)
            case "end" if under_way:
                telling.end(under_way.pop())
            case "fail" if under_way:
                telling.end(under_way.pop(), error=AN_ERROR)
            case _:
                telling.phase(draw(st.sampled_from(Phase)))
    return telling.events


@given(tellings(), st.data())
def test_fold_of_any_prefix_has_every_declared_step_once_and_loses_none(
    events: list[Event], data: st.DataObject
) -> None:
    said = events[: data.draw(st.integers(0, len(events)))]
    ending = data.draw(st.none() | st.integers(1_000, 1_400).map(killed_at))
    evidence = fold(said, DECLARED, started_monotonic_ms=1_000, ending=ending)
    assert tuple(each.title for each in evidence.steps) == DECLARED
    begun = sum(isinstance(each, StepStarted) for each in said)
    reached = tuple(each for each in evidence.steps if each.status is not StepStatus.SKIPPED)
    assert count(reached + evidence.fixture_steps) == begun


@given(st.permutations(Telling().set_up().begin("Open").begin("a", inside=1).end(2).end(1).steps(DECLARED).events))
def test_fold_never_breaks_on_events_out_of_order(events: list[Event]) -> None:
    assert tuple(each.title for each in fold(events, DECLARED, started_monotonic_ms=0).steps) == DECLARED


def count(steps: tuple[Step, ...]) -> int:
    return sum(1 + count(each.steps) for each in steps)
