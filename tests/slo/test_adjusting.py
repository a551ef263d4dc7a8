"""Maintenance and corrections: both figures, and only what was announced beforehand is excused."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.record import Fault
from synthetics.slo.adjusting import Correction, Maintenance, adjust, times_of
from synthetics.slo.counts import Counts
from synthetics.slo.figures import attributed
from tests.slo.builders import some_counts

WINDOW = Maintenance(from_ms=100, until_ms=200, noticed_ms=99, author="ann", why="A new disk", entered_ms=50)
CORRECTION = Correction(
    run_id="0" * 16, before=Fault.APP, after=Fault.HOST, author="ann", why="The host's own report", at_ms=900
)


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20), st.booleans()), max_size=8),
    st.integers(0, 90),
)
def test_times_of_windows_hold_each_announced_instant_once(
    windows: list[tuple[int, int, bool]], instant_ms: int
) -> None:
    entered = [
        replace(WINDOW, from_ms=start, until_ms=start + length, noticed_ms=start - 1 if announced else start)
        for start, length, announced in windows
    ]
    times = times_of(entered)

    held = sum(start <= instant_ms < end for start, end in times)
    assert held == any(each.from_ms <= instant_ms < each.until_ms for each in entered if each.is_announced)
    assert all(one[1] < other[0] for one, other in pairwise(times))


def test_notice_at_the_start_or_later_excuses_nothing() -> None:
    late = replace(WINDOW, noticed_ms=100)

    told = adjust(some_counts(90, app=10), some_counts(), [WINDOW, late])

    assert (told.excused, told.refused) == ((WINDOW,), (late,))
    assert times_of([late]) == ()


def test_both_figures_are_told_with_who_said_so() -> None:
    counts = some_counts(90, app=8, missed=2)

    told = adjust(counts, some_counts(3, app=4, missed=1), [WINDOW], [CORRECTION])

    assert told.counts == counts
    assert told.adjusted == some_counts(87, app=3, host=1, missed=1)
    assert (attributed(told.counts).bad, attributed(told.adjusted).bad) == (8, 3)
    assert told.corrections == (CORRECTION,)
    assert told.corrections[0].author == "ann"


@pytest.mark.parametrize(
    "within", [some_counts(91), some_counts(0, app=9), some_counts(0, missed=3)], ids=["passed", "failed", "missed"]
)
def test_more_than_there_is_cannot_be_taken_away(within: Counts) -> None:
    with pytest.raises(ValueError, match=r"no part of|no such failures"):
        adjust(some_counts(90, app=8, missed=2), within, [WINDOW])


def test_a_correction_moves_a_failure_that_is_there() -> None:
    with pytest.raises(ValueError, match="no such failures"):
        adjust(some_counts(90, host=1), some_counts(), [], [CORRECTION])


def test_a_window_without_time_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time in it"):
        replace(WINDOW, until_ms=100)
