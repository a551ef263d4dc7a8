"""``runs correct``: a person's word on whose fault a run was."""

from contextlib import closing
from enum import StrEnum
from typing import Annotated

import typer

from synthetics.bootstrap import read_configuration
from synthetics.cli import options, typed
from synthetics.cli.screen import where
from synthetics.clock import SystemClock
from synthetics.errors import SelectionError
from synthetics.ledger.store import FILE_NAME as LEDGER_FILE
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.ledger.verdicts import Verdict
from synthetics.record import Fault, Outcome, Reason


class OfFailed(StrEnum):
    """Whose fault a failed run can be."""

    APP = "app"
    HOST = "host"
    SESSION = "session"
    NETWORK = "network"
    UNKNOWN = "unknown"


def correct(
    *,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's short name, as `runs --json` has it.")],
    fault: Annotated[OfFailed, typer.Option("--fault", metavar="FAULT", help="Whose fault it was.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="How you know, in a sentence.")],
    by: typed.By = None,
    config: options.Config = options.DEFAULT_CONFIG,
) -> None:
    """Say whose fault a failed run was; the judge's own verdicts stay beside yours."""
    configuration = read_configuration(config)
    said_by, reason = typed.author(by), typed.words(why, configuration, "--why")
    if not (configuration.storage / LEDGER_FILE).exists():
        raise SelectionError(f"Nothing has run yet in {where(configuration.storage)}: there is no run {run!r}.")
    with closing(open_ledger(configuration.storage)) as ledger:
        before = _last(ledger, run)
        verdict = Verdict(
            run_id=run,
            at_ms=SystemClock().wall_ms(),
            outcome=before.outcome,
            fault=Fault(fault),
            reasons=(Reason(code="corrected", sentence=reason),),
            author=said_by,
        )
        is_new = ledger.append_verdict(verdict)
    if is_new:
        typer.echo(f"Run {run} is now charged to {fault} and was to {before.fault} ({before.author}), says {said_by}.")
    else:
        typer.echo(f"Run {run} was charged to {fault} for that reason already; nothing has changed.")


def _last(ledger: Ledger, run: str) -> Verdict:
    """The last verdict on a run.

    Raises:
        SelectionError: Where there is no such run, or nothing of it can be corrected.
    """
    said = ledger.verdicts(run)
    if not said:
        raise SelectionError(f"There is no run {run!r}.\n  `runs` shows what ran, `runs --json` its short name.")
    if said[-1].outcome is not Outcome.FAILED:
        raise SelectionError(
            f"Run {run} {said[-1].outcome}, and only a failed one has a fault that can be corrected.\n"
            "  What became of a run never changes; planned downtime is entered by `maintenance add`."
        )
    return said[-1]
