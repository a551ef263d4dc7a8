"""What a judge has to reach before anybody is woken by what it says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from synthetics.proof.expecting import PASSED
from synthetics.proof.scoring import Cell, scores
from synthetics.record import Fault

LEAST_APP_RECALL: Final = 0.98
LEAST_NAMED: Final = 0.90
MOST_UNKNOWN: Final = 0.05
MOST_INVISIBLE: Final = 0.10


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """One goal, and how close the judge came.

    Args:
        sentence: What is to be reached.
        measured: What was reached, in words.
        is_reached: Whether that suffices.
    """

    sentence: str
    measured: str
    is_reached: bool


def goals(cells: Sequence[Cell]) -> tuple[Goal, ...]:
    """The goals of a whole matrix.

    Args:
        cells: All cells that were met by their fault.
    """
    charged = sum(each.is_wrong_blame and each.judged.fault is Fault.APP for each in cells)
    others = [each for each in cells if each.plot.expected.fault not in {Fault.APP, Fault.NONE}]
    must_pass = [each for each in cells if each.plot.expected == PASSED and each.plot.invisible is None]
    app_cells = [each for each in cells if each.plot.injected.blames == Fault.APP]
    app = scores(cells).get(Fault.APP)
    unseen = unseen_faults(cells)
    return (
        Goal(sentence="No fault of others is charged to an app", measured=str(charged), is_reached=charged == 0),
        _at_least(
            "Faults of apps are charged to them", app.right if app else 0, app.expected if app else 0, LEAST_APP_RECALL
        ),
        _at_least("Other faults are named exactly", sum(each.is_ok for each in others), len(others), LEAST_NAMED),
        _at_least("What must pass passes", sum(each.is_ok for each in must_pass), len(must_pass), 1.0),
        _at_most(
            "Cells end in unknown", sum(each.judged.fault is Fault.UNKNOWN for each in cells), len(cells), MOST_UNKNOWN
        ),
        _at_most(
            "Faults of apps are declared invisible",
            sum(each.plot.invisible is not None for each in app_cells),
            len(app_cells),
            MOST_INVISIBLE,
        ),
        Goal(
            sentence="Every fault of an app is seen by one of its journeys",
            measured=", ".join(unseen) or "all",
            is_reached=not unseen,
        ),
    )


def unseen_faults(cells: Iterable[Cell]) -> tuple[str, ...]:
    """The faults of apps, with their apps, that no journey of the app was seen to meet and to name."""
    seen: dict[str, bool] = {}
    for each in cells:
        if each.plot.injected.blames == Fault.APP:
            name = f"{each.plot.injected.name} of {each.plot.placement.journey.app}"
            seen[name] = seen.get(name, False) or each.judged.fault is Fault.APP
    return tuple(name for name, is_seen in seen.items() if not is_seen)


def _at_least(sentence: str, count: int, of: int, share: float) -> Goal:
    return Goal(
        sentence=f"{sentence}: at least {share:.0%}",
        measured=_share(count, of),
        is_reached=not of or count / of >= share,
    )


def _at_most(sentence: str, count: int, of: int, share: float) -> Goal:
    return Goal(
        sentence=f"{sentence}: at most {share:.0%}",
        measured=_share(count, of),
        is_reached=not of or count / of <= share,
    )


def _share(count: int, of: int) -> str:
    return f"{count} of {of}, {count / of:.1%}" if of else "none"
