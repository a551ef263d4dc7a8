"""How problems name files, keys and values, so that all of them do it alike."""

import json
import os
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from difflib import get_close_matches
from pathlib import Path

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_LONGEST_VALUE = 60
#: Above difflib's own 0.6, at which any two journeys of one app are near by the app's name alone.
_NEAR_RATIO = 0.7


def shown(path: Path) -> str:
    """Name a file as the caller would: relative to the working directory where it is below it."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100  resolve() would follow links that the caller does not think of
    here = Path.cwd()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) and whole != here else str(whole)


def key_of(location: Sequence[str | int]) -> str:
    """Write the way to a value as TOML writes it, such as ``journey."ihub.run_flow".every``.

    Args:
        location: The tables' and the key's names, and the indices of lists, from the outside in.
    """
    key = ""
    for part in location:
        if isinstance(part, int):
            key += f"[{part}]"
            continue
        name = part if _BARE_KEY.fullmatch(part) else json.dumps(part, ensure_ascii=False)
        key += f".{name}" if key else name
    return key


def value_of(value: object) -> str:
    """Write a value as TOML would, on one line, cut where it is long.

    Never to be asked for what may hold a secret: an account's values, or a key that nobody knows.
    """
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        text = "[" + ", ".join(value_of(each) for each in value) + "]"
    elif isinstance(value, datetime | date | time):
        text = value.isoformat()
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."


def kind_of(value: object) -> str:
    """Say in words what kind of value stands in a TOML file."""
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "true or false"),
        (str, "text"),
        (int, "a whole number"),
        (float, "a number"),
        (list, "a list"),
        (dict, "a table"),
    )
    return next((words for kind, words in kinds if isinstance(value, kind)), "a date or a time")


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Find what somebody most likely meant; None where nothing is near."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=_NEAR_RATIO)), None)


def one_of(known: Iterable[str], nothing: str = "none") -> str:
    """List what exists, in order, separated by commas."""
    return ", ".join(sorted(known)) or nothing


def meant_or_listed(word: str, known: Iterable[str], listed_as: str) -> str:
    """Give the mending sentence for a name that does not exist.

    Args:
        word: What was written.
        known: What could have been written.
        listed_as: What these are, such as ``There are``.
    """
    names = tuple(known)
    near = did_you_mean(word, names)
    listed = f"{listed_as} {one_of(names)}."
    return f"Did you mean {near}? {listed}" if near else listed
