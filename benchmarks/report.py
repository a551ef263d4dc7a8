"""The results for people: tables on the console and in ``docs/benchmarks.md``. Pure, but for what is printed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from benchmarks.figures import Row, Spread
from benchmarks.goals import Judged

_FORMS = {
    "bare_warm": "bare script, warm: one process and one browser, a new context for each run",
    "bare_cold": "bare script, cold: a new process and a new browser for each run",
    "pytest_cold": "pytest + pytest-playwright, cold",
    "isolated": "ours, isolated: each run in a new process, recorded and reported",
    "warm": "ours, warm, as the service runs it: supervised, recorded and reported",
    "without_evidence": "ours, warm, that listens to nothing",
    "with_evidence": "ours, warm, as ever",
    "playwright_test_cold": "@playwright/test, cold",
    "playwright_test_warm": "@playwright/test, eight tests in one file, for each of them",
    "playwright_test_further": "- each test after the first, the start left out",
    "elastic_cold": "@elastic/synthetics, cold",
    "elastic_rich": "@elastic/synthetics with --rich-events, cold, as its agent runs it",
    "elastic_warm": "@elastic/synthetics, eight journeys in one start, for each of them",
    "elastic_further": "- each journey after the first, the start left out",
    "robot_cold": "Robot Framework with Browser, cold",
    "robot_warm": "Robot Framework with Browser, eight tests in one file, for each of them",
    "robot_further": "- each test after the first, the start left out",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """One table: a title, a head, and lines of the same length."""

    title: str
    head: Sequence[str]
    lines: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """As Markdown has it."""
        rows = [self.head, ["---"] * len(self.head), *self.lines]
        return f"### {self.title}\n\n" + "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"

    def show(self, console: Console) -> None:
        """Print it."""
        table = RichTable(*self.head, title=self.title, title_justify="left", box=box.SIMPLE)
        for line in self.lines:
            table.add_row(*(Text(cell) for cell in line))
        console.print(table)


def tables(rows: Sequence[Row], judged: Sequence[Judged]) -> list[Table]:
    """All tables that these results fill.

    Args:
        rows: The results.
        judged: The goals that were measured.
    """
    by_part: dict[str, list[Row]] = {}
    for row in rows:
        by_part.setdefault(row.part, []).append(row)
    made = [make(by_part[part]) for part, make in _PARTS.items() if part in by_part]
    if judged:
        made.append(_goals(judged))
    return made


def page(
    machine: Mapping[str, Mapping[str, str]],
    results: Mapping[str, tuple[Sequence[Row], Sequence[Judged]]],
) -> str:
    """The whole of ``docs/benchmarks.md``.

    Args:
        machine: What is told of the machine, by the name of the command.
        results: Rows and goals, by the same name.
    """
    parts = [_INTRODUCTION]
    for command, (rows, judged) in results.items():
        if rows:
            parts.append(f"## `make {command}`\n")
            told = Table(title="Measured on", head=("what", "which"), lines=[*machine.get(command, {}).items()])
            parts += [each.markdown() for each in (told, *tables(rows, judged))]
    return "\n".join(parts)


_INTRODUCTION = """# Benchmarks

Written by `make bench` and `make bench-peers`; not to be changed by hand.

Every form walks the same journey on the same stand-in in the same browser: it signs in, opens iHub's admin page with
its frame from another origin, opens each section, looks at the project's list of issues, and asks REST; about 50
requests in all. Each form is written as plainly as its own users would write it.

- The forms take turns, one run each, round after round; one round before the first is not counted.
- A ratio is taken within a round and then summed up: what a busy moment did to a round, it did to all forms in it.
- Figures are the median, with the smallest and the largest in brackets.
- CPU is user and system time of a form's process and of everything below it, what has ended included, as the kernel
  counts it (`/proc`, in hundredths of a second), read once the processes have come to rest. The process adopts orphans,
  so a browser in a session of its own is counted too. The stand-in is started outside and left out. For ours it is the
  runner itself, its supervisors and workers, the ledger and the reports.
