"""The live view of a batch: one line per journey, with what it is doing now."""

import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from synthetics.catalogue import Placement
from synthetics.cli.screen import MARKS, STYLES
from synthetics.export.words import duration
from synthetics.record import RunRecord

_TAKEN = Text("another process has this slot", style="dim")


class Progress:
    """Watches a batch. On a terminal the lines live, and go when it is over; elsewhere each start and end is a line.

    Args:
        placements: What will run.
        console: Where to show it; None shows nothing.
    """

    def __init__(self, placements: Sequence[Placement], console: Console | None) -> None:
        self._placements = placements
        self._console = console
        self._lock = threading.Lock()
        self._spinners: dict[Placement, Spinner] = {}
        self._started: dict[Placement, float] = {}
        self._records: dict[Placement, Sequence[RunRecord]] = {}
        self._live = None
        if console is not None and console.is_terminal:
            self._live = Live(console=console, get_renderable=self._table, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        """Begin to show."""
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Show the last state and stop."""
        if self._live is not None:
            self._live.stop()

    def started(self, placement: Placement) -> None:
        """A run begins."""
        with self._lock:
            self._started[placement] = time.monotonic()
            self._spinners[placement] = Spinner("dots", style="cyan")
        if self._console is not None and self._live is None:
            self._console.print(Text(f"… {placement.journey.name} starts"), soft_wrap=True)

    def ended(self, placement: Placement, records: Sequence[RunRecord]) -> None:
        """A run has its record, and its confirm-run too, or its slot was taken."""
        with self._lock:
            self._records[placement] = records
        if self._console is not None and self._live is None:
            mark = MARKS[records[0].outcome] if records else "·"
            self._console.print(Text(f"{mark} {placement.journey.name} ") + _ending(records), soft_wrap=True)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(width=1)
        table.add_column(width=max((len(each.journey.name) for each in self._placements), default=1), no_wrap=True)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        with self._lock:
            for placement in self._placements:
                table.add_row(*self._row(placement))
        return table

    def _row(self, placement: Placement) -> tuple[Text | Spinner, Text, Text]:
        name = Text(placement.journey.name)
        if placement in self._records:
            records = self._records[placement]
            mark = Text(MARKS[records[0].outcome], style=STYLES[records[0].outcome]) if records else Text("·")
            return mark, name, _ending(records)
        if placement in self._started:
            elapsed = time.monotonic() - self._started[placement]
            return self._spinners[placement], name, Text(f"{elapsed:3.0f} s  {placement.journey.title}", style="cyan")
        return Text("·", style="dim"), Text(placement.journey.name, style="dim"), Text("waits", style="dim")


def _ending(records: Sequence[RunRecord]) -> Text:
    """What became of a run, and of its repetition."""
    if not records:
        return _TAKEN
    parts = []
    for record in records:
        took = f" in {duration(record.duration_ms)}" if record.duration_ms is not None else ""
        parts.append(Text(f"{record.outcome}{took}", style=STYLES[record.outcome]))
    return Text(", then when repeated ").join(parts)
