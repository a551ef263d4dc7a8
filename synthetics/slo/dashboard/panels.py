"""What the dashboard shows: rows of panels, each with the questions it asks of Prometheus."""

from dataclasses import dataclass
from enum import StrEnum

from synthetics.metric_names import (
    ARTIFACT_BYTES,
    BROWSER_PROCESSES,
    BUSY_WORKERS,
    CAPACITY_RATIO,
    CERTIFICATE_EXPIRY_TIMESTAMP_SECONDS,
    CPU_SECONDS_TOTAL,
    FLAKY_RUNS_TOTAL,
    LAST_SUCCESS_TIMESTAMP_SECONDS,
    RUN_DURATION_SECONDS,
    RUNS_TOTAL,
    SLOTS_TOTAL,
    START_LATENESS_SECONDS,
    STEP_DURATION_SECONDS,
    WAITING_SLOTS,
    WORKER_KILLS_TOTAL,
    WORKER_MEMORY_BYTES,
    WORKER_RECYCLES_TOTAL,
    WORKERS,
)
from synthetics.slo.rules import names
from synthetics.slo.rules.cadence import PERIOD_SECONDS

#: The variables at the top, each of which narrows the next.
VARIABLES = ("app", "journey", "target", "location")

_CHOSEN = ", ".join(f'{name}=~"${name}"' for name in VARIABLES)
_HERE = 'location=~"$location"'
_SERIES = "{{app}}.{{journey}} on {{target}}"
_DAY_SECONDS = 86_400


