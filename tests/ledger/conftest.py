from collections.abc import Iterator
from pathlib import Path

import pytest

from synthetics.ledger.store import Ledger, open_ledger


@pytest.fixture
def storage(tmp_path: Path) -> Path:
    return tmp_path / "storage"


@pytest.fixture
def ledger(storage: Path) -> Iterator[Ledger]:
    ledger = open_ledger(storage)
    yield ledger
    ledger.close()
