"""What measures: processor time of a tree, levels of capacity, warm forms of peers, slots that are counted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import lateness
from benchmarks.capacity import AT_ONCE, Level, climb, rows
from benchmarks.figures import Sample
from benchmarks.grid import Hour
from benchmarks.ground import Ground
from benchmarks.lateness import count_wrong
from benchmarks.many import many_placements, passed_record
from benchmarks.peers.cost import IN_ONE_FILE, told_apart
from benchmarks.processes import Host, tree_cpu_s
from synthetics.slots import slots_of

BURN = "import time\nwhile time.process_time() < 0.15: pass\n"
#: Its child burns too, and it waits for that; then it says so, and stays.
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BURN!r}])
{BURN}
print("done", flush=True)
input()
"""


#: Burns in each run and prints, as journeys do; its fourth run fails.
HOSTED = """
import itertools
from benchmarks.hosting import serve
numbers = itertools.count(1)
def run():
    print("chatter")
    import time
    until = time.process_time() + 0.05
    while time.process_time() < until: pass
    if next(numbers) == 4: raise ValueError("the page was empty")
serve(run)
"""


def test_host_gives_what_one_run_took_and_tells_of_one_that_failed(tmp_path: Path) -> None:
    with Host([sys.executable, "-c", HOSTED], {}, tmp_path / "host.log") as host:
        sample = host.run(times=3)
        assert sample.wall_s >= 0.05
        assert 0.04 <= sample.cpu_s < 0.14  # of one, not of three
        with pytest.raises(RuntimeError, match="the page was empty"):
            host.run()
    assert (tmp_path / "host.log").read_text().count("chatter") == 4


def test_tree_counts_what_lives_and_what_has_ended_below_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        before = tree_cpu_s(os.getpid())
        assert process.stdout.readline() == "done\n"
        used = tree_cpu_s(process.pid)
        assert used >= 0.28  # two times 0.15, to a hundredth each
        assert tree_cpu_s(os.getpid()) - before >= 0.2  # it is below this process as well
        process.communicate("")


def test_capacity_stops_climbing_where_neither_rises_any_more() -> None:
    reached = {1: Level(1, [40], [30]), 2: Level(2, [70], [60]), 3: Level(3, [71], [61]), 4: Level(4, [99], [99])}
    levels = climb(reached.__getitem__)
    assert [level.at_once for level in levels] == [1, 2, 3]
    made = {row.name: row for row in rows(levels)}
    assert made["capacity_ours"].measures["share_of_bare"] == pytest.approx(61 / 71)
    assert made["capacity_bare"].measures["at_once"] == 3


def test_capacity_goes_on_while_one_of_them_rises() -> None:
    levels = climb(lambda at_once: Level(at_once, [50], [10 * at_once]))
    assert [level.at_once for level in levels] == list(AT_ONCE)


def test_a_warm_form_is_its_file_divided_and_a_further_journey_leaves_the_start_out() -> None:
    start, each = 2.0, 1.0
    many = Sample(start + IN_ONE_FILE * each, 2 * (start + IN_ONE_FILE * each))
    made = told_apart({"robot_cold": Sample(start + each, 2 * (start + each)), "robot_many": many})
    assert list(made) == ["robot_cold", "robot_warm", "robot_further"]
    assert made["robot_warm"] == Sample(many.wall_s / IN_ONE_FILE, many.cpu_s / IN_ONE_FILE)
    assert made["robot_further"] == Sample(each, 2 * each)


def test_slots_that_came_once_are_right_and_all_others_are_counted() -> None:
    (placement,) = many_placements(1, (60_000,))
    slots = slots_of(placement)
    after_ms = slots.slot_at_or_before(1_772_366_400_000)
    due = [after_ms + number * 60_000 for number in (1, 2, 3)]
    records = [passed_record(placement, slot_ms) for slot_ms in due]
    assert count_wrong([placement], records, after_ms, due[-1]) == 0
    assert count_wrong([placement], records[1:], after_ms, due[-1]) == 1
    assert count_wrong([placement], [*records, records[0]], after_ms, due[-1]) == 1
    assert count_wrong([placement], [*records, passed_record(placement, due[0] + 1)], after_ms, due[-1]) == 1


def test_hour_of_the_grid_counts_a_slot_that_came_early_twice_or_never() -> None:
    hour = Hour(many_placements(50, (60_000, 300_000)), length_ms=600_000)
    hour.run()
    assert hour.wrong() == 0
    assert hour.came.total() == 25 * 10 + 25 * 2
    one = next(iter(hour.came))
    hour.came[one] += 1
    assert hour.wrong() == 1
    hour.came[one] = 0
    assert hour.wrong() == 1
    hour.early = 1
    assert hour.wrong() == 2


def test_lateness_is_measured_of_a_service_whose_runs_pass_at_once(tmp_path: Path) -> None:
    names = ("BENCH_EMAIL", "BENCH_PASSWORD", "BENCH_API_TOKEN")
    environ = {name: f"{name.lower()}-1" for name in names} | {"BENCH_PROJECT": "SYN"}
    ground = Ground(site="http://127.0.0.1:1", environ=environ, browser=Path(sys.executable), folder=tmp_path)

    [row] = lateness.measure(ground, 300, 3)

    assert row.n >= 1
