"""What one run costs in each form, all of them interleaved: one run of each in turn, round after round."""

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.figures import Row, Sample, rows_of_rounds
from benchmarks.ground import Ground
from benchmarks.processes import Host

PART = "cost"
BASES = ("bare_warm", "pytest_cold")

_FORMS = Path(__file__).parent / "forms"
#: What this checkout has for its own tests, and a plain user of pytest-playwright has not.
_NOT_PLAIN = (
    *("xdist", "xdist.looponfail", "hypothesispytest", "html", "metadata"),
    *("synthetics.authoring.plugin", "synthetics.execute.by_hand"),
)


def measure(ground: Ground, n: int) -> list[Row]:
    """Measure the bare forms, cold pytest and ours.

    Args:
        ground: The stand-in and the browser.
        n: How many rounds.
    """
    return rows_of_rounds(PART, run_rounds(ground, commands(ground), n), BASES)


def commands(ground: Ground) -> dict[str, Sequence[str]]:
    """The host of each form, in the order in which they take turns."""
    plain = ground.copy(_FORMS / "plain")
    blocked = [word for name in _NOT_PLAIN for word in ("-p", f"no:{name}")]
    return {
        "bare_warm": module("benchmarks.forms.bare_warm"),
        "bare_cold": cold(ground.folder, sys.executable, str(_FORMS / "bare.py")),
        "pytest_cold": cold(plain, sys.executable, "-m", "pytest", "-q", *blocked, "test_walk.py"),
        "isolated": ours(ground.configuration("isolated"), "--isolated"),
        "warm": ours(ground.configuration("warm")),
    }


def module(name: str, *arguments: str) -> Sequence[str]:
    """The command line of a module of Python's."""
    return (sys.executable, "-m", name, *arguments)


def cold(folder: Path, *command: str) -> Sequence[str]:
    """The host that starts a command anew for each run."""
    return module("benchmarks.forms.cold", str(folder), *command)


def ours(configuration: Path, *more: str) -> Sequence[str]:
    """The host of our own runs."""
    return module("benchmarks.forms.ours", str(configuration), *more)


def run_rounds(
    ground: Ground,
    hosts: Mapping[str, Sequence[str]],
    n: int,
    read: Callable[[Mapping[str, Sample]], Mapping[str, Sample]] = lambda samples: samples,
    in_a_row: Mapping[str, int] | None = None,
) -> list[Mapping[str, Sample]]:
    """Let every form have its turn, n times; one round before that is not counted.

    Args:
        ground: What they stand on.
        hosts: The command line of each form's host.
        n: How many rounds count.
        read: Makes the samples of the forms from those of the hosts, where they differ.
        in_a_row: The hosts that make more runs than one at each turn, and how many.
    """
    with ExitStack() as stack:
        started = {
            name: stack.enter_context(Host(command, ground.environ, ground.log(name)))
            for name, command in hosts.items()
        }
        rounds = []
        for number in range(n + 1):
            samples = read({name: host.run((in_a_row or {}).get(name, 1)) for name, host in started.items()})
            told = "warming up" if number == 0 else f"round {number} of {n}"
            told += "".join(f"  {name} {each.cpu_s:.2f}/{each.wall_s:.2f}" for name, each in samples.items())
            print(told, file=sys.stderr)
            rounds.append(samples)
    return rounds[1:]
