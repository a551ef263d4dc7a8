"""A process that writes to a ledger and says what was acknowledged; started by tests, never collected.

``python -m tests.ledger.writing_process STORAGE COUNT JOURNEY...`` waits for a line, then claims and writes COUNT slots
of each journey, and prints ``RUN_ID NEW`` after each write, where NEW is 1 if the record was not there before.
"""

import sys
from pathlib import Path

from synthetics.ledger.store import open_ledger
from tests.ledger.builders import MINUTE_MS, NOON_MS, a_key, a_record, a_step


def main() -> None:
    storage, slots, *journeys = sys.argv[1:]
    ledger = open_ledger(Path(storage))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for number in range(int(slots)):
        for journey in journeys:
            key = a_key(NOON_MS + number * MINUTE_MS, journey=journey)
            ledger.claim(key, "ihub", NOON_MS)
            new = ledger.write(a_record(key, steps=(a_step(),)))
            sys.stdout.write(f"{key.run_id} {new:d}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
