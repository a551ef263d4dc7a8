"""Reading an ``app.toml``: what an app is, how it shows up, and all that is wrong with what is said of it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from synthetics.config.app import App, Connect, Forge, Framework, Programme, ProgrammeStatus
from synthetics.config.app_file import AppFile
from synthetics.config.files import JourneyTable
from synthetics.config.installations import check_base_urls
from synthetics.config.models import JourneySettings
from synthetics.config.toml_text import read_toml
from synthetics.config.translating import read_table
from synthetics.config.wording import key_of, shown, value_of
from synthetics.errors import Problem

_APP_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
#: The table that says where an app of a framework is found.
_TABLES = {Framework.FORGE: "forge", Framework.UIKIT: "forge", Framework.CONNECT: "connect"}
_APPROVED_BEFORE = frozenset({ProgrammeStatus.SUSPENDED, ProgrammeStatus.LEFT})


def read_app(name: str, file: Path) -> tuple[App | None, tuple[Problem, ...]]:
    """Read an ``app.toml``.

    Args:
        name: The app's name, which is its folder's.
        file: The file.

    Returns:
        The app, None where anything is wrong with it; and all that is wrong.
    """
    data, problem = read_toml(file)
    if problem is not None:
        return None, (problem,)
    content, problems = read_table(AppFile, data, shown(file))
    problems += tuple(check_app(name, data, shown(file)))
    if content is None or problems:
        return None, problems
    return _app(name, content), ()


def journey_settings(table: JourneyTable) -> JourneySettings:
    """Make of a table what the rest of the product sees."""
    return JourneySettings(**dict(table))


def check_app(name: str, data: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Find what no single value of an ``app.toml`` shows: names, and combinations.

    It looks at what was written, since a value that is wrong by itself must not hide what is wrong beside it.

    Args:
        name: The app's name, which is its folder's.
        data: What TOML made of the file.
        file: The file as the caller would name it.
    """
    if not _APP_NAME.fullmatch(name):
        what = f"the folder's name {value_of(name)} is no app's name"
        yield Problem(file, "", what, "Rename the folder: small letters, digits and _, a letter first.")
    for journey in _table(data, "journey"):
        if "." in journey:
            mend = f"Write [journey.{journey.rpartition('.')[2]}]: the folder says the app."
            yield Problem(file, key_of(("journey", journey)), f"{value_of(journey)} has a dot in it", mend)
    yield from _check_framework(data, file)
    yield from check_base_urls(_table(data, "base_urls"), ("base_urls",), file)
    yield from _check_programme(_table(data, "programme"), file)


def _app(name: str, content: AppFile) -> App:
    """Make of a sound file what the rest of the product sees."""
    framework = {} if content.framework is None else {"framework": content.framework}
    connect = content.connect
    return App(
        name=name,
        title=content.title,
        owner=content.owner,
        forge=None if content.forge is None else Forge(**dict(content.forge)),
        connect=None if connect is None else Connect(**dict(connect) | {"modules": tuple(connect.modules)}),
        base_urls=content.base_urls,
        health_path=content.health_path,
        programme=None if content.programme is None else Programme(**dict(content.programme)),
        defaults=journey_settings(content.defaults),
        journey={journey: journey_settings(table) for journey, table in content.journey.items()},
        **framework,
    )


def _check_framework(data: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Find a framework that the tables contradict."""
    present = [table for table in ("forge", "connect") if table in data]
    if len(present) > 1:
        mend = "Keep one: an app that moves from Connect to Forge is two apps here, each with a folder of its own."
        yield Problem(file, "connect", "there is a [forge] as well, and an app shows up in one way", mend)
        return
    written = data.get("framework")
    if written not in list(Framework):
        return
    needed = _TABLES.get(Framework(written))
    if needed is not None and needed not in present:
        what = f"it is {value_of(written)}, and there is no [{needed}]"
        mend = f"Write [{needed}] and where the app is found, or another framework."
        yield Problem(file, "framework", what, mend)
    for table in present:
        if table != needed:
            fitting = " or ".join(value_of(str(each)) for each, its in _TABLES.items() if its == table)
            what = f"it is {value_of(written)}, and there is a [{table}]"
            yield Problem(file, "framework", what, f"Write framework = {fitting}, or remove [{table}].")


def _check_programme(programme: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Find what a status in a programme asks for, or excludes."""
    status = programme.get("status")
    if status == ProgrammeStatus.APPROVED:
        for key, example in (("approved_on", "2026-03-01"), ("marketplace_key", '"com.example.app"')):
            if key not in programme:
                what = f"the status is {value_of(status)}, and there is no {key}"
                yield Problem(file, f"programme.{key}", what, f"Write {key} = {example}, or another status.")
    elif status in list(ProgrammeStatus) and status not in _APPROVED_BEFORE and "approved_on" in programme:
        what = f"the status is {value_of(status)}, so it was not approved yet"
        yield Problem(file, "programme.approved_on", what, 'Remove it, or write status = "approved".')


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Give a table of the file; an empty one where there is none, or something else in its place."""
    table = data.get(key)
    return table if isinstance(table, dict) else {}
