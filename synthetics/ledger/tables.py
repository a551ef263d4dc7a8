"""The ledger's tables, as this version of the program knows them; ``migrations`` makes them."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

#: The last migration. A database that stands here needs no Alembic, whose import alone costs half a second.
HEAD = "0005"

#: Constraints have names on every database, so that a later migration can speak of them.
metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "uq": "%(table_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
    }
)

#: The columns of the natural key of a run.
KEY = ("journey", "target", "location", "trigger", "slot_ms", "attempt")
#: The columns that tell whose slots they are; ``journey`` is the full name.
PLACE = ("journey", "target", "location")
_SERIES = ("app", "journey", "target", "location")


def _key_columns() -> list[Column[Any]]:
    """The natural key of a run; ``journey`` is the full name."""
    return [
        Column("journey", String, nullable=False),
        Column("target", String, nullable=False),
        Column("location", String, nullable=False),
        Column("trigger", String, nullable=False),
        Column("slot_ms", BigInteger, nullable=False),
        Column("attempt", Integer, nullable=False),
    ]


def _place_columns() -> list[Column[Any]]:
    """Whose slots they are, and the app; ``journey`` is the full name."""
    return [Column(name, String, nullable=False) for name in ("app", *PLACE)]


def _cadence_columns() -> list[Column[Any]]:
    """When slots are due: an interval and an offset, or a cron expression."""
    return [
        Column("every_ms", BigInteger),
        Column("offset_ms", BigInteger, nullable=False),
        Column("cron", String),
    ]


def _series_columns() -> list[Column[Any]]:
    """What one set of metric series is about; ``journey`` is the name without its app."""
    return [Column(name, String, nullable=False) for name in _SERIES]


slots = Table(
    "slots",
    metadata,
    *_key_columns(),
    Column("app", String, nullable=False),
    Column("state", String, nullable=False),
    Column("claimed_ms", BigInteger),  # none where a record came without a claim before it
    Column("claimant", String),
    Column("started_ms", BigInteger),  # none while nothing was ordered for it
    PrimaryKeyConstraint(*KEY),
)
# Few slots are open at any time among millions that are settled.
Index(
    "slots_open",
    slots.c.slot_ms,
    sqlite_where=slots.c.state == "claimed",
    postgresql_where=slots.c.state == "claimed",
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", String, nullable=False),
    *_key_columns(),
    Column("app", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("fault", String, nullable=False),
    Column("started_ms", BigInteger),
    Column("duration_ms", BigInteger),
    Column("record", Text, nullable=False),
    Column("day_ms", BigInteger),  # with which day it is sealed, where its slot's own was sealed before it was written
    PrimaryKeyConstraint("run_id"),
    UniqueConstraint(*KEY),
    Index("runs_newest", "slot_ms", "attempt", "run_id"),
    Index("runs_of_journey", "journey", "slot_ms", "attempt", "run_id"),
)

#: Written out, not passed: SQLite takes the index below only for a query that says the same words.
HAS_FAILED = text("outcome = 'failed'")
# Few runs fail among all those that are kept.
Index("runs_failed", runs.c.slot_ms, sqlite_where=HAS_FAILED, postgresql_where=HAS_FAILED)

IS_LATE = text("day_ms IS NOT NULL")
# Hardly any record comes after its day was sealed.
Index("runs_late", runs.c.day_ms, sqlite_where=IS_LATE, postgresql_where=IS_LATE)

# What was said of a run after its record, which has the first verdict and never changes. They go with the record.
verdicts = Table(
    "verdicts",
    metadata,
    Column("run_id", String, nullable=False),
    Column("number", Integer, nullable=False),  # 2 and more: that in the record is the first
    Column("at_ms", BigInteger, nullable=False),
    Column("outcome", String, nullable=False),
    Column("fault", String, nullable=False),
    Column("author", String, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("day_ms", BigInteger),  # with which day it is sealed
    PrimaryKeyConstraint("run_id", "number"),
    ForeignKeyConstraint(["run_id"], ["runs.run_id"], ondelete="CASCADE"),
    Index("verdicts_of_day", "day_ms"),
)

run_totals = Table(
    "run_totals",
    metadata,
    *_series_columns(),
    Column("outcome", String, nullable=False),
    Column("fault", String, nullable=False),
    Column("total", BigInteger, nullable=False),
    PrimaryKeyConstraint(*_SERIES, "outcome", "fault"),
)

slot_totals = Table(
    "slot_totals",
    metadata,
    *_series_columns(),
    Column("state", String, nullable=False),
    Column("total", BigInteger, nullable=False),
    PrimaryKeyConstraint(*_SERIES, "state"),
)

# One row for each bucket that something fell into. ``measure`` says of which histogram, ``step`` is empty but for
# steps. The sums are whole milliseconds, so that adding up never rounds.
bucket_totals = Table(
    "bucket_totals",
    metadata,
    Column("measure", String, nullable=False),
    *_series_columns(),
    Column("step", String, nullable=False),
    Column("upper_edge_seconds", Double, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("sum_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("measure", *_SERIES, "step", "upper_edge_seconds"),
)

last_runs = Table(
    "last_runs",
    metadata,
    *_series_columns(),
    Column("ended_ms", BigInteger, nullable=False),
    Column("slot_ms", BigInteger, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("last_success_ms", BigInteger),
    PrimaryKeyConstraint(*_SERIES),
)

flaky_totals = Table(
    "flaky_totals",
    metadata,
    *_series_columns(),
    Column("fault", String, nullable=False),
    Column("total", BigInteger, nullable=False),
    PrimaryKeyConstraint(*_SERIES, "fault"),
)

# What workers did, of every trigger and attempt. Processor time is whole milliseconds.
work_totals = Table(
    "work_totals",
    metadata,
    *_series_columns(),
    Column("started", BigInteger, nullable=False),
    Column("finished", BigInteger, nullable=False),
    Column("cpu_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint(*_SERIES),
)

# ``measure`` is ``recycle`` or ``kill``.
worker_totals = Table(
    "worker_totals",
    metadata,
    Column("measure", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("total", BigInteger, nullable=False),
    PrimaryKeyConstraint("measure", "reason"),
)

# What is on the schedule, and was: a row stays until each slot that was due by it has a claim, a record or a gap.
schedules = Table(
    "schedules",
    metadata,
    *_place_columns(),
    *_cadence_columns(),
    Column("since_ms", BigInteger, nullable=False),
    Column("settled_until_ms", BigInteger, nullable=False),  # no slot up to here is without one of the three
    Column("watched_until_ms", BigInteger, nullable=False),
    Column("ended", Boolean, nullable=False),  # taken off the schedule at ``watched_until_ms``
    PrimaryKeyConstraint(*PLACE, "since_ms"),
)

# Missed slots that have no rows of their own: all that the cadence makes due from the first to the last.
gaps = Table(
    "gaps",
    metadata,
    *_place_columns(),
    *_cadence_columns(),
    Column("first_ms", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("record", Text, nullable=False),  # that of any one of them: all others differ in their slot alone
    PrimaryKeyConstraint(*PLACE, "first_ms"),
    Index("gaps_newest", "last_ms", *PLACE, "first_ms"),
)

# What each hour (UTC) came to, of scheduled first attempts: so a month is some thousand rows, however many runs it had.
# The fault is that of the last verdict. These rows outlive the records, and slots in gaps are in them only once the
# gap was pruned. The hour is first in the key, since every question is about a time.
hour_counts = Table(
    "hour_counts",
    metadata,
    Column("hour_ms", BigInteger, nullable=False),
    *_place_columns(),
    Column("outcome", String, nullable=False),
    Column("fault", String, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("flaky", BigInteger, nullable=False),  # those of them that failed and whose confirm-run passed
    Column("app_requests", BigInteger, nullable=False),  # what the app's own origins were asked, and was answered
    Column("app_errors", BigInteger, nullable=False),
    PrimaryKeyConstraint("hour_ms", "app", *PLACE, "outcome", "fault"),
    sqlite_with_rowid=False,  # rows lie in the order of the key, and the key is most of them
)

# ``measure`` is ``run`` (of runs that passed) or ``frame`` (from an app's frame to its first word, of all that ran).
hour_durations = Table(
    "hour_durations",
    metadata,
    Column("hour_ms", BigInteger, nullable=False),
    *_place_columns(),
    Column("measure", String, nullable=False),
    Column("upper_edge_seconds", Double, nullable=False),
    Column("total", BigInteger, nullable=False),
    PrimaryKeyConstraint("hour_ms", "app", *PLACE, "measure", "upper_edge_seconds"),
    sqlite_with_rowid=False,
)

# Planned downtime, as people entered it. Nobody changes a row.
maintenance = Table(
    "maintenance",
    metadata,
    Column("number", Integer, nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("noticed_ms", BigInteger, nullable=False),
    Column("author", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("entered_ms", BigInteger, nullable=False),
    Column("app", String),  # none for all apps
    Column("target", String),  # none for all sites
    Column("day_ms", BigInteger, nullable=False),  # with which day it is sealed
    PrimaryKeyConstraint("number"),
)

# Up to where records were removed, by the day with which that is sealed.
prunings = Table(
    "prunings",
    metadata,
    Column("day_ms", BigInteger, nullable=False),
    Column("before_ms", BigInteger, nullable=False),
    Column("removed", BigInteger, nullable=False),
    PrimaryKeyConstraint("day_ms"),
)

# A day (UTC) that is closed, its records and all that was written on it sealed together with the seal before it.
# Days on which nothing was due and nothing was written have none. Nothing removes a seal.
seals = Table(
    "seals",
    metadata,
    Column("day_ms", BigInteger, nullable=False),
    Column("seal", String, nullable=False),
    Column("former", String),  # none before the first
    Column("records", BigInteger, nullable=False),
    Column("records_digest", String, nullable=False),
    Column("later", Integer, nullable=False),  # how many rows of ``sealed_rows`` it has
    Column("counted", Boolean, nullable=False),  # whether the hours' counts were those of its records
    Column("sealed_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("day_ms"),
)

# What was written on a sealed day and is not a record of it, one digest each: so it is known to have been there when
# it is gone with the run that it was about.
sealed_rows = Table(
    "sealed_rows",
    metadata,
    Column("day_ms", BigInteger, nullable=False),
    Column("kind", String, nullable=False),  # ``record`` (a late one), ``verdict``, ``maintenance`` or ``pruning``
    Column("name", String, nullable=False),
    Column("about_ms", BigInteger, nullable=False),  # the slot of the run that it is about
    Column("digest", String, nullable=False),
    PrimaryKeyConstraint("day_ms", "kind", "name"),
)
