import math
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetics.ledger.store import Ledger, open_ledger
from synthetics.ledger.totals import Distribution, LastRun, Series, Totals
from synthetics.metric_names import RUN_DURATION_SECONDS, START_LATENESS_SECONDS, STEP_DURATION_SECONDS
from synthetics.record import OUTCOMES_AND_FAULTS, Fault, Outcome, RunRecord, StepStatus, Trigger
from tests.ledger.builders import MINUTE_MS, NOON_MS, SERIES, a_key, a_record, a_step


def filled(distribution: Distribution) -> dict[float, int]:
    """The buckets that something fell into."""
    return {edge: number for edge, number in distribution.counts.items() if number}


def test_totals_of_a_new_ledger_are_empty(ledger: Ledger) -> None:
    assert ledger.totals() == Totals()


@pytest.mark.parametrize(("outcome", "fault"), OUTCOMES_AND_FAULTS)
def test_totals_count_each_of_the_eight_pairs(ledger: Ledger, outcome: Outcome, fault: Fault) -> None:
    ledger.write(a_record(outcome=outcome, fault=fault))
    totals = ledger.totals()
    assert totals.runs == {(SERIES, outcome, fault): 1}
    assert totals.slots == {(SERIES, "missed" if outcome is Outcome.MISSED else "done"): 1}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"trigger": Trigger.MANUAL}, id="a manual run"),
        pytest.param({"trigger": Trigger.CONTROL}, id="a control run"),
        pytest.param({"attempt": 2}, id="a confirm-run"),
    ],
)
def test_totals_see_scheduled_first_attempts_only(ledger: Ledger, changes: dict[str, Any]) -> None:
    ledger.write(a_record(a_key(**changes), steps=(a_step(),)))
    assert ledger.totals() == Totals()


def test_totals_keep_series_apart(ledger: Ledger) -> None:
    others = (a_key(journey="sql.run_flow"), a_key(target="demo"), a_key(location="frankfurt"))
    for key in (a_key(), *others):
        ledger.write(a_record(key))
    assert set(ledger.totals().runs.values()) == {1}
    assert {series for series, _, _ in ledger.totals().runs} == {
        SERIES,
        replace(SERIES, app="sql"),
        replace(SERIES, target="demo"),
        replace(SERIES, location="frankfurt"),
    }


def test_run_durations_are_those_of_passed_runs(ledger: Ledger) -> None:
    for minute, (outcome, duration_ms) in enumerate(
        [(Outcome.PASSED, 2_000), (Outcome.PASSED, 2_001), (Outcome.PASSED, 500_000), (Outcome.FAILED, 60_000)]
    ):
        ledger.write(a_record(a_key(NOON_MS + minute * MINUTE_MS), outcome, duration_ms=duration_ms))
    durations = ledger.totals().run_durations[SERIES]

    assert filled(durations) == {2.0: 1, 3.0: 1, math.inf: 1}
    assert durations.sum_seconds == 504.001
    assert list(durations.counts) == [*RUN_DURATION_SECONDS.buckets, math.inf]


def test_step_durations_are_those_of_passed_top_level_steps_of_every_run(ledger: Ledger) -> None:
    outer = replace(a_step("Open", duration_ms=700), steps=(a_step("inside", duration_ms=300),))
    ledger.write(
        replace(
            a_record(
                outcome=Outcome.FAILED,
                steps=(
                    outer,
                    a_step("Check", StepStatus.FAILED, 9_000),
                    a_step("Clean up", StepStatus.SKIPPED, None),
                ),
            ),
            fixture_steps=(a_step("Sign in", duration_ms=1_500),),
        )
    )
    ledger.write(a_record(a_key(NOON_MS + MINUTE_MS), steps=(a_step("Open", duration_ms=100),)))
    durations = ledger.totals().step_durations

    assert list(durations) == [(SERIES, "Open")]
    assert filled(durations[SERIES, "Open"]) == {0.1: 1, 1.0: 1}
    assert durations[SERIES, "Open"].sum_seconds == 0.8
    assert list(durations[SERIES, "Open"].counts) == [*STEP_DURATION_SECONDS.buckets, math.inf]


def test_latenesses_are_those_of_runs_that_started(ledger: Ledger) -> None:
    for minute, (outcome, lateness_ms) in enumerate(
        [(Outcome.PASSED, 10), (Outcome.FAILED, 11), (Outcome.ERRORED, 700_000), (Outcome.ERRORED, None)]
    ):
        ledger.write(a_record(a_key(NOON_MS + minute * MINUTE_MS), outcome, lateness_ms=lateness_ms))
    ledger.write(a_record(a_key(NOON_MS - MINUTE_MS), Outcome.MISSED))
    latenesses = ledger.totals().latenesses[SERIES]

    assert filled(latenesses) == {0.01: 1, 0.05: 1, math.inf: 1}
    assert latenesses.sum_seconds == 700.021
    assert list(latenesses.counts) == [*START_LATENESS_SECONDS.buckets, math.inf]


