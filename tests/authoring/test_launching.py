import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from playwright.sync_api import Browser

from synthetics.authoring.assignment import Assignment
from synthetics.authoring.channel import ASSIGNMENT
from synthetics.authoring.launching import launch_args, user_agent
from synthetics.config.app import App
from synthetics.config.models import Account, Target


@pytest.fixture
def config(tmp_path: Path) -> pytest.Config:
    """The configuration of a session in a worker."""
    assignment = Assignment(
        run_id="0" * 16,
        app=App(name="ihub", title="iHub"),
        target=Target(name="x", site="https://x.example", account=Account(email="robot@example.com")),
        browser_executable=Path("/opt/browser"),
        output_folder=tmp_path,
    )
    stash = pytest.Stash()
    stash[ASSIGNMENT] = assignment
    return cast("pytest.Config", SimpleNamespace(stash=stash))


@pytest.mark.parametrize(("user", "sandbox"), [(0, False), (1000, True)], ids=["root cannot", "anybody else"])
def test_sandbox_is_on_wherever_it_can_be(
    config: pytest.Config, monkeypatch: pytest.MonkeyPatch, user: int, *, sandbox: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)

    assert launch_args(config, {})["chromium_sandbox"] is sandbox


def test_browser_of_the_assignment_is_started(config: pytest.Config) -> None:
    assert launch_args(config, {})["executable_path"] == "/opt/browser"


@pytest.mark.parametrize("chosen", [{"channel": "chrome"}, {"executable_path": "/mine"}], ids=["channel", "program"])
def test_browser_that_the_caller_chose_is_started(config: pytest.Config, chosen: dict[str, Any]) -> None:
    assert (chosen | launch_args(config, chosen)) == chosen | {
        "args": ["--disable-domain-reliability", "--no-pings"],
        "chromium_sandbox": os.geteuid() != 0,
    }


def test_switches_of_a_suite_are_kept(config: pytest.Config) -> None:
    assert launch_args(config, {"args": ["--site-per-process"]})["args"][0] == "--site-per-process"


def test_own_user_agent_of_the_browser_is_kept_before_the_mark(chromium: Browser) -> None:
    agent = user_agent(chromium, {})

    assert agent.startswith("Mozilla/5.0")
    assert f"/{chromium.version.partition('.')[0]}." in agent
    assert agent.endswith(" rixter-synthetics/0.1")


def test_user_agent_of_a_device_goes_first(chromium: Browser) -> None:
    assert user_agent(chromium, {"user_agent": "Phone"}) == "Phone rixter-synthetics/0.1"
