"""A clock that is wrong makes one-time codes of another time: that is our own trouble, and nobody else's."""

import shutil
from pathlib import Path

import pytest

from tests.command_line import call_command, run_command
from tests.standin.started import Standin, a_standin

JOURNEYS = Path(__file__).parents[2] / "journeys"


def a_config(folder: Path, standin: Standin) -> Path:
    account = standin.accounts["with_totp"]
    shutil.copytree(JOURNEYS / "sign_in", folder / "journeys" / "sign_in")
    (folder / "journeys" / "__init__.py").touch()
    config = folder / "synthetics.toml"
    config.write_text(
        f"""
        journeys = "journeys"
        storage = "var"
        [targets.site]
        site = "{standin.site}"
        account = "robot"
        project = "{standin.project}"
        [accounts.robot]
        email = "{account["email"]}"
        password = {{ env = "ROBOT_PASSWORD" }}
        totp_secret = {{ env = "ROBOT_TOTP_SECRET" }}
        """
    )
    return config


@pytest.mark.parametrize(
    ("ahead", "verdict", "said"),
    [
        pytest.param(0, ("passed", "none"), "", id="the clocks agree"),
        pytest.param(90, ("errored", "monitor"), "s behind the site's", id="90 s behind the site"),
        pytest.param(-90, ("errored", "monitor"), "s ahead of the site's", id="90 s ahead of the site"),
    ],
)
def test_signing_in_with_a_wrong_clock_is_our_own_trouble(
    ahead: int,
    verdict: tuple[str, str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with a_standin(f"--clock-ahead={ahead}") as standin:
        config = a_config(tmp_path, standin)
        for name in ("password", "totp_secret"):
            monkeypatch.setenv(f"ROBOT_{name.upper()}", standin.accounts["with_totp"][name])

        ended = run_command("once", "--config", config)

    assert ended.code == (3 if said else 0), ended.err
    [run] = call_command("runs", "--json", "--config", config).json
    assert (run["outcome"], run["fault"]) == verdict
    sentences = " ".join(each["sentence"] for each in run["reasons"])
    assert said in sentences
    assert not said or run["reasons"][0]["code"] == "clock_skew"
