"""Debian's promtool accepts the rules and runs their unit tests, and no rule and no guard is there for nothing."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from synthetics.record import Kind
from synthetics.slo.rules.burning import BURN
from synthetics.slo.rules.model import Alert, Recording, Rule, RuleFile
from synthetics.slo.rules.monitoring import monitor_file
from synthetics.slo.rules.proofs_of_monitor import monitor_proofs
from synthetics.slo.rules.proving import Scenario
from synthetics.slo.rules.testing import journey_scenarios
from synthetics.slo.rules.watched import Watched
from synthetics.slo.rules.watching import BLIND, CERTIFICATE_ENDING, FIRST_ROLLOUT_RED
from synthetics.slo.rules.writing import rules_yaml
from tests.slo_rules import building
from tests.slo_rules.building import HOUR, MINUTE, changed, identity, judged, judged_journey, numbered, rules_of

GIGABYTE = 1_000_000_000


def quick(watched: Sequence[Watched]) -> tuple[Scenario, ...]:
    """All scenarios but the one over four weeks."""
    return tuple(each for each in journey_scenarios(watched) if "isolated" not in each.name)


def of_alerts(watched: Sequence[Watched]) -> tuple[Scenario, ...]:
    """Those of them that look at alerts."""
    return tuple(each for each in quick(watched) if any("ALERTS" in check.expr for check in each.checks))


def unnoticed(verdict: building.Verdict, rules: Sequence[Rule]) -> list[tuple[str, ...]]:
    """The rules of which no check failed."""
    return [identity(each) for each in rules if not verdict.names(*identity(each))]


@pytest.mark.parametrize(
    ("every_s", "kind", "cron"),
    [
        pytest.param(MINUTE, Kind.HEALTH, None, id="a health journey each minute"),
        pytest.param(5 * MINUTE, Kind.BROWSER, None, id="a browser journey each 5 min"),
        pytest.param(15 * MINUTE, Kind.BROWSER, None, id="a browser journey each 15 min"),
        pytest.param(24 * HOUR, Kind.BROWSER, None, id="a browser journey each day"),
        pytest.param(7 * MINUTE, Kind.BROWSER, None, id="an interval that no hour is a multiple of"),
        pytest.param(10 * MINUTE, Kind.BROWSER, "*/10 8-18 * * 1-5", id="working hours"),
    ],
)
def test_promtool_accepts_the_rules(every_s: int, kind: Kind, cron: str | None, tmp_path: Path) -> None:
    watched = building.watched_due(every_s, "standin", "dfr", "production", kind=kind, cron=cron)
    file, monitor = tmp_path / "journey.rules.yml", tmp_path / "monitor.rules.yml"
    file.write_text(rules_yaml(rules_of(watched)))
    monitor.write_text(rules_yaml(monitor_file(watched, GIGABYTE)))

    ended = building.promtool("check", "rules", file, monitor)

    assert (ended.returncode, ended.stdout.count("SUCCESS")) == (0, 2), ended.stdout + ended.stderr


def test_unit_tests_of_a_journey_pass_on_two_sites(tmp_path: Path) -> None:
    watched = building.watched_due(HOUR, "standin", "dfr", kind=Kind.BROWSER)

    assert judged_journey(tmp_path, rules_of(watched), watched, quick(watched)).said.count("SUCCESS") == 1


def test_unit_tests_of_a_health_journey_pass_and_its_certificate_is_watched(tmp_path: Path) -> None:
    watched = building.watched_due(HOUR, kind=Kind.HEALTH)
    file = rules_of(watched)
    [number] = [number for number, rule in alerts_of(file) if rule.name == CERTIFICATE_ENDING]
    scenarios = [each for each in quick(watched) if CERTIFICATE_ENDING in str(each.checks)]

    assert judged_journey(tmp_path, file, watched, quick(watched)).said.count("SUCCESS") == 1
    assert judged_journey(tmp_path, changed(file, {number: None}), watched, scenarios).names(CERTIFICATE_ENDING)


def test_unit_tests_of_the_monitor_pass(tmp_path: Path) -> None:
    file = monitor_file(building.watched_due(), GIGABYTE)

    assert judged(tmp_path, file, monitor_proofs(["local"], GIGABYTE), MINUTE).passed


def test_no_alert_of_a_journey_can_be_removed_unnoticed(tmp_path: Path) -> None:
    watched = building.watched_due(HOUR, "production")
    file = rules_of(watched)
    alerts = {number: rule for number, rule in numbered(file) if isinstance(rule, Alert)}

    verdict = judged_journey(tmp_path, changed(file, dict.fromkeys(alerts)), watched, of_alerts(watched))

    assert unnoticed(verdict, tuple(alerts.values())) == []


@pytest.mark.parametrize("place", range(4), ids=lambda place: f"condition {place + 1}")
def test_no_condition_of_an_alert_can_be_removed_unnoticed(place: int, tmp_path: Path) -> None:
    watched = building.watched_due(HOUR, "production")
    file = rules_of(watched)
    weaker = {number: building.without_condition(rule, place) for number, rule in alerts_of(file)}
    weaker = {number: rule for number, rule in weaker.items() if rule is not None}

    verdict = judged_journey(tmp_path, changed(file, weaker), watched, of_alerts(watched))

    assert weaker
    assert unnoticed(verdict, [rule for rule in weaker.values() if rule is not None]) == []


def test_no_alert_of_a_journey_can_fire_at_once_unnoticed(tmp_path: Path) -> None:
    watched = building.watched_due(HOUR, "production")
    file = rules_of(watched)
    waiting = {number: rule for number, rule in alerts_of(file) if rule.for_s}
    at_once: dict[int, Rule | None] = {number: replace(rule, for_s=0) for number, rule in waiting.items()}

    verdict = judged_journey(tmp_path, changed(file, at_once), watched, of_alerts(watched))

    assert unnoticed(verdict, tuple(waiting.values())) == []


def test_no_burning_or_blind_alert_can_end_at_once_unnoticed(tmp_path: Path) -> None:
    watched = building.watched_due(HOUR, "production")
    file = rules_of(watched)
    lasting = {number: rule for number, rule in alerts_of(file) if rule.name in {BURN, BLIND}}
    brief: dict[int, Rule | None] = {number: replace(rule, keep_firing_s=0) for number, rule in lasting.items()}

    verdict = judged_journey(tmp_path, changed(file, brief), watched, of_alerts(watched))

    assert unnoticed(verdict, tuple(lasting.values())) == []


def test_no_alert_on_the_first_rollout_and_no_condition_of_it_can_be_removed_unnoticed(tmp_path: Path) -> None:
    watched = building.watched_due(HOUR, "production", "dfr")
    file = rules_of(watched)
    [(number, rule)] = [(number, rule) for number, rule in alerts_of(file) if rule.name == FIRST_ROLLOUT_RED]
    scenarios = [each for each in of_alerts(watched) if FIRST_ROLLOUT_RED in str(each.checks)]

    for weaker in (None, replace(rule, for_s=0), *(building.without_condition(rule, place) for place in range(3))):
        verdict = judged_journey(tmp_path, changed(file, {number: weaker}), watched, scenarios)
        assert verdict.names(FIRST_ROLLOUT_RED), weaker


def test_no_guard_of_a_recorded_ratio_can_be_removed_unnoticed(tmp_path: Path) -> None:
    watched = building.watched_due(HOUR, "production")
    file = rules_of(watched)
    recordings = [(number, rule) for number, rule in numbered(file) if isinstance(rule, Recording) and rule.guards]
    scenarios = [each for each in quick(watched) if "slo:sli_error" in str(each.checks)]

    for place in range(2):
        weaker = {number: building.without_condition(rule, place) for number, rule in recordings}
        weaker = {number: rule for number, rule in weaker.items() if rule is not None}
        verdict = judged_journey(tmp_path, changed(file, weaker), watched, scenarios)
        assert weaker
        # Over one run the share that is judged is none or all, and none gives no attributed ratio in any case.
        once = ("slo:sli_error:ratio_rate1h{", 'target="production"', 'location="local"', 'reading="attributed"')
        unseen = unnoticed(verdict, [rule for rule in weaker.values() if rule is not None])
        assert [each for each in unseen if each != once] == []


def test_every_recorded_series_is_checked_for_a_value() -> None:
    watched = building.watched_due(5 * MINUTE, "production", "dfr")
    checks = [check.expr for each in journey_scenarios(watched) for check in each.checks if check.value is not None]
    recordings = [rule for _, rule in numbered(rules_of(watched)) if isinstance(rule, Recording)]

    inner = {"synthetics:runs:total", "synthetics:runs:sum1h", "synthetics:expected_runs:at_last_judged"}
    unchecked = [
        identity(rule)
        for rule in recordings
        if rule.name not in inner and not any(all(word in each for word in identity(rule)) for each in checks)
    ]
    assert unchecked == []


@pytest.mark.parametrize("place", range(2), ids=lambda place: f"condition {place + 1}")
def test_no_condition_of_the_monitor_s_alerts_can_be_removed_unnoticed(place: int, tmp_path: Path) -> None:
    file = monitor_file(building.watched_due(), GIGABYTE)
    weaker = {number: building.without_condition(rule, place) for number, rule in numbered(file)}
    weaker = {number: rule for number, rule in weaker.items() if rule is not None}

    verdict = judged(tmp_path, changed(file, weaker), monitor_proofs(["local"], GIGABYTE), MINUTE)

    assert [rule.name for rule in weaker.values() if rule is not None] == ["SyntheticMassFailure"]
    assert verdict.names("SyntheticMassFailure")


def test_no_alert_of_the_monitor_can_be_removed_unnoticed(tmp_path: Path) -> None:
    file = monitor_file(building.watched_due(), GIGABYTE)
    alerts = dict(numbered(file))

    verdict = judged(tmp_path, changed(file, dict.fromkeys(alerts)), monitor_proofs(["local"], GIGABYTE), MINUTE)

    assert [rule.name for rule in alerts.values() if not verdict.names(f'alertname="{rule.name}"')] == []


def alerts_of(file: RuleFile) -> list[tuple[int, Alert]]:
    return [(number, rule) for number, rule in numbered(file) if isinstance(rule, Alert)]
