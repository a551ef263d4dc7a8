"""The examples are read as they stand, and what their comments show is read as well."""

import re
import tomllib
from pathlib import Path

import pytest

from synthetics.catalogue import check
from synthetics.config.loading import load
from synthetics.config.models import Configuration, ProgrammeStatus, Rollout
from tests.config.checkout import a_checkout

EXAMPLES = Path(__file__).parents[2] / "examples"
FILE = EXAMPLES / "rixter-cloud.toml"
ENVIRON = {
    "RIXTER_DFR_PASSWORD": "a-password",
    "RIXTER_DFR_API_TOKEN": "a-token",
    "RIXTER_PRODUCTION_PASSWORD": "another-password",
    "RIXTER_PRODUCTION_API_TOKEN": "another-token",
    "RIXTER_PRODUCTION_TOTP_SECRET": "JBSWY3DPEHPK3PXP",
}


def _configuration(environ: dict[str, str]) -> Configuration:
    return load(FILE, environ)[0]


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.toml")), ids=lambda file: file.name)
def test_example_has_no_problem_with_this_checkouts_journeys_and_without_any_secret(file: Path) -> None:
    assert check(file, {}) == ()


def test_example_shows_both_rollouts_each_with_an_account_of_its_own() -> None:
    configuration = _configuration(ENVIRON)
    assert configuration.unreadable_secrets == {}
    sites = {name: configuration.site(name) for name in configuration.targets}
    assert {name: site.rollout for name, site in sites.items()} == {
        "dfr": Rollout.FIRST,
        "production": Rollout.PRODUCTION,
    }
    assert sites["dfr"].account.secrets == ("a-password", "a-token")
    assert sites["production"].account.secrets == ("another-password", "another-token", "JBSWY3DPEHPK3PXP")


def test_example_names_every_secret_that_is_missing_when_it_is_used() -> None:
    missing = [each.what for problems in _configuration({}).unreadable_secrets.values() for each in problems]
    assert missing == [f"the environment variable {name} is not set" for name in ENVIRON]


def test_example_shows_an_enrolled_app_that_can_be_written_so(tmp_path: Path) -> None:
    commented = FILE.read_text(encoding="utf-8").partition("For an app that is enrolled:")[2]
    content = 'title = "iHub"\n' + re.sub(r"(?m)^# {0,3}", "", commented)
    assert tomllib.loads(content)["programme"]["name"] == "cloud-fortified"
    app = load(a_checkout(tmp_path, ihub=content), {})[1]["ihub"]
    assert app.programme is not None
    assert app.programme.status is ProgrammeStatus.APPROVED
    assert app.base_urls
    assert all(status in content for status in ProgrammeStatus)
