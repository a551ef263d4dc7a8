"""How many runs a minute this machine makes, ours against bare warm contexts, with more and more at once."""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks.cost import module, ours
from benchmarks.figures import Row, Spread
from benchmarks.ground import Ground
from benchmarks.processes import Host

PART = "capacity"
AT_ONCE = (1, 2, 3, 4)
#: Less than this is no rise.
_RISE = 1.03

Rates = tuple[Sequence[float], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Level:
    """What was reached with so many runs at once: runs a minute, window by window."""

    at_once: int
    bare: Sequence[float]
    ours: Sequence[float]


def measure(ground: Ground, windows: int, seconds: float) -> list[Row]:
    """Measure windows of ours and of bare runs in turn, with one more at once until neither rises any more.

    Args:
        ground: The stand-in and the browser.
        windows: How many windows of each with the same number at once.
        seconds: How long a window is.
    """
    return rows(climb(lambda at_once: _level(ground, at_once, windows, seconds)))


def climb(reach: Callable[[int], Level]) -> list[Level]:
    """Measure level by level, until one is no better than those before it.

    Args:
        reach: Measures with so many at once.
    """
    levels: list[Level] = []
    for at_once in AT_ONCE:
        level = reach(at_once)
        rises = not levels or any(
            max(of(level)) > _RISE * max(max(of(each)) for each in levels) for of in (_bare, _ours)
        )
        levels.append(level)
        if not rises:
            break
    return levels


def rows(levels: Sequence[Level]) -> list[Row]:
    """A row for each level of both, and one for the best that each has reached."""
    made = [
        _row(f"capacity_{name}_{level.at_once}", level.at_once, rates)
        for level in levels
        for name, rates in (("bare", level.bare), ("ours", level.ours))
    ]
    best_bare = max(levels, key=lambda level: Spread.of(level.bare).median)
    best_ours = max(levels, key=lambda level: Spread.of(level.ours).median)
    bare = Spread.of(best_bare.bare).median
    made.append(_row("capacity_bare", best_bare.at_once, best_bare.bare))
    share = Spread.of(best_ours.ours).median / bare
    made.append(_row("capacity_ours", best_ours.at_once, best_ours.ours, share_of_bare=share))
    return made


def _row(name: str, at_once: int, rates: Sequence[float], **more: float) -> Row:
    spread = Spread.of(rates)
    return Row(
        name=name,
        part=PART,
        n=len(rates),
        wall_s=Spread.of([at_once * 60 / rate for rate in rates]),
        measures={"at_once": at_once, "runs_a_minute": spread.median, **more},
    )


def _bare(level: Level) -> Sequence[float]:
    return level.bare


def _ours(level: Level) -> Sequence[float]:
    return level.ours


def _level(ground: Ground, at_once: int, windows: int, seconds: float) -> Level:
    configuration = ground.configuration(f"capacity_{at_once}", seats=at_once)
    with ExitStack() as stack:

        def host(name: str, command: Sequence[str]) -> Host:
            return stack.enter_context(Host(command, ground.environ, ground.log(name)))

        ours_host = host(f"capacity_{at_once}", ours(configuration, "--lanes", str(at_once)))
        bare_hosts = [host(f"bare_{number}", module("benchmarks.forms.bare_warm")) for number in range(at_once)]
        together = stack.enter_context(ThreadPoolExecutor(at_once))
        bare: list[float] = []
        own: list[float] = []
        for _ in range(windows):
            bare.append(sum(together.map(lambda each: each.keep_running(seconds), bare_hosts)))
            own.append(ours_host.keep_running(seconds))
            print(f"{at_once} at once: bare {bare[-1]:.1f}, ours {own[-1]:.1f} runs a minute", file=sys.stderr)
        return Level(at_once, bare, own)
