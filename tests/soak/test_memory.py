"""Five hundred runs through one configuration leave the runner as it was. Runs with ``make soak PART=memory``."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.command_line import CHECKOUT, write_config

HUNDREDS = 5
JOURNEY = "host_jira.plain_issue"


def test_memory_of_the_runner_is_flat_and_nothing_is_left_after_five_hundred_runs(tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    config = write_config(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.many_runs", str(config), JOURNEY, str(HUNDREDS)],
        cwd=CHECKOUT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        check=True,
    )
    *hundreds, end = (json.loads(line) for line in done.stdout.splitlines())
    for number, each in enumerate(hundreds, start=1):
        print(f"after {number}00 runs: {each}")
    print(f"at the end: {end}")

    outcomes: Counter[str] = sum((Counter(each["outcomes"]) for each in hundreds), Counter())
    assert outcomes == {"passed": HUNDREDS * 100}
    first, last = hundreds[0], hundreds[-1]
    assert last["memory_bytes"] < first["memory_bytes"] * 1.05
    assert (last["descriptors"], last["children"]) == (first["descriptors"], first["children"])
    assert end["children"] == 0
    assert list(temporary.iterdir()) == []