- A peer's warm form is eight tests in one file (as many as iHub has journeys here) that share a process and a browser:
  the whole divided by eight, its start included, since whoever schedules these tools starts them each time. What each
  test after the first takes stands below it. Beside them the bare script and ours make eight runs in a row as well.
"""


def _cost(rows: Sequence[Row]) -> Table:
    return Table(
        title="One run",
        head=("form", "n", "CPU, bare warm = 1", "wall, bare warm = 1", "CPU s", "wall s"),
        lines=[
            (
                _FORMS.get(row.name, row.name),
                str(row.n),
                _ratio(row, "cpu_to_bare_warm"),
                _ratio(row, "wall_to_bare_warm"),
                _spread(row.cpu_s),
                _spread(row.wall_s),
            )
            for row in rows
        ],
    )


def _evidence(rows: Sequence[Row]) -> Table:
    return Table(
        title="What evidence costs",
        head=("form", "n", "CPU, without = 1", "wall, without = 1", "CPU s", "wall s"),
        lines=[
            (
                _FORMS.get(row.name, row.name),
                str(row.n),
                _ratio(row, "cpu_to_without_evidence"),
                _ratio(row, "wall_to_without_evidence"),
                _spread(row.cpu_s),
                _spread(row.wall_s),
            )
            for row in rows
        ],
    )


def _capacity(rows: Sequence[Row]) -> Table:
    levels = {row.name: row for row in rows}
    lines: list[Sequence[str]] = [
        (
            f"{level:.0f}",
            f"{levels[f'capacity_bare_{level:.0f}'].measures['runs_a_minute']:.1f}",
            f"{levels[f'capacity_ours_{level:.0f}'].measures['runs_a_minute']:.1f}",
        )
        for level in sorted({row.measures["at_once"] for row in rows})
    ]
    best = levels["capacity_bare"].measures["runs_a_minute"], levels["capacity_ours"].measures["runs_a_minute"]
    lines.append(("the best", *(f"{each:.1f}" for each in best)))
    n = levels["capacity_ours"].n
    return Table(title=f"Runs a minute (n={n} windows)", head=("at once", "bare warm contexts", "ours"), lines=lines)


def _idle(rows: Sequence[Row]) -> Table:
    (row,) = rows
    share = f"{row.measures['share_of_a_core'] * 100:.2f} %"
    return Table(
        title="A runner with nothing to do",
        head=("journeys", "seconds", "share of one core"),
        lines=[(f"{row.measures['journeys']:.0f}", f"{row.wall_s.median:.0f}", share)],
    )


def _metrics(rows: Sequence[Row]) -> Table:
    return Table(
        title="/metrics over HTTP",
        head=("series", "n", "wall s", "CPU s", "MB"),
        lines=[
            (
                f"{row.measures['series']:,.0f}",
                str(row.n),
                _spread(row.wall_s, 3),
                _spread(row.cpu_s, 3),
                f"{row.measures['page_bytes'] / 1e6:.1f}",
            )
            for row in rows
        ],
    )


def _ledger(rows: Sequence[Row]) -> Table:
    return Table(
        title="The ledger: a claim and a record for each slot",
        head=("writers", "slots", "slots a second", "ms for one", "p99 ms"),
        lines=[
            (
                f"{row.measures['writers']:.0f}",
                str(row.n),
                f"{row.measures['slots_a_second']:.0f}",
                f"{row.wall_s.median * 1000:.1f} ({row.wall_s.min * 1000:.1f} to {row.wall_s.max * 1000:.1f})",
                f"{row.measures['p99_s'] * 1000:.1f}",
            )
            for row in rows
        ],
    )


def _start(rows: Sequence[Row]) -> Table:
    said = {"start_help": "`runner.py --help`", "start_run": "`runner.py run` until it is ready, its stand-in included"}
    return Table(
        title="Starting",
        head=("what", "n", "wall s", "CPU s"),
        lines=[(said[row.name], str(row.n), _spread(row.wall_s), _spread(row.cpu_s)) for row in rows],
    )


def _lateness(rows: Sequence[Row]) -> Table:
    (row,) = rows
    scrapes = f"{row.measures['scrapes']:.0f}, {row.measures['scrape_s'] * 1000:.0f} ms each"
    return Table(
        title="How late 100 journeys a minute are dispatched, while /metrics is scraped",
        head=("slots", "p50 ms", "p99 ms", "largest ms", "not exactly once", "scrapes"),
        lines=[
            (
                str(row.n),
                f"{row.measures['p50_s'] * 1000:.0f}",
                f"{row.measures['p99_s'] * 1000:.0f}",
                f"{row.wall_s.max * 1000:.0f}",
                f"{row.measures['not_exactly_once']:.0f}",
                scrapes,
            )
        ],
    )


def _health(rows: Sequence[Row]) -> Table:
    (row,) = rows
    return Table(
        title="1,000 health checks a minute by a whole runner, /metrics scraped each 30 s",
        head=("slots", "p50 ms", "p99 ms", "largest ms", "not exactly once", "share of one core", "MB"),
        lines=[
            (
                str(row.n),
                f"{row.measures['p50_s'] * 1000:.0f}",
                f"{row.measures['p99_s'] * 1000:.0f}",
                f"{row.wall_s.max * 1000:.0f}",
                f"{row.measures['not_exactly_once']:.0f}",
                f"{row.measures['share_of_a_core'] * 100:.1f} %",
                f"{row.measures['memory_mb']:.0f}",
            )
        ],
    )


def _slo(rows: Sequence[Row]) -> Table:
    (row,) = rows
    return Table(
        title="`slo status --json` of 50 journeys, its own process each time",
        head=("records", "n", "wall s", "CPU s", "MB of ledger", "s to count them once, as a migration does"),
        lines=[
            (
                f"{row.measures['records']:,.0f}",
                str(row.n),
                _spread(row.wall_s),
                _spread(row.cpu_s),
                f"{row.measures['ledger_mb']:,.0f}",
                f"{row.measures['counted_s']:.0f}",
            )
        ],
    )


def _grid(rows: Sequence[Row]) -> Table:
    (row,) = rows
    return Table(
        title="The grid and the loop alone: one simulated hour",
        head=("journeys", "slots", "early, twice or never", "wall s"),
        lines=[
            (
                f"{row.measures['journeys']:,.0f}",
                f"{row.measures['slots']:,.0f}",
                f"{row.measures['wrong_slots']:.0f}",
                f"{row.wall_s.median:.1f}",
            )
        ],
    )


def _goals(judged: Sequence[Judged]) -> Table:
    return Table(
        title="Goals",
        head=("goal", "measured", "reached"),
        lines=[(each.goal.sentence, f"{each.value:.4g}", "yes" if each.holds else "**no**") for each in judged],
    )


_PARTS: Mapping[str, Callable[[Sequence[Row]], Table]] = {
    "cost": _cost,
    "peers": _cost,
    "evidence": _evidence,
    "capacity": _capacity,
    "idle": _idle,
    "metrics": _metrics,
    "ledger": _ledger,
    "start": _start,
    "lateness": _lateness,
    "health": _health,
    "slo": _slo,
    "grid": _grid,
}


def _ratio(row: Row, name: str) -> str:
    return _spread(row.ratios[name]) if name in row.ratios else "1"


def _spread(spread: Spread | None, digits: int = 2) -> str:
    if spread is None:
        return ""
    low, middle, high = (f"{each:.{digits}f}" for each in (spread.min, spread.median, spread.max))
    return middle if low == high else f"{middle} ({low} to {high})"
