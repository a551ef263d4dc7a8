"""A host of our own runs, driven by the code that the service drives them by: story, executor, ledger, report."""

import argparse
import logging
import threading
from pathlib import Path

from benchmarks.hosting import serve
from synthetics.bootstrap import Workshop, open_workshop, read_suite
from synthetics.record import Outcome, RunRecord, Trigger


def main() -> None:
    """Make runs as long as somebody asks for them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("--lanes", type=int, default=1)
    parser.add_argument("--isolated", action="store_true")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    suite = read_suite(options.config)
    with open_workshop(suite, isolated=options.isolated, publish=_publish) as workshop:
        if not options.isolated:
            workshop.story.warm(suite.catalogue.placements * options.lanes)
        serve(lambda: _run(workshop), lanes=options.lanes, afterwards=workshop.reports.write_index)


def _run(workshop: Workshop) -> None:
    """One scheduled run: claim, execute, judge, keep, redact, record with its totals, report."""
    (placement,) = workshop.suite.catalogue.placements
    slot_ms = workshop.timeline.now_ms()
    while not (records := workshop.story.run(placement, slot_ms, Trigger.SCHEDULE, threading.Event())):
        slot_ms += 1  # that one is another lane's
    for record in records:
        if record.outcome is not Outcome.PASSED:
            raise RuntimeError(f"{record.outcome}: {record.reasons} {record.error}")


def _publish(record: RunRecord) -> None:
    logging.getLogger("bench").info("event=run_ended run_id=%s duration_ms=%s", record.run_id, record.duration_ms)


if __name__ == "__main__":
    main()
