"""Whose files go: the too old, then as few as it takes, passed before failed, the oldest first."""

from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from synthetics.artifacts.store import ArtifactStore
from synthetics.artifacts.stored import StoredRun
from synthetics.config.durations import to_ms
from synthetics.config.models import Retention
from synthetics.ledger.store import Ledger
from synthetics.record import Outcome
from synthetics.runner.retention import Removal, Why, outlived, plan, prune
from tests.export.builders import a_run

NOW_MS = 1_780_000_000_000
DAY_MS = 86_400_000
LIMITS = Retention(passed=timedelta(days=2), failed=timedelta(days=5), records=timedelta(days=8), artifacts_bytes=1_000)


def a_stored(run_id: str, age_days: float, outcome: Outcome | None = Outcome.PASSED, size_bytes: int = 1) -> StoredRun:
    return StoredRun(
        run_id=run_id,
        day="2026-05-28",
        outcome=outcome,
        due_ms=NOW_MS - int(age_days * DAY_MS),
        size_bytes=size_bytes,
    )


def removed(*runs: StoredRun, limits: Retention = LIMITS) -> list[tuple[str, Why]]:
    return [(each.run.run_id, each.why) for each in outlived(runs, limits, NOW_MS)]


def test_outlived_are_the_runs_older_than_the_limit_of_their_outcome() -> None:
    runs = [
        a_stored("passed", 2.1),
        a_stored("failed", 5.1, Outcome.FAILED),
        a_stored("errored", 5.1, Outcome.ERRORED),
        a_stored("unknown", 5.1, None),
        a_stored("passed young", 2),
        a_stored("failed young", 5, Outcome.FAILED),
        a_stored("errored young", 5, Outcome.ERRORED),
        a_stored("unknown young", 5, None),
    ]
    assert {name for name, _ in removed(*runs)} == {"passed", "failed", "errored", "unknown"}
    assert {why for _, why in removed(*runs)} == {Why.AGE}


def test_outlived_are_files_whose_record_goes() -> None:
    limits = LIMITS.model_copy(update={"records": timedelta(days=1)})
    assert removed(a_stored("a", 1.1), a_stored("b", 1.1, Outcome.FAILED), limits=limits) == [
        ("a", Why.AGE),
        ("b", Why.AGE),
    ]


def test_outlived_for_size_are_passed_runs_before_failed_the_oldest_first() -> None:
    runs = [
        a_stored("new failed", 1, Outcome.FAILED, 400),
        a_stored("old failed", 3, Outcome.FAILED, 400),
        a_stored("new passed", 0.5, Outcome.PASSED, 400),
        a_stored("old passed", 1, Outcome.PASSED, 400),
    ]
    assert removed(*runs) == [("old passed", Why.SIZE), ("new passed", Why.SIZE)]
    limits = LIMITS.model_copy(update={"artifacts_bytes": 799})
    assert removed(*runs, limits=limits)[2:] == [("old failed", Why.SIZE)]


def test_outlived_is_nothing_at_the_very_limit_of_size() -> None:
    assert removed(a_stored("a", 1, Outcome.PASSED, 600), a_stored("b", 1, Outcome.FAILED, 400)) == []


RUNS = st.lists(
    st.builds(
        a_stored,
        run_id=st.text("abcdef0123456789", min_size=4, max_size=4),
        age_days=st.floats(-1, 12),
        outcome=st.sampled_from([*Outcome, None]),
        size_bytes=st.integers(0, 600),
    ),
    unique_by=lambda run: run.run_id,
    max_size=25,
)
RETENTIONS = st.builds(
    Retention,
    passed=st.integers(1, 10).map(lambda days: timedelta(days=days)),
    failed=st.integers(1, 10).map(lambda days: timedelta(days=days)),
    records=st.integers(1, 10).map(lambda days: timedelta(days=days)),
    artifacts_bytes=st.integers(1, 5_000),
)


def limit_ms(run: StoredRun, limits: Retention) -> int:
    own = limits.passed if run.outcome is Outcome.PASSED else limits.failed
    return min(to_ms(own), to_ms(limits.records))


def kept_of(runs: list[StoredRun], removals: tuple[Removal, ...]) -> list[StoredRun]:
    gone = [each.run for each in removals]
    assert len(set(gone)) == len(gone)
    return [run for run in runs if run not in gone]


