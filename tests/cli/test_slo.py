"""``slo status``: how every objective stands, for people and for programs."""

import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from synthetics.ledger.store import Ledger, open_ledger
from synthetics.record import Fault, Outcome
from tests.command_line import Ended, call_command, write_config
from tests.ledger.builders import MINUTE_MS, a_key, a_record

KEYS = {
    "app", "journey", "base_url", "target", "location", "objective", "certainty", "coverage", "raw", "attributed",
    "worst_case", "blind_windows", "burn_rate", "time_to_detect_ms", "goal", "state", "sentence", "red_on_first",
}  # fmt: skip


def fill(config: Path, journey: str, target: str = "standin", **numbers: int) -> None:
    """Write so many runs of each outcome, or of each fault, one after the other up to now."""
    ends = [name for name, number in numbers.items() for _ in range(number)]
    now_ms = time.time_ns() // 1_000_000 // MINUTE_MS * MINUTE_MS
    writes = []
    for ago, end in enumerate(reversed(ends)):
        failed = end in {each.value for each in Fault}
        outcome = Outcome.FAILED if failed else Outcome(end)
        fault = {"fault": Fault(end)} if failed else {}
        key = a_key(now_ms - ago * 5 * MINUTE_MS, journey=journey, target=target)
        writes.append(partial(Ledger.write, record=a_record(key, outcome, **fault)))
    with closing(open_ledger(config.parent / "var")) as ledger:
        ledger.at_once(writes)


