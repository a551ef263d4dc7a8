"""What people type into the ledger: who they are, when something was, and why, without secrets."""

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer

from synthetics.artifacts.redaction import Redactor
from synthetics.config.models import Configuration

#: More than that is a report of its own, to which a link leads.
_LONGEST = 1_000
#: No record is older, and nothing is planned for later.
_FIRST_YEAR, _LAST_YEAR = 2020, 2100

By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who says so; who you are on this machine if not named.")
]


def author(by: str | None) -> str:
    """Who says so.

    Args:
        by: The name that was given; None for who runs this command.

    Raises:
        typer.BadParameter: Where it is empty, or the judge's.
    """
    try:
        name = " ".join((getpass.getuser() if by is None else by).split())
    except (KeyError, OSError):  # nobody has this number, as in some containers
        name = ""
    if not name or name == "judge":
        what = "nobody is named" if not name else "the judge says what it says itself"
        raise typer.BadParameter(f"{what}: name a person, such as --by ann.", param_hint="--by")
    return name


def words(text: str, configuration: Configuration, option: str) -> str:
    """What was said, on one line and without the secrets that are known.

    Args:
        text: As it was typed.
        configuration: Has the secrets.
        option: The option's name.

    Raises:
        typer.BadParameter: Where there is nothing in it, or too much.
    """
    said = Redactor(configuration.secrets).text(" ".join(text.split()))
    if not said or len(said) > _LONGEST:
        what = "say why" if not said else f"these are {len(said):,} characters, and {_LONGEST:,} fit"
        raise typer.BadParameter(f"{what}.", param_hint=option)
    return said


def instant_ms(text: str, option: str) -> int:
    """An instant, in milliseconds UTC.

    Args:
        text: ISO 8601, such as ``2026-11-30T22:00Z`` or ``2026-11-30 22:00+01:00``; without a zone it is UTC.
        option: The option's name.

    Raises:
        typer.BadParameter: Where it is none, or one that nobody means.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        what = f"{text!r} is no time: write it as 2026-11-30T22:00Z."
        raise typer.BadParameter(what, param_hint=option) from error
    if not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
        what = f"{text!r} is not between {_FIRST_YEAR} and {_LAST_YEAR}."
        raise typer.BadParameter(what, param_hint=option)
    return round((instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp() * 1_000)
