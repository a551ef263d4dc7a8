"""The generated rules at every cadence, and all that each of them can lose. Runs with ``make soak PART=rules``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from synthetics.record import Kind
from synthetics.slo.rules.model import Recording, Rule
from synthetics.slo.rules.testing import journey_scenarios
from tests.slo_rules.building import (
    HOUR,
    LOSSES,
    MINUTE,
    alerts_without,
    changed,
    identity,
    judged_journey,
    numbered,
    of_alerts,
    quick,
    rules_of,
    unnoticed,
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
    pytest.param(24 * HOUR, Kind.BROWSER, id="a browser journey each day"),
]


@pytest.mark.parametrize(("every_s", "kind"), CADENCES)
def test_rules_pass_their_unit_tests_at_every_cadence(every_s: int, kind: Kind, tmp_path: Path) -> None:
    watched = watched_due(every_s, kind=kind)

    verdict = judged_journey(tmp_path, rules_of(watched), watched, journey_scenarios(watched))

    assert verdict.passed, verdict.said


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    ("every_s", "kind", "targets"),
    [
        pytest.param(MINUTE, Kind.HEALTH, ("production",), id="health, each minute"),
        pytest.param(5 * MINUTE, Kind.BROWSER, ("production", "dfr"), id="browser, each 5 min"),
        pytest.param(15 * MINUTE, Kind.BROWSER, ("production", "dfr"), id="browser, each 15 min"),
    ],
)
def test_no_alert_can_lose_anything_unnoticed_at_any_cadence(
    every_s: int, kind: Kind, targets: tuple[str, ...], loss: str, tmp_path: Path
) -> None:
    watched = watched_due(every_s, *targets, kind=kind)
    file = rules_of(watched)
    lost = alerts_without(loss, file)

    verdict = judged_journey(tmp_path, changed(file, lost), watched, of_alerts(watched))

    assert lost
    assert unnoticed(verdict, file, lost) == []


@pytest.mark.parametrize("every_s", [pytest.param(5 * MINUTE, id="each 5 min"), pytest.param(HOUR, id="each hour")])
def test_no_single_rule_that_records_and_none_of_its_guards_can_be_removed_unnoticed(
    every_s: int, tmp_path: Path
) -> None:
    watched = watched_due(every_s, "production", "dfr")
    file = rules_of(watched)
    # One scenario that fails is enough, and most rules are missed by the shortest.
    scenarios = sorted(quick(watched), key=lambda each: max(check.at_s for check in each.checks))

    def is_noticed(number: int, lesser: Rule | None) -> bool:
        file_without = changed(file, {number: lesser})
        return any(not judged_journey(tmp_path, file_without, watched, [each]).passed for each in scenarios)

    missed = [
        (identity(rule), what)
        for number, rule in numbered(file)
        if isinstance(rule, Recording)
        for what, lesser in lesser_recordings(rule)
        if not is_noticed(number, lesser)
    ]

    assert missed == []


def lesser_recordings(rule: Recording) -> Iterator[tuple[str, Rule | None]]:
    yield "the rule", None
    for place in range(len(rule.guards)):
        yield f"guard {place + 1}", without_condition(rule, place)
