"""Where and of what the results were made: the machine, the versions, the commit. No name and no path of it."""

import json
import os
import platform
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

_CHECKOUT = Path(__file__).parent.parent
_PACKAGES = ("playwright", "pytest", "pytest-playwright")
_PEERS = {
    "@playwright/test": ("playwright", "@playwright/test"),
    "@elastic/synthetics": ("elastic", "@elastic/synthetics"),
}
_ROBOT = ("robotframework", "robotframework-browser")


def describe(browser: Path) -> dict[str, str]:
    """What somebody has to know who wants to compare these results.

    Args:
        browser: The program that all forms use.
    """
    memory_gib = psutil.virtual_memory().total / 2**30
    return {
        "Date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "Commit": commit(),
        "Processor": f"{_processor()}, {os.cpu_count()} cores, {memory_gib:.0f} GiB",
        "Load before": f"{os.getloadavg()[0]:.2f}",
        "System": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "Browser": _said_by(str(browser), "--version"),
        **{name: version(name) for name in _PACKAGES},
    }


def peers() -> dict[str, str]:
    """The versions of the peers, as they are pinned."""
    folder = Path(__file__).parent / "peers"
    told = {}
    for name, (peer, package) in _PEERS.items():
        told[name] = json.loads((folder / peer / "package.json").read_text())["dependencies"][package]
    pinned = dict(_pins(folder / "robot" / "requirements.txt"))
    return {"Node": _said_by("node", "--version"), **told, **{name: pinned[name] for name in _ROBOT}}


def commit() -> str:
    """The checkout's commit, with ``+`` where something in it was changed."""
    changed = "+" if _git("status", "--porcelain", "--untracked-files=no") else ""
    return (_git("rev-parse", "--short", "HEAD") or "unknown") + changed


def _pins(file: Path) -> Iterator[tuple[str, str]]:
    for line in file.read_text().splitlines():
        name, _, pin = line.partition("==")
        yield name, pin


def _git(*arguments: str) -> str:
    return _said_by("git", "-C", str(_CHECKOUT), *arguments)


def _said_by(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
