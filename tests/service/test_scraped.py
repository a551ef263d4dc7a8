"""What a real Prometheus makes of our page: exemplars, counters over prune and restart, journeys that are removed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from synthetics.catalogue import Catalogue
from synthetics.export.metrics import MetricsPage, RunnerNumbers
from synthetics.ledger.store import open_ledger
from synthetics.record import Outcome, RunRecord
from synthetics.web import Health, WebServer, make_app
from tests.command_line import run_command, wait_until, write_config
from tests.export.builders import SLOT_MS, a_catalogue, a_journey, a_run, a_step
from tests.service.prometheus import Prometheus, free_port, prometheus

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
LONG_AGO_MS = SLOT_MS - 900 * 86_400_000
FEW_SECONDS = 20
BOTH = a_catalogue(a_journey(), a_journey("ihub.admin_page"), a_journey("ihub.create_flow"))
COUNTERS = '{__name__=~"synthetic_.*(_total|_bucket|_sum|_count)"}'

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@dataclass
class Monitored:
    """Our page over a ledger of its own, and the Prometheus that scrapes it."""

    config: Path
    port: int
    prometheus: Prometheus
    catalogue: Catalogue = field(default=BOTH)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The page, as long as this lasts; each time it is served anew from the files alone."""
        ledger = open_ledger(self.config.parent / "var")
        server = WebServer("127.0.0.1", self.port)
        health = Health(
            unhealthy=lambda: None,
            not_ready=lambda: None,
            catalogue=lambda: self.catalogue,
            last_run=lambda _placement: None,
        )
        page = MetricsPage(ledger.totals, lambda: self.catalogue, lambda: RunnerNumbers(browser_processes=0), lambda: 0)
        server.start(make_app(page, health))
        try:
            yield
        finally:
            server.stop()
            ledger.close()

    def write(self, *records: RunRecord) -> None:
        """Put records into the ledger, beside whoever serves it."""
        ledger = open_ledger(self.config.parent / "var")
        try:
            for record in records:
                assert ledger.write(record)
        finally:
            ledger.close()

    def counters(self) -> Samples:
        """Every sample of the page that must never fall."""
        body = httpx.get(f"http://127.0.0.1:{self.port}/metrics", headers={"Accept": OPENMETRICS}).text
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(body)  # type: ignore[no-untyped-call]  # it has no types here
            if family.type in ("counter", "histogram")
            for sample in family.samples
        }


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitored]:
    """One Prometheus for all tests here; each test looks at journeys of its own."""
    folder, port = tmp_path_factory.mktemp("scraped"), free_port()
    with prometheus(folder, port, "250ms", "--enable-feature=exemplar-storage") as running:
        yield Monitored(write_config(folder), port, running)


def test_prometheus_takes_the_last_passed_run_as_an_exemplar_of_its_bucket(monitored: Monitored) -> None:
    now_ms = int(time.time()) * 1_000
    slow = a_run(slot_ms=now_ms - 60_000, duration_ms=9_500)
    quick = a_run(slot_ms=now_ms - 30_000, duration_ms=2_750)

    def exemplars() -> dict[str, tuple[str, float, float]]:
        query = 'synthetic_run_duration_seconds_bucket{journey="run_flow"}'
        end = str(now_ms / 1_000 + 60)
        data = monitored.prometheus.ask("query_exemplars", query=query, start=str(now_ms / 1_000 - 600), end=end)
        return {
            each["labels"]["run_id"]: (found["seriesLabels"]["le"], float(each["value"]), each["timestamp"])
            for found in data or ()
            for each in found["exemplars"]
        }

    with monitored.serving():
        for run in (slow, quick):
            monitored.write(run)
            has_it = partial(lambda run_id: run_id in exemplars(), run.run_id)
            wait_until(has_it, FEW_SECONDS, "Prometheus has the exemplar")
        told = exemplars()

    assert told == {
        slow.run_id: ("10.0", 9.5, (now_ms - 60_000 + 250 + 9_500) / 1_000),
        quick.run_id: ("3.0", 2.75, (now_ms - 30_000 + 250 + 2_750) / 1_000),
    }


def test_no_counter_falls_over_a_prune_and_a_restart(monitored: Monitored) -> None:
    steps = (a_step("Open the admin page"), a_step("Create a flow"))
    outcomes = (Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED, Outcome.MISSED, Outcome.PASSED)
    runs = [
        a_run(outcome, journey="ihub.create_flow", slot_ms=LONG_AGO_MS + 60_000 * number, steps=steps)
        for number, outcome in enumerate(outcomes)
    ]
    mine = 'synthetic_runs_total{journey="create_flow"}'

    with monitored.serving():
        monitored.write(*runs)
        wait_until(lambda: sum(monitored.prometheus.values(mine)) == len(runs), FEW_SECONDS, "all runs are scraped")
        before = monitored.counters()
        pruned = run_command("prune", "--json", "--config", monitored.config)
        after_prune = monitored.counters()
    monitored.write(a_run(journey="ihub.create_flow", slot_ms=LONG_AGO_MS + 3_600_000, steps=steps))
    with monitored.serving():
        wait_until(lambda: sum(monitored.prometheus.values(mine)) == len(runs) + 1, FEW_SECONDS, "one more is scraped")
        after_restart = monitored.counters()
        # A function over time takes the name away, without which a sum and its count have the same labels.
        named = f'label_replace({COUNTERS}, "name", "$1", "__name__", "(.*)")'
        fallen = monitored.prometheus.values(f"resets({named}[10m:250ms])")

    assert pruned.json["records"] == len(runs) - 1, "what was counted is really gone"
    assert len([value for value in before.values() if value > 0]) > 20, "there is something that could fall"
    assert after_prune == before
    assert after_restart.keys() == before.keys()
    assert [key for key, value in before.items() if after_restart[key] < value] == []
    assert len(fallen) == len(before)
    assert set(fallen) == {0}


def test_series_of_a_removed_journey_are_gone_at_the_next_scrape(monitored: Monitored) -> None:
    removed, stays = (f'{{journey="{name}",__name__=~"synthetic_.*"}}' for name in ("admin_page", "run_flow"))
    monitored.write(a_run(journey="ihub.admin_page"))
    with monitored.serving():
        wait_until(lambda: len(monitored.prometheus.values(removed)) > 0, FEW_SECONDS, "the journey is scraped")

        monitored.catalogue = a_catalogue(a_journey())
        wait_until(lambda: monitored.prometheus.values(removed) == [], FEW_SECONDS, "its series are gone")

        assert monitored.prometheus.values("up") == [1]
        assert len(monitored.prometheus.values(stays)) > 0
