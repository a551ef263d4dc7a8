"""What evidence costs: the same warm run as ever, and one that listens to nothing, one of each in turn."""

import shutil
from dataclasses import replace
from pathlib import Path

from benchmarks.cost import ours, run_rounds
from benchmarks.figures import Row, rows_of_rounds
from benchmarks.ground import WALKS, Ground

PART = "evidence"
DEAF, HEARING = "without_evidence", "with_evidence"

_CONFTEST = Path(__file__).parent / "forms" / "deaf" / "conftest.py"


def measure(ground: Ground, n: int) -> list[Row]:
    """Measure both.

    Args:
        ground: The stand-in and the browser.
        n: How many rounds.
    """
    deaf = shutil.copytree(WALKS, ground.folder / "deaf_walks", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(_CONFTEST, deaf)
    hosts = {
        DEAF: ours(ground.configuration(DEAF, journeys=deaf)),
        HEARING: ours(ground.configuration(HEARING)),
    }
    rounds = run_rounds(ground, hosts, n)
    return [replace(each, part=PART) for each in rows_of_rounds(PART, rounds, (DEAF,))]