def test_a_negative_observation_lowers_no_sum(ledger: Ledger) -> None:
    ledger.write(a_record(lateness_ms=-40))
    assert ledger.totals().latenesses[SERIES].sum_seconds == 0


def test_last_run_is_the_one_that_ended_last_in_whatever_order_they_come(ledger: Ledger) -> None:
    ended_ms = NOON_MS + 2 * MINUTE_MS + 20 + 2_500
    ledger.write(a_record(a_key(NOON_MS + 2 * MINUTE_MS), Outcome.FAILED))
    assert ledger.totals().last_runs == {SERIES: LastRun(ended_ms=ended_ms, passed=False, last_success_ms=None)}

    ledger.write(a_record(a_key(NOON_MS)))
    ledger.write(a_record(a_key(NOON_MS + MINUTE_MS), Outcome.ERRORED))
    success_ms = NOON_MS + 20 + 2_500
    assert ledger.totals().last_runs == {SERIES: LastRun(ended_ms=ended_ms, passed=False, last_success_ms=success_ms)}


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(a_record(outcome=Outcome.MISSED), id="a missed slot is no run"),
        pytest.param(a_record(outcome=Outcome.ERRORED, duration_ms=None), id="nobody saw its end"),
        pytest.param(a_record(outcome=Outcome.ERRORED, started_ms=None), id="nobody saw its start"),
    ],
)
def test_last_run_leaves_out_a_run_whose_end_is_not_known(ledger: Ledger, record: RunRecord) -> None:
    ledger.write(record)
    assert ledger.totals().last_runs == {}


def test_totals_fold_what_an_earlier_version_counted_under_other_edges(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ledger._database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO bucket_totals"
            " VALUES ('run_duration', 'ihub', 'run_flow', 'standin', 'local', '', 7.5, 3, 21000)"
        )
    ledger.write(a_record(duration_ms=7_000))
    durations = ledger.totals().run_durations[SERIES]

    assert filled(durations) == {8.0: 4}
    assert durations.sum_seconds == 28.0


@pytest.fixture(scope="module")
def long_ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """One file for many examples, each with a journey of its own."""
    ledger = open_ledger(tmp_path_factory.mktemp("storage"))
    yield ledger
    ledger.close()


@st.composite
def records(draw: st.DrawFn) -> list[RunRecord]:
    """Records of one journey, all of different keys."""
    keys = draw(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(Trigger), st.integers(1, 2)), unique=True))
    made = []
    for minute, trigger, attempt in keys[:8]:
        outcome, fault = draw(st.sampled_from(OUTCOMES_AND_FAULTS))
        key = a_key(NOON_MS + minute * MINUTE_MS, trigger=trigger, attempt=attempt)
        ran = {
            "duration_ms": draw(st.integers(0, 200_000)),
            "lateness_ms": draw(st.integers(0, 200_000)),
            "steps": tuple(a_step(title, duration_ms=draw(st.integers(0, 90_000))) for title in ("Open", "Check")),
        }
        made.append(a_record(key, outcome, fault=fault, **({} if outcome is Outcome.MISSED else ran)))
    return made


_numbers = count()


def written(ledger: Ledger, made: list[RunRecord]) -> dict[str, dict[Any, Any]]:
    """Write the records as those of a new journey, and see what is counted of it, its name left out."""
    journey = f"ihub.journey_{next(_numbers)}"
    for record in made:
        key = replace(record.key, journey=journey)
        ledger.write(replace(record, journey=journey, run_id=key.run_id))
    totals = ledger.totals()
    not_of_journeys = {"last_passes", "recycles", "kills"}  # the first tells run_ids, which are made of names
    names = [field.name for field in fields(totals) if field.name not in not_of_journeys]
    return {name: of_journey(journey, getattr(totals, name)) for name in names}


def of_journey(journey: str, counted: Mapping[Any, Any]) -> dict[Any, Any]:
    keys = [(key, (key,) if isinstance(key, Series) else key) for key in counted]
    return {parts[1:]: counted[key] for key, parts in keys if f"ihub.{parts[0].journey}" == journey}


@settings(max_examples=25, deadline=None)
@given(made=records(), data=st.data())
def test_totals_are_the_same_however_often_and_in_whatever_order_records_come(
    long_ledger: Ledger, made: list[RunRecord], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(made), max_size=4)) if made else []
    shuffled = data.draw(st.permutations(made + again))

    totals = written(long_ledger, made)

    assert written(long_ledger, shuffled) == totals
    counted = [record for record in made if record.counts]
    started = [record for record in counted if record.outcome is not Outcome.MISSED]
    assert sum(totals["runs"].values()) == sum(totals["slots"].values()) == len(counted)
    assert sum(sum(each.counts.values()) for each in totals["latenesses"].values()) == len(started)
    assert sum(sum(each.counts.values()) for each in totals["step_durations"].values()) == 2 * len(started)
