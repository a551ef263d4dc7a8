"""Verdicts settle: what comes later moves the fault of runs in the ledger, beside their records."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from synthetics.config.app import App
from synthetics.errors import StorageError
from synthetics.evidence import ControlKind, ControlSeen, Evidence, OriginTraffic, Owner
from synthetics.execute.recording import make_record
from synthetics.judge import judge
from synthetics.ledger.store import Ledger
from synthetics.ledger.verdicts import Verdict
from synthetics.record import Fault, Outcome, RunKey, RunRecord, Trigger
from synthetics.runner.controls import Controls
from synthetics.runner.settling import WITHIN_MS, Settling
from synthetics.runner.status_page import PageSeen
from tests.builders import a_journey, a_placement
from tests.judge.building import CONFLUENCE, JIRA, MINUTE, NOW, ON_FORGE, around, control, stopping
from tests.judge.cases.shorthand import EXPECTING, OPENING
from tests.ledger.builders import fault_of
from tests.runner.stories import FAILED, PLACEMENT, HeldExecutor, a_story

PLACE: dict[str, Any] = {"target": "site", "location": "local"}
SITE = OriginTraffic(owner=Owner.SITE, origin="https://acme.example", requests=1, refused=1)
MAJOR = PageSeen(indicator="major", since_ms=NOW + 88 * MINUTE)


def a_run(
    controls: Sequence[ControlSeen] = (),
    *,
    journey: str = "ihub.run_flow",
    minute: int = 0,
    evidence: Evidence | None = None,
    **around_it: Any,
) -> RunRecord:
    """The record of a run that failed at an expectation, judged by these controls."""
    started_ms = NOW + minute * MINUTE
    seen = evidence or stopping(EXPECTING)
    seen = replace(seen, surroundings=around(tuple(controls), **({"started_ms": started_ms} | around_it)))
    key = RunKey(journey=journey, trigger=Trigger.SCHEDULE, slot_ms=started_ms, **PLACE)
    return make_record(
        key, a_journey(journey), seen, judge(seen), started_ms=started_ms, lateness_ms=0, provenance=None
    )


def a_control(
    kind: ControlKind = JIRA, fault: Fault = Fault.HOST, *, minute: int = 1, trigger: Trigger = Trigger.CONTROL
) -> RunRecord:
    journey = f"{kind}.walk"
    key = RunKey(journey=journey, trigger=trigger, slot_ms=NOW + minute * MINUTE, **PLACE)
    outcome = Outcome.PASSED if fault is Fault.NONE else Outcome.FAILED
    record = a_run(journey=journey)
    return replace(
        record,
        **PLACE,
        run_id=key.run_id,
        trigger=trigger,
        slot_ms=key.slot_ms,
        started_ms=key.slot_ms,
        outcome=outcome,
        fault=fault,
        evidence=replace(record.evidence, origins=(SITE,)) if record.evidence is not None else None,
    )


class House:
    """A ledger, and the settling over it at an instant that a test sets."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.now_ms = NOW + 20 * MINUTE
        self.settling = Settling(ledger, lambda: self.now_ms)

    def write(self, *records: RunRecord) -> list[int]:
        """Write records, each heard of; how many verdicts each has moved."""
        told = []
        for each in records:
            assert self.ledger.write(each)
            told.append(self.settling.heard(each))
        return told

    def said(self, record: RunRecord) -> list[Fault]:
        return [each.fault for each in self.ledger.verdicts(record.run_id)]


@pytest.fixture
def house(ledger: Ledger) -> House:
    return House(ledger)


@pytest.mark.parametrize("trigger", list(Trigger))
def test_control_that_fails_later_moves_the_fault_to_the_host_whoever_asked_for_it(
    house: House, trigger: Trigger
) -> None:
    run = a_run()
    assert house.write(run, a_control(trigger=trigger)) == [0, 1]
    first, later = house.ledger.verdicts(run.run_id)
    assert (first.fault, later.fault, later.author) == (Fault.UNKNOWN, Fault.HOST, "judge")
    assert (later.outcome, later.at_ms) == (Outcome.FAILED, house.now_ms)
    assert later.reasons[0].code == "host_control"
    assert a_control(trigger=trigger).run_id in later.reasons[0].sentence
    assert house.ledger.run(run.run_id) == run


