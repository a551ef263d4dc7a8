"""Verdicts that came after a record, and a quick way to the runs that failed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the table and the index."""
    op.create_table(
        "verdicts",
        sa.Column("run_id", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("outcome", "fault", "author")),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "number", name="verdicts_pk"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="verdicts_run_id_fk", ondelete="CASCADE"),
    )
    has_failed = sa.text("outcome = 'failed'")
    op.create_index("runs_failed", "runs", ["slot_ms"], sqlite_where=has_failed, postgresql_where=has_failed)


def downgrade() -> None:
    """Refuse: a ledger is the truth, and going back would throw some of it away.

    Raises:
        NotImplementedError: Always.
    """
    raise NotImplementedError("a ledger is never taken back to an earlier version: restore a copy of it instead")
