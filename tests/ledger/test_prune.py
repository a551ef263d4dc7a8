"""Pruning: old records and their slots go, totals, open claims and the last slot of each schedule stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.ledger.store import Ledger, open_ledger
from synthetics.record import Outcome, Trigger
from tests.ledger.builders import MINUTE_MS, NOON_MS, a_key, a_record

LATER_MS = NOON_MS + 100 * MINUTE_MS


def slots_of(ledger: Ledger) -> list[int]:
    return sorted(record.slot_ms for record in ledger.runs())


def test_prune_removes_what_is_older_and_nothing_that_is_not(ledger: Ledger) -> None:
    for minute in range(5):
        ledger.write(a_record(a_key(NOON_MS + minute * MINUTE_MS)))
    before_ms = NOON_MS + 2 * MINUTE_MS
    assert ledger.count_prunable(before_ms) == 2
    assert ledger.prune(before_ms) == 2
    assert slots_of(ledger) == [NOON_MS + minute * MINUTE_MS for minute in (2, 3, 4)]
    assert (ledger.count_prunable(before_ms), ledger.prune(before_ms)) == (0, 0)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_prune_lowers_no_total(ledger: Ledger, outcome: Outcome) -> None:
    for minute in range(3):
        ledger.write(a_record(a_key(NOON_MS + minute * MINUTE_MS), outcome))
    before = ledger.totals()
    assert ledger.prune(LATER_MS) == 2
    assert ledger.totals() == before


def test_prune_frees_the_slots_of_what_it_removes(ledger: Ledger) -> None:
    ledger.write(a_record(a_key(NOON_MS)))
    ledger.write(a_record(a_key(NOON_MS + MINUTE_MS)))
    ledger.prune(LATER_MS)
    assert ledger.claim(a_key(NOON_MS), "ihub", LATER_MS), "its row is gone"


def test_prune_leaves_open_claims_however_old_they_are(ledger: Ledger) -> None:
    ledger.claim(a_key(NOON_MS), "ihub", NOON_MS)
    ledger.write(a_record(a_key(NOON_MS + MINUTE_MS)))
    ledger.write(a_record(a_key(NOON_MS + 2 * MINUTE_MS)))
    assert ledger.prune(LATER_MS) == 1
    assert [slot.key for slot in ledger.open_slots()] == [a_key(NOON_MS)]


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.MISSED])
def test_prune_never_lets_the_last_slot_of_a_schedule_be_given_out_again(ledger: Ledger, outcome: Outcome) -> None:
    ledger.write(a_record(a_key(NOON_MS), outcome))
    ledger.write(a_record(a_key(NOON_MS, target="demo")))
    assert ledger.prune(LATER_MS) == 0
    assert not ledger.claim(a_key(NOON_MS), "ihub", LATER_MS)
    assert ledger.last_slot_ms("ihub.run_flow", "standin", "local") == NOON_MS


def test_prune_removes_every_old_run_that_people_asked_for(ledger: Ledger) -> None:
    ledger.write(a_record(a_key(NOON_MS, trigger=Trigger.MANUAL)))
    assert ledger.prune(LATER_MS) == 1
    assert slots_of(ledger) == []


def test_prune_removes_the_oldest_first_and_a_few_at_a_time(ledger: Ledger) -> None:
    for minute in (3, 0, 2, 1, 4):
        ledger.write(a_record(a_key(NOON_MS + minute * MINUTE_MS)))
    assert ledger.prune(LATER_MS, at_most=2) == 2
    assert slots_of(ledger) == [NOON_MS + minute * MINUTE_MS for minute in (2, 3, 4)]


SLOTS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from([*Outcome, None]), st.sampled_from(["standin", "demo"])),
    unique_by=lambda each: (each[0], each[2]),
    max_size=8,
)


@given(slots=SLOTS, before=st.integers(0, 7), at_most=st.integers(1, 3))
def test_prune_keeps_claims_totals_and_the_last_of_each_schedule(
    tmp_path_factory: pytest.TempPathFactory,
    slots: list[tuple[int, Outcome | None, str]],
    before: int,
    at_most: int,
) -> None:
    ledger = open_ledger(tmp_path_factory.mktemp("ledger"))
    for minute, outcome, target in slots:
        key = a_key(minute * MINUTE_MS, target=target)
        if outcome is None:
            ledger.claim(key, "ihub", key.slot_ms)
        else:
            ledger.write(a_record(key, outcome))
    totals, claims = ledger.totals(), ledger.open_slots()
    foreseen = ledger.count_prunable(before * MINUTE_MS)
    removed = 0
    while gone := ledger.prune(before * MINUTE_MS, at_most):
        removed += gone
    last = {target: max(minute for minute, _, its in slots if its == target) for _, _, target in slots}
    kept = {(record.slot_ms // MINUTE_MS, record.target) for record in ledger.runs()}
    expected = {
        (minute, target)
        for minute, outcome, target in slots
        if outcome is not None and (minute >= before or minute == last[target])
    }
    assert kept == expected
    assert removed == foreseen == sum(outcome is not None for _, outcome, _ in slots) - len(expected)
    assert (ledger.totals(), ledger.open_slots()) == (totals, claims)
    ledger.close()
