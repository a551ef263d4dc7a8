"""The judge asked again: what came later moves the fault of a run, and nothing else does."""

from dataclasses import replace
from typing import Any

import pytest

from synthetics.evidence import ControlSeen, Evidence, Owner, StoppedIn
from synthetics.judge import Judgement, Later, adds_to, again, carried, judge, judge_again
from synthetics.record import Fault, Outcome, Reason
from tests.judge.building import (
    CONFLUENCE,
    JIRA,
    MINUTE,
    NOW,
    ON_FORGE,
    around,
    control,
    document,
    killed,
    passing,
    red,
    stopping,
)
from tests.judge.cases import CASES
from tests.judge.cases.shorthand import COMING_UP, EXPECTING, FINE

LATER_MS = NOW + 3 * MINUTE


def later(*controls: ControlSeen, **said: Any) -> Later:
    return Later(now_ms=LATER_MS, controls=controls, **said)


def alone(stopped: StoppedIn = EXPECTING, **seen: Any) -> Evidence:
    """A run that was judged without any control."""
    return stopping(stopped, surroundings=around(()), **seen)


@pytest.mark.parametrize(
    ("evidence", "came", "fault"),
    [
        pytest.param(alone(), (red(JIRA), control(ON_FORGE)), Fault.HOST, id="a control failed by the host"),
        pytest.param(alone(), (control(JIRA), control(ON_FORGE)), Fault.APP, id="both controls were well"),
        pytest.param(
            stopping(
                EXPECTING, surroundings=around((control(JIRA, Outcome.ERRORED, Fault.MONITOR), control(ON_FORGE)))
            ),
            (replace(red(JIRA, after_ms=9 * MINUTE), run_id="another"),),
            Fault.HOST,
            id="a control that was errored is made up for by the next",
        ),
        pytest.param(
            alone(COMING_UP),
            (red(JIRA, Fault.SESSION), control(ON_FORGE)),
            Fault.SESSION,
            id="the account is signed out",
        ),
        pytest.param(
            alone(),
            (control(ON_FORGE, after_ms=-20_000), control(JIRA, after_ms=-30_000)),
            Fault.APP,
            id="controls before the run whose records came late",
        ),
    ],
)
def test_fault_moves_by_what_came_later(evidence: Evidence, came: tuple[ControlSeen, ...], fault: Fault) -> None:
    assert judge(evidence).fault is Fault.UNKNOWN
    judgement = judge_again(evidence, later(*came))
    assert judgement is not None
    assert (judgement.outcome, judgement.fault) == (Outcome.FAILED, fault)


@pytest.mark.parametrize(
    ("evidence", "came"),
    [
        pytest.param(alone(), later(), id="nothing came"),
        pytest.param(alone(), later(control(JIRA)), id="a control came, and another one is still wanted"),
        pytest.param(alone(), later(red(CONFLUENCE)), id="a control of another product came"),
        pytest.param(
            stopping(EXPECTING),
            later(replace(red(JIRA, after_ms=9 * MINUTE), run_id="later")),
            id="the host failed after a control had told that it was well",
        ),
        pytest.param(alone(), later(red(JIRA, after_ms=16 * MINUTE)), id="the control is of another time"),
        pytest.param(alone(), later(statuspage="none"), id="the page says that all is well"),
        pytest.param(
            stopping(EXPECTING), later(statuspage="major", statuspage_since_ms=LATER_MS), id="the app stays the app's"
        ),
        pytest.param(replace(alone(), surroundings=None), later(red(JIRA)), id="a run by hand"),
        pytest.param(passing(), later(red(JIRA), statuspage="critical"), id="a run that passed"),
    ],
)
def test_nothing_moves_where(evidence: Evidence, came: Later) -> None:
    assert judge_again(evidence, came) is None


