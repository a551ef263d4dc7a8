"""When a journey is due, how long it may take and how it runs: who says so first, and whether it fits.

Taken in this order: the command line, ``synthetics.toml`` (the journey, then all), ``app.toml`` (the journey, then
all of the app), the journey's marker, and what is built in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, NamedTuple, TypeVar

from synthetics.config.cron import shortest_gap
from synthetics.config.durations import format_duration, to_ms
from synthetics.errors import Problem

EVERY = timedelta(minutes=5)
TIMEOUT = timedelta(seconds=60)
ISOLATED = False
CONFIRMS = True

_SECOND_MS = 1_000

_Value = TypeVar("_Value", timedelta, bool)


@dataclass(frozen=True, slots=True)
class Layer:
    """One place that may say something: an interval or a cron expression, a timeout, and how runs are made.

    Args:
        file: The file as the caller would name it.
        every_key: The key, line or option of ``every`` in it.
        timeout_key: The key, line or option of ``timeout`` in it.
        every: What it says; None leaves it to the next.
        timeout: What it says; None leaves it to the next.
        of_author: Whether it is the journey's own file that says so, rather than who runs it.
        cron: The cron expression that it says instead of an interval.
        cron_key: The key or line of ``cron`` in it.
        isolated: Whether it says that every run has a worker to itself; None leaves it to the next.
        confirm: Whether it says that a failed run is repeated; None leaves it to the next.
        confirm_key: The key or line of ``confirm`` in it.
    """

    file: str
    every_key: str
    timeout_key: str
    every: timedelta | None
    timeout: timedelta | None
    of_author: bool = False
    cron: str | None = None
    cron_key: str = ""
    isolated: bool | None = None
    confirm: bool | None = None
    confirm_key: str = ""


class Setting(NamedTuple, Generic[_Value]):
    """A value, and who said it.

    Args:
        value: The duration, or whether.
        file: The file as the caller would name it; empty for what is built in.
        key: The key, line or option.
        of_author: Whether it is the journey's own file that says so, or nobody.
    """

    value: _Value
    file: str
    key: str
    of_author: bool


class Settled(NamedTuple):
    """What holds for a journey, and who said it.

    Args:
        every: The interval; with a cron expression, the shortest time between two of its slots.
        timeout: How long one attempt may take.
        cron: The cron expression; None for an even interval.
        isolated: Whether every run has a worker to itself.
        confirms: Whether a failed run is repeated once.
    """

    every: Setting[timedelta]
    timeout: Setting[timedelta]
    cron: str | None = None
    isolated: bool = ISOLATED
    confirms: Setting[bool] = Setting(CONFIRMS, "", "", of_author=True)


def settle(layers: Iterable[Layer]) -> Settled:
    """Take each value from the first place that says one; an interval and a cron expression displace each other.

    Args:
        layers: The places, the weightiest first.
    """
    every, timeout = Setting(EVERY, "", "", of_author=True), Setting(TIMEOUT, "", "", of_author=True)
    confirms = Setting(CONFIRMS, "", "", of_author=True)
    cron: str | None = None
    isolated = ISOLATED
    for layer in reversed(tuple(layers)):
        if layer.cron is not None:
            cron = layer.cron
            every = Setting(shortest_gap(cron), layer.file, layer.cron_key, layer.of_author)
        elif layer.every is not None:
            cron = None
            every = Setting(layer.every, layer.file, layer.every_key, layer.of_author)
        if layer.timeout is not None:
            timeout = Setting(layer.timeout, layer.file, layer.timeout_key, layer.of_author)
        if layer.isolated is not None:
            isolated = layer.isolated
        if layer.confirm is not None:
            confirms = Setting(layer.confirm, layer.file, layer.confirm_key, layer.of_author)
    return Settled(every, timeout, cron, isolated, confirms)


def fits(settled: Settled, grace: timedelta) -> bool:
    """Whether a run, and its confirm-run where it may have one, each with its grace, end before the next slot."""
    return _need(settled, grace) <= settled.every.value


def fits_for_author(layers: Sequence[Layer], grace: timedelta) -> bool:
    """Whether what the journey's own file says fits by itself, had nobody else said anything.

    Args:
        layers: The places, the weightiest first.
        grace: How long a run may take after its timeout.
    """
    return fits(settle(each for each in layers if each.of_author), grace)


def misfit(journeys: Sequence[str], settled: Settled, grace: timedelta, configuration_file: str) -> Problem:
    """Say that a timeout does not fit into an interval, and what would.

    Args:
        journeys: The full names of the journeys for which that holds.
        settled: What holds for them.
        grace: How long a run may take after its timeout.
        configuration_file: The file that says the grace, as the caller would name it.
    """
    every, timeout, cron = settled.every, settled.timeout, settled.cron
    place = next(
        ((each.file, each.key) for each in (timeout, every) if each.file),
        (configuration_file, "limits.grace"),
    )
    said_by = f"{every.file}: {every.key}" if every.file else "the built-in one"
    interval = "its interval of" if cron is None else f'"{cron}" leaves between two slots, which is'
    what = (
        f"{format_duration(timeout.value)} for {', '.join(journeys)} with its {_beside(settled.confirms)} needs"
        f" {format_duration(_need(settled, grace))}, more than {interval} {format_duration(every.value)}"
        f" ({said_by}), so runs would overlap"
    )
    return Problem(*place, what, _mend(settled, grace))


def _beside(confirms: Setting[bool]) -> str:
    """Say what needs time beside a run itself."""
    if not confirms.value:
        return "grace"
    said_by = f" ({confirms.file}: {confirms.key})" if confirms.file else ""
    return f"confirm-run{said_by} and grace"


def _mend(settled: Settled, grace: timedelta) -> str:
    """Say the largest timeout that fits, the shortest interval, and where it is so whether one run alone would fit."""
    attempts = _attempts(settled)
    need = format_duration(_need(settled, grace))
    raise_every = f"raise every to {need}" if settled.cron is None else f"let cron leave {need} between slots"
    largest_ms = to_ms(settled.every.value) // attempts - to_ms(grace)
    if largest_ms <= 0:
        grace_alone = f"{_times(attempts, grace)} of grace alone leaves no time to run"
        return f"{raise_every[0].upper()}{raise_every[1:]}: {grace_alone}."
    if largest_ms >= _SECOND_MS:
        largest_ms -= largest_ms % _SECOND_MS
    largest = timedelta(milliseconds=largest_ms)
    parts = f"{_times(attempts, largest)} + {format_duration(attempts * grace)}"
    ways = [f"Set timeout to {format_duration(largest)} or less ({parts})", raise_every]
    if _is_misfit_of_confirm(settled, grace):
        ways.append("set confirm to false")
    return f"{', '.join(ways[:-1])}, or {ways[-1]}."


def _is_misfit_of_confirm(settled: Settled, grace: timedelta) -> bool:
    """Whether it is the confirm-run that does not fit, and somebody asked for it."""
    alone = settled._replace(confirms=settled.confirms._replace(value=False))
    return settled.confirms.value and bool(settled.confirms.file) and fits(alone, grace)


def _times(attempts: int, duration: timedelta) -> str:
    return format_duration(duration) if attempts == 1 else f"{attempts} x {format_duration(duration)}"


def _attempts(settled: Settled) -> int:
    return 2 if settled.confirms.value else 1


def _need(settled: Settled, grace: timedelta) -> timedelta:
    return _attempts(settled) * (settled.timeout.value + grace)
