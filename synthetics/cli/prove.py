"""``prove``: every journey against every fault that can touch it, and whether the right party was charged."""

import json
import logging
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Self, TextIO

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from synthetics.authoring.embedded import start_standin
from synthetics.bootstrap import Suite, open_workshop, read_suite
from synthetics.cli import exit_codes, options
from synthetics.cli.interruption import interruptible
from synthetics.cli.proof_view import as_json, view
from synthetics.cli.screen import print_json
from synthetics.errors import SelectionError
from synthetics.evidence import Evidence
from synthetics.proof import machine
from synthetics.proof.expecting import Injected, Plot, plots
from synthetics.proof.goals import goals
from synthetics.proof.lanes import Lane, run_cells
from synthetics.proof.scoring import Cell
from synthetics.proof.switchboard import Switchboard
from synthetics.runner.controls import controls_in
from synthetics.runner.sites import EmbeddedSite

#: Limits of waiting are this much shorter than in earnest: what hangs is known to hang.
PATIENCE = 0.4
LANES = 3
_EVIDENCE: TypeAdapter[Evidence] = TypeAdapter(Evidence)


def prove(  # noqa: PLR0913  each argument is an option of the command
    *,
    journey: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this app or journey; may be repeated.")
    ] = None,
    fault: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this fault; may be repeated.")] = None,
    lanes: Annotated[int, typer.Option(min=1, max=8, help="How many runs go on at once.")] = LANES,
    patience: Annotated[
        float, typer.Option(min=0.1, max=2.0, help="By what every limit of waiting is multiplied.")
    ] = PATIENCE,
    persona: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="Which site the stand-in is: other has other names and ids."),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", metavar="", help="Keep reports, pictures and traces.")] = False,
    evidence: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write there what each run was judged by, as JSON lines.")
    ] = None,
    as_json_: options.Json = False,
    config: options.Config = options.DEFAULT_CONFIG,
) -> None:
    """Make every fault happen to every journey that it can touch, and say whether the right party was charged."""
    logging.getLogger("synthetics.runner").setLevel(logging.WARNING)  # later verdicts are none of the matrix
    with interruptible() as stop, ExitStack() as cleaning:
        suite = _suite(config, journey or [], patience)
        folder = _folder(suite, cleaning, keep=keep)
        told = cleaning.enter_context(evidence.open("w")) if evidence is not None else None
        faults = _faults(suite, fault or [])
        groups = plots(suite.catalogue.placements, faults)
        if not groups:
            raise SelectionError("None of these faults can touch any of these journeys.\n  Leave one of them out.")
        with _Looking(sum(map(len, groups)), told) as looking:
            cells = run_cells(
                groups,
                lambda number: _lane(suite, folder / f"lane-{number}", persona),
                lanes=min(lanes, len(groups)),
                stop=stop,
                watcher=looking,
            )
        is_whole = not journey and not fault and not stop.is_set()
        reached = goals(cells) if is_whole else ()
        if as_json_:
            print_json(as_json(cells, faults, reached))
        else:
            Console().print(view(cells, looking.untouched, reached, folder if keep else None))
    if stop.is_set():
        raise typer.Exit(exit_codes.INTERRUPTED)
    is_wrong = any(each.is_wrong_blame or each.is_blind for each in cells)
    raise typer.Exit(
        exit_codes.FAILED if is_wrong or not all(each.is_reached for each in reached) else exit_codes.PASSED
    )


def _suite(config: Path, selectors: list[str], patience: float) -> Suite:
    """All journeys on the stand-in, with shorter limits.

    Raises:
        SelectionError: Where there is no embedded target, or no such journey.
    """
    suite = read_suite(config)
    configuration = suite.configuration
    name = next((name for name, each in configuration.targets.items() if each.embedded), None)
    if name is None:
        raise SelectionError(f"{config} has no embedded target.\n  Add one: [targets.standin] embedded = true.")
    settings = configuration.targets[name].model_copy(update={"patience": patience})
    impatient = configuration.model_copy(update={"targets": {**configuration.targets, name: settings}})
    return replace(suite, configuration=impatient).select(selectors, name)


def _folder(suite: Suite, cleaning: ExitStack, *, keep: bool) -> Path:
    """Where the lanes put everything, empty: the ledger that counts is not touched."""
    if keep:
        folder = suite.configuration.storage / "prove"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder
    return Path(cleaning.enter_context(tempfile.TemporaryDirectory(prefix="synthetics-prove-")))


def _faults(suite: Suite, names: Sequence[str]) -> tuple[Injected, ...]:
    """The faults that are asked for; all where none is.

    Raises:
        SelectionError: Where there is no fault of that name, or a journey is said not to see one that there is not.
    """
    with start_standin() as standin, closing(Switchboard(str(standin.announcement["control"]))) as board:
        known = {each.name: each for each in (*board.faults(), *machine.FAULTS)}
    for name in names:
        if name not in known:
            raise SelectionError(f"There is no fault {name!r}.\n  The faults are: {', '.join(sorted(known))}.")
    for journey in (each.journey for each in suite.catalogue.placements):
        for name, _why in journey.invisible:
            if name not in known:
                raise SelectionError(
                    f"{journey.name}: its marker says invisible of {name!r}, and there is no such fault."
                )
    return tuple(known[name] for name in dict.fromkeys(names or known))


@contextmanager
def _lane(suite: Suite, folder: Path, persona: str | None) -> Iterator[Lane]:
    configuration = suite.configuration.model_copy(update={"storage": folder / "var"})
    own = replace(suite, configuration=configuration)
    with open_workshop(own, embedded=EmbeddedSite(persona=persona), publish=lambda _record: None) as workshop:
        standin = workshop.embedded.get()
        scratch = folder / "scratch"
        scratch.mkdir()
        with closing(Switchboard(str(standin.announcement["control"]))) as board:
            yield Lane(
                story=workshop.story,
                health=workshop.health,
                board=board,
                controls=controls_in(own.whole),
                folder=scratch,
            )


class _Looking:
    """Shows how far it is, and writes down what runs were judged by.

    Args:
        of: How many cells there are.
        told: Where evidence is written.
    """

    def __init__(self, of: int, told: TextIO | None) -> None:
        self.untouched = 0
        self._told = told
        self._lock = threading.Lock()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = Console(stderr=True)
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task("Proving", total=of)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._progress.stop()

    def ran(self, plot: Plot, cell: Cell | None, evidence: Evidence | None) -> None:
        """A cell was run."""
        with self._lock:
            self.untouched += cell is None
            name = f"{plot.injected.name} {plot.placement.journey.name}"
            self._progress.update(self._task, advance=1, description=f"{name[:42]:42}")
            if cell is not None and not cell.is_ok:
                expected, judged = plot.expected, cell.judged
                self._progress.console.print(
                    f"{name}: {judged.outcome}/{judged.fault}, expected {expected.outcome}/{expected.fault}",
                    highlight=False,
                    soft_wrap=True,
                )
            if self._told is not None and cell is not None and evidence is not None:
                values = _EVIDENCE.dump_python(evidence, mode="json", exclude_defaults=True)
                self._told.write(json.dumps(cell.as_json() | {"evidence": values}) + "\n")
                self._told.flush()
