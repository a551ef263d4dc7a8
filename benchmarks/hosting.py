"""The inside of a host process: makes runs of one form when it is asked to on standard input.

Each line there is JSON: ``{"times": 1}`` asks for so many runs one after the other, ``{"seconds": 15}`` for as many as
there is time for, in every lane.
"""

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from synthetics.execute.processes import adopt_orphans


def serve(run: Callable[[], None], *, lanes: int = 1, afterwards: Callable[[], object] | None = None) -> None:
    """Make runs until standard input ends.

    Args:
        run: Makes one run, and raises where that does not pass. With several lanes it is called in several threads.
        lanes: How many runs go on at once while it is asked for more than one.
        afterwards: What is to be done after runs that is no part of their wall time, but of their cost.
    """
    adopt_orphans()  # so that all that a run starts stays below this process, where it is counted
    say = _mouth()
    say({"ready": True})
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = _row(run, asked["times"]) if "times" in asked else _many(run, lanes, asked["seconds"])
            if afterwards is not None:
                afterwards()
        except Exception:  # noqa: BLE001  told to whoever asked, who stops
            answer = {"error": traceback.format_exc()}
        say(answer)


def _mouth() -> Callable[[dict[str, Any]], None]:
    """Standard output for the answers alone: what a run prints goes where errors go."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(what: dict[str, Any]) -> None:
        out.write(json.dumps(what) + "\n")
        out.flush()

    return say


def _row(run: Callable[[], None], times: int) -> dict[str, Any]:
    began = time.perf_counter()
    for _ in range(times):
        run()
    return {"wall_s": time.perf_counter() - began}


def _many(run: Callable[[], None], lanes: int, seconds: float) -> dict[str, Any]:
    if lanes == 1:  # on this thread: Playwright's objects belong to the one that made them
        return {"runs_a_minute": _lane(run, seconds, lambda: None)}
    together = threading.Barrier(lanes)
    with ThreadPoolExecutor(lanes) as pool:
        rates = [pool.submit(_lane, run, seconds, together.wait) for _ in range(lanes)]
        return {"runs_a_minute": sum(each.result() for each in rates)}


def _lane(run: Callable[[], None], seconds: float, together: Callable[[], object]) -> float:
    """Runs a minute of one lane, after one that is not counted."""
    run()
    together()
    began, count = time.perf_counter(), 0
    while (taken := time.perf_counter() - began) < seconds:
        run()
        count += 1
    return count * 60 / taken