def test_later_controls_than_the_first_after_the_run_add_nothing_among_those_that_are_new() -> None:
    came = (control(ON_FORGE), control(JIRA), replace(red(JIRA, after_ms=9 * MINUTE), run_id="later"))
    judgement = judge_again(alone(), later(*came))
    assert judgement is not None
    assert judgement.fault is Fault.APP


def test_outcome_never_moves() -> None:
    """A page that died alone is errored when its repetition passed; told later, that moves nothing."""
    died = killed(None, browser_died="page", surroundings=around(confirm=FINE))
    assert judge(died).outcome is Outcome.ERRORED
    assert judge_again(died, later(red(JIRA), red(ON_FORGE), statuspage="major")) is None
    for case in CASES:
        judgement = judge_again(case.evidence, later(red(JIRA), control(ON_FORGE), statuspage="minor"))
        assert judgement is None or judgement.outcome is case.outcome is Outcome.FAILED


def test_judgement_of_another_outcome_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rule makes one of what comes later; if one ever does, the record's outcome stays."""
    said = iter((judge(alone()), Judgement(outcome=Outcome.ERRORED, fault=Fault.MONITOR)))
    monkeypatch.setattr(again, "judge", lambda _evidence: next(said))
    assert judge_again(alone(), later(red(JIRA))) is None


def test_status_page_corroborates_with_the_time_and_moves_no_fault() -> None:
    evidence = alone(StoppedIn.NAVIGATE, requests=(document(Owner.SITE, 503),))
    judgement = judge_again(evidence, later(statuspage="major", statuspage_since_ms=NOW + 88 * MINUTE + 5_000))
    assert judgement is not None
    assert judgement.fault is judge(evidence).fault is Fault.UNKNOWN
    assert (
        Reason(
            code="status_page",
            sentence="The host's status page says major, first seen 88 min 05 s after this run started.",
        )
        in judgement.reasons
    )
    before = judge_again(evidence, later(statuspage="minor", statuspage_since_ms=NOW - 9_000))
    assert before is not None
    assert before.reasons[-1].sentence.endswith("says minor, first seen 9 s before this run started.")


def test_what_the_page_said_when_the_run_was_judged_is_not_taken_back() -> None:
    evidence = stopping(EXPECTING, surroundings=around((), statuspage="major"))
    judgement = judge_again(evidence, later(red(JIRA), statuspage="none"))
    assert judgement is not None
    assert (judgement.fault, judgement.reasons[-1].code) == (Fault.HOST, "status_page")


def test_mass_failure_is_told_later_of_those_who_failed_first() -> None:
    evidence = stopping(EXPECTING, surroundings=around((red(JIRA), control(ON_FORGE))))
    judgement = judge_again(evidence, later(others_failing=1.0))
    assert judgement is not None
    assert (judgement.fault, judgement.reasons[-1].code) == (Fault.HOST, "mass_failure")
    assert judge_again(evidence, later(others_failing=0.4)) is None


def test_corroboration_of_a_verdict_before_goes_with_the_next_as_far_as_it_fits() -> None:
    page, mass = (Reason(code=code, sentence="It was so.") for code in ("status_page", "mass_failure"))
    other = Reason(code="journey_failed", sentence="It failed.")
    host = judge_again(alone(), later(red(JIRA), control(ON_FORGE)))
    app = judge_again(alone(), later(control(JIRA), control(ON_FORGE)))
    assert host is not None
    assert app is not None
    assert carried((page, mass, other), host).reasons[-2:] == (page, mass)
    assert carried((page, mass), app).reasons == (*app.reasons, mass)
    assert carried((page,), carried((page,), host)) == carried((page,), host)
    assert adds_to((other,), carried((page,), host))
    assert not adds_to((page, other), carried((page,), host))


def test_run_that_was_ended_at_its_deadline_is_settled_as_any_other() -> None:
    hung = killed(None, surroundings=around(()))
    judgement = judge_again(hung, later(red(JIRA), control(ON_FORGE)))
    assert judgement is not None
    assert judgement.fault is Fault.HOST
