"""The line of the error budget on a run's page."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from synthetics.config.models import Rollout
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.record import Kind, Outcome, RunRecord
from synthetics.runner.budgets import BudgetLines, Judged
from synthetics.slo.profile_file import read_profile
from tests.builders import a_placement
from tests.ledger.builders import MINUTE_MS, NOON_MS, a_key, a_record

PLACEMENT = a_placement("ihub.run_flow", target="standin", every_ms=5 * MINUTE_MS)
PROFILE = read_profile("cloud-fortified", None, "synthetics.toml")
JUDGED = Judged(profile=PROFILE, placements=(PLACEMENT,), rollouts={"standin": None})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(open_ledger(tmp_path)) as ledger:
        yield ledger


def fill(ledger: Ledger, *outcomes: Outcome) -> RunRecord:
    records = [a_record(a_key(NOON_MS - ago * 5 * MINUTE_MS), each) for ago, each in enumerate(reversed(outcomes))]
    ledger.at_once([partial(Ledger.write, record=each) for each in records])
    return records[0]


def line(ledger: Ledger, record: RunRecord, judged: Judged = JUDGED) -> str | None:
    return BudgetLines(ledger, lambda: NOON_MS + 1, judged).line(record)


PASSED, FAILED, ERRORED = Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED


def test_the_line_tells_what_is_used_and_left(ledger: Ledger) -> None:
    record = fill(ledger, *[PASSED] * 297, *[FAILED] * 3)

    assert line(ledger, record) == "3 of 8 failures allowed in 28 days used, 5 left"


def test_only_runs_of_the_same_journey_target_and_location_count(ledger: Ledger) -> None:
    record = fill(ledger, *[PASSED] * 9, FAILED)
    for change in ({"journey": "ihub.other"}, {"target": "dfr"}, {"location": "away"}):
        ledger.write(a_record(a_key(NOON_MS, **change), FAILED))

    assert line(ledger, record) == "1 of 8 failures allowed in 28 days used, 7 left"


def test_there_is_no_line_without_a_right_to_a_number(ledger: Ledger) -> None:
    record = fill(ledger, *[PASSED] * 89, *[ERRORED] * 11)

    assert line(ledger, record) is None


@pytest.mark.parametrize(
    "judged",
    [
        pytest.param(replace(JUDGED, rollouts={"standin": Rollout.FIRST}), id="a site that feeds no objective"),
        pytest.param(replace(JUDGED, placements=()), id="a journey that is gone"),
        pytest.param(replace(JUDGED, profile=replace(PROFILE, objectives={})), id="a profile without objectives"),
    ],
)
def test_there_is_no_line_where_no_objective_is_fed(judged: Judged, ledger: Ledger) -> None:
    assert line(ledger, fill(ledger, PASSED, FAILED), judged) is None


def test_a_health_check_has_no_line_since_a_thousand_may_fail_in_a_minute(ledger: Ledger) -> None:
    journey = replace(PLACEMENT.journey, kind=Kind.HEALTH)
    record = replace(fill(ledger, *[PASSED] * 30, FAILED), kind=Kind.HEALTH)

    assert line(ledger, record, replace(JUDGED, placements=(replace(PLACEMENT, journey=journey),))) is None


def test_the_line_is_told_over_the_profiles_own_window(ledger: Ledger) -> None:
    weekly = replace(PROFILE, window=timedelta(days=7))

    told = line(ledger, fill(ledger, *[PASSED] * 30, FAILED), replace(JUDGED, profile=weekly))

    assert told == "1 of 2 failures allowed in 7 days used, 1 left"
