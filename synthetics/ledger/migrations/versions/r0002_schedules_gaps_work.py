"""When a slot's run was started, what is on the schedule, slots missed without rows of their own, and more totals."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None

_PLACE = ("journey", "target", "location")
_SERIES = ("app", "journey", "target", "location")


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _cadence() -> list[sa.Column[str] | sa.Column[int]]:
    return [
        sa.Column("every_ms", sa.BigInteger),
        *_whole("offset_ms"),
        sa.Column("cron", sa.String),
    ]


def upgrade() -> None:
    """Add the column and the tables."""
    op.add_column("slots", sa.Column("started_ms", sa.BigInteger))
    _make_totals()
    _make_schedules()
    _start_open_claims()


def _make_totals() -> None:
    op.create_table(
        "flaky_totals",
        *_text(*_SERIES, "fault"),
        *_whole("total"),
        sa.PrimaryKeyConstraint(*_SERIES, "fault", name="flaky_totals_pk"),
    )
    op.create_table(
        "work_totals",
        *_text(*_SERIES),
        *_whole("started", "finished", "cpu_ms"),
        sa.PrimaryKeyConstraint(*_SERIES, name="work_totals_pk"),
    )
    op.create_table(
        "worker_totals",
        *_text("measure", "reason"),
        *_whole("total"),
        sa.PrimaryKeyConstraint("measure", "reason", name="worker_totals_pk"),
    )


def _make_schedules() -> None:
    op.create_table(
        "schedules",
        *_text("app", *_PLACE),
        *_cadence(),
        *_whole("since_ms", "settled_until_ms", "watched_until_ms"),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint(*_PLACE, "since_ms", name="schedules_pk"),
    )
    op.create_table(
        "gaps",
        *_text("app", *_PLACE),
        *_cadence(),
        *_whole("first_ms", "last_ms", "total"),
        *_text("reason"),
        sa.Column("record", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint(*_PLACE, "first_ms", name="gaps_pk"),
    )
    op.create_index("gaps_newest", "gaps", ["last_ms", *_PLACE, "first_ms"])


def _start_open_claims() -> None:
    """Count what is under way as started: until now a claim was made right before its run began."""
    op.execute("UPDATE slots SET started_ms = claimed_ms WHERE state = 'claimed'")
    op.execute(
        "INSERT INTO work_totals (app, journey, target, location, started, finished, cpu_ms)"
        " SELECT app, substr(journey, length(app) + 2), target, location, count(*), 0, 0"
        " FROM slots WHERE state = 'claimed' GROUP BY app, journey, target, location"
    )


def downgrade() -> None:
    """Refuse: a ledger is the truth, and going back would throw some of it away.

    Raises:
        NotImplementedError: Always.
    """
    raise NotImplementedError("a ledger is never taken back to an earlier version: restore a copy of it instead")
