"""The command line as its users have it: a process of its own, in a folder of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parent.parent
RUNNER = CHECKOUT / "runner.py"


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run_command(
    *arguments: str | Path, cwd: Path = CHECKOUT, timeout_seconds: float = 120, env: Mapping[str, str] | None = None
) -> Ended:
    """Run a command to its end."""
    done = subprocess.run(
        command(*arguments),
        cwd=cwd,
        env=dict(env) if env is not None else environment(),
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def command(*arguments: str | Path) -> Sequence[str]:
    return [sys.executable, str(RUNNER), *(str(each) for each in arguments)]


def environment() -> dict[str, str]:
    """This process's environment without what pytest itself put there, 80 columns wide."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | {"COLUMNS": "80"}


def write_config(folder: Path, *more: str, journeys: Path = CHECKOUT / "journeys") -> Path:
    """A configuration with the embedded target and a storage of its own."""
    file = folder / "synthetics.toml"
    lines = [
        f"journeys = {json.dumps(str(journeys))}",
        'storage = "var"',
        *more,
        "[targets.standin]",
        "embedded = true",
    ]
    file.write_text("\n".join(lines) + "\n")
    return file


def wait_until(true: Callable[[], bool], seconds: float, what: str) -> None:
    """Ask again and again, each time after a tenth of a second, until it is true."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"after {seconds} s still not so: {what}"
        time.sleep(0.1)
