"""``slo dossier`` over a real ledger: it never claims more than its records and its counts show."""

import json
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from synthetics.cli import dossier_reading
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.record import Fault, Outcome, RunRecord
from tests.cli.test_dossier import DAY_MS, DAYS, JOURNEY, PASSWORD, TODAY_MS, HalfPastMidnight, app_of, flow_of, written
from tests.command_line import call_command, write_config
from tests.ledger.builders import MINUTE_MS, a_key, a_record

HOUR_MS = 60 * MINUTE_MS
SINCE_MS = TODAY_MS - 28 * DAY_MS
HOURS = 28 * 24


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetics.cli.slo_dossier.SystemClock", HalfPastMidnight)


def runs(hours: Iterable[int], failed: Iterable[int] = ()) -> list[RunRecord]:
    """A run in each hour of the window, by its number; hours before it are below 0."""
    bad = set(failed)
    return [
        a_record(a_key(SINCE_MS + each * HOUR_MS), Outcome.FAILED, fault=Fault.APP, duration_ms=30_000)
        if each in bad
        else a_record(a_key(SINCE_MS + each * HOUR_MS))
        for each in hours
    ]


def kept(folder: Path, records: list[RunRecord], journey: str = JOURNEY, app: str = "Integration Hub") -> Path:
    """A configuration with one hourly journey on a site that changes first, and a ledger of these records."""
    with closing(open_ledger(folder / "var")) as ledger:
        ledger.at_once([partial(Ledger.write, record=each) for each in records])
    home = folder / "journeys" / "ihub"
    home.mkdir(parents=True)
    for each in (home, home.parent):
        (each / "__init__.py").touch()
    (home / "app.toml").write_text(f'title = "{app}"\nframework = "uikit"\n[forge]\nready = "main"\n')
    (home / "test_flow.py").write_text(journey)
    config = write_config(folder, journeys=home.parent)
    config.write_text(config.read_text() + 'rollout = "first"\n')
    return config


def requirement(values: dict[str, Any], name: str) -> dict[str, Any]:
    [found] = [each for each in values["requirements"] if each["id"] == name]
    return dict(found)


def test_failures_whose_records_were_removed_are_told_by_their_number(tmp_path: Path) -> None:
    config = kept(tmp_path, runs(range(HOURS), failed=[*range(200), HOURS - 2]))
    with closing(open_ledger(tmp_path / "var")) as ledger:
        while ledger.prune(TODAY_MS - 7 * DAY_MS, now_ms=TODAY_MS):
            pass

    values = written(config)

    assert (app_of(values)["failures_by_number_alone"], len(app_of(values)["failures"])) == (200, 1)
    texts = [each["sentence"] for each in values["requirements"] if each["how"] in {"failures", "corrections"}]
    assert "200 more are known by number alone: their records were removed." in texts[0]
    assert "Whether people corrected 200 failures whose records were removed is not known any more." in texts[1]
    assert "No failure was seen" not in (tmp_path / "var" / "dossier" / "dossier.html").read_text()


def test_a_failure_that_comes_while_the_dossier_is_gathered_is_no_removed_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = kept(tmp_path, runs(range(HOURS - 24, HOURS)))
    late = runs([HOURS], failed=[HOURS])

    def then_one_fails(read: Callable[..., Any]) -> Callable[..., Any]:
        def reading(*arguments: Any) -> Any:
            found = read(*arguments)
            with closing(open_ledger(tmp_path / "var")) as ledger:
                while late:
                    ledger.write(late.pop())
            return found

        return reading

    for each in ("read_counted", "read_audited"):
        monkeypatch.setattr(dossier_reading, each, then_one_fails(getattr(dossier_reading, each)))
    app = app_of(written(config, "--to", str(DAYS[-1] + timedelta(days=1))))

    assert (app["failures_by_number_alone"], len(app["failures"]), late) == (0, 1, [])


