"""The steps of a run as rows with bars: where each begins and ends, as a share of the whole."""

from collections.abc import Iterator
from dataclasses import dataclass

from synthetics.export.words import duration
from synthetics.record import RunRecord, Step, StepStatus

#: A bar that is thinner than this cannot be seen.
_THINNEST_PERCENT = 0.4
_MOST_TICKS = 6
_NICE_TICKS_MS = (
    *(10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000),
    *(60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000),
)
_UNITS = ((60_000, "min"), (1_000, "s"), (1, "ms"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """Where a bar is drawn.

    Args:
        left_percent: Where it begins, 0 to 100.
        width_percent: How wide it is.
        open_ended: Whether its end was not seen, so that it is drawn to the end of the run.
    """

    left_percent: float
    width_percent: float
    open_ended: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One step of the waterfall.

    Args:
        step: The step.
        depth: 0 for a top-level step.
        from_fixture: Whether a fixture made it.
        bar: Where its bar is; None where it was not reached.
        took: How long it took, in words.
        tells: Whether what was seen at its failure is shown here; False where the step inside it shows the same.
    """

    step: Step
    depth: int
    from_fixture: bool
    bar: Bar | None
    took: str
    tells: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """One mark of the time scale."""

    left_percent: float
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Waterfall:
    """All rows on one time scale.

    Args:
        rows: The steps in the order in which they were made, those inside a step after it.
        ticks: The marks of the scale; empty where no step was reached.
    """

    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]


def waterfall(record: RunRecord) -> Waterfall:
    """Lay the steps of a run out on a time scale.

    Args:
        record: The run.

    Returns:
        Its rows: fixture steps stand before the first declared step that began after them, else behind all.
    """
    whole_ms = _whole_ms(record)
    rows = tuple(
        row
        for step, from_fixture in _in_order(record)
        for row in _rows(step, 0, from_fixture=from_fixture, whole_ms=whole_ms)
    )
    reached = any(row.bar is not None for row in rows)
    return Waterfall(rows=rows, ticks=_ticks(whole_ms) if reached else ())


def _in_order(record: RunRecord) -> Iterator[tuple[Step, bool]]:
    began = [step.offset_ms for step in record.steps if step.offset_ms is not None]
    first_ms = min(began) if began else None
    before = [step for step in record.fixture_steps if _is_before(step, first_ms)]
    yield from ((step, True) for step in before)
    yield from ((step, False) for step in record.steps)
    yield from ((step, True) for step in record.fixture_steps if step not in before)


def _is_before(step: Step, first_ms: int | None) -> bool:
    return first_ms is None or step.offset_ms is None or step.offset_ms <= first_ms


def _whole_ms(record: RunRecord) -> int:
    """The length of the scale: the run's, or that of its steps where they say more; never 0."""
    ends = [
        (step.offset_ms or 0) + (step.duration_ms or 0)
        for top in (*record.fixture_steps, *record.steps)
        for step in _with_inner(top)
    ]
    return max(record.duration_ms or 0, *ends, 1)


def _with_inner(step: Step) -> Iterator[Step]:
    yield step
    for inner in step.steps:
        yield from _with_inner(inner)


def _rows(step: Step, depth: int, *, from_fixture: bool, whole_ms: int) -> Iterator[Row]:
    yield Row(
        step=step,
        depth=depth,
        from_fixture=from_fixture,
        bar=_bar(step, whole_ms),
        took=_took(step),
        tells=step.status is StepStatus.FAILED and not _told_inside(step),
    )
    for inner in step.steps:
        yield from _rows(inner, depth + 1, from_fixture=from_fixture, whole_ms=whole_ms)


def _told_inside(step: Step) -> bool:
    """Whether a step inside it failed with the same error, and this one has no picture of its own."""
    failed = [inner for inner in step.steps if inner.status is StepStatus.FAILED]
    return any(
        inner.error == step.error and (step.screenshot is None or step.screenshot == inner.screenshot)
        for inner in failed
    )


def _bar(step: Step, whole_ms: int) -> Bar | None:
    if step.offset_ms is None:
        return None
    left = min(100 * step.offset_ms / whole_ms, 100 - _THINNEST_PERCENT)
    open_ended = step.duration_ms is None
    width = 100 - left if step.duration_ms is None else 100 * step.duration_ms / whole_ms
    return Bar(
        left_percent=round(left, 2),
        width_percent=round(max(min(width, 100 - left), _THINNEST_PERCENT), 2),
        open_ended=open_ended,
    )


def _took(step: Step) -> str:
    if step.offset_ms is None:
        return "not reached"
    return "end not seen" if step.duration_ms is None else duration(step.duration_ms)


def _ticks(whole_ms: int) -> tuple[Tick, ...]:
    """At most six marks at round times, 0 included."""
    between_ms = next((nice for nice in _NICE_TICKS_MS if whole_ms / nice <= _MOST_TICKS), whole_ms)
    return tuple(
        Tick(left_percent=round(100 * at_ms / whole_ms, 2), label=_tick_label(at_ms))
        for at_ms in range(0, whole_ms + 1, between_ms)
    )


def _tick_label(at_ms: int) -> str:
    """Shorter than a duration: ``0``, ``200 ms``, ``2 s``, ``5 min``."""
    if at_ms == 0:
        return "0"
    fitting = (f"{at_ms // unit_ms} {unit}" for unit_ms, unit in _UNITS if at_ms % unit_ms == 0)
    return next(fitting)
