"""In which space of Confluence journeys work: the one with the project's key, unless the target tells another."""

from typing import Any
from unittest.mock import create_autospec

import pytest
from playwright.sync_api import Page
from pydantic import SecretStr

from synthetics.authoring.fixtures import Confluence
from synthetics.config.app import App
from synthetics.config.models import Account, Target


@pytest.mark.parametrize(
    ("said", "space"),
    [
        pytest.param({"project": "DEMO"}, "DEMO", id="the project's key"),
        pytest.param({"project": "DEMO", "space": "DOC"}, "DOC", id="a key of its own"),
    ],
)
def test_confluence_works_in_the_space_of_its_target(said: dict[str, Any], space: str) -> None:
    account = Account(email="robot@example.com", password=SecretStr("a-password"), api_token=None)
    target = Target(name="demo", site="https://a.example", account=account, **said)
    assert Confluence(create_autospec(Page), target, App(name="notes", title="Notes")).space == space
