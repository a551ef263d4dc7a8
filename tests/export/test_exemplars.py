"""Exemplars: the last passed run, in the bucket it fell into, for those who ask for OpenMetrics."""

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics

from synthetics import metric_names as names
from synthetics.export.metrics import MetricsPage, RunnerNumbers
from synthetics.ledger.totals import Distribution, LastPass, Series, Totals
from tests.export.builders import a_catalogue

SERIES = Series(app="ihub", journey="run_flow", target="standin", location="local")
INF = float("inf")


def a_page(duration_ms: int, series: Series = SERIES) -> MetricsPage:
    totals = Totals(
        run_durations={SERIES: Distribution(counts={3: 20, INF: 2}, sum_seconds=430.25)},
        last_passes={series: LastPass(run_id="55b2ddb071e17059", duration_ms=duration_ms, ended_ms=1_772_366_403_460)},
    )
    return MetricsPage(lambda: totals, a_catalogue, lambda: RunnerNumbers(browser_processes=0), lambda: 0)


def exemplars_of(page: MetricsPage) -> dict[tuple[str, str], tuple[dict[str, str], float, float]]:
    """Every exemplar on the page, by its sample's name and bucket."""
    body = page.render("application/openmetrics-text; version=1.0.0")[0].decode()
    return {
        (sample.name, sample.labels["le"]): (
            sample.exemplar.labels,
            sample.exemplar.value,
            float(sample.exemplar.timestamp),
        )
        for family in parse_openmetrics(body)  # type: ignore[no-untyped-call]  # the library has no types here
        for sample in family.samples
        if sample.exemplar
    }


@pytest.mark.parametrize(
    ("duration_ms", "bucket"),
    [
        pytest.param(0, "1.0", id="the first bucket"),
        pytest.param(3_000, "3.0", id="an edge is in its own bucket"),
        pytest.param(3_001, "4.0", id="just above an edge"),
        pytest.param(120_001, "+Inf", id="above the last edge"),
    ],
)
def test_last_passed_run_is_the_exemplar_of_its_bucket_and_of_no_other(duration_ms: int, bucket: str) -> None:
    assert exemplars_of(a_page(duration_ms)) == {
        (f"{names.RUN_DURATION_SECONDS.name}_bucket", bucket): (
            {"run_id": "55b2ddb071e17059"},
            duration_ms / 1_000,
            1_772_366_403.46,
        )
    }


def test_page_without_a_passed_run_of_its_journeys_has_no_exemplar() -> None:
    gone = Series(app="ihub", journey="gone", target="standin", location="local")
    assert exemplars_of(a_page(2_000, gone)) == {}


def test_text_format_has_no_exemplar() -> None:
    body = a_page(2_000).render()[0].decode()
    assert "run_id" not in body
    assert " # " not in "".join(line for line in body.splitlines() if not line.startswith("# "))
