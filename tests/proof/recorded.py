"""The evidence that the last ``make prove`` recorded: of each fault and each app that it met the first cell."""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from synthetics.evidence import Evidence

FILE = Path(__file__).parent / "evidence.jsonl.gz"
_EVIDENCE: TypeAdapter[Evidence] = TypeAdapter(Evidence)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What was expected of a cell, and what the judge was shown."""

    journey: str
    injected: str
    expected: tuple[str, str]
    judged: tuple[str, str]
    evidence: Evidence


def write(file: Path, cells: Iterable[dict[str, Any]]) -> None:
    """Keep the first cell of each fault and app, in the order of their names; the same cells make the same file."""
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for each in sorted(cells, key=lambda each: (each["injected"], each["journey"])):
        first.setdefault((each["injected"], each["journey"].partition(".")[0]), each)
    lines = "".join(json.dumps(each, sort_keys=True) + "\n" for each in first.values())
    file.write_bytes(gzip.compress(lines.encode(), mtime=0))


def read(file: Path = FILE) -> Iterator[Recorded]:
    """The cells that were kept."""
    for line in gzip.decompress(file.read_bytes()).decode().splitlines():
        told = json.loads(line)
        yield Recorded(
            journey=told["journey"],
            injected=told["injected"],
            expected=(told["expected"]["outcome"], told["expected"]["fault"]),
            judged=(told["judged"]["outcome"], told["judged"]["fault"]),
            evidence=_EVIDENCE.validate_python(told["evidence"]),
        )
