"""The ledger that the runner's tests write to, and the socket that the service tells its state to."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from synthetics.ledger.store import Ledger, open_ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(tmp_path / "var")
    yield ledger
    ledger.close()


@pytest.fixture
def notices() -> Iterator[socket.socket]:
    """A socket as systemd has one for a service; the path of such a socket has to be short."""
    with (
        tempfile.TemporaryDirectory(prefix="notify-") as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard,
    ):
        heard.bind(f"{folder}/notify")
        heard.settimeout(20)
        yield heard
