"""Durations as people write them: a number and a unit, such as ``90s``, ``5m`` or ``1h30m``."""

import re
from datetime import timedelta

#: What a message shows to somebody who has to write one.
EXAMPLES = '"90s", "5m" or "1h30m"'

_LONGEST = timedelta(days=366)
_UNITS_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_SHAPE = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?", re.ASCII)
_SAID_IN_SECONDS_BELOW_MS = 300_000


def parse_duration(text: str, longest: timedelta = _LONGEST) -> timedelta:
    """Read a duration.

    Args:
        text: Days, hours, minutes, seconds and milliseconds (``d``, ``h``, ``m``, ``s``, ``ms``), each at most once,
            the largest first, nothing between them.
        longest: The longest that is taken, in whole days.

    Returns:
        The duration: whole milliseconds, more than zero, at most ``longest``.

    Raises:
        ValueError: With one sentence, where the text is no such duration.
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None or not any(shape.groups()):
        raise ValueError(f'"{text}" is not a duration')
    # Thirteen digits are 316 years in milliseconds: more would only overflow.
    if any(len(number or "") > len("9999999999999") for number in shape.groups()):
        raise ValueError(f'"{text}" is longer than {longest.days} days')
    total_ms = sum(
        int(number or 0) * unit_ms for number, unit_ms in zip(shape.groups(), _UNITS_MS.values(), strict=True)
    )
    if total_ms == 0:
        raise ValueError(f'"{text}" is no time at all, and a duration is more than zero')
    if total_ms > to_ms(longest):
        raise ValueError(f'"{text}" is longer than {longest.days} days')
    return timedelta(milliseconds=total_ms)


def format_duration(duration: timedelta) -> str:
    """Say a duration so that ``parse_duration`` reads the same one back.

    Below five minutes seconds are said in seconds, as people say them (``90s``), whole minutes aside (``2m``).

    Args:
        duration: Zero or more; what is finer than a millisecond is left out.

    Returns:
        Such as ``60s``, ``90s``, ``5m``, ``1h30m``, ``1d`` or ``250ms``; ``0s`` for nothing.

    Raises:
        ValueError: Where the duration is less than zero.
    """
    total_ms = to_ms(duration)
    if total_ms < 0:
        raise ValueError(f"a duration is zero or more, not {duration!r}")
    seconds, odd_ms = divmod(total_ms, _UNITS_MS["s"])
    if not odd_ms and total_ms < _SAID_IN_SECONDS_BELOW_MS and (total_ms <= _UNITS_MS["m"] or seconds % 60):
        return f"{seconds}s"
    parts = []
    left_ms = total_ms
    for unit, unit_ms in _UNITS_MS.items():
        number, left_ms = divmod(left_ms, unit_ms)
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts)


def to_ms(duration: timedelta) -> int:
    """Give a duration in whole milliseconds, what is finer left out."""
    return duration // timedelta(milliseconds=1)
