"""The examples are read as they stand, and what their comments show is read as well."""

import re
import shutil
import tomllib
from pathlib import Path

import certifi
import pytest

from synthetics.catalogue import check
from synthetics.config.app import Framework, ProgrammeStatus
from synthetics.config.loading import load
from synthetics.config.models import Configuration, Rollout
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


def test_example_has_ids_of_its_own_for_every_app_on_each_of_its_sites() -> None:
    configuration, apps = load(FILE, ENVIRON)
    for name, settings in configuration.targets.items():
        site = configuration.site(name)
        used = apps if settings.journeys is None else settings.journeys
        for app in (each for each in apps.values() if each.name in used and each.framework is not Framework.NONE):
            there = app.on(site)
            assert (there.forge, there.connect) != (app.forge, app.connect), app.name
    dfr, production = (apps["ihub"].on(configuration.site(name)) for name in ("dfr", "production"))
    assert dfr.forge is not None
    assert production.forge is not None
    assert dfr.forge.app == production.forge.app
    assert dfr.forge.environment != production.forge.environment
    assert dfr.base_urls["backend"] != production.base_urls["backend"]


def test_example_shows_a_companys_network_that_can_be_written_so(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8").replace("../journeys", str(EXAMPLES.parent / "journeys"))
    shown = re.sub(r"(?m)^# (?=(proxy|proxy_user|proxy_password|ca) = )", "", text)
    (tmp_path / "certificates").mkdir()
    shutil.copy(certifi.where(), tmp_path / "certificates" / "authority.pem")
    (tmp_path / "synthetics.toml").write_text(shown, encoding="utf-8")

    site = load(tmp_path / "synthetics.toml", ENVIRON | {"RIXTER_PROXY_PASSWORD": "a"})[0].site("production")

    assert (site.proxy, site.proxy_user) == ("http://proxy.example.com:3128", "synthetics")
    assert site.ca is not None
