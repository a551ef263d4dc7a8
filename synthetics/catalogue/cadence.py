"""When a journey is due and how long it may take: who says so first, and whether it fits.

Taken in this order: the command line, ``synthetics.toml`` (the journey, then all), ``app.toml`` (the journey, then
all of the app), the journey's marker, and what is built in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from synthetics.config.cron import shortest_gap
from synthetics.config.durations import format_duration, to_ms
from synthetics.errors import Problem

EVERY = timedelta(minutes=5)
TIMEOUT = timedelta(seconds=60)

_SECOND_MS = 1_000


@dataclass(frozen=True, slots=True)
class Layer:
    """One place that may say something: an interval or a cron expression, and a timeout.

    Args:
        file: The file as the caller would name it.
        every_key: The key, line or option of ``every`` in it.
        timeout_key: The key, line or option of ``timeout`` in it.
        every: What it says; None leaves it to the next.
        timeout: What it says; None leaves it to the next.
        of_author: Whether it is the journey's own file that says so, rather than who runs it.
        cron: The cron expression that it says instead of an interval.
        cron_key: The key or line of ``cron`` in it.
    """

    file: str
    every_key: str
    timeout_key: str
    every: timedelta | None
    timeout: timedelta | None
    of_author: bool = False
    cron: str | None = None
    cron_key: str = ""


class Setting(NamedTuple):
    """A value, and who said it.

    Args:
        value: The duration.
        file: The file as the caller would name it; empty for what is built in.
        key: The key, line or option.
        of_author: Whether it is the journey's own file that says so, or nobody.
    """

    value: timedelta
    file: str
    key: str
    of_author: bool


class Settled(NamedTuple):
    """A journey's cadence, and who said it.

    Args:
        every: The interval; with a cron expression, the shortest time between two of its slots.
        timeout: How long one attempt may take.
        cron: The cron expression; None for an even interval.
    """

    every: Setting
    timeout: Setting
    cron: str | None = None


def settle(layers: Iterable[Layer]) -> Settled:
    """Take each value from the first place that says one; an interval and a cron expression displace each other.

    Args:
        layers: The places, the weightiest first.
    """
    every, timeout = Setting(EVERY, "", "", of_author=True), Setting(TIMEOUT, "", "", of_author=True)
    cron: str | None = None
    for layer in reversed(tuple(layers)):
        if layer.cron is not None:
            cron = layer.cron
            every = Setting(shortest_gap(cron), layer.file, layer.cron_key, layer.of_author)
        elif layer.every is not None:
            cron = None
            every = Setting(layer.every, layer.file, layer.every_key, layer.of_author)
        if layer.timeout is not None:
            timeout = Setting(layer.timeout, layer.file, layer.timeout_key, layer.of_author)
    return Settled(every, timeout, cron)


def fits(settled: Settled, grace: timedelta) -> bool:
    """Whether a run and its confirm-run, each with its grace, end before the next slot."""
    return _need(settled, grace) <= settled.every.value


def misfit(journeys: Sequence[str], settled: Settled, grace: timedelta, configuration_file: str) -> Problem:
    """Say that a cadence does not fit, and what would.

    Args:
        journeys: The full names of the journeys that have it.
        settled: The cadence.
        grace: How long a run may take after its timeout.
        configuration_file: The file that says the grace, as the caller would name it.
    """
    every, timeout, cron = settled
    place = next(
        ((each.file, each.key) for each in (timeout, every) if each.file),
        (configuration_file, "limits.grace"),
    )
    said_by = f"{every.file}: {every.key}" if every.file else "the built-in one"
    interval = "its interval of" if cron is None else f'"{cron}" leaves between two slots, which is'
    what = (
        f"{format_duration(timeout.value)} for {', '.join(journeys)} with its confirm-run and grace needs"
        f" {format_duration(_need(settled, grace))}, more than {interval} {format_duration(every.value)}"
        f" ({said_by}), so runs would overlap"
    )
    return Problem(*place, what, _mend(settled, grace))


def _mend(settled: Settled, grace: timedelta) -> str:
    """Say the largest timeout that fits, and the shortest interval."""
    need = format_duration(_need(settled, grace))
    raise_every = f"raise every to {need}" if settled.cron is None else f"let cron leave {need} between slots"
    largest_ms = to_ms(settled.every.value) // 2 - to_ms(grace)
    if largest_ms <= 0:
        grace_alone = f"2 x {format_duration(grace)} of grace alone leaves no time to run"
        return f"{raise_every[0].upper()}{raise_every[1:]}: {grace_alone}."
    if largest_ms >= _SECOND_MS:
        largest_ms -= largest_ms % _SECOND_MS
    largest = format_duration(timedelta(milliseconds=largest_ms))
    return f"Set timeout to {largest} or less (2 x {largest} + {format_duration(2 * grace)}), or {raise_every}."


def _need(settled: Settled, grace: timedelta) -> timedelta:
    return 2 * (settled.timeout.value + grace)
