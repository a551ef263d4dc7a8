"""Atlassian's own client libraries: fetched from npm in pinned versions, cached, and never kept in the repository."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

APPS = Path(__file__).parent / "apps"
CACHE = Path(__file__).parents[2] / ".cache" / "npm-contract"
FORGE_BRIDGE = Path("@forge", "bridge")
# What a page of a Connect app loads from Atlassian's CDN as all.js.
CONNECT_CLIENT = Path("atlassian-connect-js", "dist", "iframe.js")
_LOCK = "package-lock.json"
_INSTALLED_FROM = ("package.json", _LOCK, ".npmrc")
# The first time fetches some fifty megabytes.
_INSTALL_SECONDS = 240
_BUNDLE_SECONDS = 60


class NoNodeError(Exception):
    """This machine has no Node, or no npm."""


def node_modules(cache: Path = CACHE) -> Path:
    """The folder with the libraries that the lock names, fetched when it is not there yet.

    Args:
        cache: Where such folders are kept, one for each lock.

    Returns:
        The ``node_modules`` folder.

    Raises:
        NoNodeError: Node or npm is missing.
        AssertionError: npm could not install them; with what it said.
    """
    missing = [program for program in ("node", "npm") if shutil.which(program) is None]
    if missing:
        raise NoNodeError(
            f"no {' and no '.join(missing)} on the PATH: the contract tests run Atlassian's real client libraries, "
            "which come from npm; install Node to run them"
        )
    folder = cache / hashlib.sha256((APPS / _LOCK).read_bytes()).hexdigest()[:16]
    with _alone_in(cache):
        if not folder.is_dir():
            _install(folder)
    return folder / "node_modules"


def bundled(app: str, modules: Path, output: Path) -> str:
    """One of the apps with the libraries that it imports, as its author would bundle it.

    Args:
        app: The name of its file.
        modules: The folder with the libraries.
        output: A folder for what esbuild writes.

    Returns:
        The bundle's text.
    """
    bundle = output / app
    command = [str(modules / ".bin" / "esbuild"), str(APPS / app), "--bundle", "--format=esm", "--log-level=warning"]
    _run([*command, f"--outfile={bundle}"], output, _BUNDLE_SECONDS, NODE_PATH=str(modules))
    return bundle.read_text(encoding="utf-8")


@contextmanager
def _alone_in(cache: Path) -> Iterator[None]:
    """Keep the other processes of the same test run from fetching the same things."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(folder: Path) -> None:
    """Install beside the folder and move it there when all of it is well: a folder that is there is whole."""
    partial = Path(tempfile.mkdtemp(prefix="partial-", dir=folder.parent))
    try:
        for name in _INSTALLED_FROM:
            shutil.copyfile(APPS / name, partial / name)
        _run(["npm", "ci", "--no-progress"], partial, _INSTALL_SECONDS)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _run(command: list[str], folder: Path, seconds: int, **environment: str) -> None:
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
    )
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}"
