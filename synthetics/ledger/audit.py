"""What a reviewer asks of the ledger: what failed, what people said of it, and whether it is as it was sealed."""

from datetime import date

from synthetics.ledger import corrections, failures, planned, sealed, sealing, verifying
from synthetics.ledger.corrections import Corrected
from synthetics.ledger.database import Database
from synthetics.ledger.failures import Failure
from synthetics.ledger.sealed import Seal
from synthetics.ledger.verifying import DayChecked
from synthetics.maintenance import Maintenance


class Audit:
    """A ledger as a reviewer sees it; every method raises ``StorageError`` as the ledger's own do.

    Args:
        database: The ledger's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def failures(self, since_ms: int, until_ms: int) -> tuple[Failure, ...]:
        """Scheduled runs that failed, by journey, target and location, the oldest of each first.

        Args:
            since_ms: Of slots from this instant on, in milliseconds UTC.
            until_ms: Of slots before this instant.
        """
        with self._database.reading() as connection:
            return tuple(failures.between(connection, since_ms, until_ms))

    def corrections(self, since_ms: int, until_ms: int) -> tuple[Corrected, ...]:
        """What people said of runs of a time, the last word on each run, the oldest run first.

        Args:
            since_ms: Of slots from this instant on, in milliseconds UTC.
            until_ms: Of slots before this instant.
        """
        with self._database.reading() as connection:
            return corrections.between(connection, since_ms, until_ms)

    def add_maintenance(self, window: Maintenance) -> bool:
        """Enter planned downtime; False where the very same was entered before."""
        return self._database.write(lambda connection: planned.insert(connection, window))

    def maintenance(self) -> tuple[Maintenance, ...]:
        """All planned downtime, in the order in which it was entered."""
        with self._database.reading() as connection:
            return planned.read(connection)

    def seal_days(self, now_ms: int, at_most: int | None = None) -> tuple[Seal, ...]:
        """Seal the days that are closed and have no seal yet; where there is none, that is quickly known.

        Args:
            now_ms: The present, in milliseconds UTC.
            at_most: How many days; None for all.

        Returns:
            The new seals, the oldest first.
        """
        made: list[Seal] = []
        while len(made) != at_most and (seal := sealing.seal_next(self._database, now_ms)) is not None:
            made.append(seal)
        return tuple(made)

    def seals(self) -> tuple[Seal, ...]:
        """All seals, the oldest first."""
        with self._database.reading() as connection:
            return sealed.read_seals(connection)

    def verify(self, since: date | None = None, until: date | None = None) -> tuple[DayChecked, ...]:
        """Whether each day is as it was sealed, the oldest first.

        Args:
            since: Of days from this one on alone are the records read; the seals themselves are all checked.
            until: The last of these days.
        """
        with self._database.reading() as connection:
            return tuple(verifying.verify(connection, since, until))
