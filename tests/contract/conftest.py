"""The real libraries, and the stand-in's site in a browser."""

from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, StorageState

from tests.contract.hosted import Host, hosted
from tests.contract.libraries import CONNECT_CLIENT, NoNodeError, bundled, node_modules
from tests.standin.conftest import chromium, session, standin
from tests.standin.started import Standin

__all__ = ["chromium", "session", "standin"]


@pytest.fixture(scope="session")
def libraries() -> Path:
    """The folder with the libraries."""
    try:
        return node_modules()
    except NoNodeError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def forge_bundle(libraries: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Forge app with the real bridge library."""
    return bundled("forge_app.js", libraries, tmp_path_factory.mktemp("bundles"))


@pytest.fixture(scope="session")
def connect_client(libraries: Path) -> str:
    """The real client library of Connect."""
    return (libraries / CONNECT_CLIENT).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def host(chromium: Browser, standin: Standin, session: StorageState) -> Host:
    """Opens an app in its host's page, as somebody who has signed in."""
    return partial(hosted, chromium, standin, session)
