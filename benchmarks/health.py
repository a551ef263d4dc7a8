"""Health checks of many base URLs by a whole runner, as its operators have it, against servers of our own on loopback.

The runner is a process of its own; what it uses is read from outside. ``/metrics`` is scraped as a Prometheus would.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import psutil

from benchmarks.exposition import fetch
from benchmarks.figures import Row, Spread, percentile
from benchmarks.ground import Ground, free_port
from benchmarks.lateness import count_wrong
from benchmarks.processes import started, tree_cpu_s
from benchmarks.service import RUNNER, until_ready
from synthetics.bootstrap import read_suite
from synthetics.ledger.store import open_ledger
from synthetics.record import RunRecord

PART = "health"
_APPS = 10
_SCRAPE_EVERY_S = 30.0
_LOOK_EVERY_S = 1.0
#: A start has its own work, which is no part of what goes on for days.
_REST_S = 10.0
_CHECKOUT = Path(__file__).parent.parent


def measure(ground: Ground, base_urls: int, seconds: float) -> list[Row]:
    """Have many base URLs checked once a minute, and see what that takes and what is lost.

    Args:
        ground: For its folder, and for the site that would be asked if something failed.
        base_urls: How many, a multiple of ten.
        seconds: For how long.
    """
    port, log = free_port(), ground.log("health")
    with _answering() as ports:
        folder = write_apps(ground.folder / "health_journeys", ports, base_urls)
        config = ground.configuration("health", journeys=folder, port=port)
        with started([*RUNNER, "run", "--config", str(config)], ground.environ, log) as process:
            until_ready(port, process, log)
            time.sleep(_REST_S)  # what a start leaves to be done is not part of what checks take
            began_ms, before, began = time.time_ns() // 1_000_000, tree_cpu_s(process.pid), time.monotonic()
            most_bytes = _watch(process.pid, f"http://127.0.0.1:{port}/metrics", seconds)
            used, taken = tree_cpu_s(process.pid) - before, time.monotonic() - began
            ended_ms = time.time_ns() // 1_000_000
    placements = read_suite(config).catalogue.placements
    with closing(open_ledger(config.parent / "var")) as ledger:
        records = list(ledger.runs())
    wrong = count_wrong(placements, records, began_ms, ended_ms)
    return [_row(records, wrong, used / taken, most_bytes)]


def write_apps(folder: Path, ports: Sequence[int], base_urls: int) -> Path:
    """Write a folder of apps that have nothing but base URLs.

    Args:
        folder: Where; made here.
        ports: Where the apps' services are, one for each app.
        base_urls: How many base URLs in all.

    Returns:
        The folder.
    """
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    for number, port in enumerate(ports):
        app = folder / f"app_{number}"
        app.mkdir()
        (app / "__init__.py").touch()
        urls = (f'u{each:03} = "http://127.0.0.1:{port}/u{each:03}"' for each in range(base_urls // len(ports)))
        lines = [f'title = "App {number}"', 'framework = "none"', 'health_path = "/health"', "[base_urls]", *urls]
        (app / "app.toml").write_text("\n".join(lines) + "\n")
    return folder


@contextmanager
def _answering() -> Iterator[list[int]]:
    """Servers that answer, for as long as the block lasts; their ports."""
    command = [sys.executable, "-m", "benchmarks.answering", str(_APPS)]
    with subprocess.Popen(command, cwd=_CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            ports: list[int] = json.loads(process.stdout.readline())
            yield ports
        finally:
            process.terminate()


def _watch(pid: int, metrics: str, seconds: float) -> int:
    """Let it run for a time, scraped, and look at its memory.

    Returns:
        The most that it and all below it held at once, in bytes.
    """
    runner = psutil.Process(pid)
    until, most, scrape_at = time.monotonic() + seconds, 0, time.monotonic() + _SCRAPE_EVERY_S
    while (now := time.monotonic()) < until:
        if now >= scrape_at:
            scrape_at += _SCRAPE_EVERY_S
            fetch(metrics)
        everybody = [runner, *runner.children(recursive=True)]
        most = max(most, sum(each.memory_info().rss for each in everybody))
        time.sleep(_LOOK_EVERY_S)  # the time over which it is measured
    return most


def _row(records: Sequence[RunRecord], wrong: int, share_of_a_core: float, most_bytes: int) -> Row:
    late_s = [each.lateness_ms / 1000 for each in records if each.lateness_ms is not None]
    return Row(
        name="health",
        part=PART,
        n=len(late_s),
        wall_s=Spread.of(late_s),
        measures={
            "p50_s": percentile(late_s, 50),
            "p99_s": percentile(late_s, 99),
            "not_exactly_once": wrong,
            "share_of_a_core": share_of_a_core,
            "memory_mb": most_bytes / 1e6,
        },
    )
