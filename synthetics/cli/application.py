"""The command line put together; the commands stand in the order of ``--help``."""

import typer

from synthetics.cli.batches import demo, once
from synthetics.cli.explain import explain
from synthetics.cli.journeys import list_journeys, validate
from synthetics.cli.machine import doctor, standin
from synthetics.cli.prune import prune
from synthetics.cli.runs import runs
from synthetics.cli.service import run

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
app.command()(runs)
app.command()(explain)
app.command()(standin)
app.command()(prune)
