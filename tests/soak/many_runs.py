"""Runs one journey many times as the service does, and says what this process holds: ``python -m`` it with a file.

Each hundred runs end with a line of JSON: memory, descriptors, threads, and who and what is left besides the seats.
"""

import gc
import json
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from synthetics.bootstrap import Workshop, open_workshop, read_suite
from synthetics.catalogue import Placement
from synthetics.record import Trigger

EACH = 100


def main(config: Path, journey: str, hundreds: int) -> None:
    suite = read_suite(config).select([journey], "standin")
    with open_workshop(suite, publish=lambda _record: None) as workshop:
        placements = suite.catalogue.placements
        workshop.story.warm(placements * suite.configuration.limits.concurrency)
        for _ in range(hundreds):
            outcomes = _a_hundred(workshop, placements[0], suite.configuration.limits.concurrency)
            print(json.dumps({"outcomes": outcomes, **_held()}), flush=True)
    gc.collect()
    print(json.dumps({"outcomes": {}, **_held()}), flush=True)


def _a_hundred(workshop: Workshop, placement: Placement, seats: int) -> Counter[str]:
    first_ms = workshop.timeline.now_ms()
    never = threading.Event()

    def run(number: int) -> str:
        return str(workshop.story.run(placement, first_ms + number, Trigger.MANUAL, never)[0].outcome)

    with ThreadPoolExecutor(seats) as pool:
        return Counter(pool.map(run, range(EACH)))


def _held() -> dict[str, int]:
    gc.collect()
    this = psutil.Process()
    return {
        "memory_bytes": this.memory_full_info().uss,
        "descriptors": this.num_fds(),
        "threads": this.num_threads(),
        "children": len(this.children()),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
