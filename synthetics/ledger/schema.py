"""Bringing a ledger's tables up to the version that this program knows."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from synthetics.errors import StorageError
from synthetics.ledger.database import Database
from synthetics.ledger.tables import HEAD

_VERSIONS = sa.table("alembic_version", sa.column("version_num", sa.String))


def bring_up_to_date(database: Database) -> None:
    """Make the tables, or change them to what this version needs; quick where there is nothing to do.

    Args:
        database: The ledger's; a new file is fine.

    Raises:
        StorageError: Where the file belongs to something else or to a newer version, or cannot be written.
    """
    with database.reading() as connection:
        if _revision(connection, database.file) == HEAD:
            return
    with alone(database.file.parent):
        database.use_write_ahead_log()
        with database.writing() as connection:
            found = _revision(connection, database.file)  # another process may have been first
            if found != HEAD:
                _migrate(connection, found, database.file)


def _revision(connection: Connection, file: Path) -> str | None:
    """At which migration the database stands; None for an empty one."""
    tables = sa.inspect(connection)
    if tables.has_table(_VERSIONS.name):
        return connection.execute(sa.select(_VERSIONS.c.version_num)).scalar_one_or_none()
    if tables.get_table_names():
        raise StorageError(
            f"{file}: this is the database of some other program, and is left as it is.\n"
            "  Move it away, or name another folder as storage in synthetics.toml.",
        )
    return None


def _migrate(connection: Connection, found: str | None, file: Path) -> None:
    # Imported here, since almost no start of the program needs it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "synthetics.ledger:migrations")
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StorageError(
            f"{file}: this ledger was written by a newer version of this program (it stands at {found}, this version"
            f" knows {HEAD}), and is left as it is.\n"
            "  Upgrade this program, or name another folder as storage in synthetics.toml.",
        )
    command.upgrade(config, HEAD)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one process at a time make a database: switching to a write-ahead log does not wait for others by itself."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
