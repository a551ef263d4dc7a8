"""What rules record of 28 days in a real Prometheus is what the figures say. Runs with ``make soak PART=rules``.

Only the last days of the 28 have runs: promtool makes a block of two hours for each rule and each time anew, which for
all 28 days takes longer than everything else here.
"""

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from synthetics.slo.counts import Counts, FaultCounts
from synthetics.slo.figures import attributed, raw
from synthetics.slo.rules import names
from synthetics.slo.rules.cadence import PERIOD_SECONDS
from synthetics.slo.rules.course import Course
from synthetics.slo.rules.model import Recording, RuleFile
from synthetics.slo.rules.writing import rules_yaml
from tests.command_line import wait_until
from tests.service.prometheus import Prometheus, free_port, prometheus
from tests.slo_rules.building import DAY, HOUR, MINUTE, numbered, promtool, rules_of, samples_of, watched_due

END_S = 1_772_366_400  # 2026-03-01 12:00:00 UTC
HISTORY_S = 7 * DAY
BEGIN_S = END_S - HISTORY_S
EVERY_S = 5 * MINUTE
#: Groups are evaluated a while after each multiple of their interval; before the end there is one evaluation at least.
TOLD_S = END_S - 60
#: Nothing of them is in the month, and the rules do without.
LEFT_OUT = ("synthetic_flaky_runs_total", 'fault="session"', 'fault="network"')
STAGES = (
    names.LEVEL,
    names.HOURLY,
    names.increase(PERIOD_SECONDS),
    names.coverage(PERIOD_SECONDS),
    names.error_ratio(PERIOD_SECONDS),
)


def some_days() -> Course:
    """Days with a few failures of each fault, flaky ones, and one run in a hundred that could not be judged."""
    weights = {"p": 9_850, "a": 20, "u": 5, "f": 10, "h": 15, "e": 60, "m": 40}
    letters = random.Random(7).choices([*weights], [*weights.values()], k=HISTORY_S // EVERY_S)  # noqa: S311  no secret
    quiet = "p" * (2 * HOUR // EVERY_S)
    return Course(letters=quiet + "".join(letters[2 * len(quiet) :]) + quiet, every_s=EVERY_S, step_s=EVERY_S)


def counts_of(course: Course) -> Counts:
    """What is counted up to the last whole hour but one, where the last sum before the end is complete."""
    seen = Counter(course.letters[: -HOUR // EVERY_S])
    return Counts(
        passed=seen["p"],
        failed=FaultCounts(app=seen["a"] + seen["f"], unknown=seen["u"], host=seen["h"]),
        flaky=FaultCounts(app=seen["f"]),
        errored=seen["e"],
        missed=seen["m"],
    )


def back_fill(folder: Path, course: Course, labels: dict[str, str]) -> None:
    """Put the raw counters of the month into the database."""
    lines = []
    for series in course.series(labels, HISTORY_S):
        if any(each in series["series"] for each in LEFT_OUT):
            continue
        samples = samples_of(series["values"])
        name = series["series"].replace(", ", ",")  # OpenMetrics has no blanks between labels
        lines += [f"{name} {value} {BEGIN_S + place * EVERY_S}" for place, value in enumerate(samples)]
    (folder / "raw.txt").write_text("\n".join((*lines, "# EOF", "")))
    filled = promtool("tsdb", "create-blocks-from", "openmetrics", folder / "raw.txt", folder / "tsdb")
    assert filled.returncode == 0, filled.stderr


def record(folder: Path, running: Prometheus, file: RuleFile, name: str) -> None:
    """Evaluate the rules of one name over all the time; the next ones need a Prometheus that has them already."""
    kept = tuple(
        rule
        for _, rule in numbered(file)
        if isinstance(rule, Recording) and rule.name == name and "flaky" not in rule.labels.get("count", "")
    )
    [group] = file.groups
    text = rules_yaml(replace(file, groups=(replace(group, rules=kept),))).replace("interval: 1m", "interval: 5m")
    (folder / "stage.rules.yml").write_text(text)
    ended = promtool(
        *("tsdb", "create-blocks-from", "rules", f"--url={running.address}", f"--start={BEGIN_S}", f"--end={END_S}"),
        *(f"--output-dir={folder / 'tsdb'}", folder / "stage.rules.yml"),
    )
    assert ended.returncode == 0, ended.stderr


def wait_until_up(running: Prometheus) -> None:
    wait_until(lambda: running.values("vector(1)") == [1], 30, "Prometheus answers")


def test_ratios_of_28_days_in_prometheus_are_the_figures(tmp_path: Path) -> None:
    course, watched = some_days(), watched_due(EVERY_S)
    counts, file = counts_of(course), rules_of(watched)
    back_fill(tmp_path, course, dict(watched[0].labels))
    options = ("--storage.tsdb.retention.time=100y",)
    for name in STAGES:
        with prometheus(tmp_path, free_port(), "1h", *options) as running:
            wait_until_up(running)
            record(tmp_path, running, file, name)
    with prometheus(tmp_path, free_port(), "1h", *options) as running:
        wait_until_up(running)

        def told(query: str) -> float:
            [answer] = running.ask("query", query=query, time=str(TOLD_S))["result"]
            return float(answer["value"][1])

        ratio = names.error_ratio(PERIOD_SECONDS)
        found = {reading: told(f'{ratio}{{reading="{reading}"}}') for reading in names.READINGS}
        covered = told(names.coverage(PERIOD_SECONDS))

    judged = counts.passed + counts.failed.total
    assert covered == pytest.approx(judged / (judged + counts.errored + counts.missed), rel=0.01)
    for reading, tally in (("raw", raw(counts)), ("attributed", attributed(counts))):
        assert found[reading] == pytest.approx(tally.bad / tally.n, rel=0.01)
