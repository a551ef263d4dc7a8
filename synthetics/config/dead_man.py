"""``[dead_man]``: the address that is told that the monitor lives. Whoever has it can keep the alarm silent."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr

from synthetics.config.models import DeadMan
from synthetics.config.secret_reading import UnreadableSecretError, read_secret
from synthetics.config.told import told
from synthetics.config.values import Duration, SecretReference, Table
from synthetics.config.wording import key_of, shown
from synthetics.errors import Problem

_MEND = 'Write an address such as "https://alarm.example.com/ping/...", or { env = "NAME" } and keep it there.'


class UrlReference(SecretReference):
    """An address, or where it is kept."""

    written: str | None = None


def _url(value: object) -> object:
    if isinstance(value, dict) and len(value) == 1 and set(value) <= {"env", "file"}:
        return value
    if isinstance(value, str):
        if not _is_address(value):
            # Never shown: it may be nearly the right one.
            raise told("the value is not an address of http or https", _MEND)
        return {"written": value}
    raise told("this is no address, and no reference to one", _MEND)


class DeadManTable(Table):
    """``[dead_man]``."""

    url: Annotated[UrlReference, BeforeValidator(_url)] = Field(examples=["https://alarm.example.com/ping/..."])
    every: Duration = Field(default=timedelta(minutes=1), examples=["1m"])


def read_dead_man(table: DeadManTable | None, file: Path, environ: Mapping[str, str]) -> DeadMan | None:
    """Make of the table what the service needs.

    Args:
        table: The table; None where there is none.
        file: ``synthetics.toml``, whose folder relative paths are relative to.
        environ: The environment, in which the address may be kept.

    Returns:
        The address, or what keeps it from being read: only the service needs it.
    """
    if table is None:
        return None
    try:
        url = SecretStr(table.url.written) if table.url.written else read_secret(table.url, file.parent, environ)
    except UnreadableSecretError as error:
        return _unreadable(table, file, error.what, error.mend)
    if not _is_address(url.get_secret_value()):
        return _unreadable(table, file, "what is kept there is not an address of http or https", "Keep one there.")
    return DeadMan(url=url, every=table.every)


def _unreadable(table: DeadManTable, file: Path, what: str, mend: str) -> DeadMan:
    return DeadMan(every=table.every, problems=(Problem(shown(file), key_of(("dead_man", "url")), what, mend),))


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and not any(each.isspace() for each in text)
