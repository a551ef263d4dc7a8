"""Single values as people write them in the files: durations, cron expressions, secrets, places and times, choices."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from synthetics.config import addresses, sizes
from synthetics.config.cron import MEND, parse_cron
from synthetics.config.durations import EXAMPLES, format_duration, parse_duration
from synthetics.config.told import told
from synthetics.config.wording import did_you_mean, kind_of, meant_or_listed, value_of

#: What targets, accounts and locations may be called: they are labels of metrics and parts of messages.
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
NAME_IN_WORDS = "a name of letters, digits, _, - and ."
KEY_IN_WORDS = "a key of letters, digits, _, - and ."

_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_SCRIPT_LENGTH = len("Hant")
_UTC = "UTC"
_OLDEST = timedelta(days=3660)
_YOUNGEST_RECORDS = timedelta(days=1)

_Kind = TypeVar("_Kind", bound=StrEnum)


class Table(BaseModel):
    """A table whose keys are all known, and whose values are what they look like: no text is taken for a number."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _duration(value: object) -> timedelta:
    if not isinstance(value, str):
        unit = f', such as "{value}s"' if type(value) is int and value > 0 else f", such as {EXAMPLES}"
        raise told(f"{value_of(value)} is {kind_of(value)}, not a duration", f"Write text with a unit{unit}.")
    try:
        return parse_duration(value)
    except ValueError as error:
        raise told(str(error), f"Write whole numbers with units, such as {EXAMPLES}.") from None


def _age(value: object) -> timedelta:
    if not isinstance(value, str):
        raise told(f"{value_of(value)} is {kind_of(value)}, not an age", 'Write text with a unit, such as "90d".')
    try:
        return parse_duration(value, _OLDEST)
    except ValueError as error:
        raise told(str(error), 'Write whole numbers with units, such as "7d" or "12h".') from None


def _records_age(value: timedelta) -> timedelta:
    if value < _YOUNGEST_RECORDS:
        what = f'"{format_duration(value)}" is too short for records'
        raise told(what, 'Write "1d" or more: SLIs and reports are made of them.')
    return value


def _size(value: object) -> int:
    if not isinstance(value, str):
        unit = f', such as "{value}GB"' if type(value) is int and value > 0 else f", such as {sizes.EXAMPLES}"
        raise told(f"{value_of(value)} is {kind_of(value)}, not a size", f"Write text with a unit{unit}.")
    try:
        return sizes.parse_size(value)
    except ValueError as error:
        raise told(str(error), f"Write a number and a unit, such as {sizes.EXAMPLES}.") from None


def _cron(value: str) -> str:
    try:
        return parse_cron(value)
    except ValueError as error:
        raise told(str(error), MEND) from None


def _reference(value: object) -> object:
    if isinstance(value, dict) and len(value) == 1 and set(value) <= {"env", "file"}:
        return value
    # The value is not shown, whatever it is: it may be the secret itself.
    what = "a secret is written out here" if isinstance(value, str) else "this is no reference to a secret"
    raise told(what, 'Write { env = "NAME" } or { file = "path" }, and keep the secret itself there.')


def _locale(value: str) -> str:
    if _LOCALE.fullmatch(value):
        return value
    # Only what looks like a locale is shown: an account's values may be secrets in the wrong place.
    meant = _tidied(value)
    mend = f"Write {meant}." if _LOCALE.fullmatch(meant) else "Write a language and a country, such as en-US or sv-SE."
    raise told("the value is no locale", mend)


def _tidied(locale: str) -> str:
    """Write a locale with hyphens, the language small, the script with one capital, the country in capitals."""
    language, *rest = locale.partition(".")[0].replace("_", "-").split("-")
    return "-".join(
        (language.lower(), *(part.title() if len(part) == _SCRIPT_LENGTH else part.upper() for part in rest))
    )


def _timezone(value: str) -> str:
    # UTC is known where there is no list of time zones at all.
    if value == _UTC or value in (zones := available_timezones()):
        return value
    near = did_you_mean(value, zones)
    # The value is not shown, as none of an account's.
    mend = "Write UTC, or an area and a city, such as Europe/Stockholm."
    raise told("the value is no time zone", f"Did you mean {near}? {mend}" if near else mend)


def _day(value: object) -> date:
    # A point in time is a date as well, to Python.
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    kind = "a point in time" if isinstance(value, datetime) else kind_of(value)
    raise told(f"{value_of(value)} is {kind}, not a date", "Write a date without quotes, such as 2026-03-01.")


def choice(kind: type[_Kind], noun: str, listed_as: str) -> Callable[[object], _Kind]:
    """Make a check that takes one of a set of words.

    Args:
        kind: The words.
        noun: What one of them is, such as ``framework``.
        listed_as: What they are, such as ``The frameworks are:``.
    """
    words = tuple(str(each) for each in kind)

    def chosen(value: object) -> _Kind:
        if not isinstance(value, str):
            what = f"{value_of(value)} is {kind_of(value)}, not text in quotes"
            raise told(what, meant_or_listed("", words, listed_as))
        if value not in words:
            raise told(f"{value_of(value)} is no {noun}", meant_or_listed(value, words, listed_as))
        return kind(value)

    return chosen


class SecretReference(Table):
    """Where a secret is kept."""

    # Capitals only, so that a secret written here by mistake is refused rather than shown as a missing variable.
    env: str | None = Field(
        default=None,
        pattern=r"^[A-Z_][A-Z0-9_]*$",
        description="a variable's name in capitals, digits and _",
        examples=["STAGING_PASSWORD"],
    )
    file: str | None = Field(default=None, min_length=1, examples=["secrets/staging"])


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Age = Annotated[timedelta, BeforeValidator(_age)]
RecordsAge = Annotated[timedelta, BeforeValidator(_age), AfterValidator(_records_age)]
Size = Annotated[int, BeforeValidator(_size)]
Cron = Annotated[str, AfterValidator(_cron)]
Secret = Annotated[SecretReference, BeforeValidator(_reference)]
Locale = Annotated[str, AfterValidator(_locale)]
Timezone = Annotated[str, AfterValidator(_timezone)]
Day = Annotated[date, BeforeValidator(_day)]
Site = Annotated[str, AfterValidator(addresses.site)]
StatusPage = Annotated[str, AfterValidator(addresses.status_page)]
Proxy = Annotated[str, AfterValidator(addresses.proxy)]
BaseUrl = Annotated[str, AfterValidator(addresses.base_url)]
HealthPath = Annotated[str, AfterValidator(addresses.health_path)]
Link = Annotated[str, AfterValidator(addresses.link)]
