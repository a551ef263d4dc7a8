"""Runs all journeys in turn over a healthy stand-in, as the service does: ``python -m`` it with a file and a number.

Each record ends with a line of JSON: the journey, what became of it, whose fault it was, and how long it took.
"""

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from synthetics.bootstrap import open_workshop, read_suite
from synthetics.catalogue import Placement
from synthetics.record import Trigger


def main(config: Path, runs: int) -> None:
    """Make the runs, as many at once as the configuration allows."""
    suite = read_suite(config).select([], "standin")
    seats = suite.configuration.limits.concurrency
    never = threading.Event()
    with open_workshop(suite, publish=lambda _record: None) as workshop:
        first_ms = workshop.timeline.now_ms()

        def run(numbered: tuple[int, Placement]) -> None:
            number, placement = numbered
            for record in workshop.runs.run(placement, first_ms + number, Trigger.MANUAL, never):
                told = [record.journey, record.attempt, record.outcome, record.fault, record.duration_ms]
                reasons = [each.sentence for each in record.reasons]
                sys.stdout.write(json.dumps([*told, reasons]) + "\n")
                sys.stdout.flush()

        with ThreadPoolExecutor(seats) as pool:
            list(pool.map(run, enumerate(islice(cycle(suite.catalogue.placements), runs))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
