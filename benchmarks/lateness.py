"""How late slots are dispatched, in real time, while ``/metrics`` is scraped: the loop, the ledger and the metrics.

Runs open no browser: an executor of the benchmark's own returns at once.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from benchmarks.exposition import fetch
from benchmarks.figures import Row, Spread, percentile
from benchmarks.ground import Ground, free_port
from benchmarks.many import passed_evidence, write_journeys
from synthetics.bootstrap import open_service, read_suite, workshop
from synthetics.catalogue import Placement
from synthetics.clock import Clock, SystemClock
from synthetics.execute.numbers import SeatNumbers
from synthetics.execute.order import Execution, Order
from synthetics.record import Outcome, RunRecord
from synthetics.runner.service import Service
from synthetics.slots import slots_of
from synthetics.worker import Worker

PART = "lateness"
_SCRAPE_EVERY_S = 1.0


class AtOnce:
    """Stands where the executor stands; its runs have passed before they began.

    Args:
        clock: Time.
        folder: Where runs would leave their files.
    """

    def __init__(self, clock: Clock, folder: Path) -> None:
        self._clock = clock
        self._folder = folder

    @contextmanager
    def execute(self, order: Order, stop: threading.Event) -> Iterator[Execution]:  # noqa: ARG002  as it is called
        """Give the evidence of a pass."""
        now_ms = self._clock.wall_ms()
        yield Execution(evidence=passed_evidence(), output=self._folder, started_ms=now_ms, worker=Worker())

    def prepare(self, orders: Sequence[Order]) -> None:
        """Warm nothing."""

    def tend(self) -> None:
        """Keep nothing."""

    def numbers(self) -> SeatNumbers:
        """Nobody works."""
        return SeatNumbers(busy=0, workers=0, browser_processes=0, memory_bytes=0)

    def close(self) -> None:
        """End nothing."""


def measure(ground: Ground, journeys: int, seconds: float) -> list[Row]:
    """Run the whole service but for its executor, and see how late each slot began.

    Args:
        ground: The stand-in, which is asked for nothing.
        journeys: How many journeys; each is due once a minute.
        seconds: For how long.
    """
    folder = write_journeys(ground.folder / "late_journeys", journeys, 'every="60s"')
    port = free_port()
    suite = read_suite(ground.configuration("lateness", seats=2, journeys=folder, port=port))
    nothing = ground.folder / "nothing"
    nothing.mkdir()
    clock = SystemClock()
    records: list[RunRecord] = []
    with (
        patch.object(workshop, "SeatedExecutor", lambda *_told, **_named: AtOnce(clock, nothing)),
        open_service(suite, publish=records.append) as service,
    ):
        began_ms = clock.wall_ms()
        scrapes = _run(service, f"http://127.0.0.1:{port}/metrics", seconds)
        ended_ms = clock.wall_ms()
    # A second at each end belongs to the start and to the end of the service.
    wrong = count_wrong(suite.catalogue.placements, records, began_ms + 1_000, ended_ms - 1_000)
    return [_row(records, scrapes, wrong)]


def count_wrong(placements: Sequence[Placement], records: Sequence[RunRecord], after_ms: int, until_ms: int) -> int:
    """How many slots of a time were not run exactly once.

    Args:
        placements: Whose slots.
        records: What was recorded, also outside that time.
        after_ms: From when on, in milliseconds UTC.
        until_ms: Until when.
    """
    expected: dict[tuple[str, int], int] = {}
    for placement in placements:
        slots = slots_of(placement)
        slot_ms = slots.next_slot_ms(after_ms)
        while slot_ms <= until_ms:
            expected[placement.journey.name, slot_ms] = 0
            slot_ms = slots.next_slot_ms(slot_ms)
    strangers = 0
    for record in records:
        if after_ms < record.slot_ms <= until_ms:
            key = (record.journey, record.slot_ms)
            if key not in expected or record.outcome is not Outcome.PASSED:
                strangers += 1
            else:
                expected[key] += 1
    return strangers + sum(count != 1 for count in expected.values())


def _run(service: Service, address: str, seconds: float) -> list[float]:
    """Run the service for a time, and scrape it each second.

    Returns:
        How long each scrape took, in seconds.
    """
    scrapes: list[float] = []
    over = threading.Event()

    def keep_scraping() -> None:
        while not over.wait(_SCRAPE_EVERY_S):
            began = time.perf_counter()
            fetch(address)
            scrapes.append(time.perf_counter() - began)

    scraper = threading.Thread(target=keep_scraping, name="scraper")
    stopper = threading.Timer(seconds, service.stop)
    scraper.start()
    stopper.start()
    try:
        service.run()
    finally:
        over.set()
        scraper.join()
        stopper.cancel()
    return scrapes


def _row(records: Sequence[RunRecord], scrapes: Sequence[float], wrong: int) -> Row:
    late_s = [each.lateness_ms / 1000 for each in records if each.lateness_ms is not None]
    return Row(
        name="lateness",
        part=PART,
        n=len(late_s),
        wall_s=Spread.of(late_s),
        measures={
            "p50_s": percentile(late_s, 50),
            "p99_s": percentile(late_s, 99),
            "not_exactly_once": wrong,
            "scrapes": len(scrapes),
            "scrape_s": Spread.of(scrapes).median,
        },
    )
