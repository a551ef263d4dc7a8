"""What one run costs in the forms of other tools, in turn with the bare script and ours."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.cost import cold, module, ours, run_rounds
from benchmarks.figures import Row, Sample, rows_of_rounds
from benchmarks.ground import Ground
from benchmarks.peers.fetching import NoNodeError, elastic_synthetics, playwright_test, robot_framework

PART = "peers"
BASES = ("bare_warm", "warm")

#: How many journeys the file of a warm form has: as many as iHub has here.
IN_ONE_FILE = 8
_TIMES = f"BENCH_TIMES={IN_ONE_FILE}"
_MANY = "_many"


def measure(ground: Ground, n: int) -> list[Row]:
    """Measure every peer that can be had on this machine, the bare script and ours.

    Args:
        ground: The stand-in and the browser.
        n: How many rounds.
    """
    # A file of several journeys makes them in a row, which suits caches of every kind: so do the warm forms here.
    in_a_row = dict.fromkeys(BASES, IN_ONE_FILE)
    return rows_of_rounds(PART, run_rounds(ground, _commands(ground), n, told_apart, in_a_row), BASES)


def told_apart(samples: Mapping[str, Sample]) -> Mapping[str, Sample]:
    """Make the warm forms of one round.

    ``_warm`` is what each of several journeys in one file takes, the start that they share included: so a scheduler
    would run them. ``_further`` is what each one after the first takes, the start left out.

    Args:
        samples: Those of all hosts; ``robot_many`` is a file of several, of which ``robot_cold`` has one.
    """
    made: dict[str, Sample] = {}
    for name, sample in samples.items():
        if not name.endswith(_MANY):
            made[name] = sample
            continue
        peer = name.removesuffix(_MANY)
        one, more = samples[f"{peer}_cold"], IN_ONE_FILE - 1
        made[f"{peer}_warm"] = Sample(sample.wall_s / IN_ONE_FILE, sample.cpu_s / IN_ONE_FILE)
        made[f"{peer}_further"] = Sample((sample.wall_s - one.wall_s) / more, (sample.cpu_s - one.cpu_s) / more)
    return made


def _commands(ground: Ground) -> dict[str, Sequence[str]]:
    return {
        "bare_warm": module("benchmarks.forms.bare_warm"),
        "warm": ours(ground.configuration("warm")),
        **_of_node(),
        **_of_robot(robot_framework()),
    }


def _of_node() -> dict[str, Sequence[str]]:
    """Their own programs, started without ``npx``, which would cost more."""
    try:
        playwright, elastic = playwright_test(), elastic_synthetics()
    except NoNodeError as error:
        print(f"Left out: {error}", file=sys.stderr)
        return {}
    test = [str(playwright / "node_modules" / ".bin" / "playwright"), "test"]
    synthetics = [str(elastic / "node_modules" / ".bin" / "synthetics"), "."]
    return {
        "playwright_test_cold": cold(playwright, *test),
        "playwright_test_many": cold(playwright, "env", _TIMES, *test),
        "elastic_cold": cold(elastic, *synthetics),
        "elastic_rich": cold(elastic, *synthetics, "--rich-events"),
        "elastic_many": cold(elastic, "env", _TIMES, *synthetics),
    }


def _of_robot(folder: Path) -> dict[str, Sequence[str]]:
    # By the interpreter: the scripts of an environment that was moved name a place that is no more.
    robot = [str(folder / "environment" / "bin" / "python"), "-m", "robot", "--outputdir", "output"]
    return {
        "robot_cold": cold(folder, *robot, "walk.robot"),
        "robot_many": cold(folder, *robot, "many.robot"),
    }
