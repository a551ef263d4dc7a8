"""Maintenance and corrections: both figures, and only what was announced beforehand is excused."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.maintenance import Maintenance, times_of
from synthetics.record import Fault
from synthetics.slo.adjusting import Adjusted, Correction, adjust
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
    assert times_of([replace(WINDOW, noticed_ms=100)]) == ()
    assert times_of([WINDOW, replace(WINDOW, noticed_ms=100, until_ms=300)]) == ((100, 200),)


@pytest.mark.parametrize(
    ("app", "target", "touched"),
    [
        pytest.param(None, None, True, id="all of everything"),
        pytest.param("ihub", None, True, id="the app on every site"),
        pytest.param("ihub", "production", True, id="the app on this site"),
        pytest.param(None, "production", True, id="every app on this site"),
        pytest.param("radar", None, False, id="another app"),
        pytest.param("ihub", "dfr", False, id="another site"),
    ],
)
def test_a_window_touches_whom_it_names(app: str | None, target: str | None, *, touched: bool) -> None:
    assert replace(WINDOW, app=app, target=target).touches("ihub", "production") == touched


def test_both_figures_are_told_with_who_said_so() -> None:
    counts = some_counts(90, app=7, host=1, missed=2)  # one of the app's was corrected to the host

    told = adjust(counts, some_counts(3, app=4, missed=1), [WINDOW], [CORRECTION])

    assert told.judged == some_counts(90, app=8, missed=2)
    assert told.adjusted == some_counts(87, app=3, host=1, missed=1)
    assert (attributed(told.judged).bad, attributed(told.adjusted).bad) == (8, 3)
    assert told.corrections == (CORRECTION,)
    assert told.corrections[0].author == "ann"


def test_a_flaky_failure_is_corrected_in_both_of_its_counts() -> None:
    counts = some_counts(9, host=1)
    counts = replace(counts, flaky=counts.failed)

    told = adjust(counts, some_counts(), [], [replace(CORRECTION, flaky=True)])

    assert (told.judged.failed, told.judged.flaky) == (some_counts(0, app=1).failed, some_counts(0, app=1).failed)


def test_what_was_entered_of_two_journeys_adds_up_and_a_window_of_both_is_told_once() -> None:
    one = adjust(some_counts(9, host=1), some_counts(2), [WINDOW], [CORRECTION])
    other = adjust(some_counts(5), some_counts(1), [WINDOW])

    assert one + other == Adjusted(
        judged=some_counts(14, app=1),
        adjusted=some_counts(11, host=1),
        windows=(WINDOW,),
        corrections=(CORRECTION,),
    )
    assert (one + other).is_changed
    assert not adjust(some_counts(5), some_counts()).is_changed


@pytest.mark.parametrize(
    "within", [some_counts(91), some_counts(0, app=9), some_counts(0, missed=3)], ids=["passed", "failed", "missed"]
)
def test_more_than_there_is_cannot_be_taken_away(within: Counts) -> None:
    with pytest.raises(ValueError, match=r"no part of|no such failures"):
        adjust(some_counts(90, app=8, missed=2), within, [WINDOW])


def test_only_a_correction_that_is_in_the_counts_can_be_undone() -> None:
    with pytest.raises(ValueError, match="no such failures"):
        adjust(some_counts(90, app=1), some_counts(), [], [CORRECTION])


def test_a_window_without_time_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time in it"):
        replace(WINDOW, until_ms=100)
