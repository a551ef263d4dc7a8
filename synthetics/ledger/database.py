"""The database below the ledger: connections, transactions, and its errors told to people.

What is special about SQLite stands here and nowhere else; the queries themselves run on PostgreSQL too.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError

from synthetics.errors import StorageError
from synthetics.ledger.reserve import FILE_NAME as RESERVE_FILE
from synthetics.ledger.reserve import Reserve, is_short_of_room

#: How long a transaction waits for another one, of whatever process, before it gives up.
BUSY_TIMEOUT_SECONDS = 30

_T = TypeVar("_T")

_TROUBLES = (
    (
        "SQLITE_NOTADB",
        "this file is not a database (file is not a database), and is left as it is",
        "Move it away, or name another folder as storage in synthetics.toml.",
    ),
    (
        "SQLITE_CORRUPT",
        "the ledger is damaged ({said}), and is left as it is",
        "Keep a copy of this file and those beside it with its name, then put a backup in its place or move it away.",
    ),
    (
        "SQLITE_FULL",
        "the ledger cannot grow ({said})",
        "Free some space on this disk; what was acknowledged is safe.",
    ),
    (
        "SQLITE_IOERR",
        "the disk did not do what was asked of it ({said})",
        "Look for free space, quotas and the health of this disk; what was acknowledged is safe.",
    ),
    (
        "SQLITE_BUSY",
        f"another process held the ledger for more than {BUSY_TIMEOUT_SECONDS}s ({{said}})",
        "Find out which process has this file open, and end it if it hangs.",
    ),
    ("SQLITE_READONLY", "the ledger cannot be written ({said})", "Make this file and its folder writable."),
    ("SQLITE_CANTOPEN", "the ledger cannot be opened ({said})", "Make this file and its folder writable."),
    ("SQLITE_PERM", "the ledger cannot be opened ({said})", "Make this file and its folder writable."),
)

#: What a disk without room makes of a write; the second only where there is little room indeed.
_FULL = "SQLITE_FULL"
_MAYBE_FULL = "SQLITE_IOERR"
_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")


class DamagedError(StorageError):
    """The file is no database, or not a whole one."""


class FullError(StorageError):
    """The disk has no room for what was to be written."""


class Database:
    """A SQLite file, used by several threads and beside other processes.

    Args:
        file: Where it is; made with the first connection.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.reserve = Reserve(file.with_name(RESERVE_FILE))
        self._engine = _engine(file)
        self._writer = self._engine.execution_options(ledger_writes=True)

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the ledger and changes nothing.

        Raises:
            StorageError: Where the file cannot be read.
        """
        return self._transaction(self._engine)

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that waits for its turn; all that is done in it happens, or none.

        Raises:
            StorageError: Where the file cannot be written, or its turn did not come.
        """
        return self._transaction(self._writer)

    def write(self, job: Callable[[Connection], _T]) -> _T:
        """Do something in a transaction that writes; where the disk is full, once more with the room of the reserve.

        Args:
            job: What to do; it may be called twice, and what it did the first time is undone then.

        Raises:
            StorageError: As ``writing`` does.
        """
        try:
            with self.writing() as connection:
                return job(connection)
        except FullError:
            if not self.reserve.release():
                raise
        with self.writing() as connection:
            return job(connection)

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Connection]:
        try:
            with engine.begin() as connection:
                yield connection
        except DatabaseError as error:
            told = _told(self.file, error)
            if told is None:
                raise
            raise told from error

    def use_write_ahead_log(self) -> None:
        """Let readers and a writer work side by side; kept in the file, so once in its life is enough."""
        connection = self._engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()


class JoinedDatabase(Database):
    """The database as it is inside a transaction that somebody else began and will end.

    Args:
        database: The database.
        connection: In the transaction.
    """

    def __init__(self, database: Database, connection: Connection) -> None:
        self.file = database.file
        self.reserve = database.reserve
        self._connection = connection

    def reading(self) -> AbstractContextManager[Connection]:
        """The transaction itself."""
        return nullcontext(self._connection)

    def writing(self) -> AbstractContextManager[Connection]:
        """The transaction itself."""
        return nullcontext(self._connection)

    def write(self, job: Callable[[Connection], _T]) -> _T:
        """Do something in the transaction; whoever began it makes room on a full disk."""
        return job(self._connection)


#: An INSERT that knows ``ON CONFLICT``, which both databases have and SQLAlchemy's own does not.
Insert = sqlite.Insert | postgresql.Insert


def insert_into(connection: Connection, table: Table) -> Insert:
    """An INSERT for the database that a connection leads to."""
    return insert_for(connection.dialect.name, table)


def insert_for(dialect: str, table: Table) -> Insert:
    """An INSERT for a database by its dialect's name."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def add_to(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Add each row's figures to those of the row with its key, which is made where there is none."""
    if not rows:
        return
    connection.execute(_adding(connection.dialect.name, table), rows)


# Made once: a record has four of them, and making one costs as much as executing it.
@lru_cache(maxsize=64)
def _adding(dialect: str, table: Table) -> Insert:
    insert = insert_for(dialect, table)
    added = {each.name: each + insert.excluded[each.name] for each in table.columns if not each.primary_key}
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=added)


def _engine(file: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
        max_overflow=-1,  # as many connections as there are threads: waiting is for the database alone
    )
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begin)
    return engine


def _connected(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own way leaves SELECT and DDL outside of transactions
    cursor = connection.cursor()
    # FULL, not NORMAL: with a write-ahead log NORMAL never damages the file, but a power cut may take back the last
    # transactions, and with them a slot that had started. One fsync per transaction is cheap at a few a second.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A plain BEGIN that reads and then writes fails at once when another process wrote in between, whatever the
    # timeout: a writer has to take its turn at the start.
    writes = connection.get_execution_options().get("ledger_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _told(file: Path, error: DatabaseError) -> StorageError | None:
    """The error in words for people; None where it is not the storage's but a mistake of this program."""
    name = getattr(error.orig, "sqlite_errorname", "")
    for prefix, what, mend in _TROUBLES:
        if name.startswith(prefix):
            return _kind(name, file)(f"{file}: {what.format(said=error.orig)}.\n  {mend}")
    return None


def _kind(name: str, file: Path) -> type[StorageError]:
    if name.startswith(_DAMAGED):
        return DamagedError
    if name.startswith(_FULL) or (name.startswith(_MAYBE_FULL) and is_short_of_room(file.parent)):
        return FullError
    return StorageError