def standings(config: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """What is told as JSON, by the journey or the app, and the objective."""
    ended = call_command("slo", "status", "--json", "--config", config)
    assert ended.code == 0, ended.err
    return {(each["journey"] or each["app"], each["name"]): each for each in ended.json}


def lines(ended: Ended) -> list[str]:
    assert ended.code == 0, ended.err
    return ended.out.splitlines()


def test_status_as_json_has_one_object_for_each_objective_where_nothing_has_run_yet(tmp_path: Path) -> None:
    config = write_config(tmp_path)

    told = standings(config)

    assert {("ihub.run_flow", "journey_success"), ("ihub", "app_success"), ("ihub", "error_rate")} <= told.keys()
    assert all(each.keys() >= KEYS for each in told.values())
    assert {each["state"] for each in told.values()} == {"no_data"}
    unknown = ("objective", "certainty", "coverage", "raw", "attributed", "worst_case")
    assert all(each[key] is None for each in told.values() for key in unknown)
    assert not (tmp_path / "var").exists(), "looking makes nothing"


def test_status_as_json_names_the_base_url_of_a_health_journey(tmp_path: Path) -> None:
    told = standings(write_config(tmp_path))

    health = [each for (_, name), each in told.items() if name == "availability"]
    assert health
    assert all(each["base_url"] and each["kind"] == "health" for each in health)


def test_status_tells_figures_from_the_ledger(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    fill(config, "ihub.run_flow", passed=99, app=1)
    fill(config, "ihub.admin_page", host=1, passed=50)

    told = standings(config)

    flow, page, app = (
        told[each]
        for each in (
            ("ihub.run_flow", "journey_success"),
            ("ihub.admin_page", "journey_success"),
            ("ihub", "app_success"),
        )
    )
    assert (flow["objective"], flow["certainty"], flow["coverage"]) == ("not_met", "shown", 1.0)
    assert (flow["raw"]["n"], flow["raw"]["bad"]) == (100, 1)
    assert (page["raw"]["objective"], page["objective"], page["attributed"]["left_out"]) == ("not_met", "met", 1)
    assert (app["attributed"]["n"], app["attributed"]["bad"]) == (150, 1)
    assert flow["since_ms"] is not None


def test_status_tells_no_figure_below_90_per_cent_coverage(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    fill(config, "ihub.run_flow", passed=89, errored=11)

    told = standings(config)["ihub.run_flow", "journey_success"]
    shown = call_command("slo", "status", "--config", config)

    assert (told["raw"], told["attributed"], told["objective"], told["worst_case"]) == (None, None, None, None)
    assert (told["coverage"], told["state"]) == (0.89, "insufficient_coverage")
    assert [each["slots"] for each in told["blind_windows"]] == [11]
    [line] = [each for each in lines(shown) if each.startswith("? ihub.run_flow")]
    assert line.split()[-4:] == ["-", "-", "89", "%"]


def test_status_for_people_has_the_worst_first_a_sentence_each_and_80_columns(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    fill(config, "ihub.run_flow", passed=100)
    fill(config, "ihub.admin_page", app=4, passed=100)

    told = lines(call_command("slo", "status", "--config", config))

    assert told[0] == "Cloud Fortified, the last 28 days"
    names = [each.split()[1] for each in told if each[:2] in {"✗ ", "✓ "}]
    assert names.index("ihub.admin_page") < names.index("ihub.run_flow")
    assert "0 of 8 failures allowed in 28 days used, 8 left." in "\n".join(told)
    assert max(map(len, told)) <= 80


def test_status_says_which_objective_cannot_be_judged_at_its_cadence(tmp_path: Path) -> None:
    config = write_config(tmp_path, '[journey."ihub.run_flow"]', 'every = "15m"')

    told = standings(config)["ihub.run_flow", "journey_success"]
    shown = " ".join(call_command("slo", "status", "--config", config).out.split())

    assert told["lint"] == (
        "99.9 % at one run in 15 min: 2.7 failures in 28 days; 3,838 runs without a failure are needed to show it;"
        " choose 5 min or a health journey"
    )
    assert told["lint"] in shown


def test_status_goes_by_the_operators_own_profile(tmp_path: Path) -> None:
    config = write_config(tmp_path, "[slo]", 'profile = "ours"', 'profiles = "profiles"')
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "ours.toml").write_text(
        'title = "Ours"\nwindow = "7d"\nvalid_until = 2020-01-01\nsource = "Us"\n[objectives.saves]\n'
        'title = "It saves"\nmeasure = "step"\nstep = "Save"\nlimit = "1s"\nat_least = 0.5\nsource = "Us"\n'
        'journeys = ["ihub.run_flow"]\n'
    )

    told = standings(config)
    shown = lines(call_command("slo", "status", "--config", config))

    assert [*told] == [("ihub.run_flow", "saves")]
    assert told["ihub.run_flow", "saves"]["step"] == "Save"
    assert shown[:2] == [
        "Ours, the last 7 days", "This profile was known to hold until 2020-01-01, and not longer.",
    ]  # fmt: skip


def test_status_refuses_a_profile_that_does_not_exist(tmp_path: Path) -> None:
    ended = call_command("slo", "status", "--config", write_config(tmp_path, "[slo]", 'profile = "gold"'))

    assert ended.code == 2
    assert 'slo.profile\n  there is no profile "gold".' in ended.err


def test_status_shows_what_is_red_on_first_and_green_on_production(tmp_path: Path) -> None:
    config = write_config(
        tmp_path,
        '[accounts.robot]\nemail = "a@example.com"\npassword = { env = "NOBODYS_PASSWORD" }',
        '[targets.first]\nsite = "https://first.example.com"\naccount = "robot"\nrollout = "first"',
        'journeys = ["host_jira"]',
        '[targets.live]\nsite = "https://live.example.com"\naccount = "robot"\njourneys = ["host_jira"]',
    )
    fill(config, "host_jira.plain_issue", "first", passed=20, app=3)
    fill(config, "host_jira.plain_issue", "live", passed=40)

    ended = call_command("slo", "status", "--json", "--config", config)
    told = [each for each in ended.json if each["journey"] == "host_jira.plain_issue" and each["judged"]]

    assert [(each["target"], each["state"], each["red_on_first"]) for each in told] == [
        ("live", "red_on_first", ["first"])
    ]


def test_help_fits_into_80_columns() -> None:
    ended = call_command("slo", "status", "--help")

    assert ended.code == 0
    assert "error budget" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 80
