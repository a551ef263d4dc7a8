"""What is made of measured values: spreads, ratios per round, shares, and the rows of results. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Spread:
    """The smallest, the middle and the largest of several values, all of one unit."""

    min: float
    median: float
    max: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Make it of values.

        Raises:
            ValueError: Where there is none.
        """
        if not values:
            raise ValueError("no value was measured")
        return cls(min(values), median(values), max(values))

    def to_dict(self) -> dict[str, float]:
        """As it stands in the results, cut to a ten-thousandth."""
        return {"min": round(self.min, 4), "median": round(self.median, 4), "max": round(self.max, 4)}


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many per cent of all values do not exceed (nearest rank).

    Args:
        values: At least one.
        percent: Above 0, at most 100.
    """
    return sorted(values)[max(0, ceil(len(values) * percent / 100) - 1)]


def ratios(values: Sequence[float], base: Sequence[float]) -> list[float]:
    """Each value through that of the same round: what a busy moment did to a round, it did to both.

    Args:
        values: One for each round.
        base: What they are held against, in the same order.

    Raises:
        ValueError: Where the rounds are not the same.
    """
    return [value / other for value, other in zip(values, base, strict=True)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of the results.

    Args:
        name: What was measured, such as ``bare_warm``.
        part: The part of the benchmark that it belongs to.
        n: How many times it was measured.
        wall_s: How long one took, in seconds.
        cpu_s: Processor time of one, user and system, in seconds; None where it was not measured.
        ratios: Spreads of ratios per round, such as ``cpu_to_bare_warm``.
        measures: Whatever else came out, by a name that ends with its unit.
    """

    name: str
    part: str
    n: int
    wall_s: Spread
    cpu_s: Spread | None = None
    ratios: Mapping[str, Spread] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The row as it stands in a file of results."""
        return {
            "name": self.name,
            "part": self.part,
            "n": self.n,
            "wall_s": self.wall_s.to_dict(),
            "cpu_s": None if self.cpu_s is None else self.cpu_s.to_dict(),
            "ratios": {name: each.to_dict() for name, each in self.ratios.items()},
            "measures": {name: round(value, 4) for name, value in self.measures.items()},
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Row":
        """Read a row back from a file of results; what else stands there is passed over."""
        return cls(
            name=told["name"],
            part=told["part"],
            n=told["n"],
            wall_s=Spread(**told["wall_s"]),
            cpu_s=None if told["cpu_s"] is None else Spread(**told["cpu_s"]),
            ratios={name: Spread(**each) for name, each in told["ratios"].items()},
            measures=told["measures"],
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of one form: wall and processor time, in seconds."""

    wall_s: float
    cpu_s: float


def rows_of_rounds(part: str, rounds: Sequence[Mapping[str, Sample]], bases: Sequence[str]) -> list[Row]:
    """Make a row of each form that was measured in every round.

    Args:
        part: The part of the benchmark.
        rounds: What each form took, by its name, round by round.
        bases: The forms against which every other one is held, within each round.
    """
    rows = []
    for name in rounds[0]:
        wall, cpu = _columns(rounds, name)
        held: dict[str, Spread] = {}
        for base in bases:
            if base != name:
                base_wall, base_cpu = _columns(rounds, base)
                held[f"cpu_to_{base}"] = Spread.of(ratios(cpu, base_cpu))
                held[f"wall_to_{base}"] = Spread.of(ratios(wall, base_wall))
        rows.append(Row(name=name, part=part, n=len(rounds), wall_s=Spread.of(wall), cpu_s=Spread.of(cpu), ratios=held))
    return rows


def _columns(rounds: Sequence[Mapping[str, Sample]], name: str) -> tuple[list[float], list[float]]:
    return [each[name].wall_s for each in rounds], [each[name].cpu_s for each in rounds]


def merged(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The results with parts that were measured again: their old rows go, the others stay.

    Args:
        old: The rows of the file.
        new: The rows that were measured now.
    """
    again = {row["part"] for row in new}
    return [*(row for row in old if row["part"] not in again), *new]
