"""A run's steps and events, with a clock in the hand and no browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synthetics.authoring.run import AT_ONCE_EVERY_MS, MOST_AT_ONCE, Run
from synthetics.authoring.steps import Step
from synthetics.config.app import App, Framework
from synthetics.config.models import Target
from synthetics.evidence import (
    AppKnown,
    ArtifactWritten,
    Event,
    Owner,
    Phase,
    PhaseOutcome,
    StepEnded,
    StepStarted,
    StoppedIn,
    TargetAsked,
    TrafficSeen,
)
from tests.authoring.fakes import FakeContext, FakePage, HandClock


class Scene:
    """A run with one page, and what it said."""

    def __init__(self, folder: Path) -> None:
        self.events: list[Event] = []
        self.clock = HandClock()
        self.context = FakeContext(FakePage())
        self.run = Run(self.events.append, self.clock, Path(__file__), folder)
        self.run.observer.watch(self.context.as_context())
        self.step = Step(self.run)

    def breaks(self, title: str, after: Callable[[], None] = lambda: None) -> None:
        """Leave a step with an error."""
        with pytest.raises(ValueError, match="no"):
            self._broken(title, after)

    def _broken(self, title: str, after: Callable[[], None]) -> None:
        with self.step(title):
            after()
            raise ValueError("no")

    def words(self) -> list[str]:
        return [event.event for event in self.events]

    def traffic(self) -> list[TrafficSeen]:
        return [event for event in self.events if isinstance(event, TrafficSeen)]

    def ended(self) -> dict[int, StepEnded]:
        return {event.step_id: event for event in self.events if isinstance(event, StepEnded)}


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_steps_nest_and_are_timed_by_the_monotonic_clock(scene: Scene) -> None:
    with scene.step("Outer"):
        scene.clock.passes(10)
        with scene.step("Inner"):
            scene.clock.passes(20)
        scene.clock.passes(5)
    with scene.step("Next"):
        pass

    started = [event for event in scene.events if isinstance(event, StepStarted)]
    assert [(each.step_id, each.parent_id, each.title) for each in started] == [
        (1, None, "Outer"),
        (2, 1, "Inner"),
        (3, None, "Next"),
    ]
    assert {step_id: each.duration_ms for step_id, each in scene.ended().items()} == {1: 35, 2: 20, 3: 0}
    assert all(each.error is None for each in scene.ended().values())


def test_step_is_told_at_its_beginning_and_at_its_end_and_not_later(scene: Scene) -> None:
    with scene.step("One"):
        assert [type(event) for event in scene.events] == [StepStarted]

    assert [type(event) for event in scene.events] == [StepStarted, StepEnded]


def test_failure_passes_through_the_steps_around_it_and_is_pictured_once_at_the_innermost(
    scene: Scene, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="no"), scene.step("Outer"), scene.step("Inner"):
        raise ValueError("no")

    inner, outer = scene.ended()[2], scene.ended()[1]
    assert inner.error is not None
    assert outer.error is not None
    assert inner.error.where is not None
    assert inner.error.where.startswith("test_run.py:")
    assert (inner.screenshot, outer.screenshot) == ("screenshots/step-2.png", None)
    assert (tmp_path / "screenshots/step-2.png").read_bytes() == b"a picture"
    assert [event.path for event in scene.events if isinstance(event, ArtifactWritten)] == ["screenshots/step-2.png"]


def test_failure_that_another_is_made_of_is_not_pictured_again(scene: Scene) -> None:
    def inner() -> None:
        with scene.step("Inner"):
            raise ValueError("no")

    def around() -> None:
        try:
            inner()
        except ValueError as error:
            raise RuntimeError("so not") from error

    with pytest.raises(RuntimeError), scene.step("Outer"):
        around()

    assert scene.ended()[1].screenshot is None


def test_time_that_a_picture_takes_is_not_the_steps(scene: Scene) -> None:
    scene.context.page.on_screenshot = lambda: scene.clock.passes(3_000)

    scene.breaks("One", lambda: scene.clock.passes(7))

    assert scene.ended()[1].duration_ms == 7


def test_picture_that_cannot_be_taken_costs_nothing_else(scene: Scene) -> None:
    def full() -> None:
        raise OSError("no space left on device")

    scene.context.page.on_screenshot = full

    scene.breaks("One")

    ended = scene.ended()[1]
    assert ended.screenshot is None
    assert ended.error is not None
    assert ended.error.message == "no"


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_interrupted_step_has_failed_and_nothing_is_asked_of_the_page(
    scene: Scene, interruption: type[BaseException]
) -> None:
    with pytest.raises(interruption), scene.step("One"):
        raise interruption

    ended = scene.ended()[1]
    assert ended.error is not None
    assert ended.error.type == interruption.__name__
    assert scene.context.page.asked == []


def test_failed_step_tells_what_was_seen_since_it_began(scene: Scene) -> None:
    scene.context.says("before")

    def happens() -> None:
        scene.context.says("broken")
        scene.context.says("harmless", kind="log")
        scene.context.fails("GET", "https://site.example/a?token=secret#b", "net::ERR_CONNECTION_REFUSED")
        scene.context.answers("POST", "https://site.example/c", 502)
        scene.context.answers("GET", "https://site.example/d", 200)

    scene.breaks("One", happens)

    ended = scene.ended()[1]
    assert ended.url == "https://site.example/page?q="
    assert ended.console_errors == ("broken",)
    assert [(each.method, each.url, each.status, each.failure) for each in ended.failed_requests] == [
        ("GET", "https://site.example/a?token=", None, "net::ERR_CONNECTION_REFUSED"),
        ("POST", "https://site.example/c", 502, None),
    ]


def test_target_is_asked_for_the_first_time_once(scene: Scene, site: Target) -> None:
    scene.run.works_on(site)
    scene.context.requests("https://elsewhere.example/")
    assert not scene.events

    scene.context.requests("https://site.example/a?code=1")
    scene.run.asks("https://site.example/b")

    (asked,) = [event for event in scene.events if isinstance(event, TargetAsked)]
    assert asked.url == "https://site.example/a?code="


def test_phase_begins_with_setup(scene: Scene) -> None:
    assert scene.run.phase is Phase.SETUP


def test_build_that_was_not_seen_is_not_told(scene: Scene) -> None:
    scene.run.build_seen()

    assert scene.events == []


def test_page_that_crashes_is_told(scene: Scene) -> None:
    scene.context.page.hears("crash", scene.context.page)

    assert [event.event for event in scene.events] == ["browser_died"]


def test_listener_that_breaks_is_counted_and_never_felt(scene: Scene) -> None:
    observer: Any = scene.run.observer
    scene.context.hears("console", type="error")  # has no text

    assert observer.swallowed == 1


def test_what_pages_did_is_told_before_the_end_of_each_outermost_step_and_of_each_phase(scene: Scene) -> None:
    with scene.step("Outer"):
        with scene.step("Inner"):
            scene.context.requests("https://site.example/a")
        with scene.step("Another"):
            pass
    with scene.step("Nothing new"):
        pass
    scene.context.requests("https://site.example/b")
    scene.run.phase_ended(PhaseOutcome.PASSED, None)

    begun, ended, told = "step_started", "step_ended", "traffic_seen"
    outer = [begun, begun, ended, begun, ended, told, ended]
    assert scene.words() == [*outer, begun, ended, told, "phase_ended"]
    assert [each.origins[0].requests for each in scene.traffic()] == [1, 2]


def test_what_pages_did_is_told_before_the_end_of_an_inner_step_that_fails(scene: Scene) -> None:
    def inner() -> None:
        with scene.step("Inner"):
            scene.context.requests("https://site.example/a")
            raise ValueError("no")

    scene.breaks("Outer", inner)

    assert scene.words() == ["step_started"] * 2 + ["traffic_seen", "artifact_written", "step_ended", "step_ended"]
    assert {each.error.stopped_in for each in scene.ended().values() if each.error} == {StoppedIn.OTHER}


def test_what_came_while_a_step_was_deaf_is_told_when_it_fails(scene: Scene) -> None:
    """While a journey computes, or calls REST, no listener runs: what ended meanwhile is not without an end."""
    with scene.step("Earlier"):
        ended, lasting = (scene.context.requests(f"https://site.example/{path}") for path in ("ended", "lasting"))
    scene.context.page.on_waiting = lambda: scene.context.answer(ended)
    scene.clock.passes(10_000)

    scene.breaks("Deaf")

    [told] = scene.traffic()[1:]
    assert [(each.path, each.ended) for each in told.requests if not each.ended] == [("/lasting", False)]
    assert told.monotonic_ms - (told.requests[0].started_ms or 0) >= 10_000
    scene.context.answer(lasting)


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_interrupted_deaf_step_tells_nothing_of_what_nobody_heard(
    scene: Scene, interruption: type[BaseException]
) -> None:
    with scene.step("Earlier"):
        scene.context.requests("https://site.example/asked")
    scene.clock.passes(10_000)

    with pytest.raises(interruption), scene.step("Deaf"):
        raise interruption

    assert [each.requests for each in scene.traffic()] == [()]


def test_failure_is_told_at_once_but_a_flood_of_them_now_and_then(scene: Scene) -> None:
    scene.context.answers("GET", "https://site.example/a", 500)
    scene.context.answers("GET", "https://site.example/b", 500)
    assert [len(each.requests) for each in scene.traffic()] == [1]

    scene.clock.passes(AT_ONCE_EVERY_MS)
    scene.context.answers("GET", "https://site.example/c", 500)
    assert [len(each.requests) for each in scene.traffic()] == [1, 3]

    for _ in range(1_000):
        scene.clock.passes(AT_ONCE_EVERY_MS)
        scene.context.answers("GET", "https://site.example/d", 500)
    assert len(scene.traffic()) == MOST_AT_ONCE


def test_death_of_the_browser_ends_what_pages_did(scene: Scene) -> None:
    scene.context.requests("https://site.example/a")
    scene.run.browser_died("browser")
    scene.context.requests("https://site.example/b")
    scene.run.phase_ended(PhaseOutcome.FAILED, None)

    assert scene.words() == ["browser_died", "traffic_seen", "phase_ended"]


def test_app_is_told_once_and_makes_known_whose_everything_is(scene: Scene, site: Target, ihub: App) -> None:
    scene.run.is_about(ihub, site, "jira")
    scene.run.is_about(ihub, site, "jira")
    scene.run.works_on(site)
    scene.context.requests(f"{site.site}/gateway/api", method="POST", body="app-1")
    scene.run.pages_end()

    (known,) = [event.app for event in scene.events if isinstance(event, AppKnown)]
    assert (known.name, known.framework, known.host, known.is_control) == ("ihub", "forge", "jira", False)
    (told,) = scene.traffic()
    assert ([each.owner for each in told.origins], told.bridge_calls) == ([Owner.SITE], 1)


@pytest.mark.parametrize(
    ("app", "is_control"),
    [
        pytest.param(App(name="plain", title="Plain"), True, id="no app at all"),
        pytest.param(App(name="host_forge", title="F", framework=Framework.UIKIT), True, id="an app that is called so"),
        pytest.param(App(name="ihub", title="I", framework=Framework.UIKIT), False, id="an app"),
    ],
)
def test_control_is_known(scene: Scene, site: Target, app: App, *, is_control: bool) -> None:
    scene.run.is_about(app, site, None)

    assert [event.app.is_control for event in scene.events if isinstance(event, AppKnown)] == [is_control]
