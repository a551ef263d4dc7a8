"""Cron expressions: which are taken, what is said of the others, and how near two of their slots come."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetics.config.cron import longest_gap, parse_cron, shortest_gap
from tests.cron_expressions import expressions


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        pytest.param("*/10 8-18 * * 1-5", "*/10 8-18 * * 1-5", id="steps and ranges"),
        pytest.param("  0\t8 * *  mon-fri ", "0 8 * * mon-fri", id="blanks are tidied, names are left"),
        pytest.param("0,30 6 1,15 jan,jul *", "0,30 6 1,15 jan,jul *", id="lists"),
        pytest.param("0 0 1 1 *", "0 0 1 1 *", id="once a year"),
        pytest.param("0 0 31 2 mon", "0 0 31 2 mon", id="a day that is never, or a weekday that is"),
    ],
)
def test_parse_cron_takes_five_fields(text: str, expression: str) -> None:
    assert parse_cron(text) == expression


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", '"" has 0 fields, not five', id="nothing"),
        pytest.param("@daily", '"@daily" has 1 field, not five', id="a nickname"),
        pytest.param("0 * * * * *", '"0 * * * * *" has 6 fields, not five', id="a field for seconds"),
        pytest.param("60 * * * *", '"60" is no minute', id="a minute too many"),
        pytest.param("0 24 * * *", '"24" is no hour', id="an hour too many"),
        pytest.param("0 0 0 * *", '"0" is no day of the month', id="the day before the first"),
        pytest.param("0 0 * 13 *", '"13" is no month', id="a month too many"),
        pytest.param("0 0 * * weekday", '"weekday" is no day of the week', id="a word for a weekday"),
        pytest.param("*/0 * * * *", '"*/0" is no minute', id="a step of nothing"),
        pytest.param("5-1 * * * *", '"5-1" is no minute', id="a range backwards"),
        pytest.param("9" * 5_000 + " * * * *", f'"{"9" * 59}... is no minute', id="a number without end"),
        pytest.param("0 0 30 2 *", '"0 0 30 2 *" is not due twice within 366d', id="a day that never comes"),
        pytest.param("0 0 */30 * mon#2", '"0 0 */30 * mon#2" is not due twice within 366d', id="days that never meet"),
        pytest.param("0 0 29 2 *", '"0 0 29 2 *" is not due twice within 366d', id="leap years only"),
        pytest.param("0 0 * 2 mon#5", '"0 0 * 2 mon#5" is not due twice within 366d', id="one day in 28 years"),
    ],
)
def test_parse_cron_says_which_field_is_wrong(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        parse_cron(text)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("expression", "gap"),
    [
        pytest.param("* * * * *", timedelta(minutes=1), id="each minute"),
        pytest.param("*/7 * * * *", timedelta(minutes=4), id="a step that does not divide the hour"),
        pytest.param("*/10 8-18 * * 1-5", timedelta(minutes=10), id="working hours"),
        pytest.param("0,59 0,23 * * *", timedelta(minutes=1), id="over midnight"),
        pytest.param("0,59 0,23 * * mon", timedelta(minutes=59), id="over no midnight"),
        pytest.param("0 8 * * *", timedelta(days=1), id="once a day"),
        pytest.param("0 8 * * 5,1", timedelta(days=3), id="over the weekend"),
        pytest.param("0 8 * * 1", timedelta(days=7), id="once a week"),
        pytest.param("0 8 1 * *", timedelta(days=28), id="February is the shortest month"),
        pytest.param("0 8 1 2,3 *", timedelta(days=28), id="and the only one that is asked"),
        pytest.param("0 8 29 2,3 *", timedelta(days=29), id="a pair of days that only leap years have"),
        pytest.param("0 8 1 1 *", timedelta(days=365), id="once a year"),
        pytest.param("0 23,0 13 * 5", timedelta(hours=1), id="a Friday and a thirteenth that follow each other"),
    ],
)
def test_shortest_gap_is_the_shortest_of_all_years(expression: str, gap: timedelta) -> None:
    assert shortest_gap(expression) == gap


@settings(max_examples=100, deadline=None)
@given(expression=expressions(), start_s=st.integers(946_684_800, 4_000_000_000))
def test_shortest_gap_is_never_more_than_what_lies_between_two_slots(expression: str, start_s: int) -> None:
    slots = islice(CronSim(expression, datetime.fromtimestamp(start_s, UTC)), 400)
    assert shortest_gap(expression) <= min(after - before for before, after in pairwise(slots))


@settings(max_examples=25, deadline=None)
@given(expression=expressions())
def test_shortest_gap_is_there_between_two_slots_of_a_week(expression: str) -> None:
    """Days of the month aside, all that an expression has to say comes within a week and a day."""
    minute, hour, _, _, weekday = expression.split()
    weekly = f"{minute} {hour} * * {weekday}"
    end = datetime(2026, 3, 10, 23, 59, tzinfo=UTC)
    slots: list[datetime] = []
    for slot in CronSim(weekly, datetime(2026, 3, 1, tzinfo=UTC) - timedelta(minutes=1)):
        if slot > end:
            break
        slots.append(slot)
    assert shortest_gap(weekly) == min(after - before for before, after in pairwise(slots))


@pytest.mark.parametrize(
    ("expression", "gap"),
    [
        pytest.param("* * * * *", timedelta(minutes=1), id="each minute"),
        pytest.param("*/7 * * * *", timedelta(minutes=7), id="a step that does not divide the hour"),
        pytest.param("*/10 8-18 * * *", timedelta(hours=13, minutes=10), id="over the night"),
        pytest.param("*/10 8-18 * * 1-5", timedelta(days=2, hours=13, minutes=10), id="over the weekend"),
        pytest.param("0 1,20 * * *", timedelta(hours=19), id="longer by day than by night"),
        pytest.param("0 8 * * 1", timedelta(days=7), id="once a week"),
        pytest.param("0 8 1 * *", timedelta(days=31), id="once a month"),
        pytest.param("0 8 31 * *", timedelta(days=61), id="over the months that have no such day"),
        pytest.param("0 8 1 1 *", timedelta(days=366), id="over a leap year"),
        pytest.param("0 8 29 2,3 *", timedelta(days=365), id="over a February that has no such day"),
    ],
)
def test_longest_gap_is_the_longest_of_all_years(expression: str, gap: timedelta) -> None:
    assert longest_gap(expression) == gap


@settings(max_examples=15, deadline=None)  # days of the month are looked up over 28 years
@given(expression=expressions(), start_s=st.integers(946_684_800, 4_000_000_000))
def test_longest_gap_is_never_less_than_what_lies_between_two_slots(expression: str, start_s: int) -> None:
    slots = islice(CronSim(expression, datetime.fromtimestamp(start_s, UTC)), 400)
    assert longest_gap(expression) >= max(after - before for before, after in pairwise(slots))
