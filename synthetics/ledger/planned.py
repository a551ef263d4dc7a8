"""Planned downtime in the ledger: entered once, never changed."""

import sqlalchemy as sa
from sqlalchemy import Connection

from synthetics.ledger.days import day_of_writing
from synthetics.ledger.tables import maintenance
from synthetics.maintenance import Maintenance

_FIELDS = ("from_ms", "until_ms", "noticed_ms", "author", "why", "entered_ms", "app", "target")


def insert(connection: Connection, window: Maintenance) -> bool:
    """Enter a window; False where the very same downtime was entered before, whoever did it and when."""
    same = ("from_ms", "until_ms", "noticed_ms", "app", "target")
    there = sa.select(maintenance.c.number).where(
        *(maintenance.c[name].is_not_distinct_from(getattr(window, name)) for name in same)
    )
    if connection.execute(there).first() is not None:
        return False
    values = {name: getattr(window, name) for name in _FIELDS}
    last = connection.execute(sa.select(sa.func.max(maintenance.c.number))).scalar_one() or 0
    day_ms = day_of_writing(connection, window.entered_ms)
    connection.execute(sa.insert(maintenance).values(**values, number=last + 1, day_ms=day_ms))
    return True


def read(connection: Connection) -> tuple[Maintenance, ...]:
    """All windows, in the order in which they were entered."""
    query = sa.select(maintenance).order_by(maintenance.c.number)
    return tuple(Maintenance(**{name: getattr(row, name) for name in _FIELDS}) for row in connection.execute(query))
