"""The example in ``docs/slo.md`` comes out as it says."""

import re
from pathlib import Path

import pytest

from synthetics.slo.figures import Certainty, Verdict
from synthetics.slo.profile import Measure
from synthetics.slo.profile_file import read_profile
from synthetics.slo.standing import Standing, stand
from tests.slo.builders import a_subject, an_objective, seen, some_counts

PAGE = (Path(__file__).parents[2] / "docs" / "slo.md").read_text()


def block(language: str) -> str:
    [text] = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


@pytest.fixture
def example() -> Standing:
    told = {name: int(number) for name, number in re.findall(r"^([a-z, ]+?) +(\d+)$", block("example"), re.MULTILINE)}
    faults = {name.removeprefix("failed, "): number for name, number in told.items() if name.startswith("failed")}
    counts = some_counts(told["passed"], errored=told["errored"], missed=told["missed"], **faults)
    assert counts.expected == a_subject().runs_in_window
    return stand(an_objective(), a_subject(), seen(counts))


def test_worked_example_comes_out_as_the_page_says(example: Standing) -> None:
    raw, attributed, budget = example.raw, example.attributed, example.budget_attributed
    assert raw is not None
    assert attributed is not None
    assert budget is not None
    figures = [
        f"{example.seen.counts.judged} / {example.seen.counts.expected} = {example.coverage:.5f}",
        f"{raw.tally.good} good of {raw.tally.n}, a share of {raw.share:.5f}",
        f"from {raw.interval[0]:.5f} to {raw.interval[1]:.5f}",
        f"{attributed.tally.good} good of {attributed.tally.n}, a share of {attributed.share:.5f}: met",
        f"from {attributed.interval[0]:.5f} to {attributed.interval[1]:.5f}",
        f"{example.seen.counts.passed} / {example.seen.counts.expected} = {example.worst_case:.5f}",
        f"= {budget.runs} runs count",
        f"so {budget.allowed} may fail. {budget.used} did, {budget.left} are left",
        f"= {budget.left_ratio * 100:.1f} % of the budget",
    ]

    assert [each for each in figures if each not in " ".join(PAGE.split())] == []
    assert (raw.verdict, raw.certainty) == (Verdict.NOT_MET, Certainty.SHOWN)
    assert (attributed.verdict, attributed.certainty) == (Verdict.MET, Certainty.NOT_SHOWN)


def test_the_pages_own_profile_is_a_sound_one_and_names_each_measure(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(block("toml"))

    assert [*read_profile("ours", tmp_path, "synthetics.toml").objectives] == ["works", "quick_start"]
    assert [each for each in Measure if f"`{each}`" not in PAGE] == []
