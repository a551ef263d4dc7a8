"""The waterfall: which rows there are, and where their bars stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.export.waterfall import Bar, Row, waterfall
from synthetics.record import Outcome, Step, StepStatus
from tests.export.builders import TIMEOUT_ERROR, a_failed_run, a_run, a_step


def only_row(step: Step, duration_ms: int | None = 10_000) -> Row:
    (row,) = waterfall(a_run(Outcome.FAILED, steps=(step,), duration_ms=duration_ms)).rows
    return row


def test_waterfall_has_every_step_in_the_order_of_its_making() -> None:
    rows = [(row.depth, row.step.title, row.from_fixture) for row in waterfall(a_failed_run()).rows]
    assert rows == [
        (0, "Sign in", True),
        (1, "Give the e-mail address", True),
        (1, "Give the password", True),
        (0, "Open the admin page", False),
        (0, "Create a flow", False),
        (1, "Fill the form", False),
        (1, "Press Save", False),
        (0, "See the comment on the issue", False),
        (0, "Delete what was made", True),
    ]


def test_waterfall_keeps_fixture_steps_that_look_alike_apart() -> None:
    twin = a_step("Ask for a token", offset_ms=100)
    record = a_run(fixture_steps=(twin, twin), steps=(a_step("Open", offset_ms=2_000),))
    assert [row.step.title for row in waterfall(record).rows] == ["Ask for a token", "Ask for a token", "Open"]


def test_waterfall_puts_fixture_steps_first_where_no_step_was_reached() -> None:
    record = a_run(
        Outcome.FAILED,
        steps=(a_step("Open", StepStatus.SKIPPED),),
        fixture_steps=(a_step("Sign in", StepStatus.FAILED, offset_ms=500),),
    )
    assert [row.step.title for row in waterfall(record).rows] == ["Sign in", "Open"]


@pytest.mark.parametrize(
    ("step", "bar", "took"),
    [
        pytest.param(
            a_step("Open", offset_ms=2_500, duration_ms=5_000),
            Bar(left_percent=25.0, width_percent=50.0, open_ended=False),
            "5.0 s",
            id="a share of the run",
        ),
        pytest.param(
            a_step("Open", offset_ms=2_500, duration_ms=1),
            Bar(left_percent=25.0, width_percent=0.4, open_ended=False),
            "1 ms",
            id="a short one can still be seen",
        ),
        pytest.param(
            a_step("Open", offset_ms=10_000, duration_ms=0),
            Bar(left_percent=99.6, width_percent=0.4, open_ended=False),
            "0 ms",
            id="one at the very end too",
        ),
        pytest.param(
            a_step("Open", StepStatus.FAILED, offset_ms=4_000, duration_ms=None),
            Bar(left_percent=40.0, width_percent=60.0, open_ended=True),
            "end not seen",
            id="one without an end is open to the end of the run",
        ),
    ],
)
def test_waterfall_bar_is_where_the_step_was(step: Step, bar: Bar, took: str) -> None:
    row = only_row(step)
    assert (row.bar, row.took) == (bar, took)


def test_waterfall_is_as_long_as_its_steps_where_the_run_s_duration_is_not_known() -> None:
    steps = (a_step("Open", offset_ms=0, duration_ms=6_000), a_step("Close", offset_ms=6_000, duration_ms=2_000))
    rows = waterfall(a_run(Outcome.FAILED, steps=steps, duration_ms=None)).rows
    assert [row.bar and row.bar.width_percent for row in rows] == [75.0, 25.0]


def test_waterfall_draws_no_bar_for_a_step_that_was_not_reached() -> None:
    row = only_row(a_step("Open", StepStatus.SKIPPED))
    assert (row.bar, row.took, row.tells) == (None, "not reached", False)


def test_waterfall_tells_an_error_once_at_the_innermost_step() -> None:
    assert [row.step.title for row in waterfall(a_failed_run()).rows if row.tells] == ["Press Save"]


def test_waterfall_tells_the_outer_step_too_where_its_picture_or_error_is_another() -> None:
    inner = a_step("In", StepStatus.FAILED, error=TIMEOUT_ERROR, screenshot="in.png")
    for changes in ({"error": TIMEOUT_ERROR, "screenshot": "out.png"}, {"error": None}):
        outer = a_step("Out", StepStatus.FAILED, steps=(inner,), **changes)
        rows = waterfall(a_run(Outcome.FAILED, steps=(outer,))).rows
        assert [row.tells for row in rows] == [True, True]


@pytest.mark.parametrize(
    ("duration_ms", "labels"),
    [
        (3_210, ["0", "1 s", "2 s", "3 s"]),
        (640, ["0", "200 ms", "400 ms", "600 ms"]),
        (62_010, ["0", "20 s", "40 s", "1 min"]),
        (7, ["0"]),
    ],
)
def test_waterfall_scale_has_round_marks(duration_ms: int, labels: list[str]) -> None:
    record = a_run(duration_ms=duration_ms, steps=(a_step("Open", offset_ms=0, duration_ms=1),))
    assert [tick.label for tick in waterfall(record).ticks] == labels


def test_waterfall_of_a_run_without_steps_is_empty() -> None:
    empty = waterfall(a_run(Outcome.MISSED))
    assert (empty.rows, empty.ticks) == ((), ())


times = st.none() | st.integers(min_value=0, max_value=10**8)


@given(times, st.lists(st.tuples(times, times), max_size=4))
def test_waterfall_never_draws_outside_its_scale(
    duration_ms: int | None, steps: list[tuple[int | None, int | None]]
) -> None:
    made = tuple(a_step("Open", offset_ms=offset, duration_ms=took) for offset, took in steps)
    drawn = waterfall(a_run(duration_ms=duration_ms, steps=made, fixture_steps=made))
    for bar in (row.bar for row in drawn.rows if row.bar is not None):
        assert bar.left_percent >= 0
        assert bar.width_percent > 0
        assert bar.left_percent + bar.width_percent <= 100.01
    assert len(drawn.ticks) <= 7