def test_what_cron_started_in_half_of_the_window_shows_nothing_of_the_whole(tmp_path: Path) -> None:
    config = kept(tmp_path, runs(range(HOURS // 2)))

    values = written(config)
    tests = requirement(values, "synthetic_tests")

    assert tests["conclusion"] == "no_verdict"
    assert tests["sentence"].endswith("Only 336 of 672 runs that the window has are known (ihub.run_flow on standin).")
    [test] = app_of(values)["synthetic_tests"]
    assert (test["expected"], test["runs_in_window"]) == (336, 672)


def test_what_ran_all_through_the_window_is_met(tmp_path: Path) -> None:
    values = written(kept(tmp_path, runs(range(HOURS))))

    assert requirement(values, "synthetic_tests")["conclusion"] == "met"


def test_the_runs_of_a_window_are_those_of_its_days(tmp_path: Path) -> None:
    monday = DAYS[0]
    config = kept(tmp_path, [], JOURNEY.replace('every="1h"', 'cron="0 0 * * 1-5"'))

    values = written(config, "--from", str(monday - timedelta(days=1)), "--to", str(monday))

    assert monday.isoweekday() == 1
    assert [each["runs_in_window"] for each in app_of(values)["synthetic_tests"]] == [1]


@pytest.mark.parametrize(
    ("days", "began_before_days", "detected_after_ms"),
    [
        pytest.param(-6, None, HOUR_MS + 30_000, id="within a week before the window"),
        pytest.param(-8, -7, None, id="more than a week before it"),
    ],
)
def test_the_beginning_of_a_long_outage_is_told_only_where_it_was_seen(
    tmp_path: Path, days: int, began_before_days: int | None, detected_after_ms: int | None
) -> None:
    hours = range(days * 24 - 1, 24)
    config = kept(tmp_path, [*runs(hours, failed=hours[1:]), *runs([24])])

    [outage] = app_of(written(config))["failures"]

    began_ms = None if began_before_days is None else SINCE_MS + began_before_days * DAY_MS
    assert (outage["began_before_ms"], outage["detected_after_ms"]) == (began_ms, detected_after_ms)
    assert outage["over_ms"] == SINCE_MS + 24 * HOUR_MS


def test_no_secret_is_in_titles_and_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROBOTS_PASSWORD", PASSWORD)
    journey = JOURNEY.replace("An issue event", f"An issue {PASSWORD}")
    config = kept(tmp_path, [], journey, app=f"Hub {PASSWORD}")
    toml = tmp_path / "journeys" / "ihub" / "app.toml"
    health = f'health_path = "/health"\nprogramme = {{ name = "{PASSWORD}", status = "preparing" }}\n'
    toml.write_text(toml.read_text().replace("[forge]", health + "[forge]"))
    config.write_text(
        config.read_text()
        + '[accounts.robot]\nemail = "a@example.com"\npassword = { env = "ROBOTS_PASSWORD" }\n'
        + '[targets.live]\nsite = "https://live.example.com"\naccount = "robot"\n'
        + '[targets.live.apps.ihub]\napp = "2f1c6f0e-8d0b-4c55-9d1d-1f6d4b6f2a10"\n'
        + 'environment = "b7a1c9de-53f4-4e02-a7a4-0c6a3f1f9d21"\n'
        + f'[targets.live.apps.ihub.base_urls]\neu = "https://eu.example.com/{PASSWORD}"\n'
    )

    values = written(config)
    printed = call_command("slo", "dossier", "--json", "--config", config)

    texts = [json.dumps(values), printed.out, (tmp_path / "var" / "dossier" / "dossier.html").read_text()]
    assert [PASSWORD in each for each in texts] == [False] * 3
    assert (app_of(values)["title"], app_of(values)["programme"]) == ("Hub [redacted]", "[redacted]")
    assert {each["address"] for each in app_of(values)["health_checks"]} == {
        None,
        "https://eu.example.com/[redacted]/health",
    }
    assert app_of(values)["synthetic_tests"][0]["title"].startswith("An issue [redacted] starts")


def test_an_attestation_of_another_time_says_so_first(tmp_path: Path) -> None:
    config = kept(tmp_path, [])
    config.write_text(
        config.read_text()
        + '[attestations.bug_bounty]\nby = "ann"\non = 2026-05-14\nuntil = 2027-01-01\nlink = "https://w.example.com"\n'
    )

    values = written(config, "--from", "2026-03-01", "--to", "2026-03-28")

    assert "What people attest does not cover the days of this dossier: bug_bounty." in values["cautions"]
    assert requirement(values, "bug_bounty")["conclusion"] == "attested"


def test_an_objective_is_shown_only_by_the_whole_window(tmp_path: Path) -> None:
    config = kept(tmp_path, runs(range(HOURS // 2)))
    config.write_text(config.read_text().replace('rollout = "first"\n', ""))

    figure = flow_of(written(config))

    assert (figure["conclusion"], figure["certainty"], figure["is_whole"]) == ("met", "not_shown", False)
    assert figure["sentence"].endswith(" Only 336 of 672 runs that the window has are known.")
