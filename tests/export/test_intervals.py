"""The interval that a rule for silence can be built on: never less than what the schedule itself leaves silent."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from synthetics.export.metrics import MetricsPage, RunnerNumbers
from synthetics.ledger.totals import Totals
from tests.export.builders import a_catalogue, a_journey

MINUTES, HOURS, DAYS = 60, 3_600, 86_400


@pytest.mark.parametrize(
    ("every_ms", "cron", "seconds"),
    [
        pytest.param(300_000, None, 5 * MINUTES, id="an even interval"),
        pytest.param(600_000, "*/10 8-18 * * *", 13 * HOURS + 10 * MINUTES, id="a night"),
        pytest.param(600_000, "*/10 8-18 * * 1-5", 2 * DAYS + 13 * HOURS + 10 * MINUTES, id="a weekend"),
    ],
)
def test_interval_is_the_longest_time_between_two_slots(every_ms: int, cron: str | None, seconds: int) -> None:
    catalogue = a_catalogue(a_journey(every_ms=every_ms, cron=cron))
    page = MetricsPage(Totals, lambda: catalogue, lambda: RunnerNumbers(browser_processes=0), lambda: 0)
    body = page.render()[0].decode()
    [family] = [each for each in text_string_to_metric_families(body) if each.name == "synthetic_interval_seconds"]
    assert [sample.value for sample in family.samples] == [seconds]
