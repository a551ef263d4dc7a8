"""``python -m benchmarks [bench|bench-peers]``: measure, print, and write the results."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import (
    capacity,
    cost,
    evidence,
    exposition,
    grid,
    health,
    lateness,
    machine,
    report,
    service,
    slo,
    writing,
)
from benchmarks.figures import Row, merged
from benchmarks.goals import BENCH_GOALS, Judged, judged, peer_goals
from benchmarks.ground import Ground, standing
from benchmarks.peers import cost as peers
from synthetics.errors import SyntheticsError

_CHECKOUT = Path(__file__).parent.parent
_RESULTS = Path(__file__).parent / "results"
_FILES = {"bench": "bench.json", "bench-peers": "peers.json"}
_MACHINE = "machine.json"
#: What takes so long that it is measured only where it is asked for by name.
_ALONE = frozenset({evidence.PART})


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure.

    Args:
        arguments: The command line without the program's name; None for the process's own.

    Returns:
        0, also where a goal is not reached, which is told; 1 where a part could not be measured, 2 where there is no
        such part.
    """
    options = _parser().parse_args(arguments)
    parts = _parts(quick=options.quick) if options.command == "bench" else _peers(quick=options.quick)
    if options.part and options.part not in parts:
        sys.stderr.write(f"There is no part {options.part!r}. There are: {', '.join(parts)}.\n")
        return 2
    chosen = [options.part] if options.part else [each for each in parts if each not in _ALONE]
    keep = not options.quick or options.results != _RESULTS
    rows: list[Row] = []
    broken: list[str] = []
    with standing() as ground:
        told = machine.describe(ground.browser) | (machine.peers() if options.command == "bench-peers" else {})
        for name in chosen:
            try:
                measured = _measured(name, parts[name], ground)
            except (RuntimeError, AssertionError, SyntheticsError) as error:
                sys.stderr.write(f"{name} could not be measured: {error}\n")
                broken.append(name)
                continue
            rows += measured
            if keep:  # at once: what breaks later, or is interrupted, takes nothing with it
                _write(options.results, options.command, measured, told)
    console = Console(width=None if sys.stdout.isatty() else 160)
    for table in report.tables(rows, _judged(options.command, rows)):
        table.show(console)
    if keep:
        options.page.write_text(_page(options.results))
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measured comparisons on the stand-in.")
    parser.add_argument("command", choices=list(_FILES), help="ours and the bare forms, or other tools")
    parser.add_argument("--part", default=os.environ.get("PART", ""), help="measure one part alone (or PART=...)")
    parser.add_argument("--quick", action="store_true", help="see that all of it works; writes no results")
    parser.add_argument("--results", type=Path, default=_RESULTS, help="the folder for the results")
    parser.add_argument("--page", type=Path, default=_CHECKOUT / "docs" / "benchmarks.md", help="the page to write")
    return parser


def _parts(*, quick: bool) -> Mapping[str, Callable[[Ground], list[Row]]]:
    """The parts of ``bench``, the longest proofs last; 15 minutes in all."""
    return {
        evidence.PART: lambda ground: evidence.measure(ground, 2 if quick else 100),
        cost.PART: lambda ground: cost.measure(ground, 2 if quick else 15),
        capacity.PART: lambda ground: capacity.measure(ground, 1 if quick else 2, 5 if quick else 15),
        service.IDLE: lambda ground: service.measure_idle(ground, 100, 5 if quick else 60),
        exposition.PART: lambda ground: exposition.measure(ground, 2 if quick else 10),
        writing.PART: lambda ground: writing.measure(ground, 1 if quick else 5),
        service.START: lambda ground: service.measure_start(ground, 1 if quick else 7),
        lateness.PART: lambda ground: lateness.measure(ground, 100, 15 if quick else 120),
        health.PART: lambda ground: health.measure(ground, 100 if quick else 1_000, 15 if quick else 180),
        slo.PART: lambda ground: slo.measure(ground, 500_000 if quick else 5_000_000, 2 if quick else 7),
        grid.PART: lambda _ground: grid.measure(1_000 if quick else 10_000),
    }


def _peers(*, quick: bool) -> Mapping[str, Callable[[Ground], list[Row]]]:
    return {peers.PART: lambda ground: peers.measure(ground, 1 if quick else 10)}


def _measured(name: str, measure: Callable[[Ground], list[Row]], ground: Ground) -> list[Row]:
    began = time.monotonic()
    print(f"Measuring {name}.", file=sys.stderr)
    rows = measure(ground)
    print(f"Measured {name} in {time.monotonic() - began:.0f} s.", file=sys.stderr)
    return rows


def _judged(command: str, rows: Sequence[Row]) -> list[Judged]:
    return judged(BENCH_GOALS if command == "bench" else peer_goals(rows), rows)


def _write(folder: Path, command: str, rows: Sequence[Row], told: Mapping[str, str]) -> None:
    """Write the rows beside those of parts that were not measured now, each with when and of which commit it is."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / _FILES[command]
    stamped = [{**row.to_dict(), "date": told["Date"], "commit": told["Commit"]} for row in rows]
    _write_json(file, merged(_read_json(file, []), stamped))
    _write_json(folder / _MACHINE, {**_read_json(folder / _MACHINE, {}), command: told})


def _page(folder: Path) -> str:
    results = {}
    told: dict[str, dict[str, str]] = _read_json(folder / _MACHINE, {})
    for command, name in _FILES.items():
        stamped = _read_json(folder / name, [])
        rows = [Row.from_dict(each) for each in stamped]
        results[command] = (rows, _judged(command, rows))
        its = told.setdefault(command, {})
        for each in stamped:
            if (each["date"], each["commit"]) != (its.get("Date"), its.get("Commit")):
                its[f"But {each['part']}"] = f"{each['date']}, commit {each['commit']}"
    return report.page(told, results)


def _read_json(file: Path, otherwise: Any) -> Any:
    return json.loads(file.read_text()) if file.exists() else otherwise


def _write_json(file: Path, what: object) -> None:
    file.write_text(json.dumps(what, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
