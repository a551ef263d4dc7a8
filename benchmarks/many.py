"""Many journeys: as files for a whole runner, and as records for a ledger."""

from pathlib import Path

from benchmarks.ground import WALKS
from synthetics.catalogue import Catalogue, Journey, Placement
from synthetics.config.app import App
from synthetics.evidence import Evidence, Phase, PhaseEvidence, PhaseOutcome, WorkerEnding
from synthetics.record import Fault, Kind, Outcome, RunKey, RunRecord, Step, StepStatus, Trigger

_APP = "many"
_STEPS = ("Open the project", "See its issues")
_FILE = '''"""Journeys of which only the number matters."""

import pytest

from synthetics.authoring.fixtures import Jira, Step
'''
_FUNCTION = '''

@pytest.mark.journey({when}, timeout="20s")
def test_walk_{number:05}(jira: Jira, step: Step) -> None:
    """The project's issues are listed, number {number}."""
    with step("Open the project"):
        jira.open_project()

    with step("See its issues"):
        assert jira.issue_link("SYN-1").first.is_visible()
'''


def write_journeys(folder: Path, count: int, when: str) -> Path:
    """Write a folder of journeys.

    Args:
        folder: Where; made here.
        count: How many journeys.
        when: The marker's argument that says when they are due, such as ``every="60s"``.

    Returns:
        The folder.
    """
    app = folder / _APP
    app.mkdir(parents=True)
    for each in (folder, app):
        (each / "__init__.py").touch()
    (app / "app.toml").write_text((WALKS / "ihub" / "app.toml").read_text())
    functions = (_FUNCTION.format(when=when, number=number) for number in range(count))
    (app / "test_walks.py").write_text(_FILE + "".join(functions))
    return folder


def many_placements(count: int, every_ms: tuple[int, ...] = (300_000,)) -> tuple[Placement, ...]:
    """Placements of made-up journeys that no file has.

    Args:
        count: How many.
        every_ms: The intervals that they have in turn, in milliseconds.
    """
    return tuple(_placement(number, every_ms[number % len(every_ms)]) for number in range(count))


def catalogue_of(placements: tuple[Placement, ...]) -> Catalogue:
    """A catalogue of made-up journeys."""
    return Catalogue(apps={_APP: App(name=_APP, title="Many")}, placements=placements, problems=())


def passed_record(placement: Placement, slot_ms: int) -> RunRecord:
    """A record of a scheduled run that passed.

    Args:
        placement: Its journey.
        slot_ms: When it was due, in milliseconds UTC.
    """
    journey = placement.journey
    key = RunKey(
        journey=journey.name,
        target=placement.target,
        location=placement.location,
        trigger=Trigger.SCHEDULE,
        slot_ms=slot_ms,
    )
    return RunRecord(
        run_id=key.run_id,
        app=journey.app,
        journey=journey.name,
        title=journey.title,
        kind=journey.kind,
        target=key.target,
        location=key.location,
        trigger=key.trigger,
        slot_ms=slot_ms,
        attempt=key.attempt,
        outcome=Outcome.PASSED,
        fault=Fault.NONE,
        started_ms=slot_ms + 5,
        duration_ms=1_500,
        lateness_ms=5,
        steps=_passed_steps(),
    )


def passed_evidence() -> Evidence:
    """What is known of a run that passed, of any journey that was made here."""
    return Evidence(
        ending=WorkerEnding(exit_code=0, duration_ms=1),
        playwright="none",
        browser="none",
        asked_target=True,
        steps=_passed_steps(),
        phases=tuple(
            PhaseEvidence(phase=each, outcome=PhaseOutcome.PASSED) for each in (Phase.SETUP, Phase.CALL, Phase.TEARDOWN)
        ),
    )


def _passed_steps() -> tuple[Step, ...]:
    return tuple(Step(title=title, status=StepStatus.PASSED, offset_ms=1, duration_ms=400) for title in _STEPS)


def _placement(number: int, every_ms: int) -> Placement:
    journey = Journey(
        name=f"{_APP}.walk_{number:05}",
        app=_APP,
        title=f"The project's issues are listed, number {number}",
        kind=Kind.BROWSER,
        file=Path("test_walks.py"),
        function=f"test_walk_{number:05}",
        file_sha256="0" * 64,
        steps=_STEPS,
        every_ms=every_ms,
        timeout_ms=20_000,
    )
    return Placement(journey=journey, target="site", location="bench")
