"""``slo rules`` writes what promtool accepts, a test beside each file, and takes away what is out of date."""

from pathlib import Path

import pytest

from tests.command_line import call_command, write_config
from tests.slo_rules.building import promtool

JOURNEY = """
import pytest


@pytest.mark.journey(every="1h", timeout="60s")
def test_{name}(jira, step):
    \"\"\"A customer's path works.\"\"\"
    with step("Open"):
        jira.open_issue("SYN-1")
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with one hourly journey of one app."""
    app = tmp_path / "journeys" / "shop"
    app.mkdir(parents=True)
    for package in (app.parent, app):
        (package / "__init__.py").touch()
    (app / "app.toml").write_text('title = "Shop"\nowner = "shop@example.com"\n')
    (app / "test_buy.py").write_text(JOURNEY.format(name="buy"))
    file = tmp_path / "synthetics.toml"
    file.write_text('journeys = "journeys"\nstorage = "var"\n[targets.standin]\nembedded = true\n')
    return file


def test_rules_of_the_checkout_are_accepted_by_promtool(tmp_path: Path) -> None:
    ended = call_command("slo", "rules", "--out", tmp_path / "rules", "--config", write_config(tmp_path))

    files = sorted((tmp_path / "rules").glob("*.rules.yml"))
    checked = promtool("check", "rules", *files)
    assert (ended.code, ended.err) == (0, "")
    assert "ihub.run_flow.rules.yml" in {file.name for file in files}
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert {f"{file.name.removesuffix('.yml')}.test.yml" for file in files} == {
        file.name for file in (tmp_path / "rules").glob("*.test.yml")
    }


def test_generated_unit_tests_pass_over_28_days(config: Path) -> None:
    out = config.parent / "rules"
    call_command("slo", "rules", "--out", out, "--config", config)

    tested = promtool("test", "rules", *sorted(out.glob("*.rules.test.yml")))

    assert (tested.returncode, tested.stdout.count("SUCCESS")) == (0, 2), tested.stdout + tested.stderr
    assert "8 isolated failures in 28d page nobody" in (out / "shop.buy.rules.test.yml").read_text()
    assert "owner: shop@example.com" in (out / "shop.buy.rules.yml").read_text()


def test_files_of_a_journey_that_is_gone_are_removed_and_strangers_stay(config: Path) -> None:
    out = config.parent / "rules"
    call_command("slo", "rules", "--out", out, "--config", config)
    (out / "mine.rules.yml").write_text("groups: []\n")
    (config.parent / "journeys" / "shop" / "test_buy.py").rename(config.parent / "journeys" / "shop" / "test_sell.py")
    (config.parent / "journeys" / "shop" / "test_sell.py").write_text(JOURNEY.format(name="sell"))

    ended = call_command("slo", "rules", "--out", out, "--config", config)

    assert "Removed shop.buy.rules.yml, whose journey is gone." in ended.out
    assert sorted(file.name for file in out.iterdir()) == [
        "mine.rules.yml",
        "monitor.rules.test.yml",
        "monitor.rules.yml",
        "shop.sell.rules.test.yml",
        "shop.sell.rules.yml",
    ]


def test_nothing_is_written_while_a_journey_cannot_be_read(config: Path) -> None:
    (config.parent / "journeys" / "shop" / "test_buy.py").write_text("this is no Python")

    ended = call_command("slo", "rules", "--out", config.parent / "rules", "--config", config)

    assert ended.code == 2
    assert "test_buy.py" in ended.err
    assert not (config.parent / "rules").exists()


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(config: Path) -> None:
    (config.parent / "taken").write_text("a file")

    ended = call_command("slo", "rules", "--out", config.parent / "taken", "--config", config)

    assert ended.code == 2
    assert "Choose a folder with --out that you may write to." in ended.err


def test_dashboard_is_json_on_standard_output_or_in_a_file(tmp_path: Path) -> None:
    printed = call_command("slo", "dashboard")
    written = call_command("slo", "dashboard", "--out", tmp_path / "grafana" / "synthetics.json")

    assert (printed.code, written.code) == (0, 0)
    assert printed.json["title"] == "Synthetic journeys"
    assert (tmp_path / "grafana" / "synthetics.json").read_text() == printed.out
    assert "import it into Grafana" in written.out
