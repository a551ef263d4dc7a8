"""Closed days are sealed, and whatever is changed afterwards is found with its day."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from synthetics.ledger.cadence import Cadence
from synthetics.ledger.days import DAY_MS, date_of, day_of
from synthetics.ledger.gaps import Gap
from synthetics.ledger.schedules import Scheduled
from synthetics.ledger.store import FILE_NAME, Ledger, open_ledger
from synthetics.ledger.verdicts import Verdict
from synthetics.ledger.verifying import DayState
from synthetics.maintenance import Maintenance
from synthetics.record import Fault, Outcome, Reason
from tests.ledger.builders import NOON_MS, a_key, a_record, take_back_to

HOUR_MS = 3_600_000
DAY_ONE_MS = day_of(NOON_MS)
DAYS = tuple(date_of(DAY_ONE_MS + number * DAY_MS) for number in range(4))
AFTER_MS = DAY_ONE_MS + 3 * DAY_MS + HOUR_MS
WINDOW = Maintenance(
    from_ms=DAY_ONE_MS + HOUR_MS,
    until_ms=DAY_ONE_MS + 2 * HOUR_MS,
    noticed_ms=DAY_ONE_MS,
    author="ann",
    why="A new disk",
    entered_ms=DAY_ONE_MS + DAY_MS + 5,
)


def at(day: int, hour: int) -> int:
    return DAY_ONE_MS + day * DAY_MS + hour * HOUR_MS


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    """Three days of a run each hour; one failed on the second, and was judged anew on the third."""
    ends = {(day, hour): Outcome.PASSED for day in range(3) for hour in range(24)} | {(1, 5): Outcome.FAILED}
    records = [a_record(a_key(at(*when)), end) for when, end in ends.items()]
    ledger.at_once([partial(Ledger.write, record=each) for each in records])
    said = Reason(code="control", sentence="The control failed too.")
    run_id = a_key(at(1, 5)).run_id
    assert ledger.append_verdict(
        Verdict(run_id=run_id, at_ms=at(2, 1), outcome=Outcome.FAILED, fault=Fault.HOST, reasons=(said,))
    )
    assert ledger.audit.add_maintenance(WINDOW)
    return ledger


def by_hand(storage: Path, statement: str, *values: object) -> int:
    """Change rows of the ledger as somebody with a database tool would; how many were changed."""
    with closing(sqlite3.connect(storage / FILE_NAME)) as connection, connection:
        return connection.execute(statement, values).rowcount


def changed_days(ledger: Ledger) -> list[date]:
    return [each.day for each in ledger.audit.verify() if each.state is DayState.CHANGED]


def states(ledger: Ledger) -> dict[date, DayState]:
    return {each.day: each.state for each in ledger.audit.verify()}


def test_closed_days_are_sealed_in_order_each_with_the_seal_before_it(filled: Ledger) -> None:
    made = filled.audit.seal_days(AFTER_MS)

    assert [(each.day, each.records, each.later) for each in made] == [
        (DAYS[0], 24, 0),
        (DAYS[1], 24, 1),  # the window was entered on it
        (DAYS[2], 24, 1),  # and the verdict was said on this one
    ]
    assert [each.former for each in made] == [None, made[0].seal, made[1].seal]
    assert filled.audit.seals() == made
    assert filled.audit.seal_days(AFTER_MS) == ()
    assert set(states(filled).values()) == {DayState.WHOLE}


def test_a_day_is_sealed_when_it_is_over_and_not_before(filled: Ledger) -> None:
    assert len(filled.audit.seal_days(at(2, 24) - 1)) == 2
    assert len(filled.audit.seal_days(at(2, 24))) == 1


def test_a_day_waits_for_the_record_of_each_slot_that_was_claimed(filled: Ledger) -> None:
    late = a_key(at(1, 23) + 5, journey="ihub.other")
    filled.claim(late, "ihub", late.slot_ms)

    assert [each.day for each in filled.audit.seal_days(at(2, 20))] == [DAYS[0]]
    filled.write(a_record(late))
    assert [each.day for each in filled.audit.seal_days(AFTER_MS)] == [DAYS[1], DAYS[2]]
    assert set(states(filled).values()) == {DayState.WHOLE}


def test_a_day_waits_for_slots_that_nobody_accounted_for_until_they_are_told_as_missed(filled: Ledger) -> None:
    other = Scheduled(
        app="ihub", journey="ihub.other", target="standin", location="local", cadence=Cadence(every_ms=6 * HOUR_MS)
    )
    filled.watch([other], at(0, 20), at(1, 1))

    assert [each.day for each in filled.audit.seal_days(AFTER_MS)] == [DAYS[0]]
    missed = a_record(a_key(at(1, 6), journey="ihub.other"), Outcome.MISSED)
    gap = Gap.of(missed, other.cadence, at(0, 20), AFTER_MS)
    assert gap is not None
    filled.take_over([other], AFTER_MS, lambda _watched: [gap])

    assert [(each.day, each.records) for each in filled.audit.seal_days(AFTER_MS)] == [
        (DAYS[1], 28),
        (DAYS[2], 28),
    ]
    assert states(filled) == {**dict.fromkeys(DAYS, DayState.WHOLE), DAYS[3]: DayState.UNSEALED}


def test_what_comes_after_the_seal_belongs_to_the_day_on_which_it_is_written(filled: Ledger) -> None:
    filled.audit.seal_days(AFTER_MS)
    filled.write(a_record(a_key(at(1, 7) + 9, journey="ihub.other")))
    run_id = a_key(at(1, 5)).run_id
    filled.append_verdict(Verdict(run_id=run_id, at_ms=at(1, 9), outcome=Outcome.FAILED, fault=Fault.APP, author="ann"))

    assert changed_days(filled) == []
    [seal] = filled.audit.seal_days(AFTER_MS + DAY_MS)
    assert (seal.day, seal.records, seal.later) == (DAYS[3], 0, 2)
    assert set(states(filled).values()) == {DayState.WHOLE}


CHANGES = [
    pytest.param("UPDATE runs SET outcome = 'passed' WHERE slot_ms = ?", at(1, 5), 1, id="an outcome"),
    pytest.param("UPDATE runs SET fault = 'host' WHERE slot_ms = ?", at(1, 5), 1, id="a fault"),
    pytest.param("UPDATE runs SET record = record || ' ' WHERE slot_ms = ?", at(0, 3), 0, id="the text of a record"),
    pytest.param("UPDATE runs SET day_ms = day_ms WHERE slot_ms = ?", at(0, 3), None, id="nothing at all"),
    pytest.param("UPDATE runs SET day_ms = 9e12 WHERE slot_ms = ?", at(0, 3), 0, id="moved away as a late record"),
    pytest.param("DELETE FROM runs WHERE slot_ms = ?", at(2, 4), 2, id="a record is gone"),
    pytest.param(
        "INSERT INTO runs SELECT 'f', journey, target, location, trigger, slot_ms + 1, attempt, app, outcome, fault,"
        " started_ms, duration_ms, record, day_ms FROM runs WHERE slot_ms = ?",
        at(0, 3),
        0,
        id="a record was added",
    ),
    pytest.param("UPDATE verdicts SET fault = 'session' WHERE at_ms = ?", at(2, 1), 2, id="a later verdict"),
    pytest.param("DELETE FROM verdicts WHERE at_ms = ?", at(2, 1), 2, id="a later verdict is gone"),
    pytest.param(
        "UPDATE maintenance SET noticed_ms = noticed_ms - 1 WHERE from_ms = ?", WINDOW.from_ms, 1, id="notice"
    ),
    pytest.param("DELETE FROM maintenance WHERE from_ms = ?", WINDOW.from_ms, 1, id="a window is gone"),
    pytest.param("UPDATE hour_counts SET total = total + 1 WHERE hour_ms = ?", at(1, 4), 1, id="what an hour came to"),
    pytest.param("UPDATE hour_counts SET flaky = 1 WHERE hour_ms = ?", at(1, 5), 1, id="a failure made flaky"),
    pytest.param("UPDATE hour_counts SET app_errors = 9 WHERE hour_ms = ?", at(0, 5), 0, id="an app's errors"),
    pytest.param("UPDATE hour_counts SET app = 'other' WHERE hour_ms = ?", at(0, 5), 0, id="another app's hour"),
    pytest.param("DELETE FROM hour_durations WHERE hour_ms = ?", at(2, 5), 2, id="what was timed"),
    pytest.param("UPDATE seals SET sealed_ms = 5 WHERE day_ms = ?", at(2, 0), 2, id="when it was sealed"),
    pytest.param("UPDATE seals SET later = 9 WHERE day_ms = ?", at(2, 0), 2, id="how much was written on it"),
    pytest.param("UPDATE seals SET counted = 0 WHERE day_ms = ?", at(2, 0), 2, id="whether its hours were right"),
    pytest.param("UPDATE seals SET records_digest = seal WHERE day_ms = ?", at(1, 0), 1, id="the digest in a seal"),
    pytest.param("UPDATE seals SET former = NULL WHERE day_ms = ?", at(1, 0), 1, id="the former seal in a seal"),
    pytest.param("UPDATE sealed_rows SET digest = 'x' WHERE day_ms = ?", at(2, 0), 2, id="what a seal was made of"),
    pytest.param("DELETE FROM seals WHERE day_ms = ?", at(1, 0), 1, id="a seal is gone"),
    pytest.param("DELETE FROM seals WHERE day_ms = ?", at(0, 0), 0, id="the first seal is gone"),
]


@pytest.mark.parametrize(("statement", "value", "day"), CHANGES)
def test_what_was_changed_by_hand_is_found_with_its_day(
    statement: str, value: int, day: int | None, filled: Ledger, storage: Path
) -> None:
    filled.audit.seal_days(AFTER_MS)

    assert by_hand(storage, statement, value) == 1

    found = changed_days(filled)
    if day is None:
        assert found == []
    elif statement.startswith("DELETE FROM seals") and day == 0:
        assert DAYS[0] in found
    elif " verdicts " in statement:  # the counts of its run's own day fit its verdicts no more
        assert found == [DAYS[1], DAYS[day]]
    else:
        assert found == [DAYS[day]]


def test_a_day_that_was_sealed_anew_after_a_change_is_found_by_the_next_ones_seal(
    filled: Ledger, storage: Path
) -> None:
    filled.audit.seal_days(AFTER_MS)
    old = {each.day: each for each in filled.audit.seals()}

    by_hand(storage, "DELETE FROM runs WHERE slot_ms = ?", at(2, 4))
    by_hand(storage, "UPDATE hour_counts SET total = 0 WHERE hour_ms = ?", at(2, 4))
    by_hand(storage, "DELETE FROM sealed_rows WHERE day_ms = ?", at(2, 0))
    by_hand(storage, "DELETE FROM seals WHERE day_ms = ?", at(2, 0))
    [anew] = filled.audit.seal_days(AFTER_MS)

    assert set(states(filled).values()) == {DayState.WHOLE}, "the last day can be sealed anew by whoever has the file"
    assert anew.seal != old[DAYS[2]].seal, "and that is seen by whoever has kept its seal"

    by_hand(storage, "UPDATE seals SET seal = ? WHERE day_ms = ?", "0" * 64, at(1, 0))
    assert changed_days(filled) == [DAYS[1]]


def test_a_day_pruned_since_is_told_as_pruned_and_not_as_changed(filled: Ledger) -> None:
    filled.audit.seal_days(AFTER_MS)

    while filled.prune(at(1, 12)):
        pass

    assert states(filled) == {DAYS[0]: DayState.PRUNED, DAYS[1]: DayState.PRUNED, DAYS[2]: DayState.WHOLE}
    assert "24 of its 24 records" in next(iter(filled.audit.verify())).why
    assert len(filled.audit.seals()) == 3
    [seal] = filled.audit.seal_days(AFTER_MS + DAY_MS)
    assert (seal.day, seal.later) == (DAYS[3], 1), "that it was pruned is sealed too"


def test_a_change_in_a_day_that_was_not_pruned_is_not_excused_by_pruning(filled: Ledger, storage: Path) -> None:
    filled.audit.seal_days(AFTER_MS)
    while filled.prune(at(1, 0)):
        pass

    by_hand(storage, "DELETE FROM runs WHERE slot_ms = ?", at(2, 4))

    assert changed_days(filled) == [DAYS[2]]


def test_only_the_days_that_are_asked_for_are_read(filled: Ledger, storage: Path) -> None:
    filled.audit.seal_days(AFTER_MS)
    by_hand(storage, "UPDATE runs SET fault = 'host' WHERE slot_ms = ?", at(1, 5))

    assert [each.day for each in filled.audit.verify(DAYS[2], DAYS[2])] == [DAYS[2]]
    assert [each.state for each in filled.audit.verify(DAYS[1], DAYS[1])] == [DayState.CHANGED]


def test_a_ledger_without_records_has_no_seals(ledger: Ledger) -> None:
    assert ledger.audit.seal_days(AFTER_MS) == ()
    assert ledger.audit.verify() == ()


def test_days_without_anything_are_left_out_of_the_chain(ledger: Ledger) -> None:
    for day in (0, 3):
        ledger.write(a_record(a_key(at(day, 3))))

    assert [each.day for each in ledger.audit.seal_days(at(9, 0))] == [DAYS[0], DAYS[3]]
    ledger.write(a_record(a_key(at(1, 3))))
    assert changed_days(ledger) == []


def test_the_same_window_is_entered_once(ledger: Ledger) -> None:
    assert ledger.audit.add_maintenance(WINDOW)
    assert not ledger.audit.add_maintenance(replace(WINDOW, author="bob", entered_ms=WINDOW.entered_ms + 9))
    assert ledger.audit.add_maintenance(replace(WINDOW, app="ihub"))
    assert ledger.audit.maintenance() == (WINDOW, replace(WINDOW, app="ihub"))


def test_runs_that_are_counted_and_have_no_record_are_found_also_on_a_day_without_a_seal(
    filled: Ledger, storage: Path
) -> None:
    filled.audit.seal_days(at(2, 0))
    assert states(filled)[DAYS[2]] is DayState.UNSEALED

    by_hand(storage, "UPDATE hour_counts SET total = total + 1000 WHERE hour_ms = ?", at(2, 4))

    assert changed_days(filled) == [DAYS[2]]


def test_counts_of_a_day_without_any_record_are_found(filled: Ledger, storage: Path) -> None:
    filled.audit.seal_days(AFTER_MS)
    insert = (
        "INSERT INTO hour_counts SELECT hour_ms + 432000000, app, journey, target, location, outcome, fault, total,"
    )

    by_hand(storage, f"{insert} flaky, app_requests, app_errors FROM hour_counts WHERE hour_ms = ?", at(0, 4))

    assert changed_days(filled) == [date_of(at(5, 0))]


# Retention is no excuse for what it did not do, and no reason to cry either.


def test_a_changed_record_is_found_on_a_day_that_retention_has_reached_and_not_touched(
    filled: Ledger, storage: Path
) -> None:
    filled.audit.seal_days(AFTER_MS)
    filled.prune(at(2, 0), at_most=5)

    by_hand(storage, "UPDATE runs SET outcome = 'passed' WHERE slot_ms = ?", at(1, 5))

    assert (states(filled)[DAYS[0]], changed_days(filled)) == (DayState.PRUNED, [DAYS[1]])


def test_a_mark_of_retention_that_lies_after_its_own_day_is_not_believed(filled: Ledger, storage: Path) -> None:
    filled.audit.seal_days(AFTER_MS)

    by_hand(storage, "INSERT INTO prunings VALUES (?, ?, 0)", at(3, 0), at(300, 0))
    by_hand(storage, "DELETE FROM runs WHERE slot_ms = ?", at(1, 7))

    assert changed_days(filled) == [DAYS[1]]


def test_a_day_that_was_pruned_before_it_was_sealed_is_whole(filled: Ledger) -> None:
    filled.prune(at(0, 12), at_most=12, now_ms=at(2, 1))

    filled.audit.seal_days(AFTER_MS)

    assert set(states(filled).values()) == {DayState.WHOLE}


def test_what_was_pruned_before_there_were_seals_is_no_change(filled: Ledger, storage: Path) -> None:
    while filled.prune(at(1, 12)):
        pass
    take_back_to(filled, "0004")

    with closing(open_ledger(storage)) as upgraded:
        assert changed_days(upgraded) == []
        upgraded.audit.seal_days(AFTER_MS)
        assert changed_days(upgraded) == []


# What keeps days from being sealed.


def test_a_claim_that_nobody_ends_holds_a_day_back_for_a_day_and_says_so(filled: Ledger) -> None:
    left = a_key(at(1, 23) + 5, journey="ihub.other")
    filled.claim(left, "ihub", left.slot_ms, "somebody on another machine")

    assert len(filled.audit.seal_days(at(2, 23))) == 1
    assert "A run of ihub.other was begun" in filled.audit.verify(DAYS[1], DAYS[1])[0].why
    assert [each.day for each in filled.audit.seal_days(at(3, 0))] == [DAYS[1], DAYS[2]]
    filled.write(a_record(left))
    assert changed_days(filled) == []


def test_a_schedule_that_nobody_keeps_any_more_is_told_as_what_holds_days_back(filled: Ledger) -> None:
    left = Scheduled(
        app="ihub", journey="ihub.other", target="standin", location="local", cadence=Cadence(every_ms=HOUR_MS)
    )
    filled.watch([left], at(0, 20) + 5, at(0, 20) + 6)

    assert filled.audit.seal_days(AFTER_MS) == ()
    assert "Slots of ihub.other were due while no runner was at work" in filled.audit.verify()[0].why


def test_downtime_that_is_filled_into_a_sealed_day_belongs_to_a_later_one(filled: Ledger) -> None:
    other = Scheduled(
        app="ihub", journey="ihub.other", target="standin", location="local", cadence=Cadence(every_ms=6 * HOUR_MS)
    )
    filled.audit.seal_days(AFTER_MS)  # by a clock that was ahead
    missed = a_record(a_key(at(1, 6), journey="ihub.other"), Outcome.MISSED)
    gap = Gap.of(missed, other.cadence, at(2, 1), at(3, 7))
    assert gap is not None

    assert filled.take_over([], at(3, 7), lambda _watched: [gap]) == 5

    assert changed_days(filled) == []
    missed_ms = [each.slot_ms for each in filled.runs(outcomes=[Outcome.MISSED])]
    assert missed_ms == [at(3, 6), at(3, 0), at(2, 18), at(2, 12), at(2, 6)]
    filled.audit.seal_days(at(4, 1))
    assert set(states(filled).values()) == {DayState.WHOLE}


def test_a_day_of_nothing_but_downtime_that_lost_its_seal_is_named(filled: Ledger, storage: Path) -> None:
    cadence = Cadence(every_ms=6 * HOUR_MS)
    gap = Gap.of(a_record(a_key(at(3, 6)), Outcome.MISSED), cadence, at(3, 0), at(4, 7))
    assert gap is not None
    filled.take_over([], at(4, 7), lambda _watched: [gap])
    filled.write(a_record(a_key(at(5, 1))))
    filled.audit.seal_days(at(6, 0))

    by_hand(storage, "DELETE FROM seals WHERE day_ms = ?", at(3, 0))

    assert changed_days(filled) == [DAYS[3]]