def test_controls_that_are_well_later_move_the_fault_to_the_app_once_all_have_come(house: House) -> None:
    run = a_run()
    assert house.write(run, a_control(fault=Fault.NONE), a_control(ON_FORGE, Fault.NONE)) == [0, 0, 1]
    assert house.said(run) == [Fault.UNKNOWN, Fault.APP]
    assert house.settling.heard(a_control(fault=Fault.NONE)) == 0, "said once"


def test_run_is_judged_by_a_control_that_came_while_it_was_written(house: House) -> None:
    run = a_run()
    assert house.write(a_control(), run) == [0, 1]
    assert house.said(run) == [Fault.UNKNOWN, Fault.HOST]


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(a_run(minute=-6), id="that had started long before the control"),
        pytest.param(replace(a_run(), evidence=None), id="of which too little was kept"),
        pytest.param(
            a_run([control(JIRA), control(ON_FORGE)]), id="that a control of its time had cleared the host of already"
        ),
        pytest.param(
            a_run(evidence=stopping(EXPECTING), journey="host_confluence.walk"), id="that is a control's itself"
        ),
    ],
)
def test_control_moves_no_run(house: House, run: RunRecord) -> None:
    assert house.write(run, a_control(minute=10)) == [0, 0]
    assert house.said(run) == [run.fault]


def test_control_moves_all_runs_of_its_time_however_many(house: House) -> None:
    runs = [a_run(journey=f"app{number}.walk") for number in range(52)]
    for each in runs:
        house.ledger.write(each)
    assert house.write(a_control()) == [52]
    assert {fault_of(house.ledger, each.run_id) for each in runs} == {Fault.HOST}


def test_control_moves_no_run_of_another_target_or_location_or_way(house: House) -> None:
    run = a_run()
    keys = (replace(run.key, target="other"), replace(run.key, location="frankfurt"))
    elsewhere = [replace(run, target=key.target, location=key.location, run_id=key.run_id) for key in keys]
    assert house.write(*elsewhere, a_control(), a_control(CONFLUENCE, minute=2)) == [0, 0, 0, 0]


def test_verdicts_move_within_a_day_and_no_later(house: House) -> None:
    run = a_run()
    house.ledger.write(run)
    house.now_ms = NOW + WITHIN_MS + 1
    assert house.write(a_control()) == [0]
    house.now_ms = NOW + WITHIN_MS
    assert house.settling.heard(a_control()) == 1


def test_person_has_the_last_word(house: House) -> None:
    run = a_run()
    house.write(run)
    said = Verdict(run_id=run.run_id, at_ms=NOW, outcome=Outcome.FAILED, fault=Fault.SESSION, author="Ada")
    house.ledger.append_verdict(said)
    assert house.write(a_control()) == [0]
    assert house.said(run) == [Fault.UNKNOWN, Fault.SESSION]


def test_status_page_corroborates_what_failed_within_a_day_and_moves_no_fault(house: House) -> None:
    host = a_run([control(JIRA, Outcome.FAILED, Fault.HOST), control(ON_FORGE)])
    app = a_run([control(JIRA), control(ON_FORGE)], minute=1)
    house.write(host, app)
    house.now_ms = MAJOR.since_ms
    assert house.settling.page_says("site", "local", PageSeen(indicator="none", since_ms=NOW)) == 0
    assert house.settling.page_says("site", "local", MAJOR) == 1
    assert (host.fault, house.said(host), house.said(app)) == (Fault.HOST, [Fault.HOST] * 2, [Fault.APP])
    last = house.ledger.verdicts(host.run_id)[-1].reasons[-1]
    assert last.sentence == "The host's status page says major, first seen 88 min 00 s after this run started."
    assert house.settling.page_says("site", "local", MAJOR) == 0
    assert house.settling.page_says("site", "local", replace(MAJOR, indicator="critical")) == 0, "one word is enough"


