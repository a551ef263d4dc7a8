"""Subjects, counts and objectives for tests, each with sensible values that a test overrides where it matters."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from synthetics.record import Kind
from synthetics.slo.counts import Counts, FaultCounts
from synthetics.slo.figures import Goal
from synthetics.slo.profile import Measure, Objective, Per, Profile
from synthetics.slo.subject import Seen, Subject

UNTIL_MS = 1_780_002_000_000
WINDOW = timedelta(days=28)
THREE_NINES = Goal(share=Decimal("0.999"))


def a_goal(share: str, *, exclusive: bool = False) -> Goal:
    return Goal(share=Decimal(share), exclusive=exclusive)


def a_subject(**changes: Any) -> Subject:
    subject = Subject(
        app="ihub",
        journey="ihub.run_flow",
        base_url=None,
        kind=Kind.BROWSER,
        target="production",
        location="local",
        rollout=None,
        runs_in_window=8_064,
        every_ms=300_000,
        timeout_ms=60_000,
    )
    return dataclasses.replace(subject, **changes)


def an_objective(**changes: Any) -> Objective:
    objective = Objective(
        name="journey_success",
        title="The journey works",
        measure=Measure.AVAILABILITY,
        kind=Kind.BROWSER,
        per=Per.JOURNEY,
        goal=THREE_NINES,
        source="This test",
    )
    return dataclasses.replace(objective, **changes)


def a_profile(*objectives: Objective, **changes: Any) -> Profile:
    profile = Profile(
        name="ours",
        title="Ours",
        window=WINDOW,
        valid_until=date(2027, 12, 31),
        source="This test",
        leaves_out=(),
        objectives={each.name: each for each in objectives or (an_objective(),)},
    )
    return dataclasses.replace(profile, **changes)


def some_counts(passed: int = 0, *, errored: int = 0, missed: int = 0, **failed: int) -> Counts:
    return Counts(passed=passed, errored=errored, missed=missed, failed=FaultCounts(**failed))


def seen(counts: Counts, **changes: Any) -> Seen:
    since_ms = UNTIL_MS - WINDOW // timedelta(milliseconds=1)
    return dataclasses.replace(Seen(counts=counts, since_ms=since_ms), **changes)
