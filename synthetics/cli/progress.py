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
from synthetics.cli.screen import outcome_text, why
from synthetics.export.words import duration
from synthetics.record import RunRecord


class Progress:
    """Watches a batch. On a terminal the lines live; elsewhere each end of a run is a line of its own.

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
        self._records: dict[Placement, RunRecord | None] = {}
        lively = console is not None and console.is_terminal
        self._live = Live(console=console, get_renderable=self._table, refresh_per_second=8) if lively else None

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
            self._console.print(f"… {placement.journey.name} starts", highlight=False)

    def ended(self, placement: Placement, record: RunRecord | None) -> None:
        """A run has its record, or its slot was taken."""
        with self._lock:
            self._records[placement] = record
        if self._console is not None and self._live is None:
            self._console.print(_ending(placement, record), highlight=False, soft_wrap=True)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1))
        table.add_column(width=1)
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, overflow="ellipsis")
        with self._lock:
            for placement in self._placements:
                table.add_row(*self._row(placement))
        return table

    def _row(self, placement: Placement) -> tuple[Text | Spinner, Text, Text]:
        name = Text(placement.journey.name)
        if placement in self._records:
            record = self._records[placement]
            mark = outcome_text(record)[:1] if record is not None else Text("·", style="dim")
            return mark, name, _ending(placement, record, with_name=False)
        if placement in self._started:
            elapsed = time.monotonic() - self._started[placement]
            return self._spinners[placement], name, Text(f"{elapsed:.0f} s  {placement.journey.title}", style="cyan")
        return Text("·", style="dim"), Text(placement.journey.name, style="dim"), Text("waits", style="dim")


def _ending(placement: Placement, record: RunRecord | None, *, with_name: bool = True) -> Text:
    name = Text(f"{placement.journey.name} ") if with_name else Text()
    if record is None:
        return name + Text("another process has this slot", style="dim")
    took = f" in {duration(record.duration_ms)}" if record.duration_ms is not None else ""
    reason = f"  {why(record)}" if why(record) else ""
    return (
        outcome_text(record) if not with_name else outcome_text(record)[:2] + name + outcome_text(record)[2:]
    ) + Text(f"{took}{reason}")
