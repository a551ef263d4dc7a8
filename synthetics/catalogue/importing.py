"""Importing the authors' files in a process of their own, with a limit, and hearing what became of each."""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import psutil

import synthetics
from synthetics.catalogue.collecting import OPTION
from synthetics.catalogue.findings import Finding
from synthetics.config.durations import format_duration
from synthetics.private_folder import PREFIX, private_folder

#: What the process may know of the environment: enough to start, and no secret.
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "PLAYWRIGHT_BROWSERS_PATH")

_IMPORTED_ELSEWHERE = "Mend it there: a file of journeys only defines things when it is imported."


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One test that pytest collects.

    Args:
        function: The function's name; a class's where it is one.
        marks: The names of its markers.
    """

    function: str
    marks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What became of one file.

    Args:
        items: What pytest collects from it.
        finding: Why it cannot be imported, where it cannot.
    """

    items: tuple[Item, ...] = ()
    finding: Finding | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Session:
    """How one process ended.

    Args:
        lines: What it said about files, in order.
        code: Its exit code; None where it was ended at its limit.
        output: What it printed.
    """

    lines: tuple[dict[str, Any], ...]
    code: int | None
    output: str


def import_files(files: Sequence[Path], journeys_folder: Path, limit: timedelta) -> dict[Path, Imported]:
    """Import files of journeys, never in this process.

    Whatever ends the process early (a file that hangs, or one that exits) is found by what the process said last, and
    the files after it get another process.

    Args:
        files: The files, all of them in an app's folder.
        journeys_folder: The folder of journeys; its parent can be imported from.
        limit: How long one process may take.

    Returns:
        What became of each file.
    """
    if not files:
        return {}
    session = _collect(files, journeys_folder, limit)
    by_file = {os.path.realpath(each): each for each in files}
    results: dict[Path, Imported] = {}
    begun: Path | None = None
    for line in session.lines:
        file = by_file.get(os.path.realpath(line["file"]))
        if file is None:
            # An author's conftest.py may make pytest collect more than it was asked for.
            continue
        begun = file if line["event"] == "begun" else None
        if begun is None:
            results[file] = _imported(line)
    if begun is not None:
        results[begun] = Imported(finding=_ended(session, limit))
    left = [each for each in files if each not in results]
    if results:
        return results | import_files(left, journeys_folder, limit)
    return _import_none(files, journeys_folder, limit, session)


def _import_none(
    files: Sequence[Path], journeys_folder: Path, limit: timedelta, session: _Session
) -> dict[Path, Imported]:
    """Go on where a process came to no file at all: one app's conftest.py can keep it from all apps' files."""
    folders = [tuple(group) for _, group in groupby(sorted(files), key=lambda file: file.parent)]
    if len(folders) > 1:
        return {file: each for group in folders for file, each in import_files(group, journeys_folder, limit).items()}
    said = [line.removeprefix("E ").strip() for line in session.output.splitlines() if line.strip()]
    last = said[-1] if said else "it says nothing"
    conftest = next((line for line in said if "conftest" in line), None)
    what = f"pytest collects nothing here: {conftest} {last}" if conftest else f"pytest collects nothing here: {last}"
    finding = Finding(0, what.removesuffix("."), "Run pytest --collect-only on it to see more.")
    if session.code is None:
        finding = _ended(session, limit)
    return {file: Imported(finding=finding) for file in files}


def _imported(line: Mapping[str, Any]) -> Imported:
    """Understand what the process said about a file."""
    if line["event"] == "done":
        items = (Item(function=each["function"], marks=tuple(each["marks"])) for each in line["items"])
        return Imported(items=tuple(items))
    raised = ": ".join(each for each in (line["type"], line["message"]) if each)
    first_line = raised.strip().partition("\n")[0].removesuffix(".")
    where = f" (raised in {line['where']})" if line["where"] else ""
    return Imported(finding=Finding(line["line"], f"it cannot be imported: {first_line}{where}", _IMPORTED_ELSEWHERE))


def _ended(session: _Session, limit: timedelta) -> Finding:
    """Say how a file ended the process."""
    if session.code is None:
        what = f"importing it takes longer than {format_duration(limit)}"
        return Finding(0, what, "Move whatever waits into the test or a fixture.")
    what = f"importing it ends Python with exit code {session.code}"
    return Finding(0, what, _IMPORTED_ELSEWHERE)


def _collect(files: Sequence[Path], journeys_folder: Path, limit: timedelta) -> _Session:
    """Let one process import files."""
    place = Path(tempfile.gettempdir(), f"{PREFIX}collect-{secrets.token_hex(4)}")
    with private_folder(place) as folder:
        settings, report, output = folder / "pytest.ini", folder / "report.jsonl", folder / "output.txt"
        # An empty file of settings: whatever stands in the checkout's own is made for another purpose.
        settings.write_text("[pytest]\n", encoding="utf-8")
        report.touch()
        command = _command(files, journeys_folder, settings, report)
        with output.open("wb") as stream:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=journeys_folder.parent,
                env=_environment(journeys_folder, folder),
                start_new_session=True,
            )
            code = _wait(process, limit)
        said = output.read_text(encoding="utf-8", errors="replace")
        return _Session(lines=tuple(_read(report)), code=code, output=said)


def _command(files: Iterable[Path], journeys_folder: Path, settings: Path, report: Path) -> list[str]:
    """Write the process' command line."""
    return [
        *(sys.executable, "-m", "pytest", "--collect-only", "-q"),
        *("-p", "synthetics.catalogue.collecting", "-p", "no:cacheprovider"),
        "--import-mode=importlib",
        *("-c", str(settings)),
        f"--rootdir={journeys_folder.parent}",
        f"--confcutdir={journeys_folder}",
        f"{OPTION}={report}",
        *map(str, files),
    ]


def _environment(journeys_folder: Path, folder: Path) -> dict[str, str]:
    """Make the process' environment."""
    package = Path(synthetics.__file__).parent
    return {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {
        "PYTHONPATH": os.pathsep.join((str(package.parent), str(journeys_folder.parent))),
        "PYTHONDONTWRITEBYTECODE": "1",
        # Plugins of whatever else is installed cost time, and parametrise tests.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "TMPDIR": str(folder),
    }


def _wait(process: subprocess.Popen[bytes], limit: timedelta) -> int | None:
    """Wait for the process, and leave nothing of it behind; None where its time was over."""
    try:
        return process.wait(timeout=limit.total_seconds())
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            _kill_all(psutil.Process(process.pid))
            process.wait()


def _kill_all(process: psutil.Process) -> None:
    """Kill a process and everything below it, also what made a session of its own."""
    for each in (*process.children(recursive=True), process):
        with suppress(psutil.NoSuchProcess):
            each.kill()


def _read(report: Path) -> Iterable[dict[str, Any]]:
    """Read what the process said; a last line that was cut off is left out."""
    for line in report.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.endswith("\n"):
            values: dict[str, Any] = json.loads(line)
            yield values
