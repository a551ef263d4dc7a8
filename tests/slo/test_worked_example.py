"""The example in ``docs/slo.md`` comes out as it says."""

import re
from pathlib import Path

import pytest

from synthetics.config.loading import read
from synthetics.slo.figures import Certainty, Verdict
from synthetics.slo.profile import Measure
from synthetics.slo.profile_file import read_profile
from synthetics.slo.requirement_attested import check_attestations
from synthetics.slo.standing import Standing, stand
from tests.config.checkout import a_checkout
from tests.slo.builders import a_subject, an_objective, seen, some_counts

PAGE = (Path(__file__).parents[2] / "docs" / "slo.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def example() -> Standing:
    told = {
        name: int(number) for name, number in re.findall(r"^([a-z, ]+?) +(\d+)$", blocks("example")[0], re.MULTILINE)
    }
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
    (tmp_path / "ours.toml").write_text(blocks("toml")[0])

    assert [*read_profile("ours", tmp_path, "synthetics.toml").objectives] == ["works", "quick_start"]
    assert [each for each in Measure if f"`{each}`" not in PAGE] == []


def test_the_pages_other_settings_are_sound_ones_of_synthetics_toml(tmp_path: Path) -> None:
    """What it attests is asked for by the profile that is the default."""
    asked = read_profile("cloud-fortified", None, "synthetics.toml")
    for text in blocks("toml")[1:]:
        reading = read(a_checkout(tmp_path, text), {})

        assert reading.problems == ()
        assert reading.configuration is not None
        assert not [*check_attestations(reading.configuration.attestations, asked, "synthetics.toml")]
