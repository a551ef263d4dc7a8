"""Made-up runs as promtool reads them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from synthetics.slo.rules.course import Course, notation
from tests.slo_rules.building import samples_of

LABELS = {"app": "ihub", "journey": "run_flow", "target": "standin", "location": "local"}


@given(st.lists(st.none() | st.integers(0, 3), min_size=1, max_size=40))
def test_notation_says_every_sample(steps: list[int | None]) -> None:
    total, samples = 0, []
    for step in steps:
        total += step or 0
        samples.append(None if step is None else total)

    assert samples_of(notation(samples)) == samples


@given(st.text("pafhem.u", max_size=30))
def test_counts_are_the_last_samples_of_the_series(letters: str) -> None:
    course = Course(letters=letters, every_s=300, step_s=300)
    series = {
        each["series"]: samples_of(each["values"])[-1] for each in course.series(LABELS, 300 * (len(letters) + 1))
    }

    counted = course.counts(0, 300 * (len(letters) + 1))

    runs = [(name, value or 0) for name, value in series.items() if name.startswith("synthetic_runs_total")]
    assert counted["expected"] == sum(value for _, value in runs)
    assert counted["bad_raw"] == sum(value for name, value in runs if 'outcome="failed"' in name)
    assert counted["judged_raw"] == sum(value for name, value in runs if re.search('outcome="(passed|failed)"', name))
    assert counted["flaky_raw"] == letters.count("f")


@given(st.text("pafhem", min_size=2, max_size=30), st.data())
def test_counts_of_two_windows_are_those_of_both_together(letters: str, data: st.DataObject) -> None:
    course = Course(letters=letters, every_s=60, step_s=60)
    end_s = 60 * (len(letters) + 1)
    split_s = data.draw(st.integers(0, end_s))

    parts = [course.counts(0, split_s), course.counts(split_s, end_s)]

    assert {name: sum(part[name] for part in parts) for name in parts[0]} == course.counts(0, end_s)