@given(RUNS, RETENTIONS)
def test_outlived_leaves_what_is_young_and_fits(runs: list[StoredRun], limits: Retention) -> None:
    removals = outlived(runs, limits, NOW_MS)
    kept = kept_of(runs, removals)
    too_old = {run for run in runs if run.due_ms < NOW_MS - limit_ms(run, limits)}
    assert {each.run for each in removals if each.why is Why.AGE} == too_old
    assert sum(run.size_bytes for run in kept) <= limits.artifacts_bytes
    assert outlived(kept, limits, NOW_MS) == (), "a second time there is nothing left to do"


@given(RUNS, RETENTIONS)
def test_outlived_for_size_are_no_more_than_it_takes(runs: list[StoredRun], limits: Retention) -> None:
    removals = outlived(runs, limits, NOW_MS)
    for_size = [each.run for each in removals if each.why is Why.SIZE]
    if for_size:
        kept_bytes = sum(run.size_bytes for run in kept_of(runs, removals))
        assert kept_bytes + for_size[-1].size_bytes > limits.artifacts_bytes


@given(RUNS, RETENTIONS)
def test_outlived_for_size_are_less_worth_than_all_that_stay(runs: list[StoredRun], limits: Retention) -> None:
    removals = outlived(runs, limits, NOW_MS)
    for gone in (each.run for each in removals if each.why is Why.SIZE):
        for kept in kept_of(runs, removals):
            gone_passed, kept_passed = gone.outcome is Outcome.PASSED, kept.outcome is Outcome.PASSED
            assert gone_passed or not kept_passed
            if gone_passed == kept_passed:
                assert gone.due_ms <= kept.due_ms


@given(RUNS, RETENTIONS)
def test_outlived_does_not_depend_on_the_order_of_the_disk(runs: list[StoredRun], limits: Retention) -> None:
    assert outlived(runs[::-1], limits, NOW_MS) == outlived(runs, limits, NOW_MS)


def a_kept_run(store: ArtifactStore, ledger: Ledger, age_days: int, outcome: Outcome = Outcome.PASSED) -> str:
    record = a_run(outcome, slot_ms=NOW_MS - age_days * DAY_MS)
    ledger.write(record)
    store.put(record.run_id, record.slot_ms, "record.json", record.to_json().encode())
    return record.run_id


def test_plan_foresees_what_prune_removes_and_removes_nothing(tmp_path: Path, ledger: Ledger) -> None:
    store = ArtifactStore(tmp_path / "runs")
    for age_days in (10, 9, 4, 1):
        a_kept_run(store, ledger, age_days)
    failed = a_kept_run(store, ledger, 3, Outcome.FAILED)
    limits = LIMITS.model_copy(update={"artifacts_bytes": 1_000_000})
    store.size_bytes()

    planned = plan(ledger, store, limits, NOW_MS)
    assert (len(list(store.runs())), ledger.count()) == (5, 5)
    pauses: list[None] = []
    done = prune(ledger, store, limits, NOW_MS, pause=lambda: pauses.append(None))

    assert planned == done
    assert (len(done.removals), done.records, len(pauses)) == (3, 2, 1)
    assert failed in {run.run_id for run in store.runs()}
    assert done.kept_bytes == store.size_bytes() == sum(run.size_bytes for run in store.runs())
    assert (len(list(store.runs())), ledger.count()) == (2, 3)
    again = prune(ledger, store, limits, NOW_MS, pause=lambda: None)
    assert (again.removals, again.records) == ((), 0)


def test_prune_leaves_what_is_too_much_for_one_go(tmp_path: Path, ledger: Ledger) -> None:
    store = ArtifactStore(tmp_path / "runs")
    for age_days in (10, 9, 0):
        a_kept_run(store, ledger, age_days)
    assert prune(ledger, store, LIMITS, NOW_MS, pause=lambda: None, rounds=0).records == 0
    assert prune(ledger, store, LIMITS, NOW_MS, pause=lambda: None, rounds=1).records == 2


def test_prune_of_a_storage_that_is_not_there_makes_nothing(tmp_path: Path) -> None:
    done = prune(None, ArtifactStore(tmp_path / "runs"), LIMITS, NOW_MS, pause=lambda: None)
    assert (done.removals, done.records, done.kept_bytes) == ((), 0, 0)
    assert list(tmp_path.iterdir()) == []
