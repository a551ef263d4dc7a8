"""Every journey passes twenty times in a row while one of the cores is kept busy. Runs with ``make soak``."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import run_command, write_config

REPEATS = 20


def burn() -> None:
    while True:
        pass


@pytest.fixture
def one_busy_core() -> Iterator[None]:
    burner = multiprocessing.get_context("spawn").Process(target=burn, daemon=True)
    burner.start()
    yield
    burner.terminate()
    burner.join()


@pytest.mark.usefixtures("one_busy_core")
def test_repeat_every_journey_passes_twenty_times_beside_a_busy_core(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    outcomes: Counter[tuple[str, str]] = Counter()
    durations: dict[str, list[int]] = {}
    for _ in range(REPEATS):
        for record in run_command("once", "--json", "--config", config).json["runs"]:
            outcomes[record["journey"], record["outcome"]] += 1
            durations.setdefault(record["journey"], []).append(record["duration_ms"])

    for journey, taken in sorted(durations.items()):
        middle = sorted(taken)[len(taken) // 2]
        print(f"{journey}: n={len(taken)} min={min(taken)} ms median={middle} ms max={max(taken)} ms")
    assert {outcome for _, outcome in outcomes} == {"passed"}
    assert set(outcomes.values()) == {REPEATS}
