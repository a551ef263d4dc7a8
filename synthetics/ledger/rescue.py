"""A ledger that is damaged: whoever runs journeys sets it aside whole and begins a new one; readers leave it alone."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from synthetics.errors import SchedulerRunningError
from synthetics.ledger.database import DamagedError
from synthetics.ledger.lock import scheduler_lock
from synthetics.ledger.schema import alone
from synthetics.ledger.store import FILE_NAME, Ledger, open_ledger

#: Up to this size the whole file is looked through at each start, at some 500 MB a second and more. Of a larger one
#: only what every start reads anyway is looked at.
_LOOKED_THROUGH_BYTES = 128 * 1024**2

#: The tables that grow with time, and by what their rows lie in order; all others are small, and are read whole.
_LONG_TABLES = {
    "runs": "rowid",
    "slots": "rowid",
    "gaps": "rowid",
    "hour_counts": "hour_ms",
    "hour_durations": "hour_ms",
}

#: What SQLite keeps beside a database. The database itself goes last: alone it would look whole without them.
_SUFFIXES = ("-wal", "-shm", "")


def open_or_begin_again(
    storage: Path, now_ms: int, tell: Callable[[str], object], *, is_scheduler: bool = False
) -> Ledger:
    """Open the ledger of a storage folder to run journeys; one that is damaged is set aside, and a new one begun.

    Args:
        storage: The folder; made where it does not exist.
        now_ms: The present, in milliseconds UTC.
        tell: Is told what happened, in several lines for people, where anything did.
        is_scheduler: Whether the caller holds the scheduler's lock.

    Returns:
        The ledger, to be closed by the caller.

    Raises:
        DamagedError: Where it is damaged and a scheduler works on it, which would go on writing to the old file.
        StorageError: As ``open_ledger`` does.
    """
    try:
        return _open_whole(storage)
    except DamagedError as error:
        if is_scheduler:
            return _begin_again(storage, now_ms, tell, error)
        try:
            with scheduler_lock(storage):
                return _begin_again(storage, now_ms, tell, error)
        except SchedulerRunningError as running:
            raise error from running


def _begin_again(storage: Path, now_ms: int, tell: Callable[[str], object], error: DamagedError) -> Ledger:
    try:
        return _open_whole(storage)  # somebody else may have set it aside meanwhile
    except DamagedError:
        file = storage / FILE_NAME
        with alone(storage):
            aside = _set_aside(file, now_ms)
        tell(
            "THE LEDGER WAS DAMAGED, AND A NEW ONE IS BEGUN.\n"
            f"  {str(error).partition(', and is left as it is')[0]}.\n"
            f"  The old file is kept, with all that is in it: {aside}\n"
            "  Lost from sight are its records (runs, explain and the index tell of none before now) and what was due"
            " while no runner was at work.\n"
            "  The totals begin again at 0, and with them the counters in /metrics. The files of runs stay where they"
            " are.\n"
            "  To go back to a backup, stop everything, put it in the new file's place and remove those beside it that"
            " have its name and -wal or -shm."
        )
        return open_ledger(storage)


def _open_whole(storage: Path) -> Ledger:
    """Open a ledger that is not damaged, as far as can be seen quickly.

    Raises:
        DamagedError: Where it is.
    """
    file = storage / FILE_NAME
    if file.is_file() and file.stat().st_size:
        damage = _damage(file)
        if damage is not None:
            raise DamagedError(f"{file}: the ledger is damaged ({damage}), and is left as it is.")
    return open_ledger(storage)


def _damage(file: Path) -> str | None:
    """What is wrong with a database, in SQLite's words; None where nothing is seen, or it cannot be looked at.

    The connection only reads: one that may write would fold the log beside the file into it when it closes.
    """
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            if file.stat().st_size <= _LOOKED_THROUGH_BYTES:
                (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
                return None if said == "ok" else str(said)
            _look_at_the_edges(connection)
    except sqlite3.DatabaseError as error:
        damaged = getattr(error, "sqlite_errorname", "").startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT"))
        return str(error) if damaged else None
    return None


def _look_at_the_edges(connection: sqlite3.Connection) -> None:
    """Read the small tables whole, and the first and the last row of the long ones."""
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if table not in _LONG_TABLES:
            connection.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608  a name that the database told
            continue
        for order in ("ASC", "DESC"):
            by = _LONG_TABLES[table]
            connection.execute(f'SELECT * FROM "{table}" ORDER BY {by} {order} LIMIT 1').fetchall()  # noqa: S608  ours


def _set_aside(file: Path, now_ms: int) -> Path:
    """Give a database and what belongs to it another name, which nothing has yet."""
    stamp = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    aside, number = file.with_name(f"{file.name}.corrupt-{stamp}"), 1
    while any(Path(f"{aside}{suffix}").exists() for suffix in _SUFFIXES):
        number += 1
        aside = file.with_name(f"{file.name}.corrupt-{stamp}-{number}")
    for suffix in _SUFFIXES:
        part = Path(f"{file}{suffix}")
        if part.exists():
            part.rename(f"{aside}{suffix}")
    return aside
