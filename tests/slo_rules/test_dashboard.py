"""Each query of the dashboard is answered by a real Prometheus that has what the metrics and the rules give."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest

from synthetics.metric_names import METRICS, Metric, MetricType
from synthetics.slo.dashboard.making import dashboard_json
from synthetics.slo.dashboard.panels import VARIABLES
from synthetics.slo.rules.model import Alert
from tests.command_line import wait_until
from tests.service.prometheus import Prometheus, free_port, prometheus
from tests.slo_rules.building import HOUR, MINUTE, numbered, promtool, rules_of, watched_due

DASHBOARD: Mapping[str, Any] = json.loads(dashboard_json())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = [
    pytest.param(target["expr"], id=f"{panel['title']}, {target['refId']}")
    for panel in PANELS
    for target in panel["targets"]
]
#: Two hours up to now in March 2026.
END_S = 1_772_366_400
LABELS = {
    "app": ("ihub",),
    "journey": ("run_flow", "create_flow"),
    "target": ("standin",),
    "location": ("local",),
    "requirement": ("bug_bounty",),
    "outcome": ("passed", "failed"),
    "fault": ("none", "app"),
    "step": ("Open",),
    "state": ("done", "missed"),
    "reason": ("runs",),
    "title": ("A customer's path works",),
    "kind": ("browser",),
    "result": ("ok",),
}


def recorded() -> Iterator[tuple[str, Mapping[str, str]]]:
    """The series that rules record, and an alert that fires."""
    for _, rule in numbered(rules_of(watched_due(5 * MINUTE))):
        if not isinstance(rule, Alert):
            yield rule.name, rule.labels
    yield "ALERTS", {"alertname": "SyntheticSilent", "alertstate": "firing", "severity": "ticket", "route": "monitor"}


def exported(metric: Metric) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The series of a metric as its page has them."""
    for values in product(*(LABELS[label] for label in metric.labels)):
        labels = dict(zip(metric.labels, values, strict=True))
        if metric.type is MetricType.HISTOGRAM:
            yield from ((f"{metric.name}_{part}", labels) for part in ("sum", "count"))
            for edge in (*map(str, metric.buckets), "+Inf"):
                yield f"{metric.name}_bucket", {**labels, "le": edge}
        else:
            yield metric.name, labels


def history() -> str:
    """Two hours of every series, each growing, as OpenMetrics; untyped, so that any name will do."""
    series = [*recorded(), *(each for metric in METRICS for each in exported(metric))]
    lines = []
    for name, labels in series:
        inner = ",".join(f'{label}="{value}"' for label, value in labels.items())
        lines += [
            f"{name}{{{inner}}} {time - END_S + 3 * HOUR} {time}" for time in range(END_S - 2 * HOUR, END_S + 1, 60)
        ]
    return "\n".join((*lines, "# EOF", ""))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A Prometheus that scrapes nothing and has that history."""
    folder = tmp_path_factory.mktemp("dashboard")
    (folder / "history.txt").write_text(history())
    filled = promtool("tsdb", "create-blocks-from", "openmetrics", folder / "history.txt", folder / "tsdb")
    assert filled.returncode == 0, filled.stderr
    with prometheus(folder, free_port(), "1h", "--storage.tsdb.retention.time=100y") as running:
        wait_until(lambda: running.values("vector(1)") == [1], 20, "Prometheus answers")
        yield running


def chosen(expr: str) -> str:
    """What Grafana sends where everything is chosen."""
    for name in VARIABLES:
        expr = expr.replace(f"${name}", ".*")
    assert "$" not in expr
    return expr


@pytest.mark.parametrize("expr", QUERIES)
def test_query_is_answered_with_samples(expr: str, filled: Prometheus) -> None:
    data = filled.ask("query", query=chosen(expr), time=str(END_S))

    assert data is not None, "it is no PromQL"
    assert data["result"], "it finds nothing"
    assert all(each["value"][1] != "NaN" for each in data["result"])


def test_legends_name_only_labels_that_the_answers_have(filled: Prometheus) -> None:
    for panel in PANELS:
        for target in panel["targets"]:
            wanted = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
            for answer in filled.ask("query", query=chosen(target["expr"]), time=str(END_S))["result"]:
                assert wanted <= set(answer["metric"]), panel["title"]


def test_variables_narrow_each_other_and_find_what_is_there(filled: Prometheus) -> None:
    variables = [each for each in DASHBOARD["templating"]["list"] if each["type"] == "query"]

    assert [each["name"] for each in variables] == list(VARIABLES)
    for variable in variables:
        [(series, label)] = re.findall(r"label_values\((.*), (\w+)\)", variable["query"])
        data = filled.ask("query", query=f"count by ({label}) ({chosen(series)})", time=str(END_S))
        assert {each["metric"][label] for each in data["result"]} == set(LABELS[label])


def test_every_panel_says_what_it_shows_and_asks_the_chosen_prometheus() -> None:
    for panel in PANELS:
        assert panel["description"].endswith(".")
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert len(panel["targets"]) > 0
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24


def test_dashboard_covers_what_is_asked_of_it() -> None:
    rows = [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"]

    assert rows == ["Budgets", "Burn", "Outcomes", "Times", "Coverage", "The monitor's own health"]
