"""Nobody is charged for what a busy machine does: twenty runs each time, a thousand with ``make soak PART=healthy``."""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import CHECKOUT, write_config

_BUSY_SECONDS = 5.0


def burn() -> None:
    """Keep a core busy half of the time."""
    while True:
        until_s = time.monotonic() + _BUSY_SECONDS
        while time.monotonic() < until_s:
            pass
        time.sleep(_BUSY_SECONDS)  # the other half, in a process of its own


@pytest.fixture
def busy_half_of_the_time() -> Iterator[None]:
    """All cores are kept busy by others, half of the time."""
    context = multiprocessing.get_context("spawn")
    burners = [context.Process(target=burn, daemon=True) for _ in range(os.cpu_count() or 1)]
    for each in burners:
        each.start()
    yield
    for each in burners:
        each.terminate()
        each.join()


@pytest.mark.usefixtures("busy_half_of_the_time")
def test_healthy_site_and_apps_are_never_charged_beside_a_busy_machine(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    runs = 1_000 if pytestconfig.getoption("--soak") else 20
    done = subprocess.run(
        [sys.executable, "-m", "tests.service.healthy_runs", str(write_config(tmp_path)), str(runs)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        check=True,
    )
    records = [json.loads(line) for line in done.stdout.splitlines()]
    counts = Counter((attempt, outcome, fault) for _, attempt, outcome, fault, _, _ in records)
    took_ms = sorted(each[4] for each in records)
    print(f"{counts}; min={took_ms[0]} ms median={took_ms[len(took_ms) // 2]} ms max={took_ms[-1]} ms")
    for journey, attempt, outcome, fault, _, reasons in records:
        if outcome != "passed":
            print(journey, attempt, outcome, fault, reasons)

    assert sum(count for (attempt, _, _), count in counts.items() if attempt == 1) == runs
    assert not [each for each in records if each[3] in {"app", "host"}]
