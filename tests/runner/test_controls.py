"""Controls: made once for all who want one, remembered for those who come after, and their word in a run's record."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from synthetics.catalogue import Placement
from synthetics.config.app import App
from synthetics.evidence import AppFacts, ControlKind, Evidence, Owner
from synthetics.ledger.store import Ledger
from synthetics.record import Fault, Outcome, RunRecord, Trigger
from synthetics.runner.controls import Controls
from synthetics.runner.surroundings import errored_in_row, share_failing, was_confirmed_failure
from synthetics.seen.traffic import OriginTraffic
from synthetics.worker import KillReason
from tests.builders import a_placement
from tests.ledger.builders import a_key, a_record
from tests.runner.stories import FAILED, PASSED, PLACEMENT, SLOT_MS, HeldExecutor, a_story

JIRA = a_placement("host_jira.plain_issue")
FORGE = a_placement("host_forge.heartbeat")
JOURNEYS = {ControlKind.HOST_JIRA: JIRA.journey, ControlKind.HOST_FORGE: FORGE.journey}
SITE = OriginTraffic(owner=Owner.SITE, origin="https://rixter.example", requests=3, answered=3)


def of(placement: Placement, evidence: Evidence) -> Evidence:
    """The evidence as a real browser's: of this app, and with the site asked."""
    control = placement.journey.app in set(ControlKind)
    app = AppFacts(name=placement.journey.app, framework=None if control else "forge", host="jira", is_control=control)
    return replace(evidence, app=app, origins=(SITE,), bridge_calls=1)


def a_control(outcome: Outcome = Outcome.PASSED, started_ms: int = SLOT_MS) -> RunRecord:
    fault = {Outcome.PASSED: Fault.NONE, Outcome.FAILED: Fault.HOST}[outcome]
    key = replace(a_key(), journey=JIRA.journey.name, slot_ms=started_ms)
    record = a_record(key, outcome, started_ms=started_ms, duration_ms=2_000)
    return replace(record, fault=fault)


def test_controls_remember_what_a_control_said_and_nothing_of_other_apps() -> None:
    controls = Controls(JOURNEYS)
    controls.remember(a_control(Outcome.FAILED))
    controls.remember(a_record())
    key = a_key()
    (seen,) = controls.seen(key.target, key.location)
    assert (seen.kind, seen.outcome, seen.fault) == (ControlKind.HOST_JIRA, Outcome.FAILED, Fault.HOST)
    assert (seen.started_ms, seen.ended_ms) == (SLOT_MS, SLOT_MS + 2_000)
    assert controls.seen("another", key.location) == controls.seen(key.target, "elsewhere") == ()


def test_controls_are_made_once_for_all_who_want_one_at_the_same_time() -> None:
    controls = Controls(JOURNEYS)
    made: list[Placement] = []
    all_want_it = threading.Barrier(5)

    def make(placement: Placement) -> None:
        made.append(placement)
        controls.remember(a_control(started_ms=SLOT_MS))

    def want() -> None:
        all_want_it.wait(10)
        controls.ask(ControlKind.HOST_JIRA, near, SLOT_MS, make)

    key = a_key()
    near = replace(PLACEMENT, target=key.target, location=key.location)
    threads = [threading.Thread(target=want) for _ in range(5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)
    assert made == [Placement(journey=JIRA.journey, target=key.target, location=key.location)]


def test_controls_are_made_anew_for_who_needs_a_later_one_and_never_where_there_is_no_such_journey() -> None:
    controls = Controls(JOURNEYS)
    controls.remember(a_control(started_ms=SLOT_MS))
    made: list[Placement] = []
    key = a_key()
    near = replace(PLACEMENT, target=key.target, location=key.location)
    controls.ask(ControlKind.HOST_JIRA, near, SLOT_MS + 1, made.append)
    controls.ask(ControlKind.HOST_CONFLUENCE, near, SLOT_MS, made.append)
    assert [each.journey.app for each in made] == ["host_jira"]


def test_story_has_the_controls_made_that_the_judge_wants_and_records_them_as_controls(
    tmp_path: Path, ledger: Ledger
) -> None:
    executor = HeldExecutor(of(PLACEMENT, FAILED), of(JIRA, PASSED), of(FORGE, PASSED))
    published: list[RunRecord] = []
    story = replace(a_story(tmp_path, ledger, executor, published), controls=Controls(JOURNEYS), apps=_apps())

    (record,) = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert [(each.journey, each.trigger) for each in published] == [
        (JIRA.journey.name, Trigger.CONTROL),
        (FORGE.journey.name, Trigger.CONTROL),
        (PLACEMENT.journey.name, Trigger.SCHEDULE),
    ]
    assert record.evidence is not None
    assert record.evidence.surroundings is not None
    assert {each.kind for each in record.evidence.surroundings.controls} == set(JOURNEYS)
    assert not any(each.counts for each in published[:2])


def test_story_repeats_no_control_and_asks_for_none_once_it_is_to_stop(tmp_path: Path, ledger: Ledger) -> None:
    stop = threading.Event()
    executor = HeldExecutor(of(PLACEMENT, FAILED), of(JIRA, FAILED), of(FORGE, FAILED))
    story = replace(a_story(tmp_path, ledger, executor, []), controls=Controls(JOURNEYS), apps=_apps())
    story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, stop)
    assert len(executor.orders) == 3  # each once
    stop.set()
    story.run(PLACEMENT, SLOT_MS + 3_600_000, Trigger.SCHEDULE, stop)
    assert len(executor.orders) == 4


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        pytest.param(PASSED, Outcome.ERRORED, id="a fresh browser passes: the browser was tired"),
        pytest.param(None, Outcome.FAILED, id="the fresh one dies as well: it is the page's doing"),
    ],
)
def test_story_says_what_became_of_a_browser_that_died_once_the_repetition_was_seen(
    tmp_path: Path, ledger: Ledger, second: Evidence | None, outcome: Outcome
) -> None:
    placement = replace(PLACEMENT, journey=replace(PLACEMENT.journey, confirms=True))
    died = of(placement, replace(FAILED, browser_died="browser"))
    executor = HeldExecutor(died, of(placement, second) if second is not None else died)
    story = a_story(tmp_path, ledger, executor, [])

    first, again = story.run(placement, SLOT_MS, Trigger.SCHEDULE, threading.Event())

    assert (first.attempt, again.attempt) == (1, 2)
    assert first.outcome is outcome
    assert {each.run_id for each in ledger.runs()} == {first.run_id, again.run_id}


