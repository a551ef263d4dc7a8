"""The figures: what counts, whether that is enough, and whether it is shown."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]  # it brings no types

from synthetics.slo.budget import budget, burn_rate, detection
from synthetics.slo.counts import Counts, FaultCounts
from synthetics.slo.coverage import Tier, coverage, tier
from synthetics.slo.figures import Certainty, Goal, Tally, Verdict, attributed, raw, read, requests, worst_case
from synthetics.slo.interval import runs_to_show, wilson
from tests.slo.builders import THREE_NINES, a_goal, some_counts

FULL = Tier.VERDICT


@given(st.integers(1, 3_000_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_interval_equals_that_of_statsmodels_to_six_digits(counted: tuple[int, int]) -> None:
    good, n = counted
    told = wilson(good, n)

    assert told == pytest.approx(proportion_confint(good, n, alpha=0.05, method="wilson"), abs=5e-7)


@pytest.mark.parametrize("n", [1, 7, 8_064, 40_320])
def test_interval_of_none_and_of_all_ends_there_exactly(n: int) -> None:
    assert (wilson(0, n) or (1,))[0] == 0.0
    assert (wilson(n, n) or (0, 0))[1] == 1.0


def test_interval_of_nothing_is_none_and_of_more_good_ones_than_there_are_is_refused() -> None:
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="3 of 2 cannot be good"):
        wilson(3, 2)


def test_runs_to_show_is_the_first_n_at_which_the_interval_reaches_the_goal() -> None:
    needed = runs_to_show(0.999)

    assert needed == 3_838
    assert (wilson(needed, needed) or (0,))[0] >= 0.999 > (wilson(needed - 1, needed - 1) or (0,))[0]


def test_raw_counts_every_failure_and_attributed_only_those_of_the_app_and_of_nobody() -> None:
    counts = some_counts(90, app=1, host=2, session=3, network=4, unknown=5, errored=6, missed=7)

    assert raw(counts) == Tally(good=90, bad=15)
    assert attributed(counts) == Tally(good=90, bad=6, left_out=9)
    assert (counts.judged, counts.expected) == (105, 118)


def test_requests_are_good_where_they_are_no_error() -> None:
    assert requests(Counts(app_requests=1_000, app_errors=3)) == Tally(good=997, bad=3)


@pytest.mark.parametrize(
    ("judged", "expected", "told"),
    [
        pytest.param(0, 0, Tier.INSUFFICIENT, id="nothing was due"),
        pytest.param(89, 100, Tier.INSUFFICIENT, id="0.89"),
        pytest.param(8_999, 10_000, Tier.INSUFFICIENT, id="just below 0.90"),
        pytest.param(90, 100, Tier.NUMBER, id="0.90"),
        pytest.param(9_899, 10_000, Tier.NUMBER, id="just below 0.99"),
        pytest.param(99, 100, Tier.VERDICT, id="0.99"),
        pytest.param(29, 29, Tier.VERDICT, id="all of it"),
    ],
)
def test_tier_follows_from_the_coverage(judged: int, expected: int, told: Tier) -> None:
    counts = some_counts(judged, missed=expected - judged)

    assert tier(counts) is told
    assert coverage(counts) == (pytest.approx(judged / expected) if expected else None)


def test_excused_failures_count_as_covered() -> None:
    assert tier(some_counts(1, host=99)) is Tier.VERDICT


def test_no_number_is_read_below_90_per_cent_and_no_verdict_below_99() -> None:
    tally = Tally(good=1_000_000, bad=0)

    assert read(tally, THREE_NINES, Tier.INSUFFICIENT) is None
    assert worst_case(some_counts(89, missed=11), Tier.INSUFFICIENT) is None
    told = read(tally, THREE_NINES, Tier.NUMBER)
    assert told is not None
    assert (told.share, told.verdict, told.certainty) == (1.0, None, None)


def test_nothing_is_read_where_nothing_counts() -> None:
    assert read(Tally(good=0, bad=0, left_out=5), THREE_NINES, FULL) is None


def test_worst_case_takes_all_that_nobody_saw_for_failed() -> None:
    assert worst_case(some_counts(95, host=1, errored=2, missed=2), Tier.NUMBER) == 0.95


@pytest.mark.parametrize(
    ("good", "bad", "verdict", "certainty"),
    [
        pytest.param(3_838, 0, Verdict.MET, Certainty.SHOWN, id="the first n that shows it"),
        pytest.param(3_837, 0, Verdict.MET, Certainty.NOT_SHOWN, id="one too few"),
        pytest.param(8_056, 8, Verdict.MET, Certainty.NOT_SHOWN, id="just met"),
        pytest.param(999, 1, Verdict.MET, Certainty.NOT_SHOWN, id="exactly the goal is met"),
        pytest.param(8_055, 9, Verdict.NOT_MET, Certainty.NOT_SHOWN, id="just missed"),
        pytest.param(8_000, 64, Verdict.NOT_MET, Certainty.SHOWN, id="missed for sure"),
    ],
)
def test_verdict_is_arithmetic_and_certainty_the_interval(
    good: int, bad: int, verdict: Verdict, certainty: Certainty
) -> None:
    told = read(Tally(good=good, bad=bad), THREE_NINES, FULL)

    assert told is not None
    assert (told.verdict, told.certainty) == (verdict, certainty)


def test_an_exclusive_goal_is_missed_at_the_goal_itself() -> None:
    below = a_goal("0.999", exclusive=True)

    assert [below.is_met(999, 1_000), below.is_met(1_000, 1_000)] == [False, True]
    assert [THREE_NINES.is_met(999, 1_000), THREE_NINES.is_met(998, 1_000)] == [True, False]


@given(
    st.integers(1, 100_000),
    st.integers(1, 9_999).map(lambda digits: Decimal(digits) / 10_000),
    st.sampled_from(["at_least", "below"]),
)
def test_as_many_may_fail_as_still_meet_the_goal_and_not_one_more(n: int, share: Decimal, word: str) -> None:
    goal = Goal(share=share, exclusive=word == "below")
    allowed = goal.allowed(n)

    assert goal.is_met(n - allowed, n) or (goal.exclusive and allowed == 0)
    assert not goal.is_met(n - allowed - 1, n)


def test_budget_is_that_of_the_whole_window_however_little_of_it_is_over() -> None:
    told = budget(THREE_NINES, Tally(good=285, bad=3), 8_064)

    assert (told.runs, told.allowed, told.used, told.left) == (8_064, 8, 3, 5)
    assert told.left_ratio == pytest.approx(1 - 3 / 8.064)


def test_budget_leaves_out_what_the_reading_does_and_is_never_of_fewer_runs_than_were_counted() -> None:
    assert budget(THREE_NINES, Tally(good=6_000, bad=0, left_out=1_064), 8_064).allowed == 7
    assert budget(THREE_NINES, Tally(good=9_000, bad=0), 8_064).allowed == 9


def test_budget_can_be_overspent() -> None:
    told = budget(THREE_NINES, Tally(good=8_000, bad=10), 8_064)

    assert told.left == -2
    assert told.left_ratio < 0


def test_burn_rate_is_how_many_times_too_fast_the_budget_goes() -> None:
    assert burn_rate(THREE_NINES, Tally(good=11, bad=1)) == pytest.approx(83.33, abs=0.01)
    assert burn_rate(THREE_NINES, Tally(good=0, bad=0)) is None


def test_an_outage_is_seen_after_half_an_interval_on_average_and_a_whole_one_at_most() -> None:
    told = detection(300_000, 60_000)

    assert (told.mean_ms, told.at_most_ms) == (210_000, 360_000)


FAULT_COUNTS = st.builds(
    FaultCounts, **dict.fromkeys(("app", "host", "session", "network", "unknown"), st.integers(0, 99))
)
COUNTS = st.builds(
    Counts,
    passed=st.integers(0, 999), failed=FAULT_COUNTS, flaky=FAULT_COUNTS, errored=st.integers(0, 99),
    missed=st.integers(0, 99), app_requests=st.integers(0, 999), app_errors=st.integers(0, 99),
)  # fmt: skip


@given(COUNTS, COUNTS, COUNTS)
def test_counts_add_up_in_any_order(one: Counts, two: Counts, three: Counts) -> None:
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)
    assert one + Counts() == one
    assert (one + two).expected == one.expected + two.expected
    assert attributed(one + two).n == attributed(one).n + attributed(two).n
    assert raw(one + two).bad == raw(one).bad + raw(two).bad


@given(COUNTS)
def test_attributed_is_never_worse_than_raw_and_both_keep_within_their_interval(counts: Counts) -> None:
    by_raw, by_fault = (read(each, THREE_NINES, FULL) for each in (raw(counts), attributed(counts)))
    for each in (by_raw, by_fault):
        assert each is None or each.interval[0] <= each.share + 1e-12
        assert each is None or each.share <= each.interval[1] + 1e-12
    if by_raw is not None and by_fault is not None:
        assert Fraction(by_fault.tally.good, by_fault.tally.n) >= Fraction(by_raw.tally.good, by_raw.tally.n)
