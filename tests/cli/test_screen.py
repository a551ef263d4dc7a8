"""What tables show: every word as it was written, whatever signs are in it."""

import io

import pytest
from rich.console import Console

from synthetics.cli.screen import records_view, why
from synthetics.record import Error, Fault, Outcome, Reason, RunRecord, Step, StepStatus
from tests.export.builders import a_run

MARKUP_LIKE = "Comment [/x] on it [web] [bold]"


def shown(*records: RunRecord, with_time: bool = False) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(records_view(records, {each.run_id: "var/page.html" for each in records}, with_time=with_time))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def a_failure(message: str) -> RunRecord:
    error = Error(type="AssertionError", message=message)
    return a_run(Outcome.FAILED, error=error, steps=(Step(title=MARKUP_LIKE, status=StepStatus.FAILED, error=error),))


def test_view_shows_words_that_look_like_markup_as_they_are() -> None:
    assert MARKUP_LIKE in " ".join(shown(a_failure("not [/x] there")).split())


def test_view_fits_80_columns_and_cuts_no_run() -> None:
    text = shown(a_failure("x " * 200), a_run(Outcome.PASSED), with_time=True)

    assert max(len(line) for line in text.splitlines()) <= 80
    assert "…" not in text
    assert "failed/unknown" in text
    assert "var/page.html" in text


@pytest.mark.parametrize(
    ("record", "words"),
    [
        pytest.param(a_run(Outcome.PASSED), "", id="a pass needs no word"),
        pytest.param(a_failure("It was red"), f"at “{MARKUP_LIKE}”: It was red", id="a failure tells step and error"),
        pytest.param(
            a_failure("Timeout 5000ms exceeded.\nCall log:\n  - waiting for get_by_role('button')\n"),
            f"at “{MARKUP_LIKE}”: Timeout 5000ms exceeded. - waiting for get_by_role('button')",
            id="a time-out tells what it waited for",
        ),
        pytest.param(
            a_run(Outcome.ERRORED, reasons=(Reason(code="stopped", sentence="The runner was told to stop."),)),
            "The runner was told to stop.",
            id="our own trouble tells its reason",
        ),
        pytest.param(
            a_run(
                Outcome.FAILED,
                fault=Fault.UNKNOWN,
                error=None,
                steps=(),
                reasons=(Reason(code="deadline", sentence="The run was ended at its deadline."),),
            ),
            "The run was ended at its deadline.",
            id="without an error, the reason",
        ),
    ],
)
def test_why_tells_in_one_line_what_went_wrong(record: RunRecord, words: str) -> None:
    assert why(record) == words
