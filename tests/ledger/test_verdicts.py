"""Verdicts beside a record: appended, never changed, the last one telling whose fault it is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from synthetics.evidence import RecordedEvidence, Surroundings
from synthetics.ledger.store import Ledger
from synthetics.ledger.tables import verdicts
from synthetics.ledger.verdicts import JUDGE, Verdict, first_of, last_verdicts
from synthetics.record import Fault, Outcome, Reason
from tests.ledger.builders import MINUTE_MS, NOON_MS, a_key, a_record, fault_of

FAILED = a_record(outcome=Outcome.FAILED)
HOST = Verdict(
    run_id=FAILED.run_id,
    at_ms=NOON_MS + 6 * MINUTE_MS,
    outcome=Outcome.FAILED,
    fault=Fault.HOST,
    reasons=(Reason(code="host_control", sentence="A control without the app failed."),),
)
OF_A_PERSON = replace(HOST, at_ms=NOON_MS + 9 * MINUTE_MS, fault=Fault.NETWORK, author="Ada", reasons=())


@pytest.fixture
def failed(ledger: Ledger) -> Ledger:
    ledger.write(FAILED)
    return ledger


def test_verdicts_stand_behind_the_records_own_in_the_order_in_which_they_were_said(failed: Ledger) -> None:
    assert failed.append_verdict(HOST)
    assert failed.append_verdict(OF_A_PERSON)
    assert failed.verdicts(FAILED.run_id) == (first_of(FAILED), HOST, OF_A_PERSON)
    assert fault_of(failed, FAILED.run_id) is Fault.NETWORK


def test_record_and_totals_stay_as_they_were_judged_first(failed: Ledger) -> None:
    totals = failed.totals()
    failed.append_verdict(HOST)
    assert failed.run(FAILED.run_id) == FAILED
    assert list(failed.runs(outcomes=[Outcome.FAILED])) == [FAILED]
    assert failed.totals() == totals


def test_run_without_a_later_verdict_has_its_records(failed: Ledger) -> None:
    assert failed.verdicts(FAILED.run_id) == (first_of(FAILED),)
    assert fault_of(failed, FAILED.run_id) is FAILED.fault


def test_run_that_is_not_there_has_no_verdict_and_gets_none(ledger: Ledger) -> None:
    assert not ledger.append_verdict(HOST)
    assert ledger.verdicts(FAILED.run_id) == ()
    assert fault_of(ledger, FAILED.run_id) is None


@pytest.mark.parametrize(
    ("said", "verdict", "is_taken"),
    [
        pytest.param((HOST,), replace(HOST, at_ms=HOST.at_ms + 1), False, id="the judge says the same again"),
        pytest.param((HOST,), replace(HOST, reasons=()), True, id="the judge has other reasons"),
        pytest.param((OF_A_PERSON,), HOST, False, id="the judge would speak after a person"),
        pytest.param((HOST, OF_A_PERSON), replace(OF_A_PERSON, fault=Fault.APP), True, id="a person thinks again"),
        pytest.param((), replace(HOST, fault=FAILED.fault, reasons=FAILED.reasons), False, id="the record says so"),
    ],
)
def test_verdict_is_taken_where_it_says_something_new(
    failed: Ledger,
    said: tuple[Verdict, ...],
    verdict: Verdict,
    is_taken: bool,  # noqa: FBT001  a table
) -> None:
    for each in said:
        assert failed.append_verdict(each)
    assert failed.append_verdict(verdict) is is_taken
    assert failed.verdicts(FAILED.run_id)[1:] == said + (verdict,) * is_taken


def test_verdict_of_another_outcome_is_refused(failed: Ledger) -> None:
    with pytest.raises(ValueError, match="is failed, which a verdict cannot change"):
        failed.append_verdict(replace(HOST, outcome=Outcome.ERRORED, fault=Fault.MONITOR))
    with pytest.raises(ValueError, match="cannot be failed/monitor"):
        replace(HOST, fault=Fault.MONITOR)


def test_verdict_of_many_at_once_is_written_once(failed: Ledger) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(failed.append_verdict, [HOST] * 8)) == [False] * 7 + [True]


@pytest.mark.parametrize(
    ("changes", "at_ms"),
    [
        pytest.param(
            {"evidence": RecordedEvidence(surroundings=Surroundings(now_ms=NOON_MS + 7, started_ms=NOON_MS))},
            NOON_MS + 7,
            id="when it was judged",
        ),
        pytest.param({}, NOON_MS + 2_520, id="when it was over"),
        pytest.param({"started_ms": None, "duration_ms": None}, NOON_MS, id="when it was due"),
    ],
)
def test_first_verdict_was_said(changes: dict[str, Any], at_ms: int) -> None:
    first = first_of(a_record(outcome=Outcome.FAILED, **changes))
    assert (first.at_ms, first.author, first.reasons) == (at_ms, JUDGE, FAILED.reasons)


def test_last_verdicts_are_of_the_runs_that_have_one_beside_their_records(ledger: Ledger) -> None:
    runs = [a_record(a_key(NOON_MS + number * MINUTE_MS), Outcome.FAILED) for number in range(3)]
    for each in runs:
        ledger.write(each)
    for each in runs[1:]:
        ledger.append_verdict(replace(HOST, run_id=each.run_id))
    ledger.append_verdict(replace(OF_A_PERSON, run_id=runs[2].run_id))

    with ledger._database.reading() as connection:
        last = {row.run_id: row.fault for row in connection.execute(last_verdicts().select())}

    assert last == {runs[1].run_id: Fault.HOST, runs[2].run_id: Fault.NETWORK}


def test_verdicts_go_with_their_record(failed: Ledger) -> None:
    failed.append_verdict(HOST)
    failed.write(a_record(a_key(NOON_MS + MINUTE_MS)))
    assert failed.prune(NOON_MS + 1) == 1
    with failed._database.reading() as connection:
        assert connection.execute(verdicts.select()).all() == []
