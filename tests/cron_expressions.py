"""Cron expressions of all kinds, for properties that hold for each of them."""

from hypothesis import strategies as st


def _field(lowest: int, highest: int, steps: tuple[int, ...]) -> st.SearchStrategy[str]:
    numbers = st.integers(lowest, highest)
    ranges = st.tuples(numbers, numbers).map(lambda pair: f"{min(pair)}-{max(pair)}")
    lists = st.lists(numbers, min_size=1, max_size=3, unique=True).map(lambda each: ",".join(map(str, each)))
    return st.one_of(st.just("*"), st.sampled_from(steps).map("*/{}".format), ranges, lists)


def expressions() -> st.SearchStrategy[str]:
    """Expressions that are due in each year, some of them each minute, some of them on a few days only."""
    return st.tuples(
        _field(0, 59, (1, 7, 10, 30)),
        _field(0, 23, (1, 5, 12)),
        # Each month has 28 days.
        _field(1, 28, (1, 9)),
        _field(1, 12, (1, 6)),
        st.one_of(st.just("*"), st.just("1-5"), st.just("0,6")),
    ).map(" ".join)
