"""Slots, runs, and the totals that metrics show."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

_KEY = ("journey", "target", "location", "trigger", "slot_ms", "attempt")
_SERIES = ("app", "journey", "target", "location")


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _key() -> list[sa.Column[str] | sa.Column[int]]:
    return [
        *_text("journey", "target", "location", "trigger"),
        _whole("slot_ms"),
        sa.Column("attempt", sa.Integer, nullable=False),
    ]


def upgrade() -> None:
    """Make all tables."""
    _make_slots()
    _make_runs()
    _make_totals()


def _make_slots() -> None:
    op.create_table(
        "slots",
        *_key(),
        *_text("app", "state"),
        _whole("claimed_ms", nullable=True),
        sa.Column("claimant", sa.String),
        sa.PrimaryKeyConstraint(*_KEY, name="slots_pk"),
    )
    is_open = sa.text("state = 'claimed'")
    op.create_index("slots_open", "slots", ["slot_ms"], sqlite_where=is_open, postgresql_where=is_open)


def _make_runs() -> None:
    op.create_table(
        "runs",
        *_text("run_id"),
        *_key(),
        *_text("app", "outcome", "fault"),
        _whole("started_ms", nullable=True),
        _whole("duration_ms", nullable=True),
        sa.Column("record", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="runs_pk"),
        sa.UniqueConstraint(*_KEY, name="runs_key"),
    )
    op.create_index("runs_newest", "runs", ["slot_ms", "attempt", "run_id"])
    op.create_index("runs_of_journey", "runs", ["journey", "slot_ms", "attempt", "run_id"])


def _make_totals() -> None:
    op.create_table(
        "run_totals",
        *_text(*_SERIES, "outcome", "fault"),
        _whole("total"),
        sa.PrimaryKeyConstraint(*_SERIES, "outcome", "fault", name="run_totals_pk"),
    )
    op.create_table(
        "slot_totals",
        *_text(*_SERIES, "state"),
        _whole("total"),
        sa.PrimaryKeyConstraint(*_SERIES, "state", name="slot_totals_pk"),
    )
    op.create_table(
        "bucket_totals",
        *_text("measure", *_SERIES, "step"),
        sa.Column("upper_edge_seconds", sa.Double, nullable=False),
        _whole("total"),
        _whole("sum_ms"),
        sa.PrimaryKeyConstraint("measure", *_SERIES, "step", "upper_edge_seconds", name="bucket_totals_pk"),
    )
    op.create_table(
        "last_runs",
        *_text(*_SERIES),
        _whole("ended_ms"),
        _whole("slot_ms"),
        sa.Column("passed", sa.Boolean, nullable=False),
        _whole("last_success_ms", nullable=True),
        sa.PrimaryKeyConstraint(*_SERIES, name="last_runs_pk"),
    )


def downgrade() -> None:
    """Refuse: a ledger is the truth, and going back would throw some of it away.

    Raises:
        NotImplementedError: Always.
    """
    raise NotImplementedError("a ledger is never taken back to an earlier version: restore a copy of it instead")
