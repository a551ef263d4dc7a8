"""What ``doctor`` looks at, each thing by itself, so that all that is lacking is told at once."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from synthetics.authoring.browser import find_browser
from synthetics.bootstrap import read_configuration
from synthetics.catalogue import check
from synthetics.cli.folders import is_writable, nearest
from synthetics.config.models import Configuration
from synthetics.errors import SyntheticsError
from synthetics.export.words import size
from synthetics.web import WebServer

_LEAST_FREE_BYTES = 1024**3
_BROWSER_SECONDS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing that was looked at.

    Args:
        name: What it is.
        well: Whether it is as it should be.
        detail: What was found.
        mend: How to mend it, where it is not well.
    """

    name: str
    well: bool
    detail: str
    mend: str = ""

    def to_dict(self) -> dict[str, object]:
        """The check as plain JSON values; what is well needs no mending."""
        return asdict(self) | ({"mend": ""} if self.well else {})


def examine(file: Path, environ: Mapping[str, str]) -> tuple[Check, ...]:
    """Look at everything that running journeys needs.

    Args:
        file: The configuration file.
        environ: The environment, for the search for a browser and for secrets.

    Returns:
        All checks, the failed ones among them; those that need a readable configuration are left out without one.
    """
    first = (_python(), _configuration(file, environ))
    try:
        configuration = read_configuration(file)
    except SyntheticsError:
        return (*first, _guard("browser", lambda: _browser(None, environ)))
    return (
        *first,
        _secrets(configuration),
        _guard("browser", lambda: _browser(configuration.browser.executable, environ)),
        _storage(configuration),
        _free_space(configuration),
        _guard("port", lambda: _port(configuration)),
    )


def _python() -> Check:
    return Check(
        name="python",
        well=sys.version_info >= (3, 11),
        detail=f"{platform.python_version()}, Playwright {version('playwright')}, pytest {version('pytest')}",
        mend="Use Python 3.11 or newer.",
    )


def _configuration(file: Path, environ: Mapping[str, str]) -> Check:
    problems = check(file, environ)
    if not problems:
        return Check(name="configuration", well=True, detail=f"{file} and its journeys are well")
    number = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
    return Check(name="configuration", well=False, detail=f"{file}: {number}", mend="Type `python runner.py validate`.")


def _secrets(configuration: Configuration) -> Check:
    unreadable = (*configuration.unreadable_secrets.values(), *configuration.unreadable_proxies.values())
    dead_man = configuration.dead_man.problems if configuration.dead_man is not None else ()
    problems = [problem for found in (*unreadable, dead_man) for problem in found]
    if not problems:
        return Check(name="secrets", well=True, detail=f"those of {len(configuration.accounts)} accounts can be read")
    told = "; ".join(f"{each.key}: {each.what}" for each in problems)
    return Check(name="secrets", well=False, detail=told, mend=problems[0].mend + ".")


def _browser(setting: Path | None, environ: Mapping[str, str]) -> str:
    browser = find_browser(setting, environ)
    # A missing library shows only when the program is started.
    shown = subprocess.run(
        [browser.executable, "--version", *(["--no-sandbox"] if os.geteuid() == 0 else [])],
        capture_output=True,
        text=True,
        timeout=_BROWSER_SECONDS,
        check=False,
    )
    if shown.returncode != 0:
        raise SyntheticsError(
            f"{browser.executable} does not start: {shown.stderr.strip()[:300]}\n"
            f"  Install what it lacks, or another browser: `python runner.py doctor --install-browser`."
        )
    return f"{shown.stdout.strip()}, {browser.source}"


def _storage(configuration: Configuration) -> Check:
    folder = nearest(configuration.storage)
    return Check(
        name="storage",
        well=is_writable(folder),
        detail=f"{configuration.storage}" + ("" if folder == configuration.storage else ", made with the first run"),
        mend=f"{folder} is no folder that can be written; name another storage in synthetics.toml.",
    )


def _port(configuration: Configuration) -> str:
    web = WebServer(configuration.web.host, configuration.web.port)
    try:
        web.bind()
        return f"{web.address} is free for `run`"
    finally:
        web.stop()


def _free_space(configuration: Configuration) -> Check:
    folder = nearest(configuration.storage)
    free_bytes = shutil.disk_usage(folder).free
    return Check(
        name="disk",
        well=free_bytes >= _LEAST_FREE_BYTES,
        detail=f"{size(free_bytes)} free at {folder}",
        mend=f"Artifacts need room: free at least {size(_LEAST_FREE_BYTES)}.",
    )


def _guard(name: str, look: Callable[[], str]) -> Check:
    """Make a check of something that tells what it found, or raises an error whose text says how to mend it."""
    try:
        return Check(name=name, well=True, detail=look())
    except (SyntheticsError, OSError, subprocess.SubprocessError) as error:
        what, _, mend = str(error).partition("\n")
        return Check(name=name, well=False, detail=what, mend=mend.strip())
