"""What the judge said of each cell, how right that was for each class, and where it charged the wrong party."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from synthetics.proof.expecting import PASSED, Plot, Verdict
from synthetics.record import Fault

#: Those who are charged in earnest; ``unknown`` keeps a verdict open, and ``none`` charges nobody.
PARTIES: Final = (Fault.APP, Fault.HOST, Fault.SESSION, Fault.NETWORK, Fault.MONITOR)
CLASSES: Final = (*PARTIES, Fault.UNKNOWN, Fault.NONE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A cell that was run.

    Args:
        plot: The journey and the fault.
        judged: What the judge said.
        run_id: The run that it said it of.
    """

    plot: Plot
    judged: Verdict
    run_id: str

    @property
    def is_ok(self) -> bool:
        """Whether the judge said what was expected."""
        return self.judged == self.plot.expected

    @property
    def is_blind(self) -> bool:
        """Whether the run passed though it met what should have made it fail."""
        return self.judged == PASSED != self.plot.expected

    @property
    def is_wrong_blame(self) -> bool:
        """Whether an app is charged for another's fault, another for an app's, or anything for what must pass."""
        expected = self.plot.expected
        if expected == PASSED:
            return not self.is_ok
        if expected.fault is Fault.APP:
            return self.judged.fault in PARTIES and self.judged.fault is not Fault.APP
        return self.judged.fault is Fault.APP

    def as_json(self) -> dict[str, object]:
        """The cell as a document for machines."""
        told: dict[str, object] = {
            "journey": self.plot.placement.journey.name,
            "injected": self.plot.injected.name,
            "expected": asdict(self.plot.expected),
            "judged": asdict(self.judged),
            "ok": self.is_ok,
            "wrong_blame": self.is_wrong_blame,
            "run_id": self.run_id,
        }
        return told if self.plot.invisible is None else told | {"invisible": self.plot.invisible}


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """How right the judge was about one class.

    Args:
        expected: In how many cells it was to be named.
        judged: In how many it was named.
        right: In how many it was both.
    """

    expected: int
    judged: int
    right: int

    @property
    def precision(self) -> float | None:
        """The part of those named that was to be named, 0 to 1; nothing where none was named."""
        return self.right / self.judged if self.judged else None

    @property
    def recall(self) -> float | None:
        """The part of those to be named that was named, 0 to 1; nothing where there was none."""
        return self.right / self.expected if self.expected else None

    def as_json(self) -> dict[str, object]:
        """The score as a document for machines."""
        return asdict(self) | {"precision": self.precision, "recall": self.recall}


def scores(cells: Iterable[Cell]) -> dict[Fault, Score]:
    """The score of each class that was to be named or was named."""
    all_of_them = tuple(cells)
    found = {fault: _score(all_of_them, fault) for fault in CLASSES}
    return {fault: score for fault, score in found.items() if score.expected or score.judged}


def _score(cells: Sequence[Cell], fault: Fault) -> Score:
    expected = [each for each in cells if each.plot.expected.fault is fault]
    return Score(
        expected=len(expected),
        judged=sum(each.judged.fault is fault for each in cells),
        right=sum(each.is_ok for each in expected),
    )
