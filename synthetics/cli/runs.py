"""``runs``: what ran."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console

from synthetics.bootstrap import read_configuration
from synthetics.cli import options
from synthetics.cli.screen import print_json, records_table
from synthetics.clock import SystemClock
from synthetics.config.durations import parse_duration
from synthetics.ledger.store import FILE_NAME, open_ledger
from synthetics.record import Outcome, RunRecord


def runs(  # noqa: PLR0913  each argument is an option of the command
    *,
    journey: Annotated[
        list[str] | None,
        typer.Option(metavar="SELECT", help="Only runs of this app (ihub) or journey (ihub.run_flow)."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Only runs that were due in the last 90s, 5m, 1h, 7d.")
    ] = None,
    outcome: Annotated[list[Outcome] | None, typer.Option(help="Only runs with this outcome.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many, the newest; 20 in the table, all as JSON.")
    ] = None,
    as_json: options.Json = False,
    config: options.Config = options.DEFAULT_CONFIG,
) -> None:
    """Show what ran, the newest first."""
    since_ms = SystemClock().wall_ms() - _age(since) // timedelta(milliseconds=1) if since is not None else None
    storage = read_configuration(config).storage
    records: list[RunRecord] = []
    if (storage / FILE_NAME).exists():  # looking makes nothing
        ledger = open_ledger(storage)
        try:
            records = list(
                ledger.runs(
                    selectors=journey or (),
                    since_ms=since_ms,
                    outcomes=outcome or (),
                    limit=limit if limit is not None or as_json else 20,
                )
            )
        finally:
            ledger.close()
    if as_json:
        print_json([record.to_dict() for record in records])
    elif records:
        Console().print(records_table(records, with_time=True))
    else:
        typer.echo("No runs. `once` makes some.", err=True)


def _age(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}", param_hint="--since") from error
