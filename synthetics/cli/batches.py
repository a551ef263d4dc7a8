"""``demo`` and ``once``: a handful of runs, now."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from synthetics.bootstrap import Suite, Workshop, metrics_page, open_workshop, read_suite
from synthetics.cli import exit_codes, options
from synthetics.cli.folders import is_writable, nearest
from synthetics.cli.interruption import interruptible
from synthetics.cli.progress import Progress
from synthetics.cli.screen import log_run, print_json, records_view, tell_problems, where
from synthetics.errors import CallerError, SelectionError, StorageError
from synthetics.export.junit import junit_xml
from synthetics.export.pushgateway import PushError, push_runs
from synthetics.export.textfile import write_textfile
from synthetics.record import Outcome, RunRecord
from synthetics.runner.batch import run_batch
from synthetics.runner.sites import EmbeddedSite


def demo(*, fault: options.Faults = None, config: options.Config = options.DEFAULT_CONFIG) -> None:
    """Start the stand-in, walk every journey through it once, and say where the report is."""
    with interruptible() as stop:
        suite = read_suite(config)
        embedded = next((name for name, each in suite.configuration.targets.items() if each.embedded), None)
        if embedded is None:
            raise SelectionError(f"{config} has no embedded target.\n  Add one: [targets.standin] embedded = true.")
        suite = suite.select([], embedded)
        typer.echo("Starting the stand-in, an Atlassian-like site on this machine.", err=True)
        with open_workshop(suite, embedded=EmbeddedSite(fault or []), publish=_nobody) as workshop:
            records = _run(workshop, Console(stderr=True), stop, scheduled=False)
            index = workshop.reports.write_index()
            Console().print(records_view(records, _pages(workshop, records)))
    tell_problems(suite.catalogue.problems)
    typer.echo(f"\nReport: {where(index)}")
    raise typer.Exit(_exit_code(suite, records, interrupted=stop.is_set()))


def once(  # noqa: PLR0913  each argument is an option of the command
    *,
    select: options.Select = None,
    app: Annotated[
        list[str] | None, typer.Option(metavar="APP", help="All journeys of this app; may be repeated.")
    ] = None,
    containing: Annotated[
        str | None, typer.Option("-k", metavar="TEXT", help="Of those only journeys with this text in name or title.")
    ] = None,
    target: options.Target = None,
    scheduled: Annotated[
        bool,
        typer.Option(
            "--scheduled", metavar="", help="For cron: claim the slot that is due now, so that the run counts in SLIs."
        ),
    ] = False,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", metavar="", help="For cron, which mails what is printed: print only what went wrong."),
    ] = False,
    as_json: options.Json = False,
    junit: Annotated[Path | None, typer.Option(metavar="PATH", help="Write a JUnit report there.")] = None,
    report: Annotated[Path | None, typer.Option(metavar="DIR", help="Write an HTML report there.")] = None,
    textfile: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Write metrics there, for node-exporter's textfile collector.")
    ] = None,
    push: options.Push = None,
    fault: options.Faults = None,
    config: options.Config = options.DEFAULT_CONFIG,
) -> None:
    """Run the selected journeys once, and end with 0 if all passed."""
    _refuse_unwritable(junit, report, textfile)
    with interruptible() as stop:
        suite = _select(read_suite(config), [*(select or []), *(app or [])], target, fault or [])
        if containing is not None:
            suite = suite.containing(containing)
        tell_problems(suite.catalogue.problems)
        console = Console(stderr=True)
        # By a person, who is told by the live view, not by a log.
        watched = console.is_terminal and not as_json and not quiet
        publish = _nobody if watched else _log_if_bad if quiet else log_run
        with open_workshop(suite, embedded=EmbeddedSite(fault or []), publish=publish) as workshop:
            records = _run(workshop, console if watched else None, stop, scheduled=scheduled)
            if not quiet:
                _tell_taken(suite, records, stop)
            _show(workshop, records, as_json=as_json, only_bad=quiet)
            workshop.reports.write_index()
            if report is not None:
                index = workshop.reports.copy(records, report)
                if not quiet:
                    typer.echo(f"Report: {where(index)}", err=True)
            if textfile is not None:
                write_textfile(metrics_page(workshop), textfile)
            if junit is not None:
                _write(junit, junit_xml(records))
    exit_code = _exit_code(suite, records, interrupted=stop.is_set())
    if push is not None and not _pushed(push, records):
        exit_code = exit_code or exit_codes.CALLER  # what became of the runs goes first
    raise typer.Exit(exit_code)


def _pushed(url: str, records: Sequence[RunRecord]) -> bool:
    """Push the runs, or tell on standard error why not: their results stand either way."""
    try:
        push_runs(url, records)
    except PushError as error:
        typer.echo(str(error), err=True)
        return False
    return True


def _show(workshop: Workshop, records: tuple[RunRecord, ...], *, as_json: bool, only_bad: bool) -> None:
    shown = tuple(record for record in records if not only_bad or _is_bad(record))
    if as_json:
        first = [record for record in records if record.attempt == 1]
        counts = {outcome.value: sum(record.outcome is outcome for record in first) for outcome in Outcome}
        print_json({"counts": counts, "runs": [record.to_dict() for record in records]})
    elif shown:
        Console().print(records_view(shown, _pages(workshop, shown)))


def _is_bad(record: RunRecord) -> bool:
    return record.outcome is not Outcome.PASSED


def _log_if_bad(record: RunRecord) -> None:
    """Log a run that did not pass, also one that an earlier process left behind."""
    if _is_bad(record):
        log_run(record)


def _pages(workshop: Workshop, records: tuple[RunRecord, ...]) -> dict[str, str]:
    """Where the page of each run is."""
    return {record.run_id: where(workshop.reports.page(record)) for record in records}


def _run(
    workshop: Workshop, console: Console | None, stop: threading.Event, *, scheduled: bool
) -> tuple[RunRecord, ...]:
    """Run everything that is selected, until somebody stops it."""
    placements = workshop.suite.catalogue.placements
    with Progress(placements, console) as progress:
        return run_batch(
            workshop.runs,
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


def _refuse_unwritable(junit: Path | None, report: Path | None, textfile: Path | None) -> None:
    """Refuse paths that cannot be written, before anything runs for them; only the report makes folders."""
    folders = [(path, path.absolute().parent) for path in (junit, textfile) if path is not None]
    if report is not None:
        folders.append((report, nearest(report)))
    for path, folder in folders:
        if not is_writable(folder):
            raise StorageError(
                f"{path}: {folder} is no folder that can be written, so nothing was run.\n  Name another path."
            )


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written: {error.strerror}.\n  Name a file in a folder that exists."
        ) from error


def _nobody(_record: RunRecord) -> None:
    """Nobody reads lines of a log beside the live progress."""
