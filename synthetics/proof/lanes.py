"""Running the cells: some lanes side by side, each with a stand-in, a ledger and a worker of its own."""

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from synthetics.catalogue import Journey, Placement
from synthetics.evidence import ControlKind, Evidence
from synthetics.proof import machine
from synthetics.proof.expecting import NOTHING, Plot, Verdict
from synthetics.proof.scoring import Cell
from synthetics.proof.switchboard import Needs, Switchboard
from synthetics.record import Fault
from synthetics.runner.controls import Controls
from synthetics.runner.health_desk import EveryKind, HealthDesk
from synthetics.runner.story import Story

#: Only a repetition on a fresh browser tells a page that breaks browsers from a browser that broke.
_CONFIRMED = frozenset({"page_spins", "page_eats_memory", machine.BROWSER_KILLED.name})
#: What is met by those alone who sign in now, and what by those alone who have a session.
_HAS_A_SESSION = frozenset({"session_expired", "signed_out", "signin_flash"})
_SIGNS_IN_AFRESH = frozenset({"wrong_password", "one_time_code_refused", "captcha", "new_device_mail", "signin_down"})
_OURS = frozenset(each.name for each in machine.FAULTS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """Where cells are run, one after the other.

    Args:
        story: Makes the runs of journeys in a browser.
        health: Makes health checks.
        board: Switches the faults of the lane's own stand-in.
        controls: The journey of each control.
        folder: Where files can be written for a while.
    """

    story: Story
    health: HealthDesk
    board: Switchboard
    controls: dict[ControlKind, Journey]
    folder: Path


class Watcher(Protocol):
    """Whoever looks on; called from the threads of all lanes."""

    def ran(self, plot: Plot, cell: Cell | None, evidence: Evidence | None) -> None:
        """A cell was run; None where its fault has not met the journey, which passed."""


def run_cells(
    groups: Iterable[Sequence[Plot]],
    open_lane: Callable[[int], AbstractContextManager[Lane]],
    *,
    lanes: int,
    stop: threading.Event,
    watcher: Watcher,
) -> tuple[Cell, ...]:
    """Run all cells.

    Args:
        groups: The cells; those of one group share a fault, and the controls that are made under it.
        open_lane: Opens a lane of that number.
        lanes: How many lanes there are.
        stop: Ends it early when it is set.
        watcher: Looks on.

    Returns:
        The cells that were met by their fault, in the order of the groups.

    Raises:
        SyntheticsError: Where a lane cannot be opened, or its stand-in breaks.
    """
    waiting: queue.SimpleQueue[tuple[int, Sequence[Plot]]] = queue.SimpleQueue()
    for numbered in enumerate(groups):
        waiting.put(numbered)
    found: dict[int, tuple[Cell, ...]] = {}

    def work(lane: Lane) -> None:
        while not stop.is_set():
            try:
                place, group = waiting.get_nowait()
            except queue.Empty:
                return
            found[place] = tuple(_run_group(lane, group, stop, watcher))

    with ExitStack() as opened:
        # One after the other: what makes a new ledger's tables works for one thread at a time.
        ready = [opened.enter_context(open_lane(number)) for number in range(1, lanes + 1)]
        with ThreadPoolExecutor(max_workers=lanes, thread_name_prefix="lane") as pool:
            for each in [pool.submit(work, lane) for lane in ready]:
                each.result()
    return tuple(cell for place in sorted(found) for cell in found[place])


def _run_group(lane: Lane, group: Sequence[Plot], stop: threading.Event, watcher: Watcher) -> Iterable[Cell]:
    controls = Controls(lane.controls)  # what they said under another fault is not true any more
    lane = replace(lane, story=replace(lane.story, controls=controls))
    for plot in group:
        if stop.is_set():
            return
        cell, evidence = _run_cell(lane, plot, stop)
        watcher.ran(plot, cell, evidence)
        if cell is not None:
            yield cell


def _run_cell(lane: Lane, plot: Plot, stop: threading.Event) -> tuple[Cell | None, Evidence | None]:
    seen: dict[str, Evidence] = {}
    story = replace(lane.story, judged=lambda record, evidence: seen.__setitem__(record.run_id, evidence))
    confirms = plot.injected.name in _CONFIRMED
    placement = replace(plot.placement, journey=replace(plot.placement.journey, confirms=confirms))
    _see_to_session(story, placement, plot.injected.name, stop)
    try:
        needs = _break(lane.board, plot, story.sites.target(placement.target).patience)
        scene = machine.Scene(story=story, placement=placement, slot_ms=story.timeline.now_ms())
        with machine.broken_machine(
            plot.injected.name, machine.as_needed(scene, needs, lane.folder), lane.folder
        ) as it:
            runs = EveryKind(story=it.story, health=lane.health)
            record, *_confirm = runs.run(it.placement, it.slot_ms, machine.TRIGGER, stop)
        # What must pass lies on the page without any request of its own, some of it.
        is_met = (
            plot.injected.name in _OURS or plot.injected.blames == NOTHING or lane.board.was_met(plot.injected.name)
        )
    finally:
        lane.board.all_right()
    judged = Verdict(outcome=record.outcome, fault=record.fault)
    if stop.is_set() or (record.fault is Fault.NONE and not is_met):
        return None, None  # interrupted, or not touched
    return Cell(plot=plot, judged=judged, run_id=record.run_id), seen.get(record.run_id)


def _see_to_session(story: Story, placement: Placement, fault: str, stop: threading.Event) -> None:
    """Let a run have a session, or have none, where only then the fault is met."""
    target = story.sites.target(placement.target)
    kept = story.sessions.of(target)
    if fault in _SIGNS_IN_AFRESH:
        story.sessions.forget(kept)
    elif fault in _HAS_A_SESSION and kept is None:
        story.run(placement, story.timeline.now_ms(), machine.TRIGGER, stop)


def _break(board: Switchboard, plot: Plot, patience: float) -> Needs:
    if plot.injected.name in _OURS:
        return Needs()
    fault = plot.injected
    # Whoever waits less has to be slowed down less, where it must do no harm.
    haste = patience if fault.blames == NOTHING else 1.0
    return board.switch_on(fault.name, app=plot.placement.journey.app if fault.apps else None, haste=haste)
