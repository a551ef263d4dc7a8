"""How long ``/metrics`` takes over HTTP, with more and more series, from a ledger that is filled with totals."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.request import urlopen

from benchmarks.figures import Row, Sample, Spread
from benchmarks.ground import Ground
from benchmarks.many import catalogue_of, many_placements, passed_record
from synthetics.bootstrap import Workshop, metrics_page, open_workshop, read_suite
from synthetics.catalogue import Placement
from synthetics.web import Health, WebServer, make_app

PART = "metrics"
SERIES = (1_000, 10_000, 100_000)
_SLOT_MS = 1_772_366_400_000
_SECONDS = 120


def measure(ground: Ground, n: int) -> list[Row]:
    """Measure the page at each number of series.

    Args:
        ground: For its folder.
        n: How many times each.
    """
    rows = []
    suite = read_suite(ground.configuration("metrics"))
    with open_workshop(suite, publish=lambda _record: None) as workshop:
        filled = 0
        fixed, each = _series_of(workshop)
        for series in SERIES:
            placements = many_placements(round((series - fixed) / each))
            for placement in placements[filled:]:
                workshop.ledger.write(passed_record(placement, _SLOT_MS))
            filled = len(placements)
            with serving(workshop, placements) as scrape:
                rows.append(_row(f"metrics_{series}", scrape, n))
    return rows


@contextmanager
def serving(workshop: Workshop, placements: tuple[Placement, ...]) -> Iterator[Callable[[], bytes]]:
    """Serve the metrics of these placements as the service does, and give what fetches the page.

    Args:
        workshop: Whose ledger is read.
        placements: The placements that the page shows.
    """
    shown = replace(workshop, suite=replace(workshop.suite, whole=catalogue_of(placements)))
    health = Health(
        unhealthy=lambda: None, not_ready=lambda: None, catalogue=lambda: shown.suite.whole, last_run=lambda _each: None
    )
    web = WebServer("127.0.0.1", 0)
    web.start(make_app(metrics_page(shown), health))

    try:
        yield lambda: fetch(f"{web.address}/metrics")
    finally:
        web.stop()


def fetch(address: str) -> bytes:
    """Fetch a page from this machine."""
    with urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310  an address that was made here
        return bytes(answer.read())


def count_series(page: bytes) -> int:
    """How many lines of a page are samples."""
    return sum(not line.startswith(b"#") for line in page.splitlines())


def _series_of(workshop: Workshop) -> tuple[int, int]:
    """How many series a page always has, and how many more for each placement."""
    counts = []
    for placement in many_placements(2):
        workshop.ledger.write(passed_record(placement, _SLOT_MS))
    for count in (1, 2):
        with serving(workshop, many_placements(count)) as scrape:
            counts.append(count_series(scrape()))
    each = counts[1] - counts[0]
    return counts[0] - each, each


def _row(name: str, scrape: Callable[[], bytes], n: int) -> Row:
    page = scrape()  # the first one is not counted
    samples = []
    for _ in range(n):
        wall, cpu = time.perf_counter(), time.process_time()
        scrape()
        samples.append(Sample(time.perf_counter() - wall, time.process_time() - cpu))
    return Row(
        name=name,
        part=PART,
        n=n,
        wall_s=Spread.of([each.wall_s for each in samples]),
        cpu_s=Spread.of([each.cpu_s for each in samples]),
        measures={"series": count_series(page), "page_bytes": len(page)},
    )
