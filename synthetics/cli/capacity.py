"""Whether the schedule fits into the seats, for ``validate`` to tell."""

import os
import textwrap
from collections.abc import Mapping
from contextlib import closing

from synthetics.bootstrap import Suite
from synthetics.errors import StorageError
from synthetics.ledger.store import FILE_NAME as LEDGER_FILE
from synthetics.ledger.store import open_ledger
from synthetics.runner.agenda import Identity
from synthetics.runner.capacity import Capacity, Shortfall, reckon
from synthetics.runner.measuring import typical_durations_ms

_COLUMNS = 80


def capacity_of(suite: Suite) -> Capacity:
    """Reckon what a suite needs, by what its runs have taken where there is a ledger that tells."""
    placements = suite.catalogue.placements
    return reckon(placements, suite.configuration.limits.concurrency, _measured(suite))


def shortfall_of(capacity: Capacity) -> Shortfall | None:
    """Why the schedule does not fit, and what would make it fit on this machine; None where it fits."""
    return capacity.shortfall(os.cpu_count() or 1)


def shortfall_text(file: str, short: Shortfall) -> str:
    """A shortfall for people, no line longer than 80 columns unless a name is.

    Args:
        file: The configuration file as the caller would name it.
        short: What is wrong.
    """
    sentences = (short.what, short.costliest, short.mend, short.basis)
    lines = (line for sentence in sentences for line in _wrapped(sentence))
    return "\n".join((f"{file}: limits.concurrency", *lines))


def capacity_values(capacity: Capacity) -> dict[str, object]:
    """A capacity as plain JSON values."""
    short = shortfall_of(capacity)
    return {
        "needed": round(capacity.needed, 3),
        "available": capacity.seats,
        "ratio": round(capacity.ratio, 3),
        "measured": sum(load.measured for load in capacity.loads),
        "assumed": sum(not load.measured for load in capacity.loads),
        "mend": "" if short is None else short.mend,
    }


def _wrapped(sentence: str) -> list[str]:
    return textwrap.wrap(
        sentence,
        _COLUMNS,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _measured(suite: Suite) -> Mapping[Identity, float]:
    storage = suite.configuration.storage
    if not (storage / LEDGER_FILE).exists():  # looking makes nothing
        return {}
    try:
        with closing(open_ledger(storage)) as ledger:
            return typical_durations_ms(ledger, suite.catalogue.placements)
    except StorageError:
        return {}  # what is wrong with a ledger is not what `validate` is asked for
