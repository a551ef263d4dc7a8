"""``slo status`` over a year of records: whether its hours' rows spare it from reading them.

The ledger is filled by SQL, since a year is not to be waited for, and its hours' rows are made by the program's own
migration, as in a ledger from before there were any. The records' text is cut: nothing here reads it.
"""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from alembic import command
from alembic.config import Config

from benchmarks.figures import Row, Spread
from benchmarks.ground import Ground
from benchmarks.many import many_placements, passed_record, write_journeys
from synthetics.ledger.database import Database
from synthetics.ledger.hours import HOUR_MS, hour_of
from synthetics.ledger.store import FILE_NAME, open_ledger

PART = "slo"
_CHECKOUT = Path(__file__).parent.parent
_JOURNEYS = 50
_EVERY_MS = 300_000
_TEXT_BYTES = 200
#: Of so many runs one fails by the app, one by the host, and one is not judged.
_ONE_IN = {"app": 1_999, "host": 997, "monitor": 499}

# The names of runs rise with their rows, so that filling is not searching; what they are, no question here asks.
_FILL = """
WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :slots)
INSERT INTO runs (run_id, journey, target, location, trigger, slot_ms, attempt, app, outcome, fault, started_ms,
                  duration_ms, record)
SELECT printf('%016x', :first + n), :journey, 'site', 'bench', 'schedule', :since_ms + n * :every_ms, 1, 'many',
       CASE WHEN n % :monitor = 3 THEN 'errored' WHEN n % :app = 1 OR n % :host = 2 THEN 'failed' ELSE 'passed' END,
       CASE WHEN n % :monitor = 3 THEN 'monitor' WHEN n % :app = 1 THEN 'app' WHEN n % :host = 2 THEN 'host'
            ELSE 'none' END,
       :since_ms + n * :every_ms + 5, 1500 + n * 7919 % 3000, :record
FROM number
"""


def measure(ground: Ground, rows: int, times: int) -> list[Row]:
    """Fill a ledger, count it up, and ask how the objectives stand, each time in a process of its own.

    Args:
        ground: For its folder.
        rows: How many records, a multiple of 50.
        times: How often it is asked.
    """
    folder = write_journeys(ground.folder / "slo_journeys", _JOURNEYS, 'every="5m"')
    config = ground.configuration("slo", journeys=folder)
    storage = config.parent / "var"
    _make_as_before_hours(storage)
    _fill(storage / FILE_NAME, rows // _JOURNEYS)
    began = time.monotonic()
    open_ledger(storage).close()
    counted_s = time.monotonic() - began
    _check(storage, rows)
    taken, cpu = zip(*(_ask(config) for _ in range(times)), strict=True)
    return [
        Row(
            name="slo_status",
            part=PART,
            n=times,
            wall_s=Spread.of(taken),
            cpu_s=Spread.of(cpu),
            measures={"records": rows, "counted_s": counted_s, "ledger_mb": (storage / FILE_NAME).stat().st_size / 1e6},
        )
    ]


def _make_as_before_hours(storage: Path) -> None:
    """Make a ledger of the last version that had no hours' rows."""
    storage.mkdir(parents=True)
    database = Database(storage / FILE_NAME)
    database.use_write_ahead_log()
    config = Config()
    config.set_main_option("script_location", "synthetics.ledger:migrations")
    with closing(database), database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")


def _fill(file: Path, slots: int) -> None:
    """Write the records."""
    since_ms = hour_of(time.time_ns() // 1_000_000) - slots * _EVERY_MS
    placements = many_placements(_JOURNEYS)
    record = passed_record(placements[0], since_ms).to_json()[:_TEXT_BYTES]
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")  # a file that is thrown away
        connection.execute("PRAGMA cache_size=-400000")
        (index,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'runs_newest'").fetchone()
        connection.execute("DROP INDEX runs_newest")
        connection.execute("BEGIN")
        for number, placement in enumerate(placements):
            told = {"journey": placement.journey.name, "record": record, "slots": slots, "first": number * slots}
            connection.execute(_FILL, {**told, **_ONE_IN, "since_ms": since_ms, "every_ms": _EVERY_MS})
        connection.execute(index)
        connection.execute("COMMIT")


def _check(storage: Path, rows: int) -> None:
    """See that every record is in the counts.

    Raises:
        RuntimeError: Where one is not.
    """
    until_ms = hour_of(time.time_ns() // 1_000_000) + HOUR_MS
    with closing(open_ledger(storage)) as ledger, ledger.counts() as reader:
        counted = sum(each.total for each in reader.tallies(0, until_ms, 0))
    if counted != rows:
        raise RuntimeError(f"{rows} records were written, and the counts have {counted}.")


def _ask(config: Path) -> tuple[float, float]:
    """How long one ``slo status`` took, in wall and in processor time, in seconds."""
    asked = [sys.executable, str(_CHECKOUT / "runner.py"), "slo", "status", "--json", "--config", str(config)]
    before, began = getrusage(RUSAGE_CHILDREN), time.monotonic()
    told = subprocess.run(asked, cwd=_CHECKOUT, capture_output=True, text=True, check=True).stdout
    taken, after = time.monotonic() - began, getrusage(RUSAGE_CHILDREN)
    if '"judged": 8' not in told:
        raise RuntimeError("slo status found no runs.")
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
