"""The documents say what is so: examples are run, commands, options, keys and files are looked up."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from synthetics.cli.application import app
from synthetics.config.app_file import AppFile
from synthetics.config.files import JourneyTable, LimitsTable, SyntheticsFile
from tests.command_line import CHECKOUT, run_command, write_config

README = (CHECKOUT / "README.md").read_text()
DOCUMENTS = {
    path.name: path.read_text() for path in [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))]
}
COMMANDS = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
COMMANDS |= {str(group.name) for group in app.registered_groups}


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a language in a document."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_readme_shows_a_journey_that_is_there() -> None:
    [shown] = blocks(README, "python")

    assert shown.strip() in (CHECKOUT / "journeys" / "ihub" / "test_flows.py").read_text()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_names_only_commands_that_exist(name: str) -> None:
    named = set(re.findall(r"(?:runner\.py|`synthetics) ([a-z]+)", DOCUMENTS[name]))

    assert named <= COMMANDS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_links_only_to_files_that_exist(name: str) -> None:
    folder = CHECKOUT if name == "README.md" else CHECKOUT / "docs"
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", DOCUMENTS[name]) if "://" not in link]

    assert [link for link in links if not (folder / link).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_uses_only_options_that_exist(name: str) -> None:
    helps = "".join(path.read_text() for path in (CHECKOUT / "tests" / "cli" / "golden").glob("*.txt"))
    for line in DOCUMENTS[name].splitlines():
        for command_line in re.findall(r"runner\.py [^`|>]*", line):
            for option in re.findall(r"--[a-z-]+", command_line):
                assert option in helps, command_line


def test_operating_names_every_key_of_both_files() -> None:
    text = DOCUMENTS["operating.md"]
    keys = [*SyntheticsFile.model_fields, *AppFile.model_fields]

    assert [key for key in keys if key not in text] == []


def test_operating_names_every_key_of_limits_and_of_journeys() -> None:
    keys = [*LimitsTable.model_fields, *JourneyTable.model_fields]

    assert [key for key in keys if not re.search(rf"\|.*[` ]{key}`.*\|", DOCUMENTS["operating.md"])] == []


def test_authoring_names_every_keyword_of_the_marker() -> None:
    rows = re.findall(r"^\| (`.*?) \|", DOCUMENTS["authoring.md"], re.MULTILINE)

    assert [key for key in JourneyTable.model_fields if not any(f"`{key}`" in row for row in rows)] == []


def test_readme_s_configuration_can_be_read() -> None:
    for block in blocks(README, "toml"):
        assert tomllib.loads(block)["targets"]


def test_authoring_leads_to_a_green_journey_of_a_new_app_that_turns_red_under_a_fault(tmp_path: Path) -> None:
    text = DOCUMENTS["authoring.md"]
    journeys = tmp_path / "journeys"
    shutil.copytree(CHECKOUT / "journeys", journeys, ignore=shutil.ignore_patterns("__pycache__"))
    (journeys / "comments").mkdir()
    [settings] = blocks(text, "toml")
    package, journey = blocks(text, "python")
    (journeys / "comments" / "app.toml").write_text(settings)
    (journeys / "comments" / "__init__.py").write_text(package)
    (journeys / "comments" / "test_comments.py").write_text(journey)
    config = write_config(tmp_path, journeys=journeys)

    assert run_command("validate", "--config", config).code == 0
    green = run_command("once", "comments", "--json", "--config", config)
    red = run_command("once", "comments", "--json", "--fault", "site_503", "--config", config)

    assert (green.code, red.code) == (0, 1), green.err
    assert [each["journey"] for each in green.json["runs"]] == ["comments.comment"]
