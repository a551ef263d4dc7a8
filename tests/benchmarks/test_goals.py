"""What the results are held to, and what is said where they fail."""

import pytest

from benchmarks.figures import Row, Spread
from benchmarks.goals import BENCH_GOALS, Goal, Judged, judged, peer_goals
from benchmarks.report import page, tables

ONE = Spread.of([1.0])


def a_row(name: str, part: str = "cost", **figures: float) -> Row:
    held = {key: Spread.of([value]) for key, value in figures.items() if "_to_" in key}
    measures = {key: value for key, value in figures.items() if "_to_" not in key}
    return Row(name=name, part=part, n=3, wall_s=ONE, cpu_s=ONE, ratios=held, measures=measures)


@pytest.mark.parametrize(
    ("measured", "at_least", "holds"),
    [
        pytest.param(1.25, False, True, id="at the upper limit"),
        pytest.param(1.26, False, False, id="above the upper limit"),
        pytest.param(1.25, True, True, id="at the lower limit"),
        pytest.param(1.24, True, False, id="below the lower limit"),
    ],
)
def test_goal_holds_up_to_its_limit(measured: float, at_least: bool, holds: bool) -> None:  # noqa: FBT001  a table's value
    goal = Goal("It holds", "warm", "cpu_to_bare_warm", 1.25, at_least=at_least)
    assert Judged(goal, measured).holds is holds


def test_goals_that_were_not_measured_are_not_judged() -> None:
    found = judged(BENCH_GOALS, [a_row("warm", cpu_to_bare_warm=1.1), a_row("idle", "idle", share_of_a_core=0.5)])
    assert [(each.goal.row, each.goal.figure, each.holds) for each in found] == [
        ("warm", "cpu_to_bare_warm", True),
        ("idle", "share_of_a_core", False),
    ]


def test_a_goal_in_seconds_looks_at_the_median() -> None:
    slow = Row(name="metrics_10000", part="metrics", n=3, wall_s=Spread(0.1, 0.4, 0.5))
    (found,) = judged(BENCH_GOALS, [slow])
    assert (found.value, found.holds) == (0.4, False)


def test_each_peer_is_held_against_its_cheapest_form() -> None:
    rows = [
        a_row("warm", "peers"),
        a_row("playwright_test_cold", "peers", cpu_to_warm=3.0),
        a_row("playwright_test_warm", "peers", cpu_to_warm=1.3),
        a_row("robot_cold", "peers", cpu_to_warm=2.5),
        a_row("robot_warm", "peers", cpu_to_warm=0.9),
    ]
    found = {each.goal.row: each.holds for each in judged(peer_goals(rows), rows)}
    assert found == {"playwright_test_warm": True, "robot_warm": False}


def test_page_shows_every_part_its_figures_and_an_honest_no() -> None:
    rows = [
        a_row("bare_warm"),
        a_row("warm", cpu_to_bare_warm=1.5, wall_to_bare_warm=1.1),
        *(
            a_row(f"capacity_{who}{level}", "capacity", at_once=1, runs_a_minute=40, share_of_bare=0.8)
            for who in ("bare", "ours")
            for level in ("_1", "")
        ),
        a_row("idle", "idle", journeys=100, share_of_a_core=0.01),
        a_row("metrics_1000", "metrics", series=1_001, page_bytes=1e6),
        a_row("ledger_1", "ledger", writers=1, slots_a_second=200, p99_s=0.02),
        a_row("start_help", "start"),
        a_row("lateness", "lateness", p50_s=0.001, p99_s=0.02, not_exactly_once=0, scrapes=120, scrape_s=0.1),
        a_row("health", "health", p50_s=0.01, p99_s=0.2, not_exactly_once=0, share_of_a_core=0.2, memory_mb=190),
        a_row("grid", "grid", journeys=10_000, slots=250_000, wrong_slots=0),
    ]
    written = page({"bench": {"Commit": "abc"}}, {"bench": (rows, judged(BENCH_GOALS, rows)), "bench-peers": ([], [])})
    assert "| Commit | abc |" in written
    assert "ours, warm, as the service runs it: supervised, recorded and reported | 3 | 1.50 | 1.10 |" in written
    assert "| A warm run takes at most 1.25 times the CPU of the bare warm script | 1.5 | **no** |" in written
    assert "| Capacity is at least 0.75 of that of bare warm contexts | 0.8 | yes |" in written
    assert "bench-peers`\n\n###" not in written  # what was not measured has no chapter


def test_every_table_has_lines_as_long_as_its_head() -> None:
    rows = [a_row("bare_warm"), a_row("idle", "idle", journeys=100, share_of_a_core=0.01)]
    for table in tables(rows, judged(BENCH_GOALS, rows)):
        assert {len(line) for line in table.lines} == {len(table.head)}
