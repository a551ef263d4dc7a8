"""``slo dossier``: what is written for a reviewer, and whether what was sealed is still as it was."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from synthetics.cli.dossier_reading import chosen_apps
from synthetics.clock import SystemClock
from synthetics.config.app import App, Framework, Programme, ProgrammeStatus
from synthetics.errors import SelectionError
from synthetics.ledger.store import FILE_NAME, Ledger, open_ledger
from synthetics.maintenance import Maintenance
from synthetics.record import Fault, Outcome
from tests.command_line import Ended, call_command, write_config
from tests.ledger.builders import MINUTE_MS, a_key, a_record
from tests.slo.builders import a_profile

DAY_MS = 1_440 * MINUTE_MS
TODAY_MS = int(datetime(2026, 5, 15, tzinfo=UTC).timestamp()) * 1_000
PASSWORD = "Correct-Horse-7-Battery"
#: Four closed days, a run each hour: from the last hour of the second one three failed in a row.
DAYS = [datetime.fromtimestamp(TODAY_MS / 1_000, UTC).date() - timedelta(days=ago) for ago in (4, 3, 2, 1)]
FAILED_AT_MS = TODAY_MS - 3 * DAY_MS + 23 * 60 * MINUTE_MS
FAILED = [a_key(FAILED_AT_MS + number * 60 * MINUTE_MS) for number in range(3)]

JOURNEY = '''
"""One journey: where the whole checkout's are discovered, each test takes three times as long."""

import pytest


@pytest.mark.journey(every="1h", timeout="60s")
def test_run_flow(jira, step):
    """An issue event starts a flow, and its effect shows in Jira."""
    with step("Open the admin page"):
        assert jira
