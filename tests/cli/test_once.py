"""``once``: runs, records, reports and exit codes, against the embedded stand-in with a real browser."""

import json
import shutil
import signal
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import (
    CHECKOUT,
    Ended,
    call_command,
    command,
    environment,
    run_command,
    wait_until,
    write_config,
)

HANGS = '''
import threading

import pytest


@pytest.mark.journey(every="60s", timeout="12s")
def test_hangs_in_python(signed_in_page, step):
    """A journey that never comes back from Python."""
    with step("Look"):
        assert signed_in_page.url
    with step("Hang"):
        threading.Event().wait()
    with step("Never"):
        pass


@pytest.mark.journey(every="60s", timeout="12s")
def test_hangs_in_the_page(signed_in_page, step):
    """A journey whose page never comes back from JavaScript."""
    with step("Look"):
        assert signed_in_page.url
    with step("Hang"):
        signed_in_page.route("**/never", lambda route: None)
        signed_in_page.evaluate(
            "() => { const asked = new XMLHttpRequest(); asked.open('GET', '/never', false); asked.send(); }"
        )
    with step("Never"):
        pass
'''


def own_journeys(tmp_path: Path) -> Path:
    """A copy of the checkout's journeys, to be changed."""
    journeys = tmp_path / "journeys"
    shutil.copytree(CHECKOUT / "journeys", journeys, ignore=shutil.ignore_patterns("__pycache__"))
    return journeys


def hanging_for_25_s(mark: Path) -> str:
    """Journeys that hang, and leave a mark when they begin to."""
    hang = "threading.Event().wait()"
    marking = f"open({str(mark)!r}, 'w').close()\n        {hang}"
    return HANGS.replace('timeout="12s"', 'timeout="25s"').replace(hang, marking)


def runs_of(ended: Ended) -> dict[str, dict[str, Any]]:
    return {record["journey"]: record for record in ended.json["runs"]}


def test_once_passes_and_leaves_records_reports_and_files(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    selected = ("host_jira", "ihub.run_flow", "points_check", "release_notes.macro_renders", "team_radar.project_page")

    ended = run_command(
        "once", *selected, "--json", "--config", config,
        "--junit", tmp_path / "junit.xml", "--report", tmp_path / "report", "--textfile", tmp_path / "s.prom",
    )  # fmt: skip

    assert ended.code == 0, ended.err
    runs = runs_of(ended)
    listed = {each["journey"]: each for each in call_command("list", *selected, "--json", "--config", config).json}
    assert runs.keys() == listed.keys()
    assert ended.json["counts"] == {"passed": len(runs), "failed": 0, "errored": 0, "missed": 0}
    for name, record in runs.items():
        assert [step["title"] for step in record["steps"]] == listed[name]["steps"]
        assert (record["trigger"], record["attempt"], record["fault"]) == ("manual", 1, "none")
        assert record["provenance"]["browser"]
        assert f"journey={name}" in ended.err
    suites = ET.parse(tmp_path / "junit.xml").getroot()  # noqa: S314  our own file
    assert len(list(suites.iter("testcase"))) == len(runs)
    assert "synthetic_runs_total" in (tmp_path / "s.prom").read_text()
    index = (tmp_path / "report" / "index.html").read_text()
    assert all(name in index for name in runs)
    kept = call_command("runs", "--json", "--config", config).json
    assert {each["run_id"] for each in kept} == {each["run_id"] for each in runs.values()}


def test_once_tells_a_failing_assertion_with_its_step_and_a_picture_and_leaves_the_other_alone(tmp_path: Path) -> None:
    journeys = own_journeys(tmp_path)
    [file] = [each for each in (journeys / "ihub").glob("test_*.py") if "def test_admin_page" in each.read_text()]
    lines = file.read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if "def test_admin_page" in line)
    first_step = next(n for n, line in enumerate(lines) if n > start and "with step(" in line)
    title = lines[first_step].split('"')[1]
    lines.insert(first_step + 1, "        assert 1 == 2, 'put in by a test'")
    file.write_text("\n".join(lines) + "\n")
    config = write_config(tmp_path, journeys=journeys)

    selected = ("ihub.admin_page", "ihub.create_flow")
    ended = run_command("once", *selected, "--json", "--config", config, "--report", tmp_path / "report")

    assert ended.code == 1
    runs = runs_of(ended)
    failed = runs.pop("ihub.admin_page")
    assert {each["outcome"] for each in runs.values()} == {"passed"}
    assert (failed["outcome"], failed["fault"]) == ("failed", "unknown")
    [step] = [each for each in failed["steps"] if each["status"] == "failed"]
    assert step["title"] == title
    assert "put in by a test" in step["error"]["message"]
    folder = tmp_path / "report" / "runs" / failed["run_id"]
    assert (folder / step["screenshot"]).read_bytes().startswith(b"\x89PNG")
    page = (folder / "report.html").read_text()
    assert title in page
    assert step["screenshot"] in page


def test_once_fails_the_journey_through_the_app_when_its_backend_answers_502(tmp_path: Path) -> None:
    selected = ("host_jira", "ihub.create_flow")
    ended = run_command("once", *selected, "--json", "--fault", "backend_502", "--config", write_config(tmp_path))

    assert ended.code == 1
    runs = runs_of(ended)
    assert runs.pop("host_jira.plain_issue")["outcome"] == "passed"
    [record] = runs.values()
    assert record["outcome"] == "failed"
    assert [each["status"] for each in record["steps"]].count("failed") == 1


