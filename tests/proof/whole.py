"""``make prove``: the whole matrix, its page of documentation, and the evidence that tests judge again."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.command_line import CHECKOUT, command
from tests.proof.recorded import FILE, write

PAGE = CHECKOUT / "docs" / "prove.md"

_PAGE = """\
# Is the blame right?

`make prove` makes every fault that the stand-in and this machine can make happen to every journey that it can touch,
and compares what the judge says with whose fault it was. Limits of waiting are shortened meanwhile. A cell whose fault
never met the journey (an app that calls no function does not meet a gateway that is down) and that passed is not
counted. `python runner.py prove --journey X --fault Y --keep` does one cell and leaves its report to look at.

Last done at the commit `{commit}`{dirty}, with {journeys} journeys, in {minutes:.0f} minutes on {cpus} processors:
{right} of {n} cells were judged as expected, and {wrong} charged to the wrong party.

{goals}

| fault | expected | judged | right | precision | recall |
|---|--:|--:|--:|--:|--:|
{classes}

## Judged otherwise than expected

{others}

## Declared invisible

{invisible}

## The faults

`once --fault NAME` switches one on for a run or more; a fault that can happen to several apps happens to the first.
Those of this machine are made by `prove` alone.

| fault | whose | what happens | cells | as expected |
|---|---|---|--:|--:|
{faults}
"""


def main(arguments: Sequence[str]) -> int:
    """Run the matrix.

    Args:
        arguments: What else ``prove`` is told, such as some journeys alone.

    Returns:
        The command's own exit code.
    """
    with tempfile.TemporaryDirectory() as folder:
        evidence = Path(folder) / "evidence.jsonl"
        begun = time.monotonic()
        done = subprocess.run(
            [*command("prove", *arguments), "--json", "--evidence", str(evidence)],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            check=False,
        )
        if not done.stdout:
            return done.returncode
        told = json.loads(done.stdout)
        write(FILE, map(json.loads, evidence.read_text(encoding="utf-8").splitlines()))
        PAGE.write_text(page(told, (time.monotonic() - begun) / 60), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(CHECKOUT)} has what came of it.\n")
    return done.returncode


def page(told: dict[str, Any], minutes: float) -> str:
    """What was proved, as a page of Markdown.

    Args:
        told: As ``prove --json`` tells it.
        minutes: How long it took.
    """
    cells = told["cells"]
    by_fault = Counter(each["injected"] for each in cells)
    right = Counter(each["injected"] for each in cells if each["ok"])
    return _PAGE.format(
        commit=_git("rev-parse", "--short", "HEAD"),
        dirty=" and what was changed since" if _git("status", "--porcelain", "--", "synthetics", "journeys") else "",
        minutes=minutes,
        cpus=os.cpu_count(),
        right=right.total(),
        n=len(cells),
        wrong=sum(each["wrong_blame"] for each in cells),
        journeys=len({each["journey"] for each in cells}),
        goals=_table(
            ("goal", "measured", ""),
            [(each["goal"], each["measured"], "✓" if each["reached"] else "✗") for each in told["goals"]],
            "The goals are for all journeys together.",
        ),
        classes=_rows(_score(fault, score) for fault, score in told["classes"].items()),
        others=_table(
            ("fault", "journey", "expected", "judged"),
            [
                (each["injected"], each["journey"], _words(each["expected"]), _words(each["judged"]))
                for each in cells
                if not each["ok"]
            ],
        ),
        invisible=_table(
            ("fault", "journey", "why"),
            [(each["injected"], each["journey"], each["invisible"]) for each in cells if "invisible" in each],
        ),
        faults=_rows(
            (f"`{each['name']}`", each["blames"], each["sentence"], by_fault[each["name"]], right[each["name"]])
            for each in told["injected"]
        ),
    )


def _score(fault: str, score: dict[str, Any]) -> tuple[object, ...]:
    ratios = ("—" if score[name] is None else f"{score[name]:.1%}" for name in ("precision", "recall"))
    return (fault, score["expected"], score["judged"], score["right"], *ratios)


def _words(verdict: dict[str, str]) -> str:
    return f"{verdict['outcome']}/{verdict['fault']}"


def _table(names: Sequence[str], rows: Sequence[Sequence[object]], otherwise: str = "Nothing.") -> str:
    if not rows:
        return otherwise
    return "\n".join((f"| {' | '.join(names)} |", f"|{'---|' * len(names)}", _rows(rows)))


def _rows(rows: Iterable[Sequence[object]]) -> str:
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
