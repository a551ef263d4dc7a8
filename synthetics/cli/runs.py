"""``runs``: what ran."""

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from synthetics.bootstrap import artifact_store, read_configuration
from synthetics.cli import options
from synthetics.cli.folders import nearest
from synthetics.cli.screen import print_json, records_view, where
from synthetics.clock import SystemClock
from synthetics.config.durations import parse_duration, to_ms
from synthetics.errors import StorageError
from synthetics.export.report import REPORT_FILE
from synthetics.ledger.store import FILE_NAME as LEDGER_FILE
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.record import Outcome, RunRecord

_IN_TABLE = 20


def runs(  # noqa: PLR0913  each argument is an option of the command
    context: typer.Context,
    *,
    journey: Annotated[
        list[str] | None,
        typer.Option(metavar="SELECT", help="Only runs of this app (ihub) or journey (ihub.run_flow)."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Only runs that were due in the last 90s, 5m, 1h, 7d.")
    ] = None,
    outcome: Annotated[
        list[Outcome] | None,
        typer.Option(metavar="OUTCOME", help="Only runs that passed, failed, errored or missed; may be repeated."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="At most so many, the newest; 20 in the table, all as JSON.")
    ] = None,
    as_json: options.Json = False,
    config: options.Config = options.DEFAULT_CONFIG,
) -> None:
    """Show what ran, the newest first."""
    if context.invoked_subcommand is not None:
        return
    since_ms = SystemClock().wall_ms() - to_ms(_age(since)) if since is not None else None
    configuration = read_configuration(config)
    everything = limit is None and as_json
    told = _read(
        configuration.storage,
        selectors=journey or (),
        since_ms=since_ms,
        outcomes=outcome or (),
        limit=None if everything else limit or _IN_TABLE,
    )
    records = [each.settled for each in told]
    if as_json:
        print_json([{**each.record.to_dict(), "settled_fault": each.settled.fault} for each in told])
    elif records:
        store = artifact_store(configuration)
        pages = {each.run_id: where(store.folder(each.run_id, each.slot_ms) / REPORT_FILE) for each in records}
        Console().print(records_view(records, pages, with_time=True))
    elif journey or since or outcome:
        typer.echo("No run matches what was asked for.", err=True)
    else:
        typer.echo(f"Nothing has run yet in {where(configuration.storage)}; `once` runs every journey once.", err=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """A record, and the same with the last verdict in the place of its first."""

    record: RunRecord
    settled: RunRecord


def _read(storage: Path, **selection: Any) -> list[_Told]:
    """Read runs from a ledger, where there is one: looking makes nothing.

    Raises:
        StorageError: Where the storage could not even be made.
    """
    if not nearest(storage).is_dir():
        raise StorageError(f"{where(storage)}: {where(nearest(storage))} is no folder.\n  Name another storage.")
    if not (storage / LEDGER_FILE).exists():
        return []
    with closing(open_ledger(storage)) as ledger:
        return [_Told(record=each, settled=_settled(ledger, each)) for each in ledger.runs(**selection)]


def _settled(ledger: Ledger, record: RunRecord) -> RunRecord:
    if record.outcome is not Outcome.FAILED:  # no other can be judged anew
        return record
    said = ledger.verdicts(record.run_id)
    return replace(record, fault=said[-1].fault, reasons=said[-1].reasons) if len(said) > 1 else record


def _age(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}", param_hint="--since") from error
