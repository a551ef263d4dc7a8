"""What somebody asks of a fault when switching it on: for which apps, which pages, how many requests, how strongly."""

from collections.abc import Mapping
from typing import Any

from synthetics.standin.faults.model import Fault, Knob, SwitchedOn

ALL_APPS = "all"


class FaultOrderError(Exception):
    """A fault cannot be switched on like this; the text says what there is."""


def switched_on(fault: Fault, asked: Mapping[str, Any]) -> SwitchedOn:
    """The fault as it is asked for.

    Args:
        fault: The fault.
        asked: ``app``, ``path``, ``after``, ``times`` and the names of its knobs; what is missing has its default.

    Returns:
        The fault, switched on.

    Raises:
        FaultOrderError: One of them is unknown, or has a value that it cannot have.
    """
    knobs = {knob.name: knob for knob in fault.knobs}
    scopes = scopes_of(fault)
    for name in asked:
        if name not in {*scopes, *knobs}:
            known = ", ".join([*scopes, *knobs]) or "nothing"
            raise FaultOrderError(f"{fault.name} takes no {name!r}; it takes: {known}")
    times = asked.get("times")
    return SwitchedOn(
        fault=fault,
        apps=_apps(fault, asked.get("app")),
        path=_path(asked.get("path")),
        after=fault.after if asked.get("after") is None else _whole("after", asked["after"], 0),
        times=None if times is None else _whole("times", times, 1),
        values={name: _value(knob, asked.get(name)) for name, knob in knobs.items()},
    )


def scopes_of(fault: Fault) -> tuple[str, ...]:
    """What it can be narrowed to: only what happens to single requests can be told apart by path and number."""
    apps = ("app",) if fault.apps else ()
    return (*apps, "path", "after", "times") if fault.effects else apps


def _apps(fault: Fault, asked: Any) -> tuple[str, ...]:
    if asked is None:
        return fault.apps[:1]
    if asked == ALL_APPS:
        return fault.apps
    names = tuple(str(asked).split(","))
    for name in names:
        if name not in fault.apps:
            known = ", ".join([*fault.apps, ALL_APPS])
            raise FaultOrderError(f"{fault.name} cannot happen to the app {name!r}; it can to: {known}")
    return names


def _path(asked: Any) -> str | None:
    if asked is None:
        return None
    if not isinstance(asked, str) or not asked.startswith(("/", "*")):
        raise FaultOrderError(f"path is {asked!r}; it must begin with a slash or an asterisk")
    return asked


def _whole(name: str, asked: Any, least: int) -> int:
    if isinstance(asked, bool) or not str(asked).isdecimal() or int(str(asked)) < least:
        raise FaultOrderError(f"{name} is {asked!r}; it must be a whole number from {least}")
    return int(str(asked))


def _value(knob: Knob, asked: Any) -> float:
    if asked is None:
        return knob.default
    try:
        value = float(asked)
    except (TypeError, ValueError):
        value = float("nan")
    if isinstance(asked, bool) or not knob.least <= value <= knob.most:
        raise FaultOrderError(f"{knob.name} is {asked!r}; it must be a number from {knob.least:g} to {knob.most:g}")
    return value
