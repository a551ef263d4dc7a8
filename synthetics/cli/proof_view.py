"""What ``prove`` shows: the cells that went another way than expected, a score for each class, and the goals."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from synthetics.cli.screen import table, where
from synthetics.proof.expecting import PASSED, Injected, Verdict
from synthetics.proof.goals import Goal
from synthetics.proof.scoring import Cell, Score, scores

_NOTHING = Text("—", style="dim")


def as_json(cells: Sequence[Cell], faults: Sequence[Injected], goals: Sequence[Goal]) -> dict[str, object]:
    """All that was proved, as a document for machines.

    Args:
        cells: The cells that were met by their fault.
        faults: The faults that were made.
        goals: The goals, where all cells were run.
    """
    return {
        "cells": [each.as_json() for each in cells],
        "classes": {fault.value: score.as_json() for fault, score in scores(cells).items()},
        "injected": [{"name": each.name, "blames": each.blames, "sentence": each.sentence} for each in faults],
        "goals": [{"goal": each.sentence, "measured": each.measured, "reached": each.is_reached} for each in goals],
    }


def view(cells: Sequence[Cell], untouched: int, goals: Sequence[Goal], folder: Path | None) -> RenderableType:
    """All that was proved, for people.

    Args:
        cells: The cells that were met by their fault.
        untouched: How many others passed because their fault never met them.
        goals: The goals, where all cells were run.
        folder: Where the lanes' reports are, where they are kept.
    """
    wrong = [each for each in cells if not each.is_ok]
    parts: list[RenderableType] = [_summary(cells, untouched), Padding(_classes(cells), (1, 0))]
    if wrong:
        parts.append(Padding(_wrong(wrong), (0, 0, 1, 0)))
    if goals:
        parts.append(Padding(_goals(goals), (0, 0, 1, 0)))
    if folder is not None:
        parts.append(Text(f"Reports: {where(folder)}/lane-*/var/index.html"))
    return Group(*parts)


def _summary(cells: Sequence[Cell], untouched: int) -> Text:
    right = sum(each.is_ok for each in cells)
    blamed = sum(each.is_wrong_blame for each in cells)
    text = Text(f"{right} of {len(cells)} cells judged as expected, {blamed} charged to the wrong party.")
    if untouched:
        text.append(f" {untouched} more passed: their fault never met them.", style="dim")
    return text


def _classes(cells: Sequence[Cell]) -> RenderableType:
    shown = table("fault", "expected", "judged", "right", "precision", "recall", right=("expected", "judged", "right"))
    for fault, score in scores(cells).items():
        counts = (str(each) for each in (score.expected, score.judged, score.right))
        shown.add_row(Text(fault.value), *map(Text, counts), *_ratios(score))
    return shown


def _ratios(score: Score) -> tuple[Text, Text]:
    precision, recall = (_NOTHING if each is None else Text(f"{each:.1%}") for each in (score.precision, score.recall))
    return precision, recall


def _wrong(cells: Sequence[Cell]) -> RenderableType:
    shown = table("injected", "journey", "expected", "judged")
    for each in cells:
        shown.add_row(
            Text(each.plot.injected.name),
            Text(each.plot.placement.journey.name),
            Text(_words(each.plot.expected)),
            Text(_words(each.judged), style="red" if each.is_wrong_blame else "yellow"),
        )
    return shown


def _words(verdict: Verdict) -> str:
    """Whom it charges, which tells the outcome as well; where it charges nobody, the outcome."""
    return verdict.outcome.value if verdict == PASSED else verdict.fault.value


def _goals(goals: Sequence[Goal]) -> RenderableType:
    shown = table("goal", "measured", "")
    for each in goals:
        mark = Text("✓", style="green") if each.is_reached else Text("✗", style="red")
        shown.add_row(Text(each.sentence, overflow="fold"), Text(each.measured, overflow="fold"), mark)
    return shown
