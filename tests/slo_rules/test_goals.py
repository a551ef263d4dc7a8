"""The objective that rules are about is the profile's."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from synthetics.errors import CallerError
from synthetics.record import Kind
from synthetics.slo.figures import Goal
from synthetics.slo.profile import Measure, Objective, Per, Profile
from synthetics.slo.profile_file import read_profile
from synthetics.slo.rules.burning import BURN
from synthetics.slo.rules.generating import journey_file
from synthetics.slo.rules.goals import objectives_of
from synthetics.slo.rules.watched import Goals, watched_of
from synthetics.slo.rules.writing import rules_yaml
from tests.builders import a_journey
from tests.slo_rules.building import CONFIGURATION, NAME, a_catalogue_due


def an_objective(share: str, *, measure: Measure = Measure.AVAILABILITY, journeys: tuple[str, ...] = ()) -> Objective:
    return Objective(
        name="any",
        title="Any",
        measure=measure,
        kind=Kind.BROWSER,
        per=Per.JOURNEY,
        goal=Goal(share=Decimal(share)),
        source="a test",
        journeys=journeys,
    )


def a_profile(objectives: Mapping[str, Objective], *, days: int = 28) -> Profile:
    return Profile(
        name="mine",
        title="Mine",
        window=timedelta(days=days),
        valid_until=date(2026, 12, 31),
        source="a test",
        leaves_out=(),
        objectives=objectives,
    )


def test_a_journey_has_the_strictest_share_that_is_asked_of_it() -> None:
    objective_of = objectives_of(
        a_profile(
            {
                "all": an_objective("0.99"),
                "one": an_objective("0.995", journeys=("ihub.run_flow",)),
                "other": an_objective("0.9999", journeys=("ihub.create_flow",)),
                "time": an_objective("0.99999", measure=Measure.RUN),
            }
        )
    )

    assert objective_of(a_journey("ihub.run_flow")) == 0.995
    assert objective_of(a_journey("team_radar.panel")) == 0.99


def test_a_journey_that_nothing_is_asked_of_has_no_objective() -> None:
    health = replace(a_journey(), kind=Kind.HEALTH)
    objective_of = objectives_of(a_profile({"all": an_objective("0.99")}))

    assert objective_of(health) is None
    watched = watched_of(a_catalogue_due(), CONFIGURATION, Goals(objective_of=lambda _: None))
    text = rules_yaml(journey_file(NAME, watched))
    assert BURN not in text
    assert "Runs on standin feed no objective" in text


def test_the_default_profile_asks_999_in_1000_of_both_kinds() -> None:
    objective_of = objectives_of(read_profile("cloud-fortified", None, "synthetics.toml"))

    assert {objective_of(replace(a_journey(), kind=kind)) for kind in Kind} == {0.999}


def test_a_profile_with_another_window_is_refused_with_what_to_do() -> None:
    with pytest.raises(CallerError, match=r"mine has a window of 7d, and rules are made for 28 days") as refused:
        objectives_of(a_profile({}, days=7))

    assert 'window = "28d"' in str(refused.value)
