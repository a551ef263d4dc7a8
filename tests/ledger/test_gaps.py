"""Slots without rows of their own: told one by one like all records, in the same order, by the same questions."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.ledger import gaps, reading
from synthetics.ledger.cadence import Cadence
from synthetics.ledger.gaps import Gap
from synthetics.ledger.store import Ledger
from synthetics.record import Outcome, RunKey, RunRecord, Trigger
from synthetics.slots import CronSlots, GridSlots, Slots
from tests.ledger.builders import MINUTE_MS, NOON_MS, SERIES, a_key, a_record

DAY_MS = 24 * 60 * MINUTE_MS
EACH_MINUTE = Cadence(every_ms=MINUTE_MS, offset_ms=NOON_MS % MINUTE_MS)


def a_gap(first: int, last: int, cadence: Cadence = EACH_MINUTE, **changes: Any) -> Gap:
    """A gap from one minute after noon to another, both in it."""
    after_ms, until_ms = NOON_MS + first * MINUTE_MS - 1, NOON_MS + last * MINUTE_MS
    gap = Gap.of(a_record(a_key(**changes), Outcome.MISSED), cadence, after_ms, until_ms)
    assert gap is not None
    return gap


def fill(ledger: Ledger, *found: Gap) -> int:
    return ledger.take_over([], NOON_MS, lambda _watched: found)


def minutes(records: Iterator[RunRecord]) -> list[float]:
    return [(each.slot_ms - NOON_MS) / MINUTE_MS for each in records]


def all_slots(slots: Slots, after_ms: int, until_ms: int) -> list[int]:
    following = itertools.accumulate(itertools.repeat(None), lambda last, _: slots.next_slot_ms(last), initial=after_ms)
    return list(itertools.takewhile(lambda slot_ms: slot_ms <= until_ms, itertools.islice(following, 1, None)))


CRONS = ["*/5 * * * *", "0,1 8 * * *", "*/10 8-18 * * 1-5", "0 0 29 2 *", "30 4 L * *", "0 12 13 * 5", "59 23 * * *"]
CADENCES = st.one_of(
    st.sampled_from(CRONS).map(lambda cron: (Cadence(cron=cron), CronSlots(cron))),
    st.tuples(st.integers(1_000, DAY_MS), st.integers(0, 999)).map(
        lambda grid: (Cadence(every_ms=grid[0], offset_ms=grid[1]), GridSlots(*grid))
    ),
)


@given(
    cadence=CADENCES,
    after_ms=st.integers(NOON_MS, NOON_MS + 400 * DAY_MS),
    long_ms=st.integers(-1, DAY_MS) | st.integers(0, 100).map(lambda minutes: minutes * MINUTE_MS),
    on_a_slot=st.booleans(),
)
def test_cadence_has_the_slots_of_the_grid(
    cadence: tuple[Cadence, Slots], after_ms: int, long_ms: int, *, on_a_slot: bool
) -> None:
    remembered, grid = cadence
    after_ms = grid.slot_at_or_before(after_ms) if on_a_slot else after_ms
    until_ms = after_ms + min(long_ms, 300 * (remembered.every_ms or DAY_MS))
    slots = all_slots(grid, after_ms, until_ms)
    assert list(remembered.between(after_ms, until_ms)) == slots
    assert list(remembered.newest_first(after_ms, until_ms)) == slots[::-1]
    assert remembered.count(after_ms, until_ms) == len(slots)
    assert all(remembered.has(slot_ms) and not remembered.has(slot_ms + 1) for slot_ms in slots[:3])


def test_cadence_is_an_interval_or_an_expression() -> None:
    with pytest.raises(ValueError, match="an interval or a cron expression"):
        Cadence()
    with pytest.raises(ValueError, match="an interval or a cron expression"):
        Cadence(every_ms=1, cron="* * * * *")


@given(taken=st.sets(st.integers(-2, 12)))
def test_gap_without_taken_slots_is_all_the_others(taken: set[int]) -> None:
    pieces = list(a_gap(0, 10).without(NOON_MS + minute * MINUTE_MS for minute in taken))
    found = [slot for piece in pieces for slot in piece.cadence.between(piece.first_ms - 1, piece.last_ms)]
    assert [(slot - NOON_MS) // MINUTE_MS for slot in found] == [each for each in range(11) if each not in taken]
    assert sum(piece.count for piece in pieces) == len(found)


@pytest.fixture
def a_mixed_ledger(ledger: Ledger) -> Ledger:
    """Two gaps that overlap in time, with runs before, between and after their slots."""
    every_other = Cadence(every_ms=2 * MINUTE_MS, offset_ms=NOON_MS % (2 * MINUTE_MS))
    ledger.write(a_record(a_key(NOON_MS - MINUTE_MS)))
    ledger.write(a_record(a_key(NOON_MS + 5 * MINUTE_MS), Outcome.FAILED))
    ledger.write(a_record(a_key(NOON_MS + 5 * MINUTE_MS, attempt=2)))
    fill(ledger, a_gap(1, 8), a_gap(0, 6, every_other, journey="sql.query"))
    ledger.write(a_record(a_key(NOON_MS + 9 * MINUTE_MS, trigger=Trigger.MANUAL)))
    return ledger


MIXED = [9, 8, 7, 6, 6, 5, 5, 4, 4, 3, 2, 2, 1, 0, -1]


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        pytest.param({}, MIXED, id="everything comes the newest first"),
        pytest.param({"limit": 4}, MIXED[:4], id="a limit keeps the newest"),
        pytest.param({"selectors": ["sql"]}, [6, 4, 2, 0], id="an app's gaps are its own"),
        pytest.param({"selectors": ["sql.query"], "limit": 1}, [6], id="a journey's gap"),
        pytest.param({"since_ms": NOON_MS + 7 * MINUTE_MS}, [9, 8, 7], id="since cuts a gap"),
        pytest.param({"outcomes": [Outcome.FAILED]}, [5], id="slots in gaps did not fail"),
        pytest.param({"outcomes": [Outcome.MISSED]}, [8, 7, 6, 6, 4, 4, 3, 2, 2, 1, 0], id="they were missed"),
    ],
)
@pytest.mark.parametrize("page_size", [1, 200])
def test_runs_tells_slots_in_gaps_among_all_others(
    a_mixed_ledger: Ledger, monkeypatch: pytest.MonkeyPatch, page_size: int, selection: dict[str, Any], found: list[int]
) -> None:
    monkeypatch.setattr(reading, "_PAGE", page_size)
    assert minutes(a_mixed_ledger.runs(**selection)) == found


def test_runs_of_gaps_have_the_order_of_rows(a_mixed_ledger: Ledger) -> None:
    told = [(each.slot_ms, each.attempt, each.run_id) for each in a_mixed_ledger.runs()]
    assert told == sorted(told, reverse=True)
    assert len(told) == a_mixed_ledger.count() == len(MIXED)


def test_run_in_a_gap_is_found_by_its_name(a_mixed_ledger: Ledger) -> None:
    for record in a_mixed_ledger.runs():
        assert a_mixed_ledger.run(record.run_id) == record
    assert a_mixed_ledger.run("0123456789abcdef") is None


def test_last_slot_may_lie_in_a_gap(ledger: Ledger) -> None:
    ledger.write(a_record())
    fill(ledger, a_gap(1, 8))
    assert ledger.last_slot_ms("ihub.run_flow", "standin", "local") == NOON_MS + 8 * MINUTE_MS


def test_gap_is_counted_once_and_shows_in_no_histogram(ledger: Ledger) -> None:
    assert fill(ledger, a_gap(1, 8)) == 8
    assert fill(ledger, a_gap(5, 10)) == 2
    totals = ledger.totals()
    assert totals.slots == {(SERIES, "missed"): 10}
    assert [(outcome, total) for (_, outcome, _), total in totals.runs.items()] == [(Outcome.MISSED, 10)]
    assert (totals.latenesses, totals.last_runs, totals.run_durations) == ({}, {}, {})


@pytest.mark.parametrize("question", [lambda ledger: list(ledger.runs(limit=20)), lambda ledger: ledger.count()])
def test_a_gap_of_a_year_is_not_told_in_full_to_show_its_end(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, question: Callable[[Ledger], object]
) -> None:
    fill(ledger, a_gap(0, 365 * 24 * 60), a_gap(0, 365 * 24 * 60, journey="sql.query"))
    told, key = [], gaps.Gap.key

    def noted(gap: Gap, slot_ms: int) -> RunKey:
        told.append(slot_ms)
        return key(gap, slot_ms)

    monkeypatch.setattr(gaps.Gap, "key", noted)
    question(ledger)
    assert len(told) < 60
