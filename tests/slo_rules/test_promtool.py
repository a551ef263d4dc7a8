"""Debian's promtool accepts the rules and runs their unit tests, and no rule and no guard is there for nothing."""

from pathlib import Path

import pytest
import yaml

from synthetics.record import Kind
from synthetics.slo.rules.model import Recording
from synthetics.slo.rules.monitoring import monitor_file
from synthetics.slo.rules.proofs_of_monitor import monitor_proofs
from synthetics.slo.rules.testing import journey_scenarios, journey_tests
from synthetics.slo.rules.watching import CERTIFICATE_ENDING, FIRST_ROLLOUT_RED
from synthetics.slo.rules.writing import rules_yaml
from tests.slo_rules import building
from tests.slo_rules.building import (
    DAY,
    HOUR,
    LOSSES,
    MINUTE,
    alerts_without,
    changed,
    identity,
    judged,
    judged_journey,
    numbered,
    of_alerts,
    quick,
    rules_of,
    unnoticed,
)

GIGABYTE = 1_000_000_000


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


@pytest.mark.parametrize(
    ("kind", "confirms", "minutes"),
    [
        pytest.param(Kind.BROWSER, True, 15, id="a browser journey"),
        pytest.param(Kind.HEALTH, True, 15, id="a health journey"),
        pytest.param(Kind.HEALTH, False, 20, id="a health journey that is not repeated: it needs three failures"),
    ],
)
def test_an_outage_of_20_minutes_pages_in_time_at_5_min(
    kind: Kind, minutes: int, tmp_path: Path, *, confirms: bool
) -> None:
    watched = building.watched_due(5 * MINUTE, kind=kind, confirms=confirms)
    outage = [each for each in journey_scenarios(watched) if f"pages within {minutes}" in each.name]

    assert len(outage) == 1
    assert judged_journey(tmp_path, rules_of(watched), watched, outage).passed


def test_unit_tests_of_a_journey_pass_on_two_sites(tmp_path: Path) -> None:
    watched = building.watched_due(HOUR, "standin", "dfr", kind=Kind.BROWSER)

    assert judged_journey(tmp_path, rules_of(watched), watched, quick(watched)).said.count("SUCCESS") == 1


def test_unit_tests_of_a_health_journey_pass_and_its_certificate_is_watched(tmp_path: Path) -> None:
    watched = building.watched_due(HOUR, kind=Kind.HEALTH)
    file = rules_of(watched)
    [number] = [number for number, rule in numbered(file) if rule.name == CERTIFICATE_ENDING]
    scenarios = [each for each in quick(watched) if CERTIFICATE_ENDING in str(each.checks)]

    assert judged_journey(tmp_path, file, watched, quick(watched)).said.count("SUCCESS") == 1
    for loss in ("the alert", "for"):
        lesser = alerts_without(loss, file)[number]
        assert judged_journey(tmp_path, changed(file, {number: lesser}), watched, scenarios).names(CERTIFICATE_ENDING)


def test_unit_tests_of_the_monitor_pass(tmp_path: Path) -> None:
    file = monitor_file(building.watched_due(), GIGABYTE)

    assert judged(tmp_path, file, monitor_proofs(["local"], GIGABYTE), MINUTE).passed


@pytest.mark.parametrize("loss", LOSSES)
def test_no_alert_of_a_journey_can_lose_anything_unnoticed(loss: str, tmp_path: Path) -> None:
    watched = building.watched_due(HOUR, "production")
    file = rules_of(watched)
    lost = alerts_without(loss, file)

    verdict = judged_journey(tmp_path, changed(file, lost), watched, of_alerts(watched))

    assert lost
    assert unnoticed(verdict, file, lost) == []


def test_the_alert_on_the_first_rollout_can_lose_nothing_unnoticed(tmp_path: Path) -> None:
    watched = building.watched_due(HOUR, "production", "dfr")
    file = rules_of(watched)
    [number] = [number for number, rule in numbered(file) if rule.name == FIRST_ROLLOUT_RED]
    scenarios = [each for each in of_alerts(watched) if FIRST_ROLLOUT_RED in str(each.checks)]
    losses = [loss for loss in LOSSES if number in alerts_without(loss, file)]

    assert losses == ["the alert", "for", "keep_firing_for", "condition 1", "condition 2", "condition 3"]
    for loss in losses:
        lesser = alerts_without(loss, file)[number]
        verdict = judged_journey(tmp_path, changed(file, {number: lesser}), watched, scenarios)
        assert verdict.names(FIRST_ROLLOUT_RED), loss


@pytest.mark.parametrize("place", range(2), ids=lambda place: f"guard {place + 1}")
def test_no_guard_of_what_is_recorded_can_be_removed_unnoticed(place: int, tmp_path: Path) -> None:
    watched = building.watched_due(HOUR, "production")
    file = rules_of(watched)
    recordings = [(number, rule) for number, rule in numbered(file) if isinstance(rule, Recording)]
    weaker = {number: building.without_condition(rule, place) for number, rule in recordings}
    weaker = {number: rule for number, rule in weaker.items() if rule is not None}
    scenarios = [each for each in quick(watched) if "slo:sli_error" in str(each.checks)]

    verdict = judged_journey(tmp_path, changed(file, weaker), watched, scenarios)

    assert weaker
    # Over one run the share that is judged is none or all, and none gives no attributed ratio in any case.
    once = ("slo:sli_error:ratio_rate1h{", 'target="production"', 'location="local"', 'reading="attributed"')
    assert [each for each in unnoticed(verdict, file, weaker) if each != once] == []


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


@pytest.mark.parametrize("loss", [each for each in LOSSES if each not in {"condition 3", "condition 4"}])
def test_no_alert_of_the_monitor_can_lose_anything_unnoticed(loss: str, tmp_path: Path) -> None:
    file = monitor_file(building.watched_due(), GIGABYTE)
    lost = alerts_without(loss, file)

    verdict = judged(tmp_path, changed(file, lost), monitor_proofs(["local"], GIGABYTE), MINUTE)

    assert lost
    assert [rule.name for number, rule in numbered(file) if number in lost and not verdict.names(rule.name)] == []


def test_isolated_failures_are_seen_over_28_days_and_over_three_at_one_run_a_minute() -> None:
    for every_s, days in ((MINUTE, 3), (5 * MINUTE, 28), (15 * MINUTE, 28), (HOUR, 28)):
        for kind in Kind:
            scenarios = [*journey_scenarios(building.watched_due(every_s, kind=kind))]
            [isolated] = [each for each in scenarios if f"8 isolated failures in {days}d page nobody" == each.name]
            assert {check.at_s for check in isolated.checks} == {days * DAY}


def test_groups_are_evaluated_in_the_order_of_the_file() -> None:
    watched = building.watched_due(HOUR, "standin", "production", "dfr")
    file = rules_of(watched)

    written = yaml.safe_load(journey_tests(file, watched))

    assert len(file.groups) > len(watched)
    assert written["group_eval_order"] == [group.name for group in file.groups]
