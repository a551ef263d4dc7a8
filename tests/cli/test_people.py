"""``runs correct`` and ``maintenance``: what people say stands beside what the judge says, and adjusts the figures."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from synthetics.ledger.store import open_ledger
from synthetics.record import Outcome, RunRecord
from tests.cli.test_slo import fill, standings
from tests.command_line import Ended, call_command, write_config

SECRET = "open-sesame-7"
ACCOUNT = ("[accounts.robot]", 'email = "robot@example.com"', 'password = { env = "ROBOT_PASSWORD" }')


def failed_runs(config: Path) -> list[RunRecord]:
    with closing(open_ledger(config.parent / "var")) as ledger:
        return list(ledger.runs(outcomes=[Outcome.FAILED]))


def correct(config: Path, run: str, fault: str, *more: str) -> Ended:
    why = () if "--why" in more else ("--why", "The host's own report says so.")
    return call_command("runs", "correct", run, "--fault", fault, *why, *more, "--config", config)


def maintenance(config: Path, *arguments: str) -> Ended:
    return call_command("maintenance", *arguments, "--config", config)


def hours_ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="seconds")


def add(config: Path, *more: str, begin: float, end: float, noticed: float) -> Ended:
    times = ("--from", hours_ago(begin), "--to", hours_ago(end), "--noticed", hours_ago(noticed))
    return maintenance(config, "add", *times, "--why", "A new disk", "--by", "ann", *more)


def test_a_correction_changes_whose_fault_it_is_and_says_who_said_so(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    fill(config, "ihub.run_flow", app=1, passed=99)
    [run] = failed_runs(config)

    ended = correct(config, run.run_id, "host", "--by", "ann")

    assert (ended.code, ended.out) == (
        0,
        f"Run {run.run_id} is now charged to host and was to app (judge), says ann.\n",
    )
    told = standings(config)["ihub.run_flow", "journey_success"]
    assert (told["attributed"]["bad"], told["attributed"]["left_out"], told["raw"]["bad"]) == (0, 1, 1)
    adjusted = told["adjusted"]
    assert (adjusted["judge_alone"]["bad"], adjusted["adjusted"]["bad"]) == (1, 0)
    [correction] = adjusted["corrections"]
    assert (correction["author"], correction["before"], correction["after"]) == ("ann", "app", "host")
    assert correction["why"] == "The host's own report says so."
    assert "Adjusted for 1 correction: 100 %." in told["sentence"]
    explained = call_command("explain", run.run_id, "--config", config)
    assert "ann" in explained.out
    listed = call_command("runs", "--outcome", "failed", "--config", config).out
    assert ("failed/host" in listed, "failed/app" in listed) == (True, False)
    [row] = call_command("runs", "--outcome", "failed", "--json", "--config", config).json
    assert (row["fault"], row["settled_fault"]) == ("app", "host")


def test_the_same_correction_twice_says_that_nothing_has_changed(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    fill(config, "ihub.run_flow", app=1, passed=9)
    [run] = failed_runs(config)
    correct(config, run.run_id, "host", "--by", "ann")

    again = correct(config, run.run_id, "host", "--by", "ann")
    other = correct(config, run.run_id, "network", "--by", "bob")

    assert again.out.endswith("nothing has changed.\n")
    assert "was to host (ann), says bob" in other.out
    adjusted = standings(config)["ihub.run_flow", "journey_success"]["adjusted"]
    assert [(each["before"], each["after"]) for each in adjusted["corrections"]] == [("app", "network")]


@pytest.mark.parametrize(
    ("run", "more", "said"),
    [
        pytest.param("0" * 16, ("host",), "There is no run", id="no such run"),
        pytest.param("passed", ("host",), "only a failed one has a fault", id="a run that passed"),
        pytest.param("failed", ("monitor",), "monitor", id="a fault that no failed run has"),
        pytest.param("failed", ("host", "--why", "  "), "say why", id="without a reason"),
        pytest.param("failed", ("host", "--by", "judge"), "name a person", id="as the judge"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(run: str, more: tuple[str, ...], said: str, tmp_path: Path) -> None:
    config = write_config(tmp_path)
    fill(config, "ihub.run_flow", app=1, passed=1)
    with closing(open_ledger(tmp_path / "var")) as ledger:
        names = {str(each.outcome): each.run_id for each in ledger.runs()}

    ended = correct(config, names.get(run, run), *more)

    assert ended.code == 2
    assert said in " ".join(ended.err.replace("│", "").split())
    assert standings(config)["ihub.run_flow", "journey_success"]["adjusted"] is None


def test_what_people_type_is_kept_without_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROBOT_PASSWORD", SECRET)
    config = write_config(tmp_path, *ACCOUNT)
    fill(config, "ihub.run_flow", app=1, passed=9)
    [run] = failed_runs(config)

    correct(config, run.run_id, "session", "--why", f"The password {SECRET} was wrong.")
    add(config, begin=2, end=1, noticed=3)

    storage = tmp_path / "var"
    assert not [each for each in storage.rglob("*") if each.is_file() and SECRET.encode() in each.read_bytes()]
    adjusted = standings(config)["ihub.run_flow", "journey_success"]["adjusted"]
    assert adjusted["corrections"][0]["why"] == "The password [redacted] was wrong."


def test_announced_downtime_leaves_the_adjusted_figure_and_stays_in_the_raw_one(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    fill(config, "ihub.run_flow", passed=80, app=6, missed=2)  # the newest 8 within 40 min

    ended = add(config, begin=0.75, end=-1, noticed=24)

    assert ended.code == 0
    assert ended.out.startswith("Downtime of all apps from ")
    told = standings(config)["ihub.run_flow", "journey_success"]
    adjusted = told["adjusted"]
    assert told["raw"]["bad"] == 6
    assert (adjusted["judge_alone"]["bad"], adjusted["adjusted"]["bad"]) == (6, 0)
    [window] = adjusted["windows"]
    assert (window["author"], window["why"], window["is_announced"]) == ("ann", "A new disk", True)
    assert "Adjusted for 1 announced window: 100 %." in told["sentence"]


def test_downtime_that_was_announced_too_late_or_is_anothers_excuses_nothing(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    fill(config, "ihub.run_flow", passed=80, app=6)

    late = add(config, begin=0.75, end=0, noticed=0.7)
    add(config, "--app", "team_radar", begin=0.75, end=0, noticed=9)

    assert "so it excuses nothing" in " ".join(late.out.split())
    told = standings(config)["ihub.run_flow", "journey_success"]
    assert (told["adjusted"]["adjusted"]["bad"], told["attributed"]["bad"]) == (6, 6)
    assert len(told["adjusted"]["windows"]) == 1
    assert "1 window announced too late excuses nothing." in told["sentence"]


def test_downtime_over_what_nobody_saw_gives_no_right_to_a_number(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    fill(config, "ihub.run_flow", passed=80, missed=20)

    add(config, begin=1.65, end=-1, noticed=48)

    told = standings(config)["ihub.run_flow", "journey_success"]
    assert (told["attributed"], told["adjusted"]["adjusted"]) == (None, None)
    assert "Adjusted for 1 announced window: insufficient coverage." in told["sentence"]


def test_the_same_downtime_is_entered_once_and_the_list_tells_all_of_it(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    times = ("--from", "2026-11-01T22:00Z", "--to", "2026-11-02 00:30+01:00", "--noticed", "2026-10-20")
    first = maintenance(config, "add", *times, "--why", "A new disk", "--app", "ihub", "--by", "ann")
    again = maintenance(config, "add", *times, "--why", "Once more", "--app", "ihub", "--by", "bob")

    assert first.out == (
        "Downtime of ihub from 2026-11-01 22:00 UTC to 2026-11-01 23:30 UTC, announced 2026-10-20 00:00 UTC.\n"
    )
    assert again.out.startswith("This was entered before, and stays as it is: ")
    [window] = maintenance(config, "list", "--json").json
    assert (window["author"], window["why"], window["app"], window["target"]) == ("ann", "A new disk", "ihub", None)
    shown = maintenance(config, "list").out
    assert "A new disk (ann, " in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param({"--from": "yesterday"}, "is no time", id="no time"),
        pytest.param({"--to": "9999-12-31T23:59-12:00"}, "is not between 2020 and 2100", id="a time that nobody means"),
        pytest.param({"--to": "2026-11-01T22:00Z"}, "it ends before it begins", id="no time in it"),
        pytest.param({"--noticed": "2099-01-01"}, "told in the future", id="notice in the future"),
        pytest.param({"--app": "ihubb"}, "there is no app 'ihubb'", id="an app that is not there"),
        pytest.param({"--target": "prod"}, "there is no target 'prod'", id="a site that is not there"),
        pytest.param({"--why": "x" * 1_001}, "1,000 fit", id="a reason without end"),
    ],
)
def test_downtime_that_cannot_be_is_refused(arguments: dict[str, str], said: str, tmp_path: Path) -> None:
    config = write_config(tmp_path)
    given = {
        "--from": "2026-11-01T22:00Z",
        "--to": "2026-11-01T23:00Z",
        "--noticed": "2026-10-01",
        "--why": "A new disk",
        **arguments,
    }

    ended = maintenance(config, "add", *(word for pair in given.items() for word in pair))

    assert ended.code == 2
    assert said in " ".join(ended.err.replace("│", "").split())
    assert maintenance(config, "list", "--json").json == []


def test_looking_for_downtime_makes_no_ledger(tmp_path: Path) -> None:
    assert maintenance(write_config(tmp_path), "list").code == 0
    assert not (tmp_path / "var").exists(), "looking makes nothing"
