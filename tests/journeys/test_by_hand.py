"""The journeys of the checkout, run by hand as their authors do."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import synthetics

ROOT = Path(synthetics.__file__).parent.parent


def by_hand(folder: Path, output: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Type ``pytest`` in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--output={output}", *args],
        check=False,
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )


def record_of(journey: str, output: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((output / journey / "record.json").read_text())
    return values


def a_checkout(folder: Path) -> Path:
    """What a journey's author has, to be changed at will; the product itself is taken from here."""
    shutil.copytree(
        ROOT / "journeys", folder / "journeys", ignore=shutil.ignore_patterns("__pycache__", "test-results")
    )
    for name in ("conftest.py", "synthetics.toml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "synthetics").symlink_to(ROOT / "synthetics")
    return folder


def test_every_journey_passes_from_the_top(tmp_path: Path) -> None:
    done = by_hand(ROOT, tmp_path / "out", "journeys")

    assert done.returncode == 0, done.stdout
    records = [record_of(folder.name, tmp_path / "out") for folder in (tmp_path / "out").iterdir()]
    assert {each["journey"] for each in records} == {
        "host_jira.plain_issue",
        "ihub.admin_page",
        "ihub.create_flow",
        "ihub.run_flow",
    }
    assert {each["outcome"] for each in records} == {"passed"}
    assert all(each["provenance"]["host_build"] for each in records)
    assert all(each["provenance"]["app_version"] for each in records if each["app"] == "ihub")
    assert all(each["fixture_steps"][0]["title"] == "Sign in" for each in records)


def test_journeys_of_an_app_pass_from_inside_its_folder(tmp_path: Path) -> None:
    done = by_hand(ROOT / "journeys" / "ihub", tmp_path / "out", "-k", "admin_page")

    assert done.returncode == 0, done.stdout
    assert record_of("ihub.admin_page", tmp_path / "out")["outcome"] == "passed"


def test_assertion_that_fails_leaves_its_step_a_picture_and_the_site_clean(tmp_path: Path) -> None:
    checkout = a_checkout(tmp_path)
    file = checkout / "journeys/ihub/test_flows.py"
    file.write_text(file.read_text().replace('to_contain_text("Enabled")', 'to_contain_text("Paused", timeout=500)'))

    done = by_hand(checkout, tmp_path / "out", "journeys/ihub", "-k", "create_flow")

    assert done.returncode == 1, done.stdout
    record = record_of("ihub.create_flow", tmp_path / "out")
    assert (record["outcome"], record["fault"]) == ("failed", "unknown")
    assert [(each["title"], each["status"]) for each in record["steps"]] == [
        ("Open the admin page", "passed"),
        ("Create a flow", "passed"),
        ("See it in the list", "failed"),
        ("See it on a fresh page", "skipped"),
    ]
    assert (tmp_path / "out/ihub.create_flow" / record["steps"][2]["screenshot"]).exists()
    assert record["fixture_steps"][-1] == record["fixture_steps"][-1] | {"title": "Clean up", "status": "passed"}


@pytest.mark.parametrize(
    ("fault", "title", "said"),
    [
        pytest.param("backend_502", "Open the admin page", "502 Bad Gateway", id="the app's backend"),
        pytest.param("site_503", "Sign in", "The site answered 503", id="the site"),
    ],
)
def test_fault_is_met_at_the_step_that_needs_what_is_broken(tmp_path: Path, fault: str, title: str, said: str) -> None:
    done = by_hand(ROOT, tmp_path / "out", "journeys/ihub", "-k", "admin_page", f"--standin-fault={fault}")

    assert done.returncode == 1, done.stdout
    record = record_of("ihub.admin_page", tmp_path / "out")
    (failed,) = [each for each in [*record["fixture_steps"], *record["steps"]] if each["status"] == "failed"]
    assert failed["title"] == title
    assert said in failed["error"]["message"]
    assert (tmp_path / "out/ihub.admin_page" / failed["screenshot"]).exists()
