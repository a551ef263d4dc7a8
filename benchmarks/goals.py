"""What the results have to reach, and whether they do. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.figures import Row


@dataclass(frozen=True, slots=True)
class Goal:
    """One limit.

    Args:
        sentence: What has to hold, in words.
        row: The row's name.
        figure: The name of a ratio (its median counts), of a measure, or ``wall_s`` (its median).
        limit: The limit.
        at_least: Whether the figure may not be below the limit, instead of above.
    """

    sentence: str
    row: str
    figure: str
    limit: float
    at_least: bool = False

    def judge(self, rows: Sequence[Row]) -> "Judged | None":
        """Hold it against the results; None where it was not measured."""
        for row in rows:
            if row.name == self.row and (value := _figure(row, self.figure)) is not None:
                return Judged(self, value)
        return None


@dataclass(frozen=True, slots=True)
class Judged:
    """A goal and what was measured."""

    goal: Goal
    value: float

    @property
    def holds(self) -> bool:
        """Whether the limit is kept."""
        if self.goal.at_least:
            return self.value >= self.goal.limit
        return self.value <= self.goal.limit


BENCH_GOALS = (
    Goal("A warm run takes at most 1.25 times the CPU of the bare warm script", "warm", "cpu_to_bare_warm", 1.25),
    Goal("A warm run takes at most 1.30 times its wall time", "warm", "wall_to_bare_warm", 1.30),
    Goal("A warm run takes at most 0.60 times the CPU of cold pytest", "warm", "cpu_to_pytest_cold", 0.60),
    Goal("Evidence adds at most 10 % to the CPU of a run", "with_evidence", "cpu_to_without_evidence", 1.10),
    Goal(
        "Capacity is at least 0.75 of that of bare warm contexts", "capacity_ours", "share_of_bare", 0.75, at_least=True
    ),
    Goal("An idle runner uses under 0.02 of a core", "idle", "share_of_a_core", 0.02),
    Goal("Of 100 slots 99 start within 0.1 s", "lateness", "p99_s", 0.1),
    Goal("No slot of the lateness part is lost or doubled", "lateness", "not_exactly_once", 0),
    Goal("Of 1,000 health checks a minute 99 of 100 start within 1 s", "health", "p99_s", 1.0),
    Goal("No health check is lost or doubled", "health", "not_exactly_once", 0),
    Goal("1,000 health checks a minute use under a quarter of a core", "health", "share_of_a_core", 0.25),
    Goal("They use under 300 MB", "health", "memory_mb", 300),
    Goal("`slo status` over 5 million records takes under 2 s", "slo_status", "wall_s", 2.0),
    Goal("10,000 series are served in under 0.3 s", "metrics_10000", "wall_s", 0.3),
    Goal("100,000 series are served in under 3 s", "metrics_100000", "wall_s", 3.0),
    Goal("No slot of the grid comes early, twice or never", "grid", "wrong_slots", 0),
)

#: Each peer's forms; ours has to be cheaper in CPU than the cheapest of them.
PEERS = {
    "@playwright/test": ("playwright_test_cold", "playwright_test_warm"),
    "@elastic/synthetics": ("elastic_cold", "elastic_rich", "elastic_warm"),
    "Robot Framework with Browser": ("robot_cold", "robot_warm"),
}


def peer_goals(rows: Sequence[Row]) -> list[Goal]:
    """One goal for each peer, against the form of it that turned out to be the cheapest."""
    cpu = {row.name: row.ratios["cpu_to_warm"].median for row in rows if "cpu_to_warm" in row.ratios}
    goals = []
    for peer, forms in PEERS.items():
        measured = [name for name in forms if name in cpu]
        if measured:
            cheapest = min(measured, key=cpu.__getitem__)
            sentence = f"{peer}: its cheapest form ({cheapest}) takes more CPU than ours warm"
            goals.append(Goal(sentence, cheapest, "cpu_to_warm", 1.0, at_least=True))
    return goals


def judged(goals: Sequence[Goal], rows: Sequence[Row]) -> list[Judged]:
    """All goals that were measured."""
    return [each for goal in goals if (each := goal.judge(rows)) is not None]


def _figure(row: Row, name: str) -> float | None:
    if name == "wall_s":
        return row.wall_s.median
    if name in row.ratios:
        return row.ratios[name].median
    return row.measures.get(name)
