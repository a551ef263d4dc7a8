"""What another plan changes, which broken files keep it from being taken over, and what needs a restart."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from synthetics.catalogue import Catalogue, Journey, Placement
from synthetics.catalogue.models import BrokenFile
from synthetics.config.models import Configuration, Limits, TargetSettings, Web
from synthetics.config.wording import shown
from synthetics.errors import Problem
from synthetics.ledger.store import Ledger
from synthetics.runner.admission import UNBOUNDED
from synthetics.runner.plan import Plan, broken_since, difference, needing_restart
from tests.builders import a_catalogue, a_placement
from tests.runner.stories import PASSED, HeldExecutor, a_story

CONFIGURATION = Configuration(
    file=Path("/synthetics.toml"),
    journeys_folder=Path("/journeys"),
    storage=Path("/var"),
    targets={"standin": TargetSettings(embedded=True)},
)


def test_difference_counts_what_is_added_removed_and_changed(tmp_path: Path, ledger: Ledger) -> None:
    story = a_story(tmp_path, ledger, HeldExecutor(PASSED), [])
    stays, goes, old = a_placement("ihub.stays"), a_placement("ihub.goes"), a_placement("ihub.edited")
    new = replace(old, journey=replace(old.journey, file_sha256="1" * 64))

    def plan(*placements: Placement) -> Plan:
        catalogue = a_catalogue(*placements)
        return Plan(catalogue=catalogue, story=story, seats=3, drain_seconds=1, room=lambda: UNBOUNDED)

    before, after = plan(stays, goes, old), plan(stays, new, a_placement("ihub.comes", target="other"))
    assert difference(before, after) == "added=1 removed=1 changed=1 seats=3"
    assert after.status == "Running 3 journeys in 3 seats."
    assert replace(plan(stays), seats=1).status == "Running 1 journey in 1 seat."


def with_broken(catalogue: Catalogue, file: Path, *journeys: str) -> Catalogue:
    problem = Problem(shown(file), "line 1", "it cannot be imported", "Mend it.")
    return replace(catalogue, broken=(BrokenFile(app="ihub", journeys=journeys, problems=(problem,)),))


RUNS: Journey = a_placement("ihub.run_flow").journey


@pytest.mark.parametrize(
    ("file", "journeys", "refused"),
    [
        pytest.param(RUNS.file, (), [shown(RUNS.file)], id="its file cannot even be read"),
        pytest.param(
            Path("elsewhere.py"), ("ihub.run_flow",), ["elsewhere.py"], id="it moved into a file that is broken"
        ),
        pytest.param(Path("new.py"), ("ihub.new",), [], id="a new file is broken"),
    ],
)
def test_what_ran_and_is_broken_now_is_told(file: Path, journeys: tuple[str, ...], refused: list[str]) -> None:
    before, after = a_catalogue(a_placement("ihub.run_flow")), with_broken(a_catalogue(), file, *journeys)
    assert [problem.file for problem in broken_since(before, after)] == refused


def test_what_was_broken_before_keeps_nothing_from_being_taken_over() -> None:
    before = with_broken(a_catalogue(a_placement("ihub.run_flow")), Path("other.py"), "ihub.other")
    assert broken_since(before, before) == ()


def test_needing_a_restart_are_the_address_and_the_storage() -> None:
    moved = CONFIGURATION.model_copy(update={"storage": Path("/data"), "web": Web(host="::1", port=1), "location": "x"})
    assert needing_restart(CONFIGURATION, moved) == ("storage", "web.host", "web.port")
    assert needing_restart(CONFIGURATION, CONFIGURATION) == ()


def test_needing_a_restart_are_the_limits_of_workers_and_no_others() -> None:
    limits = Limits(
        concurrency=3, worker_runs=1, worker_age=timedelta(minutes=1), worker_memory_bytes=1, worker_processes=1
    )
    assert needing_restart(CONFIGURATION, CONFIGURATION.model_copy(update={"limits": limits})) == (
        "limits.worker_runs",
        "limits.worker_age",
        "limits.worker_memory",
        "limits.worker_processes",
    )
