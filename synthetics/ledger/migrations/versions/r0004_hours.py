"""What each hour came to, made of all records that are there."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

_PLACE = ("app", "journey", "target", "location")
_HOUR = "runs.slot_ms / 3600000 * 3600000"
_IS_COUNTED = "runs.trigger = 'schedule' AND runs.attempt = 1"
#: The edges of that time; what is counted later may lie below others.
_EDGES_SECONDS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 45, 60, 90, 120)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def upgrade() -> None:
    """Add the tables, and count what there is.

    What frames took and what apps were asked stands in the records' text alone, and is counted from now on.
    """
    op.create_table(
        "hour_counts",
        *_whole("hour_ms"),
        *_text(*_PLACE, "outcome", "fault"),
        *_whole("total", "flaky", "app_requests", "app_errors"),
        sa.PrimaryKeyConstraint("hour_ms", *_PLACE, "outcome", "fault", name="hour_counts_pk"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hour_durations",
        *_whole("hour_ms"),
        *_text(*_PLACE, "measure"),
        sa.Column("upper_edge_seconds", sa.Double, nullable=False),
        *_whole("total"),
        sa.PrimaryKeyConstraint("hour_ms", *_PLACE, "measure", "upper_edge_seconds", name="hour_durations_pk"),
        sqlite_with_rowid=False,
    )
    _count_runs()
    _count_durations()


def _count_runs() -> None:
    """The fault is that of the last verdict; a failure is flaky where its second attempt passed."""
    op.execute(
        "INSERT INTO hour_counts"  # noqa: S608  made of constants
        " (hour_ms, app, journey, target, location, outcome, fault, total, flaky, app_requests, app_errors)"
        f" SELECT {_HOUR}, runs.app, runs.journey, runs.target, runs.location, runs.outcome,"
        " coalesce((SELECT later.fault FROM verdicts AS later WHERE later.run_id = runs.run_id"
        "  ORDER BY later.number DESC LIMIT 1), runs.fault) AS settled,"
        " count(*), count(again.run_id), 0, 0"
        " FROM runs LEFT JOIN runs AS again ON runs.outcome = 'failed' AND again.journey = runs.journey"
        "  AND again.target = runs.target AND again.location = runs.location AND again.trigger = runs.trigger"
        "  AND again.slot_ms = runs.slot_ms AND again.attempt = 2 AND again.outcome = 'passed'"
        f" WHERE {_IS_COUNTED}"
        f" GROUP BY {_HOUR}, runs.app, runs.journey, runs.target, runs.location, runs.outcome, settled"
    )


def _count_durations() -> None:
    edges = " ".join(f"WHEN runs.duration_ms <= {edge * 1000} THEN {float(edge)}" for edge in _EDGES_SECONDS)
    infinity = "CAST('Infinity' AS DOUBLE PRECISION)" if op.get_bind().dialect.name == "postgresql" else "9e999"
    op.execute(  # all that is put into the text is of this file, so the warning below is about nothing
        "INSERT INTO hour_durations (hour_ms, app, journey, target, location, measure, upper_edge_seconds, total)"  # noqa: S608
        f" SELECT {_HOUR}, runs.app, runs.journey, runs.target, runs.location, 'run',"
        f" CASE {edges} ELSE {infinity} END AS edge, count(*)"
        f" FROM runs WHERE {_IS_COUNTED} AND runs.outcome = 'passed' AND runs.duration_ms IS NOT NULL"
        f" GROUP BY {_HOUR}, runs.app, runs.journey, runs.target, runs.location, edge"
    )


def downgrade() -> None:
    """Refuse: a ledger is the truth, and going back would throw some of it away.

    Raises:
        NotImplementedError: Always.
    """
    raise NotImplementedError("a ledger is never taken back to an earlier version: restore a copy of it instead")
