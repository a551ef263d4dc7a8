"""Spreads, ratios within a round, percentiles, and the shape of the results."""

import json

import pytest

from benchmarks.figures import Row, Sample, Spread, merged, percentile, ratios, rows_of_rounds

ROUNDS = [
    {"bare_warm": Sample(1.0, 2.0), "warm": Sample(1.5, 2.2)},
    {"bare_warm": Sample(4.0, 8.0), "warm": Sample(4.8, 8.0)},
    {"bare_warm": Sample(2.0, 3.0), "warm": Sample(2.0, 4.5)},
]


def test_spread_is_the_smallest_the_middle_and_the_largest() -> None:
    assert Spread.of([3.0, 1.0, 2.0]) == Spread(1.0, 2.0, 3.0)
    assert Spread.of([4.0, 1.0, 2.0, 3.0]).median == 2.5
    assert Spread.of([1.23456789]).to_dict() == {"min": 1.2346, "median": 1.2346, "max": 1.2346}


def test_spread_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no value was measured"):
        Spread.of([])


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        pytest.param(50, 50, id="half"),
        pytest.param(99, 99, id="all but the largest hundredth"),
        pytest.param(99.5, 100, id="a part of a rank counts as one"),
        pytest.param(100, 100, id="all"),
        pytest.param(0.1, 1, id="less than one rank is the smallest"),
    ],
)
def test_percentile_is_the_value_that_so_many_do_not_exceed(percent: float, expected: int) -> None:
    assert percentile(range(100, 0, -1), percent) == expected


def test_ratios_are_taken_within_a_round() -> None:
    assert ratios([2.0, 9.0], [1.0, 3.0]) == [2.0, 3.0]


def test_ratios_of_different_rounds_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratios([1.0, 2.0], [1.0])


def test_rows_hold_each_form_against_the_base_of_its_own_round() -> None:
    bare, warm = rows_of_rounds("cost", ROUNDS, ["bare_warm"])
    assert (bare.name, bare.n, bare.ratios) == ("bare_warm", 3, {})
    assert bare.wall_s == Spread(1.0, 2.0, 4.0)
    # The medians alone would give 4.5 / 3 = 1.5 for the CPU, and one busy round would decide.
    assert warm.to_dict()["ratios"] == {
        "cpu_to_bare_warm": {"min": 1.0, "median": 1.1, "max": 1.5},
        "wall_to_bare_warm": {"min": 1.0, "median": 1.2, "max": 1.5},
    }


def test_row_has_the_shape_that_readers_of_the_results_expect() -> None:
    row = rows_of_rounds("cost", ROUNDS, ["bare_warm"])[1].to_dict()
    assert list(row) == ["name", "part", "n", "wall_s", "cpu_s", "ratios", "measures"]
    for spread in (row["wall_s"], row["cpu_s"], *row["ratios"].values()):
        assert list(spread) == ["min", "median", "max"]


def test_row_survives_its_file_and_what_was_written_beside_it() -> None:
    row = Row(name="idle", part="idle", n=1, wall_s=Spread.of([60.0]), measures={"share_of_a_core": 0.01})
    told = json.loads(json.dumps({**row.to_dict(), "date": "2026-01-01", "commit": "abc"}))
    assert Row.from_dict(told) == row


def test_merged_results_replace_the_parts_that_were_measured_again_and_keep_the_others() -> None:
    old = [{"name": "warm", "part": "cost"}, {"name": "gone", "part": "cost"}, {"name": "idle", "part": "idle"}]
    new = [{"name": "warm", "part": "cost", "n": 2}]
    assert merged(old, new) == [{"name": "idle", "part": "idle"}, {"name": "warm", "part": "cost", "n": 2}]
