"""An exception in the words of the record: its type, what it said, and the author's line."""

import re
from pathlib import Path
from types import TracebackType

import playwright.sync_api

from synthetics.authoring.stopping import stopped_in
from synthetics.record import Error, well_formed

LONGEST_MESSAGE = 4_000
LONGEST_TRACEBACK = 20_000

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def error_of(error: BaseException, author_file: Path | None, traceback: str | None = None) -> Error:
    """Tell an exception as the record has it.

    Args:
        error: As it was raised.
        author_file: The journey's own file, whose line is looked for; None where it is not known.
        traceback: The way to it as pytest shows it, where it is known.

    Returns:
        The error, its texts fit for any file, without terminal colours and not longer than a report can bear.
    """
    return Error(
        type=type_name(type(error)),
        message=_plain(str(error) or repr(error), LONGEST_MESSAGE),
        where=author_line(error.__traceback__, author_file),
        traceback=_plain(traceback, LONGEST_TRACEBACK) if traceback else None,
        stopped_in=stopped_in(error),
    )


def type_name(kind: type[BaseException]) -> str:
    """The class's name with its module, Playwright's by the module that its documentation names.

    Args:
        kind: An exception's class.

    Returns:
        Such as ``playwright.sync_api.TimeoutError``; the plain name for Python's own.
    """
    if issubclass(kind, playwright.sync_api.Error):
        # Some have no public name, such as TargetClosedError: they are told as if they had one.
        return f"playwright.sync_api.{kind.__qualname__}"
    if kind.__module__ == "builtins":
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def author_line(traceback: TracebackType | None, author_file: Path | None) -> str | None:
    """The last line of the author's own file on the way to an error.

    Args:
        traceback: The way to it.
        author_file: The journey's file.

    Returns:
        Such as ``test_run_flow.py:31``, or None where the way does not pass through that file.
    """
    found = None
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if author_file is not None and Path(code.co_filename) == author_file:
            found = f"{author_file.name}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return found


def _plain(text: str, longest: int) -> str:
    """The text as any file can hold it, without colours; of one that is too long both ends, where mostly it matters."""
    text = well_formed(_COLOURS.sub("", text))
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]}\n[... {len(text) - 2 * half} characters left out ...]\n{text[-half:]}"
