"""What a dossier is made of, for tests, each with sensible values that a test overrides where it matters."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from synthetics.config.models import Rollout
from synthetics.maintenance import Maintenance
from synthetics.record import Fault, Kind
from synthetics.slo.counts import Counts
from synthetics.slo.dossier.gathered import Enrolment, Gathered, Placed
from synthetics.slo.dossier.json_view import as_json
from synthetics.slo.dossier.making import dossier
from synthetics.slo.requirement import How, Requirement
from synthetics.slo.subject import Seen, Subject
from tests.slo.builders import WINDOW, a_profile, a_subject

#: 2026-03-29, so that the window is all of 2026-03-01 to 2026-03-28.
UNTIL_MS = int(datetime(2026, 3, 29, tzinfo=UTC).timestamp()) * 1_000
SINCE_MS = UNTIL_MS - WINDOW // timedelta(milliseconds=1)
MINUTE_MS = 60_000
SLOT_MS = SINCE_MS + 60 * MINUTE_MS


@dataclass(frozen=True, kw_only=True)
class AFailure:
    run_id: str = "0123456789abcdef"
    app: str = "ihub"
    journey: str = "ihub.run_flow"
    target: str = "production"
    location: str = "local"
    slot_ms: int = SLOT_MS
    ended_ms: int = SLOT_MS + 30_000
    fault: Fault = Fault.APP
    first_fault: Fault = Fault.APP
    author: str = "judge"
    flaky: bool = False
    passed_before_ms: int | None = SLOT_MS - 5 * MINUTE_MS
    passed_after_ms: int | None = SLOT_MS + 5 * MINUTE_MS


@dataclass(frozen=True, kw_only=True)
class ACorrection:
    run_id: str = "0123456789abcdef"
    app: str = "ihub"
    journey: str = "ihub.run_flow"
    target: str = "production"
    location: str = "local"
    slot_ms: int = SLOT_MS
    before: Fault = Fault.APP
    after: Fault = Fault.HOST
    author: str = "ann"
    why: str = "The host's own report of the day"
    at_ms: int = SLOT_MS + 60 * MINUTE_MS


@dataclass(frozen=True, kw_only=True)
class AnAttestation:
    by: str = "Ann, security"
    on: date = date(2026, 1, 15)
    until: date = date(2026, 12, 31)
    link: str = "https://rixter.example/security/bounty"
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class ASeal:
    day: date
    seal: str = "5e" * 32
    former: str | None = None
    records: int = 288
    later: int = 0
    sealed_ms: int = UNTIL_MS


class DayState(StrEnum):
    WHOLE = "whole"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True)
class ACheck:
    day: date
    state: DayState = DayState.WHOLE
    why: str = "It is as it was sealed."


def a_requirement(how: How = How.OBJECTIVE, **changes: Any) -> Requirement:
    requirement = Requirement(
        id=how.value,
        says=f"What is shown by {how.value} is asked for.",
        how=how,
        source="This test",
        objectives=("journey_success",) if how is How.OBJECTIVE else (),
    )
    return dataclasses.replace(requirement, **changes)


def placed(subject: Subject | None = None, **changes: Any) -> Placed:
    journey = Placed(
        subject=subject or a_subject(),
        title="An issue event starts a flow, and its effect shows in Jira",
        site="https://rixter-demo.atlassian.net",
    )
    return dataclasses.replace(journey, **changes)


def a_first(**changes: Any) -> Subject:
    return a_subject(target="early", rollout=Rollout.FIRST, **changes)


def a_health_subject(**changes: Any) -> Subject:
    values: dict[str, Any] = {
        "journey": "ihub.health_backend",
        "base_url": "backend",
        "kind": Kind.HEALTH,
        "runs_in_window": 40_320,
        "every_ms": 60_000,
        "timeout_ms": 3_000,
    }
    return a_subject(**(values | changes))


def a_window(**changes: Any) -> Maintenance:
    window = Maintenance(
        from_ms=SLOT_MS,
        until_ms=SLOT_MS + 60 * MINUTE_MS,
        noticed_ms=SLOT_MS - 1_440 * MINUTE_MS,
        author="bo",
        why="A new database",
        entered_ms=SLOT_MS - 1_400 * MINUTE_MS,
        app="ihub",
    )
    return dataclasses.replace(window, **changes)


def gathered(*requirements: Requirement, **changes: Any) -> Gathered:
    """All that a dossier is made of: one app with one journey of which nothing was seen."""
    every = {each.id: each for each in requirements}
    its = Gathered(
        profile=a_profile(requirements=every),
        since_ms=SINCE_MS,
        until_ms=UNTIL_MS,
        now_ms=UNTIL_MS + 60 * MINUTE_MS,
        version="0.1.0",
        apps=(Enrolment(app="ihub", title="Integration Hub", programme="ours", status="approved"),),
        journeys=(placed(),),
        seen={},
    )
    return dataclasses.replace(its, **changes)


def since_the_start(counts: Counts, **changes: Any) -> Seen:
    return dataclasses.replace(Seen(counts=counts, since_ms=SINCE_MS), **changes)


def of_journeys(seen: Mapping[Subject, Seen], *, how: How = How.OBJECTIVE, **changes: Any) -> Gathered:
    its = tuple(placed(each) for each in seen)
    return gathered(a_requirement(how), journeys=its, seen=seen, **changes)


def the_answer(what: Gathered) -> dict[str, Any]:
    [answer] = as_json(dossier(what))["requirements"]
    return dict(answer)
