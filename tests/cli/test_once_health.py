"""Health journeys through the front door: ``once`` on the stand-in with its faults, and what tells of it afterwards."""

import shutil
from pathlib import Path

import pytest

from synthetics.export.report import REPORT_FILE
from tests.command_line import CHECKOUT, call_command, run_command, write_config

BOTH = ("ihub.health_backend", "team_radar.health_app")


@pytest.fixture
def apps(tmp_path: Path) -> Path:
    """The apps of the checkout without their journeys in a browser, which would only have to be read."""
    for name in ("ihub", "team_radar"):
        (tmp_path / "apps" / name).mkdir(parents=True)
        shutil.copy(CHECKOUT / "journeys" / name / "app.toml", tmp_path / "apps" / name)
    return tmp_path / "apps"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("health_500", "health_status"),
        ("health_204", "health_status"),
        ("health_redirect", "health_redirect"),
        ("health_slow", "health_late"),
    ],
)
def test_once_charges_the_app_whose_health_check_the_fault_is_about_and_no_other(
    tmp_path: Path, apps: Path, fault: str, code: str
) -> None:
    config = write_config(tmp_path, journeys=apps)
    done = run_command("once", *BOTH, "--json", "--fault", fault, "--config", config)
    assert done.code == 1, done.err
    runs = [(each["journey"], each["attempt"], each["outcome"], each["fault"]) for each in done.json["runs"]]
    assert runs == [(BOTH[0], 1, "failed", "app"), (BOTH[0], 2, "failed", "app"), (BOTH[1], 1, "passed", "none")]
    assert done.json["runs"][0]["reasons"][0]["code"] == code


def test_once_scheduled_makes_health_checks_without_a_browser_and_tells_of_them_like_of_others(
    tmp_path: Path, apps: Path
) -> None:
    attested = ("[attestations.bug_bounty]", 'by = "We"', "on = 2026-03-01", "until = 2027-02-28")
    more = (*attested, 'link = "https://example.com"', "[browser]", 'executable = "no-browser-anywhere"')
    config = write_config(tmp_path, *more, journeys=apps)
    textfile = tmp_path / "synthetics.prom"

    done = run_command("once", *BOTH, "--scheduled", "--textfile", textfile, "--config", config)

    assert done.code == 0, done.err
    assert all(f"{each}  " in done.out for each in BOTH)
    samples = textfile.read_text().splitlines()
    assert _value(samples, "synthetic_runs_total", 'journey="health_backend"', 'outcome="passed"') == 1
    assert _value(samples, "synthetic_step_duration_seconds_count", 'step="GET /health"', 'app="ihub"') == 1
    assert _value(samples, "synthetic_interval_seconds", 'journey="health_app"') == 60
    assert _value(samples, "synthetic_journey_info", 'journey="health_app"', 'kind="health"') == 1
    ends = _value(samples, "synthetic_attestation_expiry_timestamp_seconds", 'requirement="bug_bounty"')
    assert ends == 1_803_859_200, "the end of its last day"
    assert not list((tmp_path / "var").rglob(REPORT_FILE))  # a pass has nothing to tell that the ledger has not
    (run,) = call_command("runs", "--json", "--journey", BOTH[0], "--config", config).json
    assert (run["kind"], run["evidence"]["health"]["status"]) == ("health", 200)
    told = call_command("explain", "last", "--config", config)
    assert (told.code, "GET /health" in told.out, "processing" in told.out) == (0, True, True)
    assert ["protocol", "HTTP/1.1"] in [line.split() for line in told.out.splitlines()]


def test_list_and_validate_show_health_journeys(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    listed = call_command("list", "--json", "--config", config).json
    health = {each["journey"]: each for each in listed if each["kind"] == "health"}
    assert set(health) == set(BOTH)
    backend = health[BOTH[0]]
    assert (backend["every_ms"], backend["timeout_ms"], backend["targets"]) == (60_000, 3_000, ["standin"])
    assert (backend["steps"], Path(backend["file"]).name) == (["GET /health"], "app.toml")
    assert call_command("validate", "--config", config).code == 0


def _value(samples: list[str], name: str, *labels: str) -> float:
    """The value of the one sample with these labels."""
    (found,) = (each for each in samples if each.startswith(f"{name}{{") and all(label in each for label in labels))
    return float(found.rpartition(" ")[2])
