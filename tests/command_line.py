"""The command line as its users have it, in a process of its own, or called within this one."""

import io
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from synthetics.cli import main

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


def call_command(*arguments: str | Path) -> Ended:
    """Run a command that runs no journey to its end within this process, which spares the second a process takes."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with (
        patch.object(sys, "argv", [*command(*arguments)[1:]]),
        patch.object(sys.modules["__main__"], "__package__", None),  # the usage tells how Python was started
        patch.object(sys, "excepthook", sys.excepthook),  # the command line sets one of its own
        patch.dict(os.environ, environment(), clear=True),
        chdir(CHECKOUT),
        _fresh_logging(),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    assert isinstance(ended.value.code, int)
    return Ended(ended.value.code, _written(out), _written(err))


@contextmanager
def _fresh_logging() -> Iterator[None]:
    """Leave the log to whoever sets it up in this context."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


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


def wait_until(true: Callable[[], bool], seconds: float, what: str, *, pause_seconds: float = 0.1) -> None:
    """Ask again and again, each time after a pause, until it is true."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"after {seconds} s still not so: {what}"
        time.sleep(pause_seconds)
