"""Pruning: old records and their slots go, totals, open claims and the last slot of each schedule stay."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetics.ledger.cadence import Cadence
from synthetics.ledger.gaps import Gap
from synthetics.ledger.schedules import Scheduled
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.ledger.totals import Totals
from synthetics.record import Outcome, Trigger
from tests.ledger.builders import MINUTE_MS, NOON_MS, a_key, a_record

LATER_MS = NOON_MS + 100 * MINUTE_MS


def slots_of(ledger: Ledger) -> list[int]:
    return sorted(record.slot_ms for record in ledger.runs())


def counted(ledger: Ledger) -> Totals:
    """All totals but the way to a record, which goes with that."""
    return replace(ledger.totals(), last_passes={})


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
    before = counted(ledger)
    assert ledger.prune(LATER_MS) == 2
    assert counted(ledger) == before


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


@settings(max_examples=40)  # each one migrates a ledger of its own
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
    totals, claims = counted(ledger), ledger.open_slots()
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
    assert (counted(ledger), ledger.open_slots()) == (totals, claims)
    ledger.close()


def gap_of(first: int, last: int, target: str = "standin") -> Gap:
    record = a_record(a_key(target=target), Outcome.MISSED)
    gap = Gap.of(record, Cadence(every_ms=MINUTE_MS), first * MINUTE_MS - 1, last * MINUTE_MS)
    assert gap is not None
    return gap


def minutes_of(ledger: Ledger) -> list[int]:
    return [slot_ms // MINUTE_MS for slot_ms in slots_of(ledger)]


def test_prune_cuts_a_gap_as_if_each_of_its_slots_were_a_record(ledger: Ledger) -> None:
    ledger.take_over([], 0, lambda _: [gap_of(1, 9)])
    before = ledger.totals()
    assert ledger.count_prunable(4 * MINUTE_MS) == 3
    assert ledger.prune(4 * MINUTE_MS) == 3
    assert minutes_of(ledger) == [4, 5, 6, 7, 8, 9]
    assert ledger.count_prunable(99 * MINUTE_MS) == 5
    assert [ledger.prune(99 * MINUTE_MS) for _ in range(2)] == [5, 0]
    assert minutes_of(ledger) == [9], "the last of its schedule stays"
    ledger.write(a_record(a_key(10 * MINUTE_MS)))
    assert ledger.count_prunable(99 * MINUTE_MS) == ledger.prune(99 * MINUTE_MS) == 1
    assert minutes_of(ledger) == [10]
    assert ledger.gaps() == ()
    assert ledger.totals().slots[next(iter(before.slots))] == 9


def test_prune_removes_a_record_whose_schedule_goes_on_in_a_gap(ledger: Ledger) -> None:
    ledger.write(a_record(a_key(0)))
    ledger.take_over([], 0, lambda _: [gap_of(1, 2), gap_of(1, 2, target="demo")])
    assert ledger.count_prunable(2 * MINUTE_MS) == 3
    assert (ledger.prune(2 * MINUTE_MS), ledger.prune(2 * MINUTE_MS, 1), ledger.prune(2 * MINUTE_MS)) == (1, 1, 1)
    assert minutes_of(ledger) == [2, 2]


def test_prune_lets_no_slot_be_filled_whose_record_it_removed(ledger: Ledger) -> None:
    """Downtime may outlast what is kept: what ``once`` did in it must not be counted again as missed."""
    scheduled = Scheduled(
        app="ihub", journey="ihub.run_flow", target="standin", location="local", cadence=Cadence(every_ms=MINUTE_MS)
    )
    ledger.take_over([scheduled], 0, lambda _: [])
    for minute in (1, 2, 3):
        ledger.write(a_record(a_key(minute * MINUTE_MS)))
    ledger.prune(3 * MINUTE_MS)
    (watched,) = ledger.watched()
    assert watched.settled_until_ms == 2 * MINUTE_MS