def test_story_waits_for_the_repetition_of_a_run_that_ended_at_its_deadline(tmp_path: Path, ledger: Ledger) -> None:
    placement = replace(PLACEMENT, journey=replace(PLACEMENT.journey, confirms=True))
    assert PASSED.ending is not None
    late = of(placement, replace(FAILED, ending=replace(PASSED.ending, killed_for=KillReason.DEADLINE)))
    written: list[RunRecord] = []
    story = a_story(tmp_path, ledger, HeldExecutor(late, of(placement, PASSED)), written)
    first, again = story.run(placement, SLOT_MS, Trigger.SCHEDULE, threading.Event())
    assert written == [first, again]
    assert first.evidence is not None
    assert first.evidence.surroundings is not None
    assert first.evidence.surroundings.confirm is not None
    assert first.evidence.surroundings.confirm.outcome is Outcome.PASSED


def test_story_does_not_repeat_in_an_outage_that_the_slot_before_has_confirmed(tmp_path: Path, ledger: Ledger) -> None:
    placement = replace(PLACEMENT, journey=replace(PLACEMENT.journey, confirms=True))
    story = a_story(tmp_path, ledger, HeldExecutor(of(placement, FAILED)), [])
    attempts = [
        len(story.run(placement, SLOT_MS + number * 300_000, Trigger.SCHEDULE, threading.Event()))
        for number in range(3)
    ]
    assert attempts == [2, 1, 2]


def _runs(*outcomes: tuple[int, int, Outcome]) -> list[RunRecord]:
    return [a_record(replace(a_key(), slot_ms=slot, attempt=attempt), outcome) for slot, attempt, outcome in outcomes]


def test_surroundings_are_told_by_the_slots_before() -> None:
    errored = _runs((3, 1, Outcome.ERRORED), (2, 1, Outcome.ERRORED), (1, 1, Outcome.PASSED), (0, 1, Outcome.ERRORED))
    assert errored_in_row(errored) == 2
    assert errored_in_row([]) == 0
    assert was_confirmed_failure(_runs((3, 2, Outcome.FAILED), (3, 1, Outcome.FAILED), (2, 1, Outcome.PASSED)))
    assert not was_confirmed_failure(_runs((3, 2, Outcome.PASSED), (3, 1, Outcome.FAILED)))
    assert not was_confirmed_failure(_runs((3, 1, Outcome.FAILED), (2, 2, Outcome.FAILED), (2, 1, Outcome.FAILED)))
    assert not was_confirmed_failure([])
    assert share_failing(_runs((3, 1, Outcome.FAILED), (2, 1, Outcome.PASSED))) == 0.5
    assert share_failing([]) is None


def _apps() -> dict[str, App]:
    return {name: App(name=name, title=name) for name in ("ihub", "host_jira", "host_forge")}
