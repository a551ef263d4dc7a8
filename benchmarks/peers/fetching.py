"""The peers' programs, fetched from npm and PyPI in pinned versions into folders below ``.cache``."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

CACHE = Path(__file__).parents[2] / ".cache" / "bench-peers"

_HERE = Path(__file__).parent
_INSTALL_SECONDS = 600


class NoNodeError(RuntimeError):
    """This machine has no Node, or no npm."""


def playwright_test() -> Path:
    """The folder of ``@playwright/test`` with its journey.

    Raises:
        NoNodeError: Where there is no Node.
    """
    return _from_npm("playwright")


def elastic_synthetics() -> Path:
    """The folder of ``@elastic/synthetics`` with its journey.

    Raises:
        NoNodeError: Where there is no Node.
    """
    return _from_npm("elastic")


def robot_framework() -> Path:
    """The folder of Robot Framework's journey, with a virtual environment in it that has Robot Framework."""
    return _once("robot", ["requirements.txt"], _install_from_pypi)


def _from_npm(peer: str) -> Path:
    missing = [program for program in ("node", "npm") if shutil.which(program) is None]
    if missing:
        raise NoNodeError(
            f"There is no {' and no '.join(missing)} on the PATH; install Node to measure against {peer}."
        )
    return _once(peer, ["package.json", "package-lock.json", ".npmrc"], _install_from_npm)


def _install_from_npm(folder: Path) -> None:
    _run(["npm", "ci", "--no-progress"], folder)


def _install_from_pypi(folder: Path) -> None:
    _run([sys.executable, "-m", "venv", "environment"], folder)
    python = str(folder / "environment" / "bin" / "python")
    _run([python, "-m", "pip", "install", "--quiet", "--no-deps", "-r", "requirements.txt"], folder)


def _once(peer: str, installed_from: Sequence[str], install: Callable[[Path], None]) -> Path:
    """Install where these very versions are not there yet; the journey itself is copied anew each time."""
    source = _HERE / peer
    told = b"".join((source / name).read_bytes() for name in installed_from)
    folder = CACHE / f"{peer}-{hashlib.sha256(told).hexdigest()[:12]}"
    if not folder.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix="partial-", dir=CACHE))
        try:
            for name in installed_from:
                shutil.copyfile(source / name, partial / name)
            install(partial)
            partial.rename(folder)  # a folder that is there is whole
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    for file in source.iterdir():
        shutil.copyfile(file, folder / file.name)
    return folder


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        env={**os.environ, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_INSTALL_SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