def test_status_page_says_nothing_of_other_targets_and_of_what_is_a_day_old(house: House) -> None:
    house.write(a_run())
    assert house.settling.page_says("other", "local", MAJOR) == 0
    assert house.settling.page_says("site", "frankfurt", MAJOR) == 0
    house.now_ms = NOW + WITHIN_MS + 1
    assert house.settling.page_says("site", "local", MAJOR) == 0


def test_page_that_one_run_saw_speaks_for_those_before_it(house: House) -> None:
    before, after = a_run(), a_run(minute=9, statuspage="major", statuspage_since_ms=NOW + 9 * MINUTE)
    assert house.write(before, after) == [0, 1]
    assert house.ledger.verdicts(before.run_id)[-1].reasons[-1].code == "status_page"
    assert house.said(after) == [Fault.UNKNOWN]


def test_corroboration_stays_when_a_control_moves_the_fault(house: House) -> None:
    run = a_run()
    house.write(run)
    house.settling.page_says("site", "local", MAJOR)
    house.write(a_control())
    last = house.ledger.verdicts(run.run_id)[-1]
    assert last.fault is Fault.HOST
    assert [each.code for each in last.reasons][-1] == "status_page"


def test_those_who_failed_first_of_a_mass_failure_say_so_as_well(house: House) -> None:
    """The first to fail cannot know that all others will: the record of the last one knows."""
    failing = [control(JIRA, Outcome.FAILED, Fault.HOST), control(ON_FORGE)]
    first, second = a_run(failing, journey="alpha.walk"), a_run(failing, journey="beta.walk", minute=1)
    last = a_run(failing, journey="gamma.walk", minute=2, others_failing=1.0)
    assert house.write(first, second, last) == [0, 0, 2]
    for each in (first, second):
        reasons = [reason.code for reason in house.ledger.verdicts(each.run_id)[-1].reasons]
        assert reasons.count("mass_failure") == 1
        assert house.said(each) == [Fault.HOST, Fault.HOST]
    assert house.said(last) == [Fault.HOST]


def test_mass_failure_is_no_such_thing_without_a_control_that_fails(house: House) -> None:
    runs = [a_run(journey=f"{app}.walk", others_failing=1.0) for app in ("alpha", "beta", "gamma")]
    assert house.write(*runs) == [0, 0, 0]
    assert not any(reason.code == "mass_failure" for each in runs for reason in each.reasons)


def test_runs_that_pass_cost_nothing_and_trouble_is_told_and_ends_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> tuple[RunRecord, ...]:
        raise StorageError("the disk is gone")

    monkeypatch.setattr(house.ledger, "failed_around", refuse)
    monkeypatch.setattr(house.ledger, "around", refuse)
    passed = replace(a_run(), outcome=Outcome.PASSED, fault=Fault.NONE)
    assert house.settling.heard(passed) == 0
    assert caplog.text == ""
    assert house.settling.heard(a_control()) == 0
    assert "event=settling_broke" in caplog.text


def test_story_settles_what_its_controls_tell(tmp_path: Path, ledger: Ledger) -> None:
    """A run that failed before its control could be made is settled by one that comes by the schedule."""
    jira = a_placement("host_jira.plain_issue")
    executor = HeldExecutor(_of("ihub", FAILED), _of("host_jira", FAILED))
    story = replace(
        a_story(tmp_path, ledger, executor, []),
        controls=Controls({}),
        apps={name: App(name=name, title=name) for name in ("ihub", "host_jira")},
    )
    story = replace(story, settling=Settling(ledger, story.timeline.now_ms))
    now_ms = story.timeline.now_ms()
    (run,) = story.run(PLACEMENT, now_ms, Trigger.SCHEDULE, threading.Event())
    control_run, *_again = story.run(jira, now_ms + 1, Trigger.SCHEDULE, threading.Event())
    assert (run.fault, control_run.fault) == (Fault.UNKNOWN, Fault.HOST)
    assert fault_of(ledger, run.run_id) is Fault.HOST
    assert ledger.run(run.run_id) == run


def _of(app: str, evidence: Evidence) -> Evidence:
    seen = stopping(OPENING)
    facts = replace(seen.app, name=app, framework=None, is_control=app == "host_jira") if seen.app is not None else None
    return replace(evidence, app=facts, origins=(SITE,), steps=seen.steps, phases=seen.phases)
