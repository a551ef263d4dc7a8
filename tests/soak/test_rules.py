"""The generated rules at every cadence, and each single rule removed. Runs with ``make soak PART=rules``."""

from pathlib import Path

import pytest

from synthetics.record import Kind
from synthetics.slo.rules.model import Alert, Recording
from synthetics.slo.rules.testing import journey_scenarios
from tests.slo_rules.building import (
    HOUR,
    MINUTE,
    changed,
    identity,
    judged_journey,
    numbered,
    rules_of,
    watched_due,
    without_condition,
)

CADENCES = [
    pytest.param(MINUTE, Kind.HEALTH, id="a health journey each minute, over three days"),
    pytest.param(MINUTE, Kind.BROWSER, id="a browser journey each minute, over three days"),
    pytest.param(5 * MINUTE, Kind.BROWSER, id="a browser journey each 5 min"),
    pytest.param(5 * MINUTE, Kind.HEALTH, id="a health journey each 5 min"),
    pytest.param(15 * MINUTE, Kind.BROWSER, id="a browser journey each 15 min"),
    pytest.param(15 * MINUTE, Kind.HEALTH, id="a health journey each 15 min"),
    pytest.param(HOUR, Kind.BROWSER, id="a browser journey each hour"),
    pytest.param(HOUR, Kind.HEALTH, id="a health journey each hour"),
]


@pytest.mark.parametrize(("every_s", "kind"), CADENCES)
def test_rules_pass_their_unit_tests_at_every_cadence(every_s: int, kind: Kind, tmp_path: Path) -> None:
    watched = watched_due(every_s, kind=kind)

    verdict = judged_journey(tmp_path, rules_of(watched), watched, journey_scenarios(watched))

    assert verdict.passed, verdict.said


def test_no_single_recording_rule_can_be_removed_unnoticed(tmp_path: Path) -> None:
    watched = watched_due(HOUR, "production")
    file = rules_of(watched)
    scenarios = [each for each in journey_scenarios(watched) if "isolated" not in each.name]

    unnoticed = [
        identity(rule)
        for number, rule in numbered(file)
        if isinstance(rule, Recording)
        and judged_journey(tmp_path, changed(file, {number: None}), watched, scenarios).passed
    ]

    assert unnoticed == []


@pytest.mark.parametrize("place", range(4), ids=lambda place: f"condition {place + 1}")
@pytest.mark.parametrize(
    ("every_s", "kind"),
    [
        pytest.param(MINUTE, Kind.HEALTH, id="health, each minute"),
        pytest.param(5 * MINUTE, Kind.BROWSER, id="browser, each 5 min"),
        pytest.param(15 * MINUTE, Kind.BROWSER, id="browser, each 15 min"),
    ],
)
def test_no_condition_of_an_alert_can_be_removed_unnoticed_at_any_cadence(
    every_s: int, kind: Kind, place: int, tmp_path: Path
) -> None:
    watched = watched_due(every_s, "production", kind=kind)
    file = rules_of(watched)
    weaker = {number: without_condition(rule, place) for number, rule in numbered(file) if isinstance(rule, Alert)}
    weaker = {number: rule for number, rule in weaker.items() if rule is not None}
    scenarios = [each for each in journey_scenarios(watched) if "isolated" not in each.name and "ALERTS" in str(each)]

    verdict = judged_journey(tmp_path, changed(file, weaker), watched, scenarios)

    assert weaker
    assert [rule for rule in weaker.values() if rule is not None and not verdict.names(*identity(rule))] == []
