"""The pytest plugin of the process that imports the authors' files: it says what became of each.

One line of JSON as each file is begun, and one as it is done, so that the parent knows where a process that went
away or stood still was.
"""

import json
from collections.abc import Generator
from pathlib import Path
from traceback import walk_tb
from types import TracebackType

import pytest

#: The option with the file to write to.
OPTION = "--collected-into"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(OPTION, type=Path, required=True, help="where to write what became of each file")


def pytest_configure(config: pytest.Config) -> None:
    """Make the journeys' own marker known."""
    config.addinivalue_line("markers", "journey(every, timeout): a journey")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Say that a file is begun, and what is in it."""
    if not isinstance(collector, pytest.Module):
        return (yield)
    _say(collector, event="begun")
    try:
        report = yield
    except BaseException as error:
        # SystemExit and its like end the whole session: this is the last word.
        _say(collector, event="failed", **_told(error, collector.path))
        raise
    if report.outcome == "skipped":
        _say(collector, event="failed", type="", message="it skips itself when it is imported", line=0, where="")
    elif report.passed:
        _say(collector, event="done", items=[_item(each) for each in report.result])
    return report


def pytest_exception_interact(
    node: pytest.Item | pytest.Collector,
    call: pytest.CallInfo[object],
) -> None:
    """Say what a file raised."""
    if isinstance(node, pytest.Module) and call.excinfo is not None:
        raised = call.excinfo.value
        # pytest wraps an ImportError in an error of its own.
        _say(node, event="failed", **_told(raised.__cause__ or raised, node.path))


def _say(module: pytest.Module, **values: object) -> None:
    """Write one line."""
    into: Path = module.config.getoption(OPTION)
    with into.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"file": str(module.path), **values}) + "\n")


def _item(node: pytest.Item | pytest.Collector) -> dict[str, object]:
    """Tell one thing that was collected."""
    name = node.originalname if isinstance(node, pytest.Function) else node.name
    return {"function": name, "marks": sorted({mark.name for mark in node.iter_markers()})}


def _told(error: BaseException, path: Path) -> dict[str, object]:
    """Tell an error: its type, its text, the file's own line, and where else it was raised."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    lines = list(_lines_of(error.__traceback__))
    if isinstance(error, SyntaxError) and error.filename:
        lines.append((Path(error.filename), error.lineno or 0))
    own = [line for file, line in lines if file == path]
    others = [
        f"{file.relative_to(path.parent)}, line {line}"
        for file, line in lines
        if file != path and file.is_relative_to(path.parent)
    ]
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    where = others[-1] if others and lines[-1][0] != path else ""
    return {"type": name, "message": message, "line": own[-1] if own else 0, "where": where}


def _lines_of(traceback: TracebackType | None) -> Generator[tuple[Path, int], None, None]:
    """Walk down to where an error was raised."""
    for frame, line in walk_tb(traceback):
        yield Path(frame.f_code.co_filename), line
