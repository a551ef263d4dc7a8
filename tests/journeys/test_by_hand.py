"""The journeys of the checkout, run by hand as their authors do."""

from pathlib import Path

import pytest

from tests.journeys.typing_pytest import JOURNEYS, ROOT, a_checkout, by_hand, record_of, records_in


def test_every_journey_passes_from_the_top(tmp_path: Path) -> None:
    done = by_hand(ROOT, tmp_path / "out", "journeys")

    assert done.returncode == 0, done.stdout
    records = records_in(tmp_path / "out")
    assert {each["journey"] for each in records} == JOURNEYS
    assert {each["outcome"] for each in records} == {"passed"}
    assert all(each["provenance"]["host_build"] for each in records)
    # UI Kit tells no version anywhere on the page.
    with_version = {each["app"] for each in records if each["provenance"]["app_version"]}
    assert with_version == {"ihub", "release_notes", "team_radar", "host_forge"}
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
