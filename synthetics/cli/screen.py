"""What commands show: tables for people, JSON for programs, problems on standard error."""

import json
import logging
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from synthetics.errors import Problem
from synthetics.export.runlog import run_line
from synthetics.export.words import duration, failed_path, headline, instant
from synthetics.record import Outcome, RunRecord

_log = logging.getLogger(__name__)

STYLES = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.ERRORED: "yellow", Outcome.MISSED: "yellow"}
MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.ERRORED: "!", Outcome.MISSED: "?"}


def print_json(value: object) -> None:
    """Print one JSON value on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def log_run(record: RunRecord) -> None:
    """Log a run as one line of ``key=value`` on standard error."""
    _log.info("%s", run_line(record))


def tell_problems(problems: Sequence[Problem]) -> None:
    """Tell problems on standard error, a blank line between them."""
    for problem in problems:
        sys.stderr.write(f"{problem}\n\n")


def where(path: Path) -> str:
    """A path as a person would type it from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path.resolve())


def outcome_text(record: RunRecord) -> Text:
    """The outcome in its colour, with the fault where there is one."""
    words = record.outcome.value if record.outcome is Outcome.PASSED else f"{record.outcome}/{record.fault}"
    return Text(f"{MARKS[record.outcome]} {words}", style=STYLES[record.outcome])


def records_table(records: Iterable[RunRecord], *, with_time: bool = False) -> Table:
    """Runs as a table: what became of each, how long it took, and the first reason where it did not pass."""
    table = Table(box=None, pad_edge=False, header_style="dim", expand=False)
    if with_time:
        table.add_column("when", no_wrap=True)
        table.add_column("run", no_wrap=True)
    table.add_column("journey", no_wrap=True)
    table.add_column("target", no_wrap=True)
    table.add_column("outcome", no_wrap=True)
    table.add_column("took", justify="right", no_wrap=True)
    table.add_column("why", overflow="fold")
    for record in records:
        first = [instant(record.started_ms or record.slot_ms), record.run_id] if with_time else []
        took = duration(record.duration_ms) if record.duration_ms is not None else ""
        table.add_row(*first, record.journey, record.target, outcome_text(record), took, why(record))
    return table


def why(record: RunRecord) -> str:
    """The step at which a run failed, else its first reason; empty for a pass."""
    if record.outcome is Outcome.PASSED:
        return ""
    path = failed_path(record)
    return f"at “{path[0].title}”" if path else headline(record)
