"""Blind windows: three or more slots in a row of which nobody knows anything."""

from dataclasses import dataclass

import pytest

from synthetics.slo.coverage import BlindWindow, blind_windows


@dataclass(frozen=True)
class Told:
    first_ms: int
    last_ms: int
    slots: int
    judged: bool


def stretches(letters: str) -> list[Told]:
    """Each letter one slot at its own position; ``u`` was not judged."""
    return [Told(at, at, 1, letter != "u") for at, letter in enumerate(letters)]


@pytest.mark.parametrize(
    ("letters", "windows"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("puupuup", [], id="two in a row, twice"),
        pytest.param("puuup", [(1, 3, 3)], id="three in a row"),
        pytest.param("uuuupuuu", [(0, 3, 4), (5, 7, 3)], id="at the start, and still going on"),
    ],
)
def test_blind_windows_are_three_or_more_unjudged_slots_in_a_row(
    letters: str, windows: list[tuple[int, int, int]]
) -> None:
    found = blind_windows(stretches(letters))

    assert [(each.from_ms, each.until_ms, each.slots) for each in found] == windows


def test_blind_windows_go_on_over_gaps_of_many_slots() -> None:
    told = [
        *stretches("pu"),
        Told(2, 40, 39, judged=False),
        Told(41, 41, 1, judged=False),
        Told(42, 99, 9, judged=True),
    ]

    assert blind_windows(told) == (BlindWindow(from_ms=1, until_ms=41, slots=41),)
