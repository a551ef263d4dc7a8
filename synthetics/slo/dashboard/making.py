"""The dashboard as Grafana's JSON. The only module that imports Grafana's own package."""

import warnings

with warnings.catch_warnings():
    # It says that its second schema is preferred; the first is the one that every Grafana in use can import.
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.builders import bargauge, prometheus, timeseries
    from grafana_foundation_sdk.builders import dashboard as grafana
    from grafana_foundation_sdk.builders.common import ReduceDataOptions, VizLegendOptions, VizTooltipOptions
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.models.common import (
        BarGaugeDisplayMode,
        DataSourceRef,
        LegendDisplayMode,
        LegendPlacement,
        TooltipDisplayMode,
        VizOrientation,
    )
    from grafana_foundation_sdk.models.dashboard import (
        Threshold,
        ThresholdsMode,
        VariableOption,
        VariableRefresh,
        VariableSort,
    )

from synthetics.metric_names import JOURNEY_INFO
from synthetics.slo.dashboard.panels import VARIABLES, Panel, View, rows

TITLE = "Synthetic journeys"
UID = "synthetic-journeys"

_SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
_GRID_COLUMNS, _NARROWEST, _HEIGHT = 24, 6, 8
_LETTERS = "ABCDEFGH"


def dashboard_json() -> str:
    """Write the dashboard, to be imported into Grafana or provisioned as a file."""
    made = (
        grafana.Dashboard(TITLE)
        .uid(UID)
        .description("Did the customers' path work, and if not, whose fault was it?")
        .tags(["synthetics", "slo"])
        .refresh("1m")
        .time("now-7d", "now")
        .timezone("utc")
        .with_variable(grafana.DatasourceVariable("datasource").label("Prometheus").type("prometheus"))
    )
    for number, name in enumerate(VARIABLES):
        made = made.with_variable(_variable(name, VARIABLES[:number]))
    for row in rows():
        made = made.with_row(grafana.Row(row.title))
        width = max(_NARROWEST, _GRID_COLUMNS // len(row.panels))
        for panel in row.panels:
            made = made.with_panel(_bars(panel, width) if panel.view is View.BARS else _lines(panel, width))
    return JSONEncoder(sort_keys=True, indent=2).encode(made.build()) + "\n"


def _variable(name: str, before: tuple[str, ...]) -> grafana.QueryVariable:
    """A choice of several or all; only what goes with the choices before it."""
    chosen = ", ".join(f'{each}=~"${each}"' for each in before)
    series = f"{JOURNEY_INFO.name}{{{chosen}}}" if chosen else JOURNEY_INFO.name
    return (
        grafana.QueryVariable(name)
        .label(name.capitalize())
        .datasource(_SOURCE)
        .query(f"label_values({series}, {name})")
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
        .multi(multi=True)
        .include_all(include_all=True)
        .all_value(".*")
        .current(VariableOption(selected=True, text="All", value="$__all"))
    )


def _lines(panel: Panel, width: int) -> timeseries.Panel:
    legend = (
        VizLegendOptions()
        .display_mode(LegendDisplayMode.LIST)
        .placement(LegendPlacement.BOTTOM)
        .show_legend(show_legend=True)
    )
    made = (
        timeseries.Panel()
        .title(panel.title)
        .description(panel.told)
        .datasource(_SOURCE)
        .unit(panel.unit)
        .span(width)
        .height(_HEIGHT)
        .legend(legend)
        .tooltip(VizTooltipOptions().mode(TooltipDisplayMode.MULTI))
    )
    for letter, query in zip(_LETTERS, panel.queries, strict=False):
        asked = prometheus.Dataquery().expr(query.expr).legend_format(query.legend).ref_id(letter)
        made = made.with_target(asked.range())
    return made


def _bars(panel: Panel, width: int) -> bargauge.Panel:
    """Shares of one, red below the first limit and green from the second on."""
    colours = zip(("orange", "green"), panel.limits, strict=True)
    steps = [Threshold(color="red"), *(Threshold(color=colour, value=limit) for colour, limit in colours)]
    made = (
        bargauge.Panel()
        .title(panel.title)
        .description(panel.told)
        .datasource(_SOURCE)
        .unit(panel.unit)
        .span(width)
        .height(_HEIGHT)
        .min(0)
        .max(1)
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
        .display_mode(BarGaugeDisplayMode.BASIC)
        .orientation(VizOrientation.HORIZONTAL)
        .thresholds(grafana.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps))
    )
    for letter, query in zip(_LETTERS, panel.queries, strict=False):
        asked = prometheus.Dataquery().expr(query.expr).legend_format(query.legend).ref_id(letter)
        made = made.with_target(asked.instant())
    return made
