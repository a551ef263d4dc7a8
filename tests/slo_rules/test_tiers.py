"""Burn-rate alerts fitted to a cadence: which windows, how many bad runs, and what can never fire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.slo.rules.cadence import PERIOD_SECONDS, Cadence, cadence_of
from synthetics.slo.rules.generating import journey_file
from synthetics.slo.rules.model import selector
from synthetics.slo.rules.tiers import STEPS, Severity, fewest_bad_runs, fit
from synthetics.slo.rules.writing import rules_yaml
from tests.builders import a_journey
from tests.slo_rules.building import DAY, HOUR, MINUTE, NAME, watched_due


def every(seconds: int) -> Cadence:
    return Cadence(every_s=seconds, longest_gap_s=seconds)


def test_burn_rates_are_those_of_28_days() -> None:
    assert [step.burn_rate for step in STEPS] == [13.44, 5.6, 2.8, 0.933]


@pytest.mark.parametrize(
    ("every_s", "confirms", "fitted"),
    [
        pytest.param(MINUTE, False, [(60, 5, 3), (360, 30, 5), (1440, 120, 6), (4320, 360, 11)], id="each minute"),
        pytest.param(5 * MINUTE, True, [(60, 10, 2), (360, 30, 3), (1440, 120, 3), (4320, 360, 4)], id="each 5 min"),
        pytest.param(15 * MINUTE, True, [(60, 30, 2), (360, 30, 2), (1440, 120, 3), (4320, 360, 3)], id="each 15 min"),
        pytest.param(HOUR, True, [(360, 120, 2), (1440, 360, 3), (4320, 360, 3)], id="each hour: none over an hour"),
        pytest.param(DAY, True, [(4320, 4320, 3)], id="each day: only over three days, which is its own short one"),
    ],
)
def test_tiers_are_windows_in_minutes_and_bad_runs(
    every_s: int, *, confirms: bool, fitted: list[tuple[int, int, int]]
) -> None:
    tiers, _ = fit(every(every_s), 0.999, confirms=confirms)

    assert [(tier.step.long_s // 60, tier.short_s // 60, tier.bad_runs) for tier in tiers] == fitted


def test_what_can_never_fire_is_left_out_with_the_arithmetic() -> None:
    text = rules_yaml(journey_file(NAME, watched_due(HOUR)))

    said = " ".join(line.strip("# ") for line in text.splitlines() if line.startswith("#"))
    assert (
        "page at 13.44 times the budget's rate in 1h: left out, since at one run in 1h 1h holds 1 run at the most,"
        " and it takes 2 bad ones to tell an outage from chance." in said
    )
    assert "page at 5.6 times the budget's rate in 6h and 2h: 2 bad runs of 6 or fewer." in said


@given(every_s=st.integers(30, 2 * DAY), objective=st.floats(0.9, 0.9999), confirms=st.booleans())
def test_every_step_is_a_tier_that_can_fire_or_is_left_out(every_s: int, objective: float, *, confirms: bool) -> None:
    cadence = every(every_s)
    tiers, left_out = fit(cadence, objective, confirms=confirms)

    assert sorted((*(each.step.long_s for each in tiers), *(each.step.long_s for each in left_out))) == [
        step.long_s for step in STEPS
    ]
    for tier in tiers:
        assert cadence.held(tier.short_s) >= tier.bad_runs or tier.short_s == tier.step.long_s
        assert tier.short_s <= tier.step.long_s
        assert cadence.held(tier.step.long_s) >= tier.bad_runs >= 2


@given(every_s=st.integers(30, DAY), step=st.sampled_from(STEPS))
def test_more_runs_within_a_window_never_need_fewer_bad_ones(every_s: int, step: object) -> None:
    assert step in STEPS
    rarely, often = (
        [fewest_bad_runs(every(seconds), 0.999, each, confirms=True) for each in STEPS]
        for seconds in (every_s * 2, every_s)
    )

    assert all(few <= many for few, many in zip(rarely, often, strict=True))


def test_a_page_takes_three_failures_where_none_is_repeated() -> None:
    for confirms, fewest in ((True, 2), (False, 3)):
        tiers, _ = fit(every(15 * MINUTE), 0.999, confirms=confirms)
        assert min(tier.bad_runs for tier in tiers if tier.step.severity is Severity.PAGE) == fewest


@pytest.mark.parametrize(
    ("cron", "window_s", "held"),
    [
        pytest.param("*/10 8-18 * * 1-5", DAY, 66, id="working hours, a day"),
        pytest.param("*/10 8-18 * * 1-5", PERIOD_SECONDS, 66 * 20, id="working hours, the period"),
        pytest.param("0,1 8 * * *", HOUR, 2, id="two a day, one minute apart"),
        pytest.param("0 6 * * 1", 3 * DAY, 1, id="once a week"),
    ],
)
def test_a_window_holds_what_the_cron_expression_says(cron: str, window_s: int, held: int) -> None:
    assert cadence_of(a_journey(every_ms=60_000, cron=cron)).held(window_s) == held


def test_silence_of_a_cron_journey_begins_after_its_longest_pause() -> None:
    text = rules_yaml(journey_file(NAME, watched_due(10 * MINUTE, cron="*/10 8-18 * * 1-5")))

    weekend = 2 * DAY + 13 * HOUR + 10 * MINUTE
    assert f"> {weekend + 2 * 10 * MINUTE}\n" in text


def test_a_name_with_quotes_stays_one_string_in_promql() -> None:
    assert selector({"location": 'the "lab" \\ 2'}) == '{location="the \\"lab\\" \\\\ 2"}'
