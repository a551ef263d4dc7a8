"""``prove`` through the front door, with a real browser: two faults of each class."""

from pathlib import Path

import pytest

from tests.command_line import CHECKOUT, Ended, call_command, run_command, write_config

JOURNEY = "ihub.admin_page"
FAULTS = {
    "app": ("backend_502", "script_throws"),
    "host": ("site_503", "gateway_down"),
    "session": ("signed_out", "wrong_password"),
    "network": ("network_refused", "network_tls"),
    "monitor": ("browser_killed", "journey_bug"),
    "none": ("host_flags", "analytics_failing"),
}


def own_journeys(folder: Path, text: str) -> Path:
    """A folder with iHub's ``app.toml`` and one journey."""
    ihub = folder / "journeys" / "ihub"
    ihub.mkdir(parents=True)
    settings = (CHECKOUT / "journeys" / "ihub" / "app.toml").read_text()
    (ihub / "app.toml").write_text(settings.partition("[journey")[0])
    (ihub / "test_blind.py").write_text(text)
    return ihub.parent


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """Two faults of each class, made to one journey."""
    folder = tmp_path_factory.mktemp("prove")
    chosen = [part for names in FAULTS.values() for name in names for part in ("--fault", name)]
    config = write_config(folder)
    ended = run_command("prove", "--json", "--journey", JOURNEY, *chosen, "--config", config, timeout_seconds=300)
    assert not (folder / "var").exists(), "what is proved has no place in the ledger that counts"
    return ended


@pytest.mark.parametrize("party", FAULTS)
def test_prove_charges_whose_fault_it_was(proved: Ended, party: str) -> None:
    outcome = {"none": "passed", "monitor": "errored"}.get(party, "failed")
    judged = {each["injected"]: each["judged"] for each in proved.json["cells"] if each["injected"] in FAULTS[party]}

    assert judged == {key: {"outcome": outcome, "fault": party} for key in FAULTS[party]}


def test_prove_ends_0_where_nobody_was_charged_wrongly(proved: Ended) -> None:
    assert (proved.code, proved.err) == (0, "")
    assert {name: score["recall"] for name, score in proved.json["classes"].items()} == dict.fromkeys(FAULTS, 1.0)


def test_prove_charges_the_same_on_a_site_with_other_names_and_ids(tmp_path: Path) -> None:
    """Other ports, host names, keys of projects and issues, ids of apps and installations, and accounts."""
    names = [name for each in FAULTS.values() for name in each[:1] if name != "browser_killed"]
    chosen = [part for name in names for part in ("--fault", name)]
    arguments = ("--as", "other", "--json", "--journey", JOURNEY, "--journey", "team_radar.issue_panel", *chosen)

    ended = run_command("prove", *arguments, "--config", write_config(tmp_path), timeout_seconds=300)

    assert [each for each in ended.json["cells"] if not each["ok"]] == []
    assert {each["judged"]["fault"] for each in ended.json["cells"]} == {"app", "host", "session", "network", "none"}
    assert ended.code == 0


def test_prove_ends_1_where_a_journey_is_blind_and_keeps_what_it_saw(tmp_path: Path) -> None:
    """A journey that looks at nothing of the app sees no fault of it."""
    config = write_config(tmp_path, journeys=own_journeys(tmp_path, BLIND))

    ended = run_command("prove", "--fault", "wrong_data", "--keep", "--config", config)

    assert ended.code == 1
    assert "wrong_data ihub.blind: passed/none, expected failed/app" in ended.err
    assert "Reports: " in ended.out
    assert list((tmp_path / "var" / "prove").rglob("report.html"))


BLIND = '''
import pytest


@pytest.mark.journey(every="5m", timeout="60s")
def test_blind(jira, app_frame, step):
    """A person opens the app and does not look at it."""
    with step("Open the app"):
        jira.open_app_admin_page()
    with step("Wait for it"):
        app_frame()
'''


def test_prove_refuses_a_marker_that_names_no_fault(tmp_path: Path) -> None:
    journeys = own_journeys(tmp_path, BLIND.replace('timeout="60s"', 'timeout="60s", invisible={"wrong_date": "Why."}'))

    ended = call_command("prove", "--config", write_config(tmp_path, journeys=journeys))

    assert ended.code == 2
    assert "ihub.blind: its marker says invisible of 'wrong_date'" in ended.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(
            ["--fault", "backend_501"], ["There is no fault 'backend_501'", "backend_502"], id="no such fault"
        ),
        pytest.param(["--journey", "ihub.nothing"], ["ihub.nothing"], id="no such journey"),
        pytest.param(
            ["--journey", "host_jira", "--fault", "wrong_data"],
            ["None of these faults"],
            id="a fault that touches none",
        ),
    ],
)
def test_prove_refuses_what_is_not_there(tmp_path: Path, arguments: list[str], told: list[str]) -> None:
    ended = call_command("prove", *arguments, "--config", write_config(tmp_path))

    assert ended.code == 2
    for words in told:
        assert words in ended.err
