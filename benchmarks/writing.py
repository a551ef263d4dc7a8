"""How many slots a second the ledger takes: a claim and a record for each, two transactions."""

import itertools
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.figures import Row, Spread, percentile
from benchmarks.ground import Ground
from benchmarks.many import many_placements, passed_record
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.record import RunRecord

PART = "ledger"
THREADS = (1, 4)
_SLOT_MS = 1_772_366_400_000


def measure(ground: Ground, seconds: float) -> list[Row]:
    """Measure with one writer, and with several at once.

    Args:
        ground: For its folder.
        seconds: How long each.
    """
    return [_row(ground.folder / f"ledger_{threads}", threads, seconds) for threads in THREADS]


def _row(storage: Path, threads: int, seconds: float) -> Row:
    ledger = open_ledger(storage)
    records = _records()
    try:
        with ThreadPoolExecutor(threads) as pool:
            began = time.perf_counter()
            lanes = [pool.submit(_lane, ledger, records, seconds) for _ in range(threads)]
            taken = [each for lane in lanes for each in lane.result()]
            elapsed = time.perf_counter() - began
        if ledger.count() != len(taken):
            raise RuntimeError(f"{len(taken)} records were written, and the ledger has {ledger.count()}.")
    finally:
        ledger.close()
    return Row(
        name=f"ledger_{threads}",
        part=PART,
        n=len(taken),
        wall_s=Spread.of(taken),
        measures={"writers": threads, "slots_a_second": len(taken) / elapsed, "p99_s": percentile(taken, 99)},
    )


def _records() -> Iterator[RunRecord]:
    """Records of 100 journeys, slot after slot, without end."""
    placements = many_placements(100)
    for slot in itertools.count():
        for placement in placements:
            yield passed_record(placement, _SLOT_MS + slot * 60_000)


def _lane(ledger: Ledger, records: Iterator[RunRecord], seconds: float) -> list[float]:
    until = time.perf_counter() + seconds
    taken = []
    while time.perf_counter() < until:
        record = next(records)
        began = time.perf_counter()
        claimed = ledger.claim(record.key, record.app, record.slot_ms)
        written = ledger.write(record)
        taken.append(time.perf_counter() - began)
        if not (claimed and written):
            raise RuntimeError(f"The ledger had {record.run_id} already.")
    return taken