def test_once_records_a_site_that_cannot_be_reached(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    (tmp_path / "secret").write_text("not-to-be-seen-anywhere")
    config.write_text(
        config.read_text()
        + '[targets.gone]\nsite = "http://127.0.0.1:9"\naccount = "us"\n'
        + '[accounts.us]\nemail = "us@gone.example"\npassword = { file = "secret" }\napi_token = { file = "secret" }\n'
    )

    ended = run_command("once", "ihub.admin_page", "host_jira", "--json", "--target", "gone", "--config", config)

    assert ended.code == 1, ended.err
    assert {each["outcome"] for each in ended.json["runs"]} == {"failed"}
    kept = [each for each in (tmp_path / "var").rglob("*") if each.is_file()]
    everything = [ended.out, ended.err, *(each.read_text(errors="replace") for each in kept)]
    assert not any("not-to-be-seen-anywhere" in text for text in everything)


def test_once_ends_journeys_that_hang_at_their_deadline(tmp_path: Path) -> None:
    journeys = own_journeys(tmp_path)
    (journeys / "ihub" / "test_hangs.py").write_text(HANGS)
    config = write_config(tmp_path, journeys=journeys)
    names = ("ihub.hangs_in_python", "ihub.hangs_in_the_page")

    ended = run_command("once", *names, "--json", "--config", config)

    assert ended.code == 1, ended.err
    for record in runs_of(ended).values():
        assert (record["outcome"], record["fault"]) == ("failed", "unknown")
        assert record["reasons"][0]["code"] == "deadline"
        assert [step["status"] for step in record["steps"]] == ["passed", "failed", "skipped"]
        assert record["duration_ms"] < 12_000 + 2_000 + 2_000


def test_once_leaves_out_a_broken_file_runs_the_rest_and_ends_2(tmp_path: Path) -> None:
    journeys = own_journeys(tmp_path)
    (journeys / "host_jira" / "test_broken.py").write_text("import nothing_of_that_name\n")
    config = write_config(tmp_path, journeys=journeys)

    ended = run_command("once", "host_jira", "--json", "--config", config)

    assert ended.code == 2
    assert {each["outcome"] for each in ended.json["runs"]} == {"passed"}
    assert "test_broken.py" in ended.err
    assert "nothing_of_that_name" in ended.err


@dataclass(frozen=True)
class ByCron:
    """What cron would have got, which asked twice within one interval and for a textfile."""

    first: Ended
    second: Ended
    textfile: str
    page: str


@pytest.fixture(scope="module")
def by_cron(tmp_path_factory: pytest.TempPathFactory) -> ByCron:
    folder = tmp_path_factory.mktemp("by_cron")
    config = write_config(folder, "[defaults]", 'every = "1d"')
    asked = ("once", "host_jira", "--scheduled", "--json", "--config", config)
    first = run_command(*asked, "--textfile", folder / "synthetics.prom")
    [page] = (folder / "var").glob("runs/*/*/report.html")
    return ByCron(first, run_command(*asked), (folder / "synthetics.prom").read_text(), page.read_text())


def test_once_scheduled_claims_the_slot_that_is_due_once(by_cron: ByCron) -> None:
    first, second = by_cron.first, by_cron.second

    assert [each["trigger"] for each in first.json["runs"]] == ["schedule"]
    assert (first.code, second.code) == (0, 0), first.err
    assert second.json["runs"] == []
    assert "host_jira.plain_issue" in second.err


def test_the_page_of_a_scheduled_run_tells_what_is_left_of_the_error_budget(by_cron: ByCron) -> None:
    assert "<dt>Error budget</dt>" in by_cron.page
    assert "no failure is allowed in 28 days at this cadence; 0 happened" in by_cron.page


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_once_ends_130_with_a_record_when_it_is_interrupted(tmp_path: Path, signum: signal.Signals) -> None:
    journeys = own_journeys(tmp_path)
    hung = tmp_path / "hung"
    (journeys / "ihub" / "test_hangs.py").write_text(hanging_for_25_s(hung))
    config = write_config(tmp_path, journeys=journeys)
    process = subprocess.Popen(
        command("once", "ihub.hangs_in_python", "--json", "--config", config),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(hung.exists, 30, "the journey hangs")

    process.send_signal(signum)
    out, err = process.communicate(timeout=20)

    assert process.returncode == 130, err
    [record] = json.loads(out)["runs"]
    assert (record["outcome"], record["reasons"][0]["code"]) == ("errored", "stopped")


def test_once_writes_the_series_of_all_journeys_into_its_textfile_also_of_those_not_selected(by_cron: ByCron) -> None:
    series = [line for line in by_cron.textfile.splitlines() if line.startswith("synthetic_runs_total{")]
    passed = [line for line in series if line.endswith((" 1", " 1.0"))]
    assert {'journey="run_flow"' in line for line in series} == {True, False}
    assert len(passed) == 1
    assert 'journey="plain_issue"' in passed[0]


def test_once_settles_the_run_of_an_earlier_once_that_was_killed(tmp_path: Path) -> None:
    journeys = own_journeys(tmp_path)
    hung = tmp_path / "hung"
    (journeys / "ihub" / "test_hangs.py").write_text(hanging_for_25_s(hung))
    config = write_config(tmp_path, journeys=journeys)
    process = subprocess.Popen(command("once", "ihub.hangs_in_python", "--config", config), env=environment())
    wait_until(hung.exists, 30, "the journey hangs")
    process.kill()
    process.wait()

    run_command("once", "host_jira", "--config", config)

    outcomes = {each["journey"]: each for each in call_command("runs", "--json", "--config", config).json}
    assert outcomes["ihub.hangs_in_python"]["reasons"][0]["code"] == "runner_lost"
    assert outcomes["host_jira.plain_issue"]["outcome"] == "passed"
