"""The run that passed last, of each series: told beside the totals, as far as its record is still there."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from synthetics.ledger.tables import last_runs, runs
from synthetics.ledger.totals import LastPass, Series
from synthetics.record import Outcome, Trigger


def read_last_passes(connection: Connection) -> dict[Series, LastPass]:
    """Find the record that gave each series the time of its last success.

    Args:
        connection: In a transaction that sees one state of the ledger.

    Returns:
        The runs by series; series without a success, and those whose record was pruned, are left out.
    """
    return {
        Series(app=row.app, journey=row.journey, target=row.target, location=row.location): LastPass(
            run_id=row.run_id, duration_ms=row.duration_ms, ended_ms=row.last_success_ms
        )
        for row in connection.execute(_LAST_PASSES)
    }


def _last_passes() -> sa.Select[Any]:
    """Search back from each success's end: its record is among the first, however much has failed since."""
    passed = runs.alias("passed")
    its_record = (
        sa.select(passed.c.run_id)
        .where(
            passed.c.journey == last_runs.c.app + "." + last_runs.c.journey,
            passed.c.target == last_runs.c.target,
            passed.c.location == last_runs.c.location,
            passed.c.trigger == Trigger.SCHEDULE.value,
            passed.c.attempt == 1,
            passed.c.outcome == Outcome.PASSED.value,
            passed.c.slot_ms <= last_runs.c.last_success_ms,
            passed.c.started_ms + passed.c.duration_ms == last_runs.c.last_success_ms,
        )
        .order_by(passed.c.slot_ms.desc())
        .limit(1)
        .correlate(last_runs)
        .scalar_subquery()
    )
    return sa.select(last_runs, runs.c.run_id, runs.c.duration_ms).select_from(
        last_runs.join(runs, runs.c.run_id == its_record)
    )


_LAST_PASSES = _last_passes()
