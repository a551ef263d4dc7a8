"""What is seen to before anything runs: the secrets and the ids of the targets in use, and of no other."""

from pathlib import Path

import pytest

from synthetics.bootstrap import Suite, open_workshop
from synthetics.config.loading import load
from synthetics.errors import CallerError, ConfigurationError
from synthetics.runner.sites import EmbeddedSite, Sites
from tests.builders import a_catalogue, a_placement
from tests.config.checkout import a_checkout

SETTINGS = """
    [targets.dfr]
    site = "https://dfr.example"
    account = "robot"
    proxy = "http://proxy.example.com:3128"
    proxy_user = "robot"
    proxy_password = { env = "PROXY_PASSWORD" }
    [targets.standin]
    embedded = true
    [accounts.robot]
    email = "robot@example.com"
    api_token = { env = "TOKEN" }
"""


def a_suite(folder: Path, environ: dict[str, str], target: str) -> Suite:
    configuration, apps = load(a_checkout(folder, SETTINGS), environ)
    catalogue = a_catalogue(a_placement(target=target))
    return Suite(configuration=configuration, apps=apps, whole=catalogue, catalogue=catalogue)


def test_password_of_a_proxy_in_use_is_needed_before_anything_runs(tmp_path: Path) -> None:
    suite = a_suite(tmp_path, {"TOKEN": "a-token"}, "dfr")

    with (
        pytest.raises(ConfigurationError, match=r"targets\.dfr\.proxy_password\n  .*PROXY_PASSWORD is not set"),
        open_workshop(suite, publish=lambda _record: None),
    ):
        pass

    assert not suite.configuration.storage.exists()


def test_password_of_a_proxy_is_redacted_like_every_secret(tmp_path: Path) -> None:
    suite = a_suite(tmp_path, {"TOKEN": "a-token", "PROXY_PASSWORD": "Open-Sesame-2"}, "dfr")

    assert set(Sites(suite.configuration, EmbeddedSite()).secrets()) == {"a-token", "Open-Sesame-2"}


def test_app_whose_ids_the_standin_does_not_know_either_is_refused_before_anything_runs(tmp_path: Path) -> None:
    elsewhere = (
        '[targets.dfr.apps.shop]\napp = "an-app"\nenvironment = "an-environment"\n[accounts.other]\n'
        'email = "a@example.com"\napi_token = { env = "TOKEN" }\n'
    )
    file = a_checkout(tmp_path, SETTINGS + elsewhere, shop='title = "Shop"\n[forge]\nready = "#ready"\n')
    configuration, apps = load(file, {"TOKEN": "a-token"})
    catalogue = a_catalogue(a_placement("shop.buy", target="standin"))
    suite = Suite(configuration=configuration, apps=apps, whole=catalogue, catalogue=catalogue)

    with (
        pytest.raises(CallerError, match=r"shop has no app and no environment on the target standin\."),
        open_workshop(suite, publish=lambda _record: None),
    ):
        pass
