"""``prune``: retention, now."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from synthetics.bootstrap import artifact_store, read_configuration, read_suite
from synthetics.cli import options
from synthetics.cli.screen import print_json
from synthetics.clock import SystemClock
from synthetics.config.models import Configuration
from synthetics.errors import ConfigurationError
from synthetics.export.pushgateway import delete_groups, gone, groups_of
from synthetics.export.words import size
from synthetics.ledger.store import FILE_NAME as LEDGER_FILE
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.ledger.totals import Series
from synthetics.runner.reports import Reports
from synthetics.runner.retention import PAUSE_SECONDS, Pruned, Why, plan
from synthetics.runner.retention import prune as prune_storage


def prune(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar="", help="Say what would be removed, and remove nothing.")
    ] = False,
    push: options.PrunePush = None,
    as_json: options.Json = False,
    config: options.Config = options.DEFAULT_CONFIG,
) -> None:
    """Remove the files and records of runs that have outlived their time; with --push also groups that are gone."""
    configuration = read_configuration(config)
    pruned = _prune(configuration, dry_run=dry_run)
    groups = _prune_groups(config, push, configuration.location, dry_run=dry_run) if push is not None else None
    if as_json:
        print_json(_as_json(pruned, groups, dry_run=dry_run))
        return
    for line in _lines(pruned, groups, dry_run=dry_run):
        typer.echo(line)


def _prune(configuration: Configuration, *, dry_run: bool) -> Pruned:
    store, clock = artifact_store(configuration), SystemClock()
    with _ledger(configuration.storage) as ledger:
        if dry_run:
            return plan(ledger, store, configuration.retention, clock.wall_ms())
        if ledger is not None:
            ledger.audit.seal_days(clock.wall_ms())  # before anything of them goes
        nobody = threading.Event()
        pruned = prune_storage(
            ledger,
            store,
            configuration.retention,
            clock.wall_ms(),
            pause=lambda: clock.wait(nobody, PAUSE_SECONDS),
        )
        if ledger is not None and (pruned.records or pruned.removals):
            Reports(configuration.storage, store, ledger).write_index()  # which has links to what is gone
        return pruned


@contextmanager
def _ledger(storage: Path) -> Iterator[Ledger | None]:
    """The ledger, where there is one: pruning makes nothing."""
    with closing(open_ledger(storage)) if (storage / LEDGER_FILE).exists() else nullcontext() as ledger:
        yield ledger


def _prune_groups(config: Path, url: str, location: str, *, dry_run: bool) -> tuple[Series, ...]:
    """Delete what was pushed from here of journeys and targets that are no longer in the catalogue.

    Raises:
        ConfigurationError: Where the catalogue is not whole: what cannot be read is not gone.
        PushError: Where the gateway does not do it.
    """
    suite = read_suite(config)
    if suite.whole.problems:
        raise ConfigurationError(suite.whole.problems)
    groups = gone(groups_of(url, location), suite.whole.placements)
    if not dry_run:
        delete_groups(url, groups)
    return groups


def _lines(pruned: Pruned, groups: Sequence[Series] | None, *, dry_run: bool) -> Iterator[str]:
    removed = "Would remove" if dry_run else "Removed"
    by_why = {why: sum(each.why is why for each in pruned.removals) for why in Why}
    for why, words in ((Why.AGE, "for their age"), (Why.SIZE, "for room")):
        if by_why[why]:
            freed = sum(each.run.size_bytes for each in pruned.removals if each.why is why)
            yield f"{removed} the files of {_counted(by_why[why], 'run')} {words}, {size(freed)}."
    if pruned.records:
        yield f"{removed} {_counted(pruned.records, 'record')}; the totals of the metrics stay."
    for each in groups or ():
        yield f"{removed} the pushed group of {each.app}.{each.journey} on {each.target}."
    if not (pruned.removals or pruned.records or groups):
        yield "Nothing has outlived its time."
    yield f"{size(pruned.kept_bytes)} of files {'would stay' if dry_run else 'stay'}."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _as_json(pruned: Pruned, groups: Sequence[Series] | None, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "runs": [
            {
                "run_id": each.run.run_id,
                "day": each.run.day,
                "outcome": each.run.outcome,
                "size_bytes": each.run.size_bytes,
                "why": each.why,
            }
            for each in pruned.removals
        ],
        "freed_bytes": pruned.freed_bytes,
        "kept_bytes": pruned.kept_bytes,
        "records": pruned.records,
        "groups": [
            {"journey": f"{each.app}.{each.journey}", "target": each.target, "location": each.location}
            for each in groups or ()
        ],
    }
