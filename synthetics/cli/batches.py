"""``demo`` and ``once``: a handful of runs, now."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from synthetics.bootstrap import Suite, Workshop, metrics_page, open_workshop, read_suite
from synthetics.cli import exit_codes, options
from synthetics.cli.interruption import interruptible
from synthetics.cli.progress import Progress
from synthetics.cli.screen import log_run, print_json, records_table, tell_problems, where
from synthetics.errors import CallerError, SelectionError, StorageError
from synthetics.export.junit import junit_xml
from synthetics.export.textfile import write_textfile
from synthetics.record import Outcome, RunRecord
from synthetics.runner.batch import run_batch


def demo(*, fault: options.Faults = None, config: options.Config = options.DEFAULT_CONFIG) -> None:
    """Start the stand-in, walk every journey through it once, and say where the report is."""
    suite = _select(read_suite(config), [], None, fault or [])
    console = Console(stderr=True)
    with interruptible() as stop, open_workshop(suite, faults=fault or [], publish=_nobody) as workshop:
        records = _run(workshop, console, stop, scheduled=False)
        index = workshop.reports.write_index()
    tell_problems(suite.catalogue.problems)
    Console().print(records_table(records))
    typer.echo(f"Report: {where(index)}")
    raise typer.Exit(_exit_code(suite, records, interrupted=stop.is_set()))


def once(  # noqa: PLR0913  each argument is an option of the command
    *,
    select: options.Select = None,
    target: options.Target = None,
    scheduled: Annotated[
        bool,
        typer.Option("--scheduled", help="For cron: claim the slot that is due now, so that the run counts in SLIs."),
    ] = False,
    as_json: options.Json = False,
    junit: Annotated[Path | None, typer.Option(metavar="PATH", help="Write a JUnit report there.")] = None,
    report: Annotated[Path | None, typer.Option(metavar="DIR", help="Write an HTML report there.")] = None,
    textfile: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Write metrics there, for node-exporter's textfile collector.")
    ] = None,
    fault: options.Faults = None,
    config: options.Config = options.DEFAULT_CONFIG,
) -> None:
    """Run the selected journeys once, and end with 0 if all passed."""
    suite = _select(read_suite(config), select or [], target, fault or [])
    tell_problems(suite.catalogue.problems)
    with interruptible() as stop, open_workshop(suite, faults=fault or [], publish=log_run) as workshop:
        records = _run(workshop, None, stop, scheduled=scheduled)
        _tell_taken(suite, records, stop)
        workshop.reports.write_index()
        if report is not None:
            typer.echo(f"Report: {where(workshop.reports.copy(records, report))}", err=True)
        if textfile is not None:
            write_textfile(metrics_page(workshop), textfile)
    if junit is not None:
        _write(junit, junit_xml(records))
    if as_json:
        counts = {outcome.value: sum(record.outcome is outcome for record in records) for outcome in Outcome}
        print_json({"counts": counts, "runs": [record.to_dict() for record in records]})
    elif records:
        Console().print(records_table(records))
    raise typer.Exit(_exit_code(suite, records, interrupted=stop.is_set()))


def _run(
    workshop: Workshop, console: Console | None, stop: threading.Event, *, scheduled: bool
) -> tuple[RunRecord, ...]:
    """Run everything that is selected, until somebody stops it."""
    placements = workshop.suite.catalogue.placements
    with Progress(placements, console) as progress:
        return run_batch(
            workshop.story,
            placements,
            seats=workshop.suite.configuration.limits.concurrency,
            scheduled=scheduled,
            stop=stop,
            watcher=progress,
        )


def _tell_taken(suite: Suite, records: Sequence[RunRecord], stop: threading.Event) -> None:
    """Say which journeys have no record because somebody else had claimed their slot."""
    made = {record.journey for record in records}
    for placement in suite.catalogue.placements:
        if placement.journey.name not in made and not stop.is_set():
            typer.echo(
                f"{placement.journey.name}: the slot that is due now was claimed before; nothing to do.", err=True
            )


def _select(suite: Suite, selectors: list[str], target: str | None, faults: list[str]) -> Suite:
    """Keep what is selected on one target.

    Raises:
        SelectionError: Where a name does not exist, or no target is named and none is the obvious one.
        CallerError: Where faults are wanted of a site that is not the stand-in.
    """
    name = target or suite.configuration.default_target
    if name is None:
        names = ", ".join(sorted(suite.configuration.targets))
        raise SelectionError(
            f"{suite.configuration.file.name} has several targets and none of them is embedded.\n"
            f"  Choose one with --target: {names}."
        )
    selected = suite.select(selectors, name)
    if faults and not suite.configuration.targets[name].embedded:
        raise CallerError(f"--fault: target {name} is a real site.\n  Only the embedded stand-in has faults to switch.")
    return selected


def _exit_code(suite: Suite, records: tuple[RunRecord, ...], *, interrupted: bool) -> int:
    return exit_codes.of_runs(records, broken_files=bool(suite.catalogue.problems), interrupted=interrupted)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written: {error.strerror}.\n  Name a file in a folder that exists."
        ) from error


def _nobody(_record: RunRecord) -> None:
    """Nobody reads lines of a log beside the live progress."""
