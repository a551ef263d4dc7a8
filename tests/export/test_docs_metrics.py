"""docs/metrics.md says what the code says, and nothing else."""

import re
from pathlib import Path

import pytest

from synthetics.metric_names import METRICS, SLOT_STATES, Metric
from synthetics.record import OUTCOMES_AND_FAULTS, Kind
from synthetics.worker import KillReason, RecycleReason

DOCUMENT = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
HISTOGRAM_SUFFIXES = ("_bucket", "_sum", "_count")
BY_NAME = {metric.name: metric for metric in METRICS}


def table(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its first two lines."""
    section = DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


ROWS = {row[0].strip("`"): row for row in table("All metrics")}


def test_documentation_names_every_metric_and_no_other_in_the_code_s_order() -> None:
    assert list(ROWS) == [metric.name for metric in METRICS]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_documentation_tells_type_labels_and_help_as_they_are(metric: Metric) -> None:
    _, kind, unit, labels, help_text, appears = ROWS[metric.name]
    assert kind == metric.type
    assert tuple(re.findall(r"`(\w+)`", labels)) == metric.labels
    assert help_text == metric.help
    assert unit
    assert appears


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_documentation_has_a_query_for_every_metric(metric: Metric) -> None:
    queries = "\n".join(re.findall(r"```\n(.*?)```", DOCUMENT, flags=re.DOTALL))
    assert metric.name in queries


def test_documentation_speaks_of_no_metric_that_is_not_there() -> None:
    spoken = set(re.findall(r"synthetic_\w+", DOCUMENT)) - {"synthetic_last_"}  # the page names that family once
    suffixed = {f"{name}{suffix}" for name in BY_NAME for suffix in HISTOGRAM_SUFFIXES if BY_NAME[name].buckets}
    assert spoken <= set(BY_NAME) | suffixed


def test_documentation_tells_the_buckets_as_they_are() -> None:
    told = {name.strip("`"): tuple(float(edge) for edge in edges.split(",")) for name, edges in table("Buckets")}
    assert told == {metric.name: metric.buckets for metric in METRICS if metric.buckets}


def test_documentation_tells_the_eight_pairs_and_the_states() -> None:
    told = [
        (outcome.strip("`"), fault.strip("`"))
        for outcome, fault, *_ in table("Values of labels")[: len(OUTCOMES_AND_FAULTS)]
    ]
    assert told == [(str(outcome), str(fault)) for outcome, fault in OUTCOMES_AND_FAULTS]
    assert f"`state` is {' or '.join(f'`{state}`' for state in SLOT_STATES)}." in DOCUMENT
    assert f"`kind` is {' or '.join(f'`{kind}`' for kind in Kind)}." in DOCUMENT


def test_documentation_tells_the_reasons() -> None:
    rows = [row for row in table("Values of labels") if row[0].startswith("`synthetic_")]
    told = {name.strip("`"): re.findall(r"`(\w+)`", reasons) for name, reasons in rows}
    assert told == {
        "synthetic_worker_recycles_total": [*RecycleReason],
        "synthetic_worker_kills_total": [*KillReason],
    }
