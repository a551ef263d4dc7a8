"""How objectives stand: which state, in which order, in which words, and as JSON."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.config.models import Rollout
from synthetics.record import Kind
from synthetics.slo.budget import budget
from synthetics.slo.counts import Counts, FaultCounts
from synthetics.slo.figures import Tally
from synthetics.slo.json_view import as_json
from synthetics.slo.linting import lint
from synthetics.slo.profile import Measure, Per
from synthetics.slo.rollout import HOURS
from synthetics.slo.standing import Standing, State, stand, standings
from synthetics.slo.subject import Seen, Subject
from synthetics.slo.wording import budget_words, goal_words, percent, sentence, window_words
from tests.slo.builders import (
    THREE_NINES,
    UNTIL_MS,
    WINDOW,
    a_goal,
    a_profile,
    a_subject,
    an_objective,
    seen,
    some_counts,
)


def standing_of(counts: Counts, **changes: Any) -> Standing:
    return stand(an_objective(), a_subject(), seen(counts, **changes))


def words(standing: Standing) -> str:
    return sentence(standing, WINDOW, UNTIL_MS)


CASES = [
    pytest.param(Counts(), State.NO_DATA, "Nothing has run yet.", id="nothing has run"),
    pytest.param(
        some_counts(7_177, errored=12, missed=875),
        State.INSUFFICIENT,
        "Insufficient coverage: only 7,177 of 8,064 due runs were judged (12 errored, 875 missed).",
        id="too little was judged",
    ),
    pytest.param(
        some_counts(7_660, app=1, missed=403),
        State.NO_VERDICT,
        "99.98 %, but only 7,661 of 8,064 due runs were judged: too few for a verdict."
        " 1 of 8 failures allowed in 28 days used, 7 left.",
        id="a number without a verdict",
    ),
    pytest.param(
        some_counts(8_053, app=9, unknown=2),
        State.NOT_MET,
        "Not met: 11 of 8,064 were bad; 11 of 8 failures allowed in 28 days used, 3 too many.",
        id="not met",
    ),
    pytest.param(
        some_counts(8_061, app=3),
        State.NOT_SHOWN,
        "3 of 8 failures allowed in 28 days used, 5 left. 8,064 are too few to show it.",
        id="met and not shown",
    ),
    pytest.param(
        some_counts(8_057, app=7),
        State.AT_RISK,
        "7 of 8 failures allowed in 28 days used, 1 left.",
        id="little of the budget is left",
    ),
    pytest.param(
        some_counts(8_051, host=12, network=1),
        State.MET,
        "0 of 8 failures allowed in 28 days used, 8 left. 13 more were not the app's.",
        id="met, with failures of others",
    ),
]


@pytest.mark.parametrize(("counts", "state", "said"), CASES)
def test_standing_says_what_there_is_to_say(counts: Counts, state: State, said: str) -> None:
    told = standing_of(counts)

    assert (told.state, words(told)) == (state, said)


def test_standing_of_a_young_ledger_says_how_much_of_the_window_it_has() -> None:
    told = standing_of(some_counts(287, app=1), since_ms=UNTIL_MS - 86_400_000)

    assert words(told) == "Not met after 1d of 28d: 1 of 288 were bad; 1 of 8 failures allowed in 28 days used, 7 left."


def test_standings_come_with_the_worst_first() -> None:
    subjects = {a_subject(journey=f"ihub.{number}"): seen(case.values[0]) for number, case in enumerate(CASES)}  # type: ignore[arg-type]  # each case has counts first

    told = [each.state for each in standings(a_profile(), subjects)]

    assert told == [
        State.NOT_MET, State.INSUFFICIENT, State.AT_RISK, State.NO_VERDICT, State.NOT_SHOWN, State.MET, State.NO_DATA,
    ]  # fmt: skip


@given(
    st.integers(0, 8_064).flatmap(lambda judged: st.tuples(st.just(judged), st.integers(0, judged))),
    st.integers(1, 900),
)
def test_no_figure_is_told_anywhere_below_90_per_cent_and_none_below_99_is_met(
    judged: tuple[int, int], unjudged: int
) -> None:
    counts = some_counts(judged[1], app=judged[0] - judged[1], missed=unjudged)
    told = standing_of(counts)
    values = as_json(told, a_profile(), UNTIL_MS)

    if counts.judged * 10 < counts.expected * 9:
        assert [values[key] for key in ("raw", "attributed", "objective", "certainty", "worst_case", "flaky")] == [
            None
        ] * 6
        assert "%" not in words(told)
    elif counts.judged * 100 < counts.expected * 99:
        assert (values["objective"], values["certainty"]) == (None, None)
        assert told.state is State.NO_VERDICT


def test_raw_and_attributed_stand_side_by_side_in_json() -> None:
    told = standing_of(some_counts(8_050, app=2, host=12), recent={6: some_counts(70, host=2)})

    values = as_json(told, a_profile(), UNTIL_MS)

    assert (values["raw"]["objective"], values["attributed"]["objective"], values["objective"]) == (
        "not_met", "met", "met",
    )  # fmt: skip
    assert (values["raw"]["n"], values["attributed"]["n"], values["attributed"]["left_out"]) == (8_064, 8_052, 12)
    assert values["attributed"]["budget"]["left"] == 6
    assert values["burn_rate"]["6h"] == {"raw": pytest.approx(27.8, abs=0.1), "attributed": 0.0}
    assert (values["coverage"], values["worst_case"]) == (1.0, pytest.approx(8_050 / 8_064))
    assert (values["app"], values["journey"], values["base_url"]) == ("ihub", "ihub.run_flow", None)
    assert (values["target"], values["location"]) == ("production", "local")


def test_burn_rates_of_times_that_were_hardly_judged_are_not_told() -> None:
    told = standing_of(some_counts(8_064), recent={6: some_counts(7, app=1, missed=90)})

    assert as_json(told, a_profile(), UNTIL_MS)["burn_rate"]["6h"] == {"raw": None, "attributed": None}


def test_an_app_counts_all_runs_of_its_journeys() -> None:
    per_app = an_objective(name="app_success", per=Per.APP)
    subjects: dict[Subject, Seen] = {
        a_subject(journey="ihub.a"): seen(some_counts(8_060, app=4)),
        a_subject(journey="ihub.b", every_ms=60_000): seen(some_counts(8_063, app=1)),
        a_subject(journey="other.c", app="other"): seen(some_counts(1)),
        a_subject(journey="ihub.health_api", kind=Kind.HEALTH): seen(some_counts(0, app=99)),
    }

    told = {each.subject.app: each for each in standings(a_profile(per_app), subjects)}

    assert told["ihub"].attributed is not None
    assert told["ihub"].attributed.tally == Tally(good=16_123, bad=5)
    assert (told["ihub"].subject.journey, told["ihub"].subject.runs_in_window) == (None, 16_128)
    assert told["ihub"].detection.at_most_ms == 120_000
    assert set(told) == {"ihub", "other"}


def test_requests_of_the_app_have_an_objective_of_their_own() -> None:
    errors = an_objective(measure=Measure.REQUEST_ERRORS, goal=a_goal("0.999", exclusive=True))
    counts = replace(some_counts(100), app_requests=10_000, app_errors=10)

    told = stand(errors, a_subject(), seen(counts))

    assert told.state is State.NOT_MET
    assert words(told) == (
        "Not met: 10 of 10,000 were bad; 10 of 9 failed requests allowed in 28 days used, 1 too many."
    )
    assert (told.worst_case, told.burn) == (None, {})


@pytest.mark.parametrize(
    ("measure", "step", "limit_ms", "good"),
    [
        pytest.param(Measure.RUN, None, 12_000, 30, id="a bucket that ends at the limit is under it"),
        pytest.param(Measure.RUN, None, 10_000, 10, id="one that ends above it is not"),
        pytest.param(Measure.STEP, "Save", 500, 5, id="a step by its title"),
    ],
)
def test_times_are_the_share_under_a_limit(measure: Measure, step: str | None, limit_ms: int, good: int) -> None:
    timed = {"run": {10.0: 10, 12.0: 20, float("inf"): 5}, "Save": {0.4: 2, 0.5: 3, 0.6: 1}}
    told = stand(
        an_objective(measure=measure, step=step, limit_ms=limit_ms), a_subject(), seen(some_counts(35), timed=timed)
    )

    assert told.raw is not None
    assert told.raw.tally.good == good
    assert told.raw.tally.n == sum(timed[step or "run"].values())


def test_what_was_never_timed_says_so() -> None:
    told = stand(an_objective(measure=Measure.FRAME, limit_ms=12_000), a_subject(), seen(some_counts(35)))

    assert (told.state, words(told)) == (State.NO_DATA, "Nothing of this was measured yet.")


FIRST = a_subject(target="first", rollout=Rollout.FIRST)
PRODUCTION = a_subject(rollout=Rollout.PRODUCTION)
FULL = some_counts(8_064)


def flaky(counts: Counts, **failures: int) -> Counts:
    return replace(counts, flaky=FaultCounts(**failures))


@pytest.mark.parametrize(
    ("on_first", "on_production", "coming"),
    [
        pytest.param(some_counts(70, app=2), some_counts(72), ("first",), id="red on first, green on production"),
        pytest.param(some_counts(70, host=2), some_counts(72), ("first",), id="the host breaks as well"),
        pytest.param(some_counts(71, app=1), some_counts(72), (), id="one failure may be anything"),
        pytest.param(flaky(some_counts(70, app=2), app=2), some_counts(72), (), id="failures that were not confirmed"),
        pytest.param(some_counts(70, network=2), some_counts(72), (), id="our own network"),
        pytest.param(some_counts(70, app=2), some_counts(71, app=1), (), id="production is not green"),
        pytest.param(some_counts(70, app=2), some_counts(0, missed=72), (), id="nobody knows of production"),
    ],
)
def test_red_on_first_is_a_state_of_its_own(on_first: Counts, on_production: Counts, coming: tuple[str, ...]) -> None:
    subjects = {FIRST: seen(FULL, recent={HOURS: on_first}), PRODUCTION: seen(FULL, recent={HOURS: on_production})}

    (told,) = standings(a_profile(leaves_out=(Rollout.FIRST,)), subjects)

    assert told.subject == PRODUCTION
    assert told.red_on_first == coming
    assert (told.state is State.RED_ON_FIRST) == bool(coming)
    assert ("It is red on first, where changes come first: breakage is coming." in words(told)) == bool(coming)


def test_red_on_first_is_about_the_same_journey() -> None:
    other = replace(FIRST, journey="ihub.other")
    subjects = {
        other: seen(FULL, recent={HOURS: some_counts(0, app=9)}),
        PRODUCTION: seen(FULL, recent={HOURS: some_counts(9)}),
    }

    assert [each.red_on_first for each in standings(a_profile(leaves_out=(Rollout.FIRST,)), subjects)] == [()]


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (1.0, "100 %"), (0.99999, "99.99 %"), (8_063 / 8_064, "99.98 %"), (0.999, "99.9 %"), (0.29, "29 %"),
        (0.0, "0 %"),
    ],
)  # fmt: skip
def test_percentages_are_never_rounded_up(share: float, said: str) -> None:
    assert percent(share) == said


def test_goals_are_said_as_people_write_them() -> None:
    assert goal_words(THREE_NINES) == "99.9 %"
    assert goal_words(a_goal("0.999", exclusive=True)) == "< 0.1 %"


def test_the_line_of_the_run_report_tells_the_budget_in_runs() -> None:
    def line(bad: int, runs: int = 8_064) -> str:
        return budget_words(budget(THREE_NINES, Tally(good=0, bad=bad), runs), WINDOW)

    assert line(3) == "3 of 8 failures allowed in 28 days used, 5 left"
    assert line(10) == "10 of 8 failures allowed in 28 days used, 2 too many"
    assert line(0, 1_344) == "0 of 1 failure allowed in 28 days used, 1 left"
    assert line(1, 672) == "no failure is allowed in 28 days at this cadence; 1 happened"


def test_windows_are_said_in_days_where_they_are_whole() -> None:
    told = [window_words(timedelta(hours=each)) for each in (672, 24, 36, 1)]

    assert told == ["28 days", "1 day", "36 hours", "1 hour"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param(
            {"every_ms": 900_000, "runs_in_window": 2_688},
            "99.9 % at one run in 15 min: 2.7 failures in 28 days; 3,838 runs without a failure are needed to show it;"
            " choose 5 min or a health journey",
            id="a quarter of an hour",
        ),
        pytest.param(
            {"every_ms": 86_400_000, "runs_in_window": 1_000, "cron": "*/10 8-18 * * 1-5"},
            "99.9 % at cron */10 8-18 * * 1-5: 1.0 failure in 28 days; 3,838 runs without a failure are needed to show"
            " it; choose 5 min or a health journey",
            id="a cron expression",
        ),
        pytest.param({}, None, id="five minutes are enough"),
    ],
)
def test_an_objective_that_cannot_be_judged_at_its_cadence_is_told(changes: dict[str, Any], said: str | None) -> None:
    assert lint(a_profile(), an_objective(), a_subject(**changes)) == said


def test_a_goal_that_no_cadence_reaches_asks_for_something_else() -> None:
    strict = an_objective(goal=a_goal("0.99999"))

    browser, health = (lint(a_profile(), strict, a_subject(kind=kind)) for kind in (Kind.BROWSER, Kind.HEALTH))

    assert (browser or "").endswith("choose a health journey")
    assert (health or "").endswith("choose a longer window")


@pytest.mark.parametrize(
    "changes", [{"per": Per.APP}, {"measure": Measure.RUN, "limit_ms": 12_000}], ids=["an app", "what is timed"]
)
def test_only_a_journeys_availability_is_told_to_come_too_seldom(changes: dict[str, Any]) -> None:
    assert lint(a_profile(), an_objective(**changes), a_subject(runs_in_window=1)) is None
