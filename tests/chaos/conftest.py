"""A service to maltreat, a disk to fill, and the page that is written of it."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.results import Result, write_page
from tests.command_line import CHECKOUT

#: More than what artifacts leave free, so that there are any.
_DISK_SIZE = "160m"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--chaos", action="store_true", help="maltreat the service at length, and write docs/chaos.md")
    parser.addoption("--chaos-seed", type=int, action="append", help="let this seed decide; may be given several times")


@pytest.fixture(scope="session")
def results(pytestconfig: pytest.Config) -> Iterator[list[Result]]:
    """What came of each service; written down where all seeds were asked for."""
    found: list[Result] = []
    yield found
    if pytestconfig.getoption("chaos", default=False) and not pytestconfig.getoption("chaos_seed", default=None):
        write_page(CHECKOUT / "docs" / "chaos.md", found)


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files whose path is short enough for browsers' sockets."""
    folder = Path(tempfile.mkdtemp(prefix="ch-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path | None]:
    """The folder of a small file system of its own; None where this user may not make one."""
    with _mounted(tmp_path / "disk") as folder:
        yield folder


@contextmanager
def _mounted(folder: Path) -> Iterator[Path | None]:
    folder.mkdir()
    mount = shutil.which("mount") if sys.platform == "linux" else None
    command = [mount or "mount", "-t", "tmpfs", "-o", f"size={_DISK_SIZE}", "chaos", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
