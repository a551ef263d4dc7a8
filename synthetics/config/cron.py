"""Cron expressions as people write them: five fields in UTC, such as ``*/10 8-18 * * 1-5``."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from cronsim import CronSim, CronSimError

from synthetics.config.durations import format_duration
from synthetics.config.wording import value_of

#: What a message shows to somebody who has to write one.
MEND = (
    "Write five fields, in UTC: minute, hour, day of the month, month, day of the week,"
    ' such as "*/10 8-18 * * 1-5" for each ten minutes of a working day.'
)

_FIELDS = ("minute", "hour", "day of the month", "month", "day of the week")
_RAREST = timedelta(days=366)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
#: Days of the week and leap years fall together again after 28 years, until 2100.
_CYCLE_START = datetime(2000, 1, 1, tzinfo=UTC)
_CYCLE_END = datetime(2028, 1, 1, tzinfo=UTC) + _RAREST


def parse_cron(text: str) -> str:
    """Read a cron expression.

    Args:
        text: Five fields: numbers, names (``MON``, ``JAN``), ``*``, lists, ranges and steps.

    Returns:
        The expression with one blank between its fields.

    Raises:
        ValueError: With one sentence, where the text is no such expression, or never due twice within 366 days.
    """
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(f"{value_of(text)} has {len(fields)} {'field' if len(fields) == 1 else 'fields'}, not five")
    for index, (name, field) in enumerate(zip(_FIELDS, fields, strict=True)):
        alone = ["*"] * len(_FIELDS)
        alone[index] = field
        if not _is_cron(" ".join(alone)):
            raise ValueError(f"{value_of(field)} is no {name}")
    expression = " ".join(fields)
    rare = f"{value_of(expression)} is not due twice within {format_duration(_RAREST)}"
    if not _is_cron(expression):
        # Each field is sound, and no month of those has such a day.
        raise ValueError(rare)
    try:
        gap = shortest_gap(expression)
    except ValueError:
        raise ValueError(rare) from None
    if gap > _RAREST:
        raise ValueError(rare)
    return expression


@lru_cache(maxsize=256)
def shortest_gap(expression: str) -> timedelta:
    """Find the shortest time between two slots of an expression, over all years until 2100.

    The times of day are the same on every day that is due. So the shortest gap is one between two times of a day, or
    the one from the last time of a day to the first of the next day that is due.

    Args:
        expression: A cron expression with five fields.

    Returns:
        The gap; the same for each call.

    Raises:
        ValueError: Where there are no two slots in 28 years.
    """
    times, days = _times_and_days(expression)
    gaps = [after - before for before, after in pairwise(times)]
    overnight = times[-1] - times[0]
    nearest = _nearest_days(days)
    if nearest is not None:
        gaps.append(nearest - overnight)
    if not gaps:
        raise ValueError(f'"{expression}" has no two slots')
    return min(gaps)


@lru_cache(maxsize=256)
def longest_gap(expression: str) -> timedelta:
    """Find the longest time between two slots of an expression, over all years until 2100.

    It is one between two times of a day, or the one from the last time of a day to the first of the next day that is
    due, where those two days are the farthest apart.

    Args:
        expression: A cron expression with five fields that has two slots.

    Returns:
        The gap; the same for each call.
    """
    times, days = _times_and_days(expression)
    gaps = [after - before for before, after in pairwise(times)]
    # What no day of the month and no month restricts is the same each week, and need not be asked for 28 years.
    end = _CYCLE_START + 3 * _WEEK if days.split()[2:4] == ["*", "*"] else _CYCLE_END
    farthest = max(after - before for before, after in pairwise(_until(days, end)))
    return max([*gaps, farthest - (times[-1] - times[0])])


def _times_and_days(expression: str) -> tuple[list[datetime], str]:
    """Take an expression apart: its times on a day, and the midnights of the days that are due."""
    minute, hour, *days = expression.split()
    times = _until(f"{minute} {hour} * * *", _CYCLE_START + _DAY)
    return times, " ".join(("0 0", *days))


def _nearest_days(midnights: str) -> timedelta | None:
    """Find how near two days that are due ever come; None where there are no two."""
    nearest: timedelta | None = None
    before: datetime | None = None
    for day in CronSim(midnights, _CYCLE_START - timedelta(seconds=1)):
        if day >= _CYCLE_END:
            break
        if before is not None:
            nearest = day - before if nearest is None else min(nearest, day - before)
        before = day
        if nearest == _DAY:
            break
    return nearest


def _until(expression: str, end: datetime) -> list[datetime]:
    """List the slots from the beginning of the cycle up to an instant, which is left out."""
    slots: list[datetime] = []
    for slot in CronSim(expression, _CYCLE_START - timedelta(seconds=1)):
        if slot >= end:
            break
        slots.append(slot)
    return slots


def _is_cron(expression: str) -> bool:
    try:
        CronSim(expression, _CYCLE_START)
    except (CronSimError, ValueError):
        return False
    return True
