from pathlib import Path

import playwright.sync_api
import pytest

from synthetics.authoring.failures import LONGEST_MESSAGE, author_line, error_of, type_name
from synthetics.authoring.scopes import AppFrameError

TARGET_CLOSED = type("TargetClosedError", (playwright.sync_api.Error,), {"__module__": "playwright._impl._errors"})("")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        pytest.param(playwright.sync_api.TimeoutError, "playwright.sync_api.TimeoutError", id="by its public module"),
        pytest.param(playwright.sync_api.Error, "playwright.sync_api.Error", id="Playwright's root"),
        pytest.param(
            type(TARGET_CLOSED), "playwright.sync_api.TargetClosedError", id="one of Playwright's without a public name"
        ),
        pytest.param(TimeoutError, "TimeoutError", id="Python's own is not Playwright's"),
        pytest.param(AssertionError, "AssertionError", id="Python's own without a module"),
        pytest.param(AppFrameError, "synthetics.authoring.scopes.AppFrameError", id="ours"),
    ],
)
def test_type_is_named_as_its_documentation_does(kind: type[BaseException], name: str) -> None:
    assert type_name(kind) == name


def inner() -> None:
    raise ValueError("no")


def outer() -> None:
    inner()


def test_author_line_is_the_innermost_of_the_journeys_file() -> None:
    with pytest.raises(ValueError, match="no") as raised:
        outer()

    line = inner.__code__.co_firstlineno + 1
    here = Path(__file__)
    assert author_line(raised.tb, here) == f"test_failures.py:{line}"
    assert author_line(raised.tb, here.with_name("other.py")) is None
    assert author_line(raised.tb, None) is None


def test_message_loses_its_colours() -> None:
    assert error_of(AssertionError("\x1b[31mred\x1b[0m"), None).message == "red"


def test_message_that_is_too_long_keeps_both_ends() -> None:
    message = error_of(ValueError("a" * 9_000 + "the end"), None).message

    assert message.startswith("aaa")
    assert message.endswith("the end")
    assert f"[... {9_007 - LONGEST_MESSAGE} characters left out ...]" in message


def test_texts_lose_what_no_file_can_hold() -> None:
    error = error_of(AssertionError("a\ud800b"), None, "E  a\ud800b")
    assert (error.message, error.traceback) == ("a\ufffdb", "E  a\ufffdb")


def test_error_without_words_is_told_by_its_name() -> None:
    assert error_of(AssertionError(), None).message == "AssertionError()"
