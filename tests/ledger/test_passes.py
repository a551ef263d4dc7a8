"""The run that passed last: found behind any number of failures, gone with its record."""

from synthetics.ledger.store import Ledger
from synthetics.ledger.totals import LastPass, Series
from synthetics.record import Outcome, RunRecord, Trigger
from tests.ledger.builders import MINUTE_MS, NOON_MS, SERIES, a_key, a_record


def last_passes(ledger: Ledger, *records: RunRecord) -> dict[Series, LastPass]:
    for record in records:
        assert ledger.write(record)
    return dict(ledger.totals().last_passes)


def pass_of(record: RunRecord) -> LastPass:
    return LastPass(run_id=record.run_id, duration_ms=2_500, ended_ms=record.slot_ms + 20 + 2_500)


def test_last_pass_of_an_empty_ledger_and_of_a_series_that_never_passed_is_none(ledger: Ledger) -> None:
    assert last_passes(ledger) == {}
    assert last_passes(ledger, a_record(outcome=Outcome.FAILED)) == {}


def test_last_pass_is_the_latest_also_where_records_come_late_and_failures_follow(ledger: Ledger) -> None:
    older, latest = a_record(a_key(NOON_MS - MINUTE_MS)), a_record()
    failed = (a_record(a_key(NOON_MS + number * MINUTE_MS), Outcome.FAILED) for number in (1, 2, 3))
    assert last_passes(ledger, latest, older, *failed) == {SERIES: pass_of(latest)}


def test_last_pass_is_no_run_that_metrics_do_not_count(ledger: Ledger) -> None:
    counted = a_record()
    others = (
        a_record(a_key(NOON_MS + MINUTE_MS, trigger=Trigger.MANUAL)),
        a_record(a_key(NOON_MS + 2 * MINUTE_MS), Outcome.FAILED),
        a_record(a_key(NOON_MS + 2 * MINUTE_MS, attempt=2)),
        # Of the same end, and nearer to it.
        a_record(a_key(NOON_MS + 5, trigger=Trigger.MANUAL), started_ms=NOON_MS + 20),
        a_record(a_key(attempt=2)),
    )
    assert last_passes(ledger, counted, *others) == {SERIES: pass_of(counted)}


def test_last_pass_is_the_one_that_ended_last_where_a_later_slot_ended_before_it(ledger: Ledger) -> None:
    long = a_record(duration_ms=2 * MINUTE_MS)
    short = a_record(a_key(NOON_MS + MINUTE_MS))
    assert last_passes(ledger, long, short)[SERIES].run_id == long.run_id


def test_last_pass_is_told_for_each_series(ledger: Ledger) -> None:
    here = a_record()
    there = a_record(a_key(target="staging"))
    elsewhere = a_record(a_key(NOON_MS - MINUTE_MS, location="frankfurt"))
    found = last_passes(ledger, here, there, elsewhere)
    assert {(series.target, series.location): each.run_id for series, each in found.items()} == {
        ("standin", "local"): here.run_id,
        ("staging", "local"): there.run_id,
        ("standin", "frankfurt"): elsewhere.run_id,
    }


def test_last_pass_is_gone_when_its_record_was_pruned_and_no_older_one_stands_in(ledger: Ledger) -> None:
    passed = a_record()
    assert last_passes(ledger, passed, a_record(a_key(NOON_MS + MINUTE_MS), Outcome.FAILED)) == {
        SERIES: pass_of(passed)
    }
    assert ledger.prune(NOON_MS + 1, at_most=100) == 1
    assert last_passes(ledger) == {}
    assert ledger.totals().last_runs[SERIES].last_success_ms == passed.slot_ms + 20 + 2_500
