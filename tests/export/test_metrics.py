"""The metrics page: what is there from the first scrape, what comes with runs, what goes with its journey."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from synthetics import metric_names as names
from synthetics.catalogue import Catalogue
from synthetics.config.models import Attestation
from synthetics.export.metrics import MetricsPage, RunnerNumbers
from synthetics.ledger.totals import Distribution, LastRun, Series, Totals
from synthetics.record import OUTCOMES_AND_FAULTS, Fault, Outcome
from synthetics.worker import KillReason, RecycleReason
from tests.export.builders import SLOT_MS, a_catalogue, a_journey

GOLDEN = Path(__file__).parent / "golden" / "metrics.prom"
SERIES = Series(app="ihub", journey="run_flow", target="standin", location="local")
INF = float("inf")

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]

SOME_TOTALS = Totals(
    runs={
        (SERIES, Outcome.PASSED, Fault.NONE): 41,
        (SERIES, Outcome.FAILED, Fault.UNKNOWN): 2,
        (SERIES, Outcome.MISSED, Fault.MONITOR): 1,
    },
    slots={(SERIES, "done"): 43, (SERIES, "missed"): 1},
    run_durations={SERIES: Distribution(counts={3: 20, 4: 19, INF: 2}, sum_seconds=430.25)},
    step_durations={(SERIES, "Create a flow"): Distribution(counts={1: 40, 2: 1}, sum_seconds=25.5)},
    latenesses={SERIES: Distribution(counts={0.01: 43}, sum_seconds=0.129)},
    flaky={(SERIES, Fault.UNKNOWN): 1},
    started={SERIES: 45},
    finished={SERIES: 44},
    cpu_seconds={SERIES: 80.25},
    recycles={RecycleReason.RUNS: 2, RecycleReason.NOT_PASSED: 1},
    kills={KillReason.DEADLINE: 1},
    last_runs={SERIES: LastRun(ended_ms=SLOT_MS + 3_460, passed=False, last_success_ms=SLOT_MS - 296_500)},
)
NUMBERS = RunnerNumbers(
    browser_processes=3,
    busy_workers=1,
    workers=2,
    worker_memory_bytes=734_003_200,
    waiting_slots=4,
    capacity_ratio=0.625,
)


#: Of one journey, in milliseconds.
CERTIFICATES = {("ihub.run_flow", "standin", "local"): 1_790_000_000_500}


#: By the requirement's id.
ATTESTATIONS = {
    name: Attestation(by="We", on=date(2026, 3, 1), until=until, link="https://example.com")
    for name, until in (("support_hours", date(2027, 2, 28)), ("bug_bounty", date(2026, 12, 31)))
}


def a_page(
    totals: Totals | None = None,
    catalogue: Catalogue | None = None,
    certificates: Mapping[tuple[str, str, str], int] = MappingProxyType({}),
    attestations: Mapping[str, Attestation] = MappingProxyType({}),
) -> MetricsPage:
    shown = totals or Totals()
    placed = catalogue or a_catalogue()
    return MetricsPage(
        lambda: shown,
        lambda: placed,
        lambda: NUMBERS,
        lambda: 52_428_800,
        certificates=lambda: certificates,
        attestations=lambda: attestations,
    )


def test_page_tells_until_when_a_certificate_is_good_where_a_health_check_saw_one() -> None:
    name = "synthetic_certificate_expiry_timestamp_seconds"
    page = a_page(SOME_TOTALS, a_catalogue(a_journey(), a_journey("ihub.other")), CERTIFICATES)
    assert [value for (each, _), value in samples_of(page).items() if each == name] == [1_790_000_000.5]
    assert not [each for each, _ in samples_of(a_page(SOME_TOTALS)) if each == name]


def test_page_tells_until_when_it_holds_what_people_attest() -> None:
    """It holds through its last day in UTC: 1 January 2027 and 1 March 2027 are no longer in it."""
    page = a_page(attestations=ATTESTATIONS)
    name = "synthetic_attestation_expiry_timestamp_seconds"
    ends = {dict(of)["requirement"]: value for (each, of), value in samples_of(page).items() if each == name}
    assert ends == {"support_hours": 1_803_859_200, "bug_bounty": 1_798_761_600}
    assert name not in names_on(a_page())


def samples_of(page: MetricsPage) -> Samples:
    """Every sample of the page; a name with its labels that is there twice fails the test."""
    found: Samples = {}
    for family in parse_text(page.render()[0].decode()):
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found
            found[key] = sample.value
    return found


def labels(series: Series = SERIES, **more: str) -> frozenset[tuple[str, str]]:
    values = {"app": series.app, "journey": series.journey, "target": series.target, "location": series.location}
    return frozenset((values | more).items())


def names_on(page: MetricsPage) -> set[str]:
    return {family.name for family in parse_text(page.render()[0].decode())}


def test_page_of_a_small_catalogue_is_the_golden_one() -> None:
    assert a_page(SOME_TOTALS, attestations=ATTESTATIONS).render()[0].decode() == GOLDEN.read_text(encoding="utf-8")


def test_page_shows_all_eight_pairs_at_0_before_the_first_run() -> None:
    samples = samples_of(a_page())
    for outcome, fault in OUTCOMES_AND_FAULTS:
        assert samples["synthetic_runs_total", labels(outcome=outcome, fault=fault)] == 0
    for state in ("done", "missed"):
        assert samples["synthetic_slots_total", labels(state=state)] == 0


@pytest.mark.parametrize(
    "metric", [names.RUN_DURATION_SECONDS, names.START_LATENESS_SECONDS], ids=lambda metric: metric.name
)
def test_page_shows_every_bucket_at_0_before_the_first_run(metric: names.Metric) -> None:
    samples = samples_of(a_page())
    for edge in (*(str(float(edge)) for edge in metric.buckets), "+Inf"):
        assert samples[f"{metric.name}_bucket", labels(le=edge)] == 0
    assert samples[f"{metric.name}_count", labels()] == 0
    assert samples[f"{metric.name}_sum", labels()] == 0


def test_page_shows_a_histogram_for_every_declared_step_before_the_first_run() -> None:
    samples = samples_of(a_page())
    for step in ("Open the admin page", "Create a flow"):
        assert samples["synthetic_step_duration_seconds_count", labels(step=step)] == 0


def test_page_shows_last_gauges_only_once_there_is_a_run() -> None:
    assert not any(name.startswith("synthetic_last_") for name in names_on(a_page()))
    failed_only = Totals(last_runs={SERIES: LastRun(ended_ms=2_500, passed=False, last_success_ms=None)})
    samples = samples_of(a_page(failed_only))
    assert samples["synthetic_last_run_timestamp_seconds", labels()] == 2.5
    assert samples["synthetic_last_run_success", labels()] == 0
    assert "synthetic_last_success_timestamp_seconds" not in names_on(a_page(failed_only))


def test_page_shows_nothing_of_a_journey_or_step_that_is_gone() -> None:
    without = a_catalogue(a_journey("ihub.admin_page", steps=("Open the admin page",)))
    body = a_page(SOME_TOTALS, without).render()[0].decode()
    assert "run_flow" not in body
    assert "Create a flow" not in body


def test_page_of_an_empty_catalogue_has_only_the_runner_s_own_gauges() -> None:
    empty = Catalogue(apps={}, placements=(), problems=())
    assert names_on(a_page(SOME_TOTALS, empty)) == {
        "synthetic_worker_recycles",
        "synthetic_worker_kills",
        "synthetic_busy_workers",
        "synthetic_workers",
        "synthetic_worker_memory_bytes",
        "synthetic_browser_processes",
        "synthetic_waiting_slots",
        "synthetic_capacity_ratio",
        "synthetic_artifact_bytes",
    }


def test_page_of_a_runner_that_is_no_service_says_nothing_of_one() -> None:
    page = MetricsPage(Totals, a_catalogue, lambda: RunnerNumbers(browser_processes=0), lambda: 0)
    assert names_on(page) & {"synthetic_busy_workers", "synthetic_waiting_slots", "synthetic_capacity_ratio"} == set()
    assert "synthetic_browser_processes" in names_on(page)


def test_page_shows_what_workers_did_and_every_reason_at_0_before_the_first() -> None:
    before, after = samples_of(a_page()), samples_of(a_page(SOME_TOTALS))
    for reason in RecycleReason:
        assert before["synthetic_worker_recycles_total", frozenset({("reason", reason.value)})] == 0
    for kill in KillReason:
        assert before["synthetic_worker_kills_total", frozenset({("reason", kill.value)})] == 0
    for fault in ("app", "host", "session", "network", "unknown"):
        assert before["synthetic_flaky_runs_total", labels(fault=fault)] == 0
    assert after["synthetic_flaky_runs_total", labels(fault="unknown")] == 1
    assert after["synthetic_worker_recycles_total", frozenset({("reason", "not_passed")})] == 1
    assert after["synthetic_worker_kills_total", frozenset({("reason", "deadline")})] == 1
    counters = ("synthetic_runs_started_total", "synthetic_runs_finished_total", "synthetic_cpu_seconds_total")
    assert [before[name, labels()] for name in counters] == [0, 0, 0]
    assert [after[name, labels()] for name in counters] == [45, 44, 80.25]


def test_page_has_no_sample_twice_where_placements_collide() -> None:
    one, other = a_journey(title="One."), a_journey(title="Another.", steps=("Elsewhere", "Elsewhere"))
    twice = a_catalogue(one, other)
    assert samples_of(a_page(SOME_TOTALS, twice)) == samples_of(a_page(SOME_TOTALS, a_catalogue(one)))


def test_page_has_no_sample_twice_where_a_journey_names_a_step_twice() -> None:
    samples = samples_of(a_page(catalogue=a_catalogue(a_journey(steps=("Twice", "Twice")))))
    assert samples["synthetic_step_duration_seconds_count", labels(step="Twice")] == 0


def test_page_reads_the_totals_anew_each_time() -> None:
    now = Totals()
    page = MetricsPage(lambda: now, a_catalogue, lambda: RunnerNumbers(browser_processes=0), lambda: 0)
    key = ("synthetic_runs_total", labels(outcome="passed", fault="none"))
    assert samples_of(page)[key] == 0
    now = SOME_TOTALS
    assert samples_of(page)[key] == 41


def test_page_shows_journey_info_and_the_interval() -> None:
    journey = a_journey(title='Say "hi" \\ and\nbye', every_ms=90_500)
    samples = samples_of(a_page(catalogue=a_catalogue(journey)))
    assert samples["synthetic_journey_info", labels(title='Say "hi" \\ and\nbye', kind="browser")] == 1
    assert samples["synthetic_interval_seconds", labels()] == 90.5


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        pytest.param(None, "text/plain; version=0.0.4; charset=utf-8", id="a caller that says nothing gets text"),
        pytest.param("*/*", "text/plain; version=0.0.4; charset=utf-8", id="a browser gets text"),
        pytest.param(
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3",
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores",
            id="Prometheus gets OpenMetrics",
        ),
        pytest.param(
            "application/openmetrics-text; version=nonsense",
            "text/plain; version=0.0.4; charset=utf-8",
            id="a caller that asks for nonsense gets text",
        ),
    ],
)
def test_page_speaks_the_format_that_is_accepted(accept: str | None, content_type: str) -> None:
    assert a_page(SOME_TOTALS).render(accept)[1] == content_type


def test_page_in_openmetrics_is_valid_and_says_the_same() -> None:
    body = a_page(SOME_TOTALS).render("application/openmetrics-text; version=1.0.0")[0].decode()
    assert body.endswith("# EOF\n")
    said = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parse_openmetrics(body)  # type: ignore[no-untyped-call]  # the library has no types here
        for sample in family.samples
    }
    assert said == samples_of(a_page(SOME_TOTALS))


def test_page_has_no_created_series() -> None:
    for accept in (None, "application/openmetrics-text; version=1.0.0"):
        assert b"_created" not in a_page(SOME_TOTALS).render(accept)[0]


def test_page_gives_every_metric_its_own_type_and_help() -> None:
    body = a_page(SOME_TOTALS, certificates=CERTIFICATES, attestations=ATTESTATIONS).render()[0].decode()
    for metric in (each for each in names.METRICS if each is not names.LAST_RUN_DURATION_SECONDS):  # which is pushed
        assert f"# HELP {metric.name} {metric.help}\n# TYPE {metric.name} {metric.type}\n" in body


EDGES = (*names.RUN_DURATION_SECONDS.buckets, 7.0, 300.0, INF)


@given(st.dictionaries(st.sampled_from(EDGES), st.integers(min_value=0, max_value=10_000)))
def test_page_loses_no_observation_whatever_edges_an_older_release_had(counts: dict[float, int]) -> None:
    samples = samples_of(a_page(Totals(run_durations={SERIES: Distribution(counts=counts, sum_seconds=1.0)})))
    edges = [*(str(float(edge)) for edge in names.RUN_DURATION_SECONDS.buckets), "+Inf"]
    values = [samples["synthetic_run_duration_seconds_bucket", labels(le=edge)] for edge in edges]
    assert values == sorted(values)
    assert values[-1] == sum(counts.values()) == samples["synthetic_run_duration_seconds_count", labels()]
