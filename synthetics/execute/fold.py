"""From events to evidence: a pure function of what a run said and how its worker ended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from synthetics.evidence import (
    AppFacts,
    AppKnown,
    ArtifactWritten,
    BrowserDied,
    BrowserStarted,
    BuildSeen,
    Event,
    Evidence,
    Phase,
    PhaseEnded,
    PhaseEvidence,
    PhaseOutcome,
    SessionStarted,
    StepEnded,
    StepStarted,
    TargetAsked,
    TrafficSeen,
    WorkerEnding,
)
from synthetics.execute.offsets import from_start
from synthetics.record import Artifact, Error, Step, StepStatus

#: Said after the monitor began to end the worker, these may be its own doing.
_NOT_BELIEVED_LATE = (BrowserDied, TargetAsked, PhaseEnded)

#: The crash of a page is announced late, sometimes with its closing: the call that met it may have failed before.
_SAID_OF_THE_DEAD = ("has been closed", "crashed")


def fold(  # noqa: PLR0913  each of these is known to the caller alone
    events: Iterable[Event],
    declared: Sequence[str],
    *,
    started_monotonic_ms: int,
    ending: WorkerEnding | None = None,
    sizes: Mapping[str, int] | None = None,
    unread_lines: int = 0,
) -> Evidence:
    """Say what can be known of a run, from whatever part of its events has arrived.

    What the worker says after the millisecond in which the monitor began to end it may be the monitor's own doing.
    From then on a browser's death, an end of a phase and the first asking of the target are not believed, and of a step
    that ends with an error everything is kept but the error. A step of a fixture is told from a declared one of the
    same title by its time: the test's own steps begin between the end of its setup and that of its call. A browser that
    died after something had failed already explains nothing, so that death is not told; what fails of the death itself
    may be told before it.

    Args:
        events: What the worker said, in order.
        declared: The titles of the journey's top-level steps, in their order.
        started_monotonic_ms: When the run started; the steps' offsets count from here.
        ending: How the worker ended; None for a run by hand.
        sizes: The size in bytes of each file in the run's folder, by its path there with ``/`` between the parts. What
            was announced and is not among them is left out.
        unread_lines: How many lines of the worker were no event.

    Returns:
        The evidence, with every declared step exactly once and in its order.
    """
    killed_ms = ending.killed_monotonic_ms if ending is not None else None
    seen = _Seen(started_monotonic_ms=started_monotonic_ms)
    for event in events:
        seen.take(event, ours=killed_ms is not None and event.monotonic_ms > killed_ms)
    steps, fixture_steps = _placed(seen.top_level_steps(), declared)
    traffic = from_start(seen.traffic or TrafficSeen(monotonic_ms=started_monotonic_ms), started_monotonic_ms)
    return Evidence(
        ending=ending,
        playwright=seen.playwright,
        browser=seen.browser,
        browser_died=seen.browser_died,
        asked_target=seen.asked_target,
        steps=steps,
        fixture_steps=fixture_steps,
        phases=tuple(seen.phases),
        artifacts=_artifacts(seen.artifacts.values(), sizes or {}),
        host_build=seen.host_build,
        app_version=seen.app_version,
        app=seen.app,
        origins=traffic.origins,
        requests=traffic.requests,
        messages=traffic.messages,
        frames=traffic.frames,
        navigations=traffic.navigations,
        bridge_calls=traffic.bridge_calls,
        app_ready_ms=traffic.app_ready_ms,
        heard_until_ms=traffic.monotonic_ms if seen.traffic is not None else None,
        dropped=traffic.dropped,
        unread_lines=unread_lines,
    )


@dataclass(slots=True)
class _StepSeen:
    """One step: how it began, whether in the test itself, how it ended where that was seen, and the steps inside."""

    started: StepStarted
    in_test: bool
    ended: StepEnded | None = None
    error_is_ours: bool = False
    inside: list["_StepSeen"] = field(default_factory=list)


@dataclass(slots=True)
class _Seen:
    """What the events have told so far."""

    started_monotonic_ms: int
    playwright: str | None = None
    browser: str | None = None
    browser_died: Literal["browser", "page"] | None = None
    asked_target: bool = False
    host_build: str | None = None
    app_version: str | None = None
    app: AppFacts | None = None
    traffic: TrafficSeen | None = None
    phases: list[PhaseEvidence] = field(default_factory=list)
    artifacts: dict[str, ArtifactWritten] = field(default_factory=dict)
    steps: dict[int, _StepSeen] = field(default_factory=dict)
    in_test: bool = False
    has_failed: bool = False

    def take(self, event: Event, *, ours: bool) -> None:
        """Take one event in; ``ours`` where it may be the doing of the monitor that ends the worker."""
        if isinstance(event, StepStarted):
            self._begin_step(event)
        elif isinstance(event, StepEnded):
            self._end_step(event, ours=ours)
        elif isinstance(event, TrafficSeen):
            self.traffic = event  # each tells all that those before it told
        elif isinstance(event, AppKnown):
            self.app = event.app
        elif not (ours and isinstance(event, _NOT_BELIEVED_LATE)):
            self._note(event)

    def _note(self, event: Event) -> None:
        match event:
            case SessionStarted(playwright=version):
                self.playwright = version
            case BrowserStarted(version=version):
                self.browser = version
            case BrowserDied(what=what) if not self.has_failed:
                self.browser_died = self.browser_died or what
            case TargetAsked():
                self.asked_target = True
            case PhaseEnded():
                self.in_test = event.phase is Phase.SETUP and event.outcome is PhaseOutcome.PASSED
                self.phases.append(PhaseEvidence(phase=event.phase, outcome=event.outcome, error=event.error))
                if event.outcome is PhaseOutcome.FAILED:
                    self._fail(event.error)
            case BuildSeen():
                self.host_build = event.host_build or self.host_build
                self.app_version = event.app_version or self.app_version
            case ArtifactWritten():
                self.artifacts.setdefault(event.path, event)
            case _:
                pass  # steps are taken elsewhere; how pytest's session ended is seen from outside; a login is secret

    def _begin_step(self, event: StepStarted) -> None:
        if event.step_id in self.steps:
            return
        step = self.steps[event.step_id] = _StepSeen(event, in_test=self.in_test)
        if event.parent_id is not None and event.parent_id != event.step_id and event.parent_id in self.steps:
            self.steps[event.parent_id].inside.append(step)

    def _end_step(self, event: StepEnded, *, ours: bool) -> None:
        step = self.steps.get(event.step_id)
        if step is not None and step.ended is None:
            step.ended, step.error_is_ours = event, ours
            if event.error is not None and not ours:
                self._fail(event.error)

    def _fail(self, error: Error | None) -> None:
        """Something failed, and not because there was no browser any more."""
        self.has_failed = self.has_failed or error is None or not _is_of_a_death(error)

    def top_level_steps(self) -> list[tuple[bool, Step]]:
        """Every step that no known step is around, in their order, and whether it is the test's own."""
        made: dict[int, Step] = {}
        within: set[int] = set()
        # A step begins after the one around it: from the last to the first, what is inside is always made already.
        # Without recursion, so that no depth of nesting is too deep.
        for step_id, seen in reversed(self.steps.items()):
            inside = [each.started.step_id for each in seen.inside]
            within.update(inside)
            made[step_id] = self._step(seen, tuple(made[each] for each in inside))
        return [
            (seen.in_test and seen.started.parent_id is None, made[step_id])
            for step_id, seen in self.steps.items()
            if step_id not in within
        ]

    def _step(self, seen: _StepSeen, inside: tuple[Step, ...]) -> Step:
        offset_ms = max(0, seen.started.monotonic_ms - self.started_monotonic_ms)
        ended = seen.ended
        if ended is None:
            return Step(title=seen.started.title, status=StepStatus.FAILED, offset_ms=offset_ms, steps=inside)
        return Step(
            title=seen.started.title,
            status=StepStatus.PASSED if ended.error is None else StepStatus.FAILED,
            offset_ms=offset_ms,
            duration_ms=ended.duration_ms,
            error=None if seen.error_is_ours else ended.error,
            url=ended.url,
            screenshot=ended.screenshot,
            console_errors=ended.console_errors,
            failed_requests=ended.failed_requests,
            steps=inside,
        )


def _is_of_a_death(error: Error) -> bool:
    """Whether an error is what Playwright says to whoever asks a browser, or a page in it, that is gone."""
    return error.type.startswith("playwright.") and any(each in error.message for each in _SAID_OF_THE_DEAD)


def _placed(
    top_level: Iterable[tuple[bool, Step]], declared: Sequence[str]
) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The declared steps in their order, and all others: what fixtures did, and steps that lost the one around them."""
    reached: dict[str, Step] = {}
    others: list[Step] = []
    for in_test, step in top_level:
        if in_test and step.title in declared and step.title not in reached:
            reached[step.title] = step
        else:
            others.append(step)
    steps = tuple(reached.get(title) or Step(title=title, status=StepStatus.SKIPPED) for title in declared)
    return steps, tuple(others)


def _artifacts(announced: Iterable[ArtifactWritten], sizes: Mapping[str, int]) -> tuple[Artifact, ...]:
    return tuple(
        Artifact(kind=each.kind, path=each.path, size_bytes=sizes[each.path])
        for each in announced
        if each.path in sizes
    )
