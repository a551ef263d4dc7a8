"""Seals of days, planned maintenance, and up to where records were removed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

_DAY_MS = 86_400_000


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def upgrade() -> None:
    """Add the tables, and the day on which each verdict was written; no day is sealed yet."""
    op.add_column("runs", sa.Column("day_ms", sa.BigInteger))
    is_late = sa.text("day_ms IS NOT NULL")
    op.create_index("runs_late", "runs", ["day_ms"], sqlite_where=is_late, postgresql_where=is_late)
    op.add_column("verdicts", sa.Column("day_ms", sa.BigInteger))
    op.execute(f"UPDATE verdicts SET day_ms = at_ms / {_DAY_MS} * {_DAY_MS}")  # noqa: S608  made of a constant
    op.create_index("verdicts_of_day", "verdicts", ["day_ms"])
    op.create_table(
        "maintenance",
        sa.Column("number", sa.Integer, nullable=False),
        *_whole("from_ms", "until_ms", "noticed_ms"),
        *_text("author"),
        sa.Column("why", sa.Text, nullable=False),
        *_whole("entered_ms"),
        sa.Column("app", sa.String),
        sa.Column("target", sa.String),
        *_whole("day_ms"),
        sa.PrimaryKeyConstraint("number", name="maintenance_pk"),
    )
    op.create_table(
        "prunings",
        *_whole("day_ms", "before_ms", "removed"),
        sa.PrimaryKeyConstraint("day_ms", name="prunings_pk"),
    )
    op.create_table(
        "seals",
        *_whole("day_ms"),
        *_text("seal"),
        sa.Column("former", sa.String),
        *_whole("records"),
        *_text("records_digest"),
        sa.Column("later", sa.Integer, nullable=False),
        sa.Column("counted", sa.Boolean, nullable=False),
        *_whole("sealed_ms"),
        sa.PrimaryKeyConstraint("day_ms", name="seals_pk"),
    )
    op.create_table(
        "sealed_rows",
        *_whole("day_ms"),
        *_text("kind", "name"),
        *_whole("about_ms"),
        *_text("digest"),
        sa.PrimaryKeyConstraint("day_ms", "kind", "name", name="sealed_rows_pk"),
    )
    _note_what_was_removed()


def _note_what_was_removed() -> None:
    """Find up to where records were removed already: their hours count more than there are."""
    op.execute(
        "INSERT INTO prunings (day_ms, before_ms, removed)"  # noqa: S608  made of constants
        f" SELECT (max(hour_ms) + 3600000) / {_DAY_MS} * {_DAY_MS}, max(hour_ms) + 3600000, 0"
        " FROM (SELECT hour_ms, sum(total) AS counted FROM hour_counts GROUP BY hour_ms) AS hours LEFT JOIN"
        " (SELECT slot_ms / 3600000 * 3600000 AS its_hour_ms, count(*) AS there FROM runs"
        "  WHERE trigger = 'schedule' AND attempt = 1 GROUP BY its_hour_ms) AS records ON its_hour_ms = hour_ms"
        " WHERE counted > coalesce(there, 0) HAVING count(*) > 0"
    )


def downgrade() -> None:
    """Refuse: a ledger is the truth, and going back would throw some of it away.

    Raises:
        NotImplementedError: Always.
    """
    raise NotImplementedError("a ledger is never taken back to an earlier version: restore a copy of it instead")