class View(StrEnum):
    """How a panel shows its samples."""

    TIMES = "lines over time"
    BARS = "bars, one for each series"


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """One question.

    Args:
        expr: In PromQL, with the dashboard's variables.
        legend: What a line is called, with labels in double braces.
    """

    expr: str
    legend: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One panel.

    Args:
        title: What it is about.
        told: One or two sentences for who asks what it means.
        unit: Grafana's name of the unit.
        queries: What it asks.
        view: How it shows the answers.
        limits: Of bars: from where on a share is not bad, and from where on it is good.
    """

    title: str
    told: str
    unit: str
    queries: tuple[Query, ...]
    view: View = View.TIMES
    limits: tuple[float, float] = (0.0001, 0.25)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


def rows() -> tuple[Row, ...]:
    """Everything on the dashboard, in its order."""
    return (_budgets(), _burn(), _outcomes(), _step_times(), _coverage(), _monitor())


def _budgets() -> Row:
    panels = [
        Panel(
            title=f"Error budget left, {reading}",
            told=f"The share of the budget of 28 days that is left, {told}. Nothing is shown below 90 % coverage.",
            unit="percentunit",
            queries=(Query(expr=f'{names.BUDGET_REMAINING}{{{_CHOSEN}, reading="{reading}"}}', legend=_SERIES),),
            view=View.BARS,
        )
        for reading, told in (
            ("attributed", "failures of the host, of sessions and of the network left out"),
            ("raw", "every failure counted"),
        )
    ]
    covered = Query(expr=f"{names.coverage(PERIOD_SECONDS)}{{{_CHOSEN}}}", legend=_SERIES)
    told = "The share of due times in 28 days whose run could be judged; no verdict below 99 %, no number below 90 %."
    panels.append(
        Panel(
            title="Coverage in 28 days",
            told=told,
            unit="percentunit",
            queries=(covered,),
            view=View.BARS,
            limits=(0.9, 0.99),
        )
    )
    return Row(title="Budgets", panels=tuple(panels))


def _burn() -> Row:
    burn = Panel(
        title="Burn rate",
        told="How many times too fast the budget goes now, and over 28 days; 1 spends it exactly.",
        unit="short",
        queries=(
            Query(expr=f'{names.CURRENT_BURN_RATE}{{{_CHOSEN}, reading="attributed"}}', legend=f"{_SERIES}, now"),
            Query(expr=f'{names.PERIOD_BURN_RATE}{{{_CHOSEN}, reading="attributed"}}', legend=f"{_SERIES}, 28 days"),
        ),
    )
    alerts = Panel(
        title="Alerts that fire",
        told="By severity and by whom they go to.",
        unit="short",
        queries=(
            Query(
                expr='count by (alertname, severity, route) (ALERTS{alertname=~"Synthetic.+", alertstate="firing"})',
                legend="{{alertname}}, {{severity}} to {{route}}",
            ),
        ),
    )
    return Row(title="Burn", panels=(burn, alerts))


def _outcomes() -> Row:
    runs = f"sum by (outcome, fault) (increase({RUNS_TOTAL.name}{{{_CHOSEN}}}[1h]))"
    flaky = f"sum by (fault) (increase({FLAKY_RUNS_TOTAL.name}{{{_CHOSEN}}}[1h]))"
    since = f"time() - {LAST_SUCCESS_TIMESTAMP_SECONDS.name}{{{_CHOSEN}}}"
    return Row(
        title="Outcomes",
        panels=(
            Panel(
                title="Runs in an hour, by outcome and fault",
                told="Scheduled first attempts, by what became of them and whose fault it was.",
                unit="short",
                queries=(Query(expr=runs, legend="{{outcome}} / {{fault}}"),),
            ),
            Panel(
                title="Flaky runs in an hour",
                told="Failures that passed when they were repeated at once, by the fault of the failure.",
                unit="short",
                queries=(Query(expr=flaky, legend="{{fault}}"),),
            ),
            Panel(
                title="Time since the last pass",
                told="How long ago each journey last passed.",
                unit="s",
                queries=(Query(expr=since, legend=_SERIES),),
            ),
        ),
    )


def _step_times() -> Row:
    runs = f"sum by (app, journey, target, le) (increase({RUN_DURATION_SECONDS.name}_bucket{{{_CHOSEN}}}[6h]))"
    by_step = "sum by (app, journey, step)"
    total, count = (
        f"{by_step} (increase({STEP_DURATION_SECONDS.name}_{each}{{{_CHOSEN}}}[6h]))" for each in ("sum", "count")
    )
    slow = f"sum by (app, journey, step, le) (increase({STEP_DURATION_SECONDS.name}_bucket{{{_CHOSEN}}}[6h]))"
    return Row(
        title="Times",
        panels=(
            Panel(
                title="Nineteen of twenty passed runs take at most",
                told="Over the last six hours; a run's times are those of its worker, from its start to its end.",
                unit="s",
                queries=(Query(expr=f"histogram_quantile(0.95, {runs})", legend=_SERIES),),
            ),
            Panel(
                title="Steps on the average",
                told="Which step takes the time, over the last six hours.",
                unit="s",
                queries=(Query(expr=f"{total} / ({count} > 0)", legend="{{app}}.{{journey}}: {{step}}"),),
            ),
            Panel(
                title="Nineteen of twenty passed steps take at most",
                told="Over the last six hours.",
                unit="s",
                queries=(Query(expr=f"histogram_quantile(0.95, {slow})", legend="{{app}}.{{journey}}: {{step}}"),),
            ),
        ),
    )


def _coverage() -> Row:
    missed = f'sum by (app, journey, target) (increase({SLOTS_TOTAL.name}{{{_CHOSEN}, state="missed"}}[1h]))'
    level = f'{names.LEVEL}{{{_CHOSEN}, count="expected"}}'
    on = "on (app, journey, target, location)"
    return Row(
        title="Coverage",
        panels=(
            Panel(
                title="Coverage in a day",
                told="The share of due times whose run could be judged.",
                unit="percentunit",
                queries=(Query(expr=f"{names.coverage(_DAY_SECONDS)}{{{_CHOSEN}}}", legend=_SERIES),),
            ),
            Panel(
                title="Due times missed in an hour",
                told="Due times that nothing was made of; `runs --outcome missed` tells why.",
                unit="short",
                queries=(Query(expr=missed, legend=_SERIES),),
            ),
            Panel(
                title="Due times since the last that could be judged",
                told="Three or more are a blind window.",
                unit="short",
                queries=(Query(expr=f"{level} - {on} {names.AT_LAST_JUDGED}{{{_CHOSEN}}}", legend=_SERIES),),
            ),
            Panel(
                title="Days until a certificate ends",
                told="Of the base URLs that health checks ask.",
                unit="d",
                queries=(
                    Query(
                        expr=f"({CERTIFICATE_EXPIRY_TIMESTAMP_SECONDS.name}{{{_CHOSEN}}} - time()) / {_DAY_SECONDS}",
                        legend=_SERIES,
                    ),
                ),
            ),
        ),
    )


def _monitor() -> Row:
    lateness = START_LATENESS_SECONDS.name
    late = f"histogram_quantile(0.99, sum by (location, le) (increase({lateness}_bucket{{{_HERE}}}[1h])))"
    cpu = f"sum by (app, journey) (rate({CPU_SECONDS_TOTAL.name}{{{_CHOSEN}}}[1h]))"
    seats = (Query(expr=BUSY_WORKERS.name, legend="busy"), Query(expr=WORKERS.name, legend="alive"))
    ended = (
        Query(expr=f"sum by (reason) (increase({WORKER_RECYCLES_TOTAL.name}[1h]))", legend="recycled: {{reason}}"),
        Query(expr=f"sum by (reason) (increase({WORKER_KILLS_TOTAL.name}[1h]))", legend="killed: {{reason}}"),
    )
    return Row(
        title="The monitor's own health",
        panels=(
            _own("Lateness of 99 of 100 runs", "s", "In the last hour.", Query(expr=late, legend="{{location}}")),
            _own("Workers", "short", "Those that make a run, and those that live.", *seats),
            _own(
                "Processes of browsers",
                "short",
                "Those that live below the runner.",
                Query(expr=BROWSER_PROCESSES.name, legend="processes"),
            ),
            _own(
                "Seats needed",
                "percentunit",
                "As a share of those there are: above 100 % due times are missed.",
                Query(expr=CAPACITY_RATIO.name, legend="needed"),
            ),
            _own(
                "Due times that wait",
                "short",
                "For a seat, or for memory or disk space.",
                Query(expr=WAITING_SLOTS.name, legend="waiting"),
            ),
            _own(
                "Processor time",
                "short",
                "In cores, workers and browsers together.",
                Query(expr=cpu, legend="{{app}}.{{journey}}"),
            ),
            _own("Workers that ended, in an hour", "short", "By the reason.", *ended),
            _own(
                "Memory and disk",
                "bytes",
                "Memory of workers and browsers, and what the files of runs take.",
                Query(expr=WORKER_MEMORY_BYTES.name, legend="memory"),
                Query(expr=ARTIFACT_BYTES.name, legend="files"),
            ),
        ),
    )


def _own(title: str, unit: str, told: str, *queries: Query) -> Panel:
    return Panel(title=title, told=told, unit=unit, queries=queries)
