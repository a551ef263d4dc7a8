import math
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.ledger.buckets import fold, upper_edge

some_edges = st.lists(st.integers(1, 100), min_size=1, max_size=10, unique=True).map(sorted)


@pytest.mark.parametrize(
    ("value_ms", "edge"),
    [
        pytest.param(0, 0.1, id="nothing at all falls into the first bucket"),
        pytest.param(100, 0.1, id="an edge belongs to its own bucket"),
        pytest.param(101, 0.25, id="one more falls into the next"),
        pytest.param(5_000, 5.0, id="the last edge belongs to its bucket too"),
        pytest.param(5_001, math.inf, id="what is above the last edge falls above it"),
    ],
)
def test_upper_edge_is_the_smallest_that_is_not_below(value_ms: int, edge: float) -> None:
    assert upper_edge(value_ms, (0.1, 0.25, 1, 5)) == edge


@pytest.mark.parametrize(
    ("counts", "folded"),
    [
        pytest.param({}, {1.0: 0, 5.0: 0, math.inf: 0}, id="every edge of today is there at zero"),
        pytest.param({1.0: 2, math.inf: 1}, {1.0: 2, 5.0: 0, math.inf: 1}, id="edges of today stay"),
        pytest.param({2.0: 4, 5.0: 1}, {1.0: 0, 5.0: 5, math.inf: 0}, id="an edge that is gone moves up to the next"),
        pytest.param({10.0: 3}, {1.0: 0, 5.0: 0, math.inf: 3}, id="one above all of today moves above the last"),
    ],
)
def test_fold_moves_old_buckets_up(counts: dict[float, int], folded: dict[float, int]) -> None:
    assert fold(counts, (1, 5)) == folded


@given(values=st.lists(st.integers(0, 120_000)), old=some_edges, new=some_edges)
def test_fold_lets_no_summed_up_bucket_that_both_versions_have_change(
    values: list[int], old: list[int], new: list[int]
) -> None:
    """A counter that falls would read as a restart, and be counted twice."""
    before = fold({}, old)
    for value in values:
        before[upper_edge(value, old)] += 1
    after = fold(before, new)

    def summed_up(counts: dict[float, int]) -> dict[float, int]:
        return dict(zip(counts, accumulate(counts.values()), strict=True))

    for edge in {*old, math.inf} & {*new, math.inf}:
        assert summed_up(after)[edge] == summed_up(before)[edge]
