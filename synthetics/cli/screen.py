"""What commands show: tables for people, JSON for programs, problems and the log's lines on standard error."""

import json
import logging
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from synthetics.errors import Problem
from synthetics.export.runlog import run_line
from synthetics.export.words import duration, failed_path, headline, instant
from synthetics.record import Outcome, RunRecord, flaky_runs

_log = logging.getLogger(__name__)

STYLES = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.ERRORED: "yellow", Outcome.MISSED: "yellow"}
MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.ERRORED: "!", Outcome.MISSED: "?"}


def print_json(value: object) -> None:
    """Print one JSON value on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
    sys.stdout.flush()


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


def table(*columns: str, right: Sequence[str] = ()) -> Table:
    """An empty table in the look of all our tables; cells must be ``Text``, since a string would be read as markup."""
    made = Table(box=None, pad_edge=False, header_style="dim", expand=False)
    for name in columns:
        made.add_column(name, justify="right" if name in right else "left", no_wrap=True)
    return made


def outcome_text(record: RunRecord) -> Text:
    """The outcome in its colour, with the fault where there is one."""
    words = record.outcome.value if record.outcome is Outcome.PASSED else f"{record.outcome}/{record.fault}"
    return Text(f"{MARKS[record.outcome]} {words}", style=STYLES[record.outcome])


def records_view(records: Sequence[RunRecord], page_of: dict[str, str], *, with_time: bool = False) -> RenderableType:
    """Runs as a table, and below it what went wrong with those that did not pass.

    Args:
        records: The runs.
        page_of: Where the page of a run is, by the run's short name, for those that have one.
        with_time: Whether to tell when each was due.
    """
    with_target = len({record.target for record in records}) > 1
    columns = ("when (UTC)",) * with_time + ("journey",) + ("target",) * with_target + ("outcome", "took")
    view = table(*columns, right=("took",))
    for record in records:
        cells = [Text(instant(record.slot_ms)[5:19], style="dim")] * with_time + [_name(record)]
        cells += [Text(record.target)] * with_target
        took = duration(record.duration_ms) if record.duration_ms is not None else ""
        view.add_row(*cells, outcome_text(record), Text(took))
    flaky = flaky_runs(records)
    told = (_what_went_wrong(record, page_of, is_flaky=record.run_id in flaky) for record in records)
    return Group(view, *(part for parts in told for part in parts))


def _name(record: RunRecord) -> Text:
    """The journey; of a confirm-run what it is, since it stands below what it repeats."""
    return Text(record.journey) if record.attempt == 1 else Text(f"{record.journey}, again", style="dim")


def why(record: RunRecord) -> str:
    """What went wrong with a run, in one line; empty for a pass."""
    if record.outcome is Outcome.PASSED:
        return ""
    path = failed_path(record)
    at = f"at “{path[0].title}”: " if path else ""
    error = path[-1].error if path else record.error
    if error is not None and record.outcome is Outcome.FAILED:
        return at + _lines(error.message)
    return at + record.reasons[0].sentence if record.reasons else headline(record)


def _what_went_wrong(record: RunRecord, page_of: dict[str, str], *, is_flaky: bool) -> Iterable[RenderableType]:
    if record.outcome is Outcome.PASSED:
        return
    note = " (again)" if record.attempt > 1 else " (flaky: it passed when it was repeated at once)" if is_flaky else ""
    yield Text()
    yield Text(f"{MARKS[record.outcome]} {record.journey}{note}", style=STYLES[record.outcome])
    yield Padding(Text(why(record)), (0, 0, 0, 2))
    page = page_of.get(record.run_id)
    if page is not None:
        yield Padding(Text(page, style="dim", no_wrap=True, overflow="ignore"), (0, 0, 0, 2))


def _lines(message: str) -> str:
    """The first two lines that say something: Playwright's first says what timed out, its last what it waited for."""
    lines = [line.strip() for line in message.splitlines() if line.strip() and line.strip() != "Call log:"]
    return " ".join(lines[:2]) or "(no message)"
