from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from synthetics.authoring import choosing
from synthetics.authoring.choosing import ByHand
from synthetics.config.app import App
from synthetics.config.models import Account, BrowserSettings, Configuration, Installation, Target, TargetSettings
from synthetics.errors import CallerError, ConfigurationError, Problem
from synthetics.record import RunKey, Trigger
from tests.authoring.fakes import HandClock

PROBLEM = Problem("synthetics.toml", "accounts.robot.password", "there is no variable NAME", "Set it.")


def by_hand(tmp_path: Path, **changes: object) -> ByHand:
    browser = tmp_path / "browser"
    browser.touch(0o755)
    configuration = Configuration(
        file=tmp_path / "synthetics.toml",
        journeys_folder=tmp_path / "journeys",
        storage=tmp_path / "var",
        browser=BrowserSettings(executable=browser),
        location="desk",
        targets={"dfr": TargetSettings(site="https://x.example", account="robot", project="DFR")},
        accounts={"robot": Account(email="robot@example.com", password=SecretStr("Open-Sesame-1"))},
    ).model_copy(update=changes)
    return ByHand(configuration, {"ihub": App(name="ihub", title="iHub")}, "dfr", (), HandClock())


def test_key_of_a_run_by_hand_is_a_manual_one_of_now(tmp_path: Path) -> None:
    assert by_hand(tmp_path).key("ihub.run_flow") == RunKey(
        journey="ihub.run_flow", target="dfr", location="desk", trigger=Trigger.MANUAL, slot_ms=1_000
    )


def test_assignment_is_what_a_worker_would_have_been_told(tmp_path: Path) -> None:
    chosen = by_hand(tmp_path)
    key = chosen.key("ihub.run_flow")

    assignment = chosen.assignment(key, tmp_path / "out", headed=False)

    assert assignment.run_id == key.run_id
    assert assignment.app.title == "iHub"
    assert (assignment.target.site, assignment.target.project) == ("https://x.example", "DFR")
    assert assignment.browser_executable == tmp_path / "browser"


def test_app_is_as_it_is_on_the_target(tmp_path: Path) -> None:
    apps = {"ihub": Installation(base_urls={"backend": "https://backend.x.example"})}
    settings = TargetSettings(site="https://x.example", account="robot", apps=apps)
    chosen = by_hand(tmp_path, targets={"dfr": settings})

    assignment = chosen.assignment(chosen.key("ihub.run_flow"), tmp_path, headed=False)

    assert assignment.app.base_urls == {"backend": "https://backend.x.example"}


def test_folder_without_app_toml_is_told(tmp_path: Path) -> None:
    chosen = by_hand(tmp_path)

    with pytest.raises(CallerError, match=r"The folder shop has no app\.toml below .*journeys\."):
        chosen.assignment(chosen.key("shop.buy"), tmp_path, headed=False)


def test_secret_that_could_not_be_read_is_told_where_it_is_needed(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"accounts\.robot\.password\n  there is no variable NAME"):
        by_hand(tmp_path, unreadable_secrets={"robot": (PROBLEM,)}).target()


def test_password_of_a_proxy_is_among_the_secrets_and_is_needed_by_its_target(tmp_path: Path) -> None:
    settings = TargetSettings(
        site="https://x.example",
        account="robot",
        proxy="http://proxy.example",
        proxy_user="us",
        proxy_password=SecretStr("Open-Sesame-2"),
    )
    assert by_hand(tmp_path, targets={"dfr": settings}).secrets == {"Open-Sesame-1", "Open-Sesame-2"}

    with pytest.raises(ConfigurationError, match="there is no variable NAME"):
        by_hand(tmp_path, unreadable_proxies={"dfr": (PROBLEM,)}).target()


def test_secrets_are_those_of_every_account_and_of_the_standin_once_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Account(email="own@example.com", password=SecretStr("Own-Sesame-2"), api_token=SecretStr("own-token-3"))
    target = Target(name="dfr", site="http://127.0.0.1:1", account=own)
    standin = SimpleNamespace(check=lambda: None, target=lambda _settings, _name: target)
    monkeypatch.setattr(choosing, "start_standin", lambda _faults, **_more: nullcontext(standin))
    chosen = by_hand(tmp_path, targets={"dfr": TargetSettings(embedded=True)})
    assert chosen.secrets == {"Open-Sesame-1"}

    chosen.target()

    assert chosen.secrets == {"Open-Sesame-1", "Own-Sesame-2", "own-token-3"}
