"""The command line put together; the commands stand in the order of ``--help``."""

import typer

from synthetics.cli.batches import demo, once
from synthetics.cli.correcting import correct
from synthetics.cli.explain import explain
from synthetics.cli.journeys import list_journeys, validate
from synthetics.cli.machine import doctor, standin
from synthetics.cli.maintenance import add as add_maintenance
from synthetics.cli.maintenance import list_windows as list_maintenance
from synthetics.cli.prove import prove
from synthetics.cli.prune import prune
from synthetics.cli.runs import runs
from synthetics.cli.service import run
from synthetics.cli.slo import status as slo_status
from synthetics.cli.slo_dossier import dossier as slo_dossier
from synthetics.cli.slo_rules import dashboard as slo_dashboard
from synthetics.cli.slo_rules import rules as slo_rules

app = typer.Typer(
    name="synthetics",
    help="Synthetic journeys through Rixter's apps in Jira and Confluence: did the customer's path work, "
    "and if not, whose fault was it?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(demo)
app.command()(run)
app.command()(once)
app.command("list")(list_journeys)
app.command()(validate)
app.command()(doctor)
runs_group = typer.Typer(invoke_without_command=True)
runs_group.callback()(runs)
runs_group.command("correct")(correct)
app.add_typer(runs_group, name="runs")
app.command()(explain)
app.command()(standin)
app.command()(prove)
app.command()(prune)

maintenance = typer.Typer(
    help="Planned downtime: what was announced beforehand is left out of the adjusted figures.", no_args_is_help=True
)
maintenance.command("add")(add_maintenance)
maintenance.command("list")(list_maintenance)
app.add_typer(maintenance, name="maintenance")

slo = typer.Typer(
    help="What runs mean: budgets, rules for Prometheus, a dashboard for Grafana, the reviewer's dossier.",
    no_args_is_help=True,
)
slo.command("status")(slo_status)
slo.command("rules")(slo_rules)
slo.command("dashboard")(slo_dashboard)
slo.command("dossier")(slo_dossier)
app.add_typer(slo, name="slo")