'''


class HalfPastMidnight(SystemClock):
    """A clock that stands still, so that no test is caught by the end of a day."""

    def wall_ms(self) -> int:
        return TODAY_MS + 30 * MINUTE_MS


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetics.cli.slo_dossier.SystemClock", HalfPastMidnight)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with a ledger of four closed days."""
    keys = [a_key(TODAY_MS - hours * 60 * MINUTE_MS) for hours in range(1, 4 * 24 + 1)]
    records = [
        a_record(each, Outcome.FAILED, fault=Fault.APP, duration_ms=30_000) if each in FAILED else a_record(each)
        for each in keys
    ]
    with closing(open_ledger(tmp_path / "var")) as ledger:
        ledger.at_once([partial(Ledger.write, record=each) for each in reversed(records)])
    folder = tmp_path / "journeys" / "ihub"
    folder.mkdir(parents=True)
    for each in (folder, folder.parent):
        (each / "__init__.py").touch()
    (folder / "app.toml").write_text('title = "Integration Hub"\nframework = "uikit"\n[forge]\nready = "main"\n')
    (folder / "test_flow.py").write_text(JOURNEY)
    return write_config(tmp_path, journeys=folder.parent)


def dossier(config: Path, *arguments: str | Path) -> Ended:
    return call_command("slo", "dossier", *arguments, "--config", config)


def written(config: Path, *arguments: str | Path) -> dict[str, Any]:
    """The JSON that was written."""
    ended = dossier(config, *arguments)
    assert ended.code == 0, ended.err
    values: dict[str, Any] = json.loads((config.parent / "var" / "dossier" / "dossier.json").read_text())
    return values


def app_of(values: dict[str, Any], name: str = "ihub") -> dict[str, Any]:
    [app] = [each for each in values["apps"] if each["app"] == name]
    return dict(app)


def flow_of(values: dict[str, Any]) -> dict[str, Any]:
    [found] = [each for each in app_of(values)["objectives"] if each["journey"] == "ihub.run_flow"]
    return dict(found)


def test_dossier_writes_the_page_and_its_json_into_the_storage_and_says_where(config: Path) -> None:
    ended = dossier(config)

    folder = config.parent / "var" / "dossier"
    assert ended.code == 0, ended.err
    assert sorted(each.name for each in folder.iterdir()) == ["dossier.html", "dossier.json"]
    assert [line.split("/")[-1] for line in ended.out.splitlines()[-2:]] == ["dossier.html", "dossier.json"]
    told = ended.out.splitlines()
    first = DAYS[-1] - timedelta(days=27)
    assert told[0] == f"Cloud Fortified, {first} to {DAYS[-1]} (UTC)"
    assert "synthetic_tests             not met" in told
    assert max(map(len, told[:-2])) <= 80


def test_the_last_seal_stands_on_the_page_in_the_json_and_in_the_summary(config: Path) -> None:
    ended = dossier(config)

    folder = config.parent / "var" / "dossier"
    with closing(open_ledger(config.parent / "var")) as ledger:
        seals = ledger.audit.seals()
    values = json.loads((folder / "dossier.json").read_text())
    assert [each.day for each in seals] == DAYS
    assert values["last_seal"]["seal"] == seals[-1].seal
    assert [each["seal"] for each in values["seals"]] == [each.seal for each in seals]
    assert seals[-1].seal in (folder / "dossier.html").read_text()
    assert seals[-1].seal in ended.out
    assert "Keep it: whoever changes an older day must change this." in ended.out


def test_an_outage_is_told_with_how_soon_it_was_seen_and_its_settled_fault(config: Path) -> None:
    corrected = call_command(
        "runs", "correct", FAILED[0].run_id, "--fault", "host", "--why", "Their status page", "--by", "ann",
        "--config", config,
    )  # fmt: skip
    assert corrected.code == 0, corrected.err

    app = app_of(written(config))

    [outage] = app["failures"]
    assert (outage["n"], outage["first_ms"]) == (3, FAILED_AT_MS)
    assert outage["runs"] == [each.run_id for each in FAILED]
    assert outage["detected_after_ms"] == 60 * MINUTE_MS + 30_000
    assert outage["over_ms"] == FAILED_AT_MS + 180 * MINUTE_MS
    assert (outage["faults"], outage["first_faults"]) == ({"app": 2, "host": 1}, {"app": 3})
    assert outage["settled_by"] == ["ann", "judge"]
    [correction] = app["corrections"]
    assert (correction["before"], correction["after"], correction["why"]) == ("app", "host", "Their status page")


def test_an_outage_that_went_on_when_the_time_began_is_told_whole(config: Path) -> None:
    [outage] = app_of(written(config, "--from", str(DAYS[2])))["failures"]

    assert (outage["n"], outage["first_ms"], outage["detected_after_ms"]) == (3, FAILED_AT_MS, 60 * MINUTE_MS + 30_000)


def test_planned_downtime_stands_in_it_with_when_notice_was_given(config: Path) -> None:
    window = Maintenance(
        from_ms=FAILED_AT_MS,
        until_ms=FAILED_AT_MS + DAY_MS,
        noticed_ms=FAILED_AT_MS - DAY_MS,
        author="bo",
        why="A new disk",
        entered_ms=FAILED_AT_MS,
    )
    with closing(open_ledger(config.parent / "var")) as ledger:
        ledger.audit.add_maintenance(window)

    values = written(config)

    [told] = values["maintenance"]
    assert (told["author"], told["why"], told["is_announced"]) == ("bo", "A new disk", True)
    figure = flow_of(values)
    assert figure["attributed"]["bad"] == figure["adjusted"]["judge_alone"]["bad"] == 3
    assert figure["adjusted"]["adjusted"]["bad"] == 0


@pytest.mark.parametrize(
    ("first", "last", "runs"),
    [
        pytest.param(DAYS[1], DAYS[1], 24, id="one day"),
        pytest.param(DAYS[0], DAYS[1], 48, id="both days are in it"),
        pytest.param(DAYS[2], None, 48, id="to the last closed day"),
        pytest.param(None, DAYS[2], 72, id="the profile's window before the last day"),
    ],
)
def test_days_are_whole_and_in_utc(config: Path, first: date | None, last: date | None, runs: int) -> None:
    options = [*(("--from", str(first)) if first else ()), *(("--to", str(last)) if last else ())]

    values = written(config, *options)

    figure = flow_of(values)
    assert figure["expected"] == runs
    assert (values["until_ms"] - values["since_ms"]) % DAY_MS == 0
    assert values["is_of_the_profiles_window"] == (first is None)
    assert any("The profile judges over 28 days" in each for each in values["cautions"]) == (first is not None)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(("--from", "yesterday"), "yesterday is no day. Write it as 2026-03-01.", id="no day"),
        pytest.param(("--to", "2026-02-30"), "2026-02-30 is no day.", id="a day that is not in the calendar"),
        pytest.param(("--to", "2999-01-01"), "2999-01-01 has not come yet", id="a day to come"),
        pytest.param(("--from", "2026-03-02", "--to", "2026-03-01"), "Exchange the two.", id="the wrong way round"),
        pytest.param(("--from", "1999-12-31"), "1999-12-31 is more than ten years ago.", id="too long ago"),
        pytest.param(("--verify", "--app", "ihub"), "Leave it away with --verify.", id="an app has no seal"),
        pytest.param(("--json", "--out", "here"), "Nothing is written with --json.", id="a folder for nothing"),
        pytest.param(("--app", "nobody"), 'There is no app "nobody".', id="no such app"),
    ],
)
def test_what_cannot_be_meant_is_refused(config: Path, options: Sequence[str], said: str) -> None:
    ended = dossier(config, *options)

    assert ended.code == 2
    assert said in " ".join(ended.err.replace("│", " ").split())
    assert not (config.parent / "var" / "dossier").exists()


def test_json_is_printed_for_one_app_and_no_file_is_written(tmp_path: Path) -> None:
    config = write_config(tmp_path)

    ended = dossier(config, "--json", "--app", "team_radar")

    assert ended.code == 0, ended.err
    assert [each["app"] for each in ended.json["apps"]] == ["team_radar"]
    assert "ihub" in ended.json["left_out"]
    assert ended.json["format"] == 1
    assert not (tmp_path / "var").exists()


def test_out_names_another_folder(config: Path, tmp_path: Path) -> None:
    ended = dossier(config, "--out", tmp_path / "for" / "review")

    assert ended.code == 0, ended.err
    assert (tmp_path / "for" / "review" / "dossier.html").exists()
    assert not (config.parent / "var" / "dossier").exists()


def test_without_a_ledger_nothing_is_measured_and_none_is_made(tmp_path: Path) -> None:
    config = write_config(tmp_path)

    values = written(config)

    assert not (tmp_path / "var" / FILE_NAME).exists()
    assert {each["conclusion"] for each in values["requirements"]} == {
        "nothing_measured", "not_met", "attestation_missing", "not_gathered",
    }  # fmt: skip
    assert values["last_seal"] is None
    assert any("stand-in" in each for each in values["cautions"])


def test_the_health_checks_of_an_app_stand_in_it_with_their_rule(tmp_path: Path) -> None:
    config = write_config(
        tmp_path,
        '[accounts.robot]\nemail = "a@example.com"\npassword = { env = "NOBODYS_PASSWORD" }',
        '[targets.live]\nsite = "https://live.example.com"\naccount = "robot"\nrollout = "production"',
        '[targets.live.apps.ihub.base_urls]\neu = "https://eu.example.com"',
    )

    checks = {(each["base_url"], each["target"]): each for each in app_of(written(config))["health_checks"]}

    assert checks["eu", "live"]["address"] == "https://eu.example.com/health"
    assert checks["eu", "live"]["rollout"] == "production"
    assert checks["backend", "standin"]["address"] is None
    assert all(each["follows_rule"] and "every 60s" in each["rule"] for each in checks.values())


def test_no_secret_is_in_what_people_typed(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROBOTS_PASSWORD", PASSWORD)
    config.write_text(
        config.read_text()
        + '[accounts.robot]\nemail = "a@example.com"\npassword = { env = "ROBOTS_PASSWORD" }\n'
        + f'[attestations.bug_bounty]\nby = "ann {PASSWORD}"\non = 2026-03-01\nuntil = 2999-01-01\n'
        + f'link = "https://wiki.example.com/?q={PASSWORD}"\nnote = "Signed in with {PASSWORD}"\n'
    )
    window = Maintenance(
        from_ms=FAILED_AT_MS,
        until_ms=FAILED_AT_MS + 1,
        noticed_ms=0,
        author=PASSWORD,
        why=f"Because of {PASSWORD}",
        entered_ms=FAILED_AT_MS,
    )
    with closing(open_ledger(config.parent / "var")) as ledger:
        ledger.audit.add_maintenance(window)

    ended = dossier(config)

    folder = config.parent / "var" / "dossier"
    texts = [ended.out, ended.err, *(each.read_text() for each in folder.iterdir())]
    assert [PASSWORD in each for each in texts] == [False] * 4
    assert "Signed in with [redacted]" in texts[2]
    assert "Because of [redacted]" in texts[3]


@pytest.fixture
def sealed(config: Path) -> Path:
    with closing(open_ledger(config.parent / "var")) as ledger:
        ledger.audit.seal_days(TODAY_MS)
        ledger.write(a_record(a_key(TODAY_MS)))
    return config


def by_hand(config: Path, statement: str) -> None:
    """Change the ledger as somebody with a database tool would."""
    with closing(sqlite3.connect(config.parent / "var" / FILE_NAME)) as connection, connection:
        assert connection.execute(statement).rowcount == 1


def test_verify_finds_nothing_where_nothing_was_changed_and_writes_nothing(sealed: Path) -> None:
    ended = dossier(sealed, "--verify")
    as_json = dossier(sealed, "--verify", "--json")

    assert (ended.code, as_json.code) == (0, 0)
    today = str(DAYS[-1] + timedelta(days=1))
    assert [(each["day"], each["state"]) for each in as_json.json] == [
        *((str(day), "whole") for day in DAYS), (today, "unsealed"),
    ]  # fmt: skip
    assert "4 of 5 days are as sealed." in ended.out
    assert f"{today} unsealed: " in ended.out
    assert not (sealed.parent / "var" / "dossier").exists()


def test_verify_finds_a_row_that_was_changed_by_hand_and_its_day(sealed: Path) -> None:
    by_hand(sealed, f"UPDATE runs SET fault = 'host' WHERE run_id = '{FAILED[0].run_id}'")  # noqa: S608  a test's own

    ended = dossier(sealed, "--verify")
    as_json = dossier(sealed, "--verify", "--json")

    assert (ended.code, as_json.code) == (1, 1)
    assert [each["day"] for each in as_json.json if each["state"] == "changed"] == [str(DAYS[1])]
    assert [*as_json.json[0]] == ["day", "state", "why"]
    assert f"{DAYS[1]} changed: " in ended.out
    assert max(map(len, ended.out.splitlines())) <= 80


def test_verify_keeps_to_the_days_that_are_named(sealed: Path) -> None:
    by_hand(sealed, f"UPDATE runs SET fault = 'host' WHERE run_id = '{FAILED[0].run_id}'")  # noqa: S608  a test's own

    ended = dossier(sealed, "--verify", "--json", "--from", str(DAYS[2]), "--to", str(DAYS[3]))

    assert ended.code == 0
    assert [each["day"] for each in ended.json] == [str(DAYS[2]), str(DAYS[3])]


def test_verify_without_a_ledger_has_nothing_to_check(tmp_path: Path) -> None:
    config = write_config(tmp_path)

    assert dossier(config, "--verify", "--json").json == []
    assert "There is no day to check." in dossier(config, "--verify").out
    assert not (tmp_path / "var").exists()


def an_app(name: str, status: ProgrammeStatus | None = None, framework: Framework = Framework.FORGE) -> App:
    programme = None if status is None else Programme(name="ours", status=status)
    return App(name=name, title=name, programme=programme, framework=framework)


PLAIN = [an_app("a"), an_app("b"), an_app("control", framework=Framework.NONE)]


@pytest.mark.parametrize(
    ("apps", "asked", "chosen"),
    [
        pytest.param(PLAIN, None, ("a", "b"), id="none is enrolled: each that is an app"),
        pytest.param([*PLAIN, an_app("c", ProgrammeStatus.PREPARING)], None, ("c",), id="the enrolled one"),
        pytest.param([*PLAIN, an_app("c", ProgrammeStatus.LEFT)], None, ("a", "b", "c"), id="one that has left"),
        pytest.param(PLAIN, "control", ("control",), id="the one that was asked for"),
    ],
)
def test_a_dossier_is_about_the_apps_that_are_enrolled(
    apps: list[App], asked: str | None, chosen: tuple[str, ...]
) -> None:
    assert chosen_apps({each.name: each for each in apps}, a_profile(), asked) == chosen


def test_an_app_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(SelectionError, match=r'no app "d"\.\n  The apps are: a'):
        chosen_apps({each.name: each for each in PLAIN}, a_profile(), "d")


def test_help_fits_into_80_columns() -> None:
    ended = call_command("slo", "dossier", "--help")

    assert ended.code == 0
    assert max(map(len, ended.out.splitlines())) <= 80
