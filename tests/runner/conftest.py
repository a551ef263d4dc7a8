"""The ledger that the runner's tests write to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from synthetics.ledger.store import Ledger, open_ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(tmp_path / "var")
    yield ledger
    ledger.close()
