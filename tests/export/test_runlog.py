"""The log's line for a run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.export.runlog import run_line
from synthetics.record import Outcome, Reason
from tests.export.builders import SLOT_MS, a_failed_run, a_run


def test_run_line_of_a_pass() -> None:
    assert run_line(a_run()) == (
        "event=run journey=ihub.run_flow outcome=passed fault=none duration_ms=3210 target=standin location=local "
        "trigger=schedule slot=2026-03-01T12:00:00.000Z attempt=1 started=2026-03-01T12:00:00.250Z lateness_ms=250 "
        f"run_id={a_run().run_id}"
    )


def test_run_line_of_a_failure_tells_the_step_and_the_reason() -> None:
    line = run_line(a_failed_run())
    assert ' failed_step="Create a flow → Press Save" reason=journey_failed why="The run failed at step ' in line


def test_run_line_leaves_out_what_is_not_known() -> None:
    line = run_line(a_run(Outcome.MISSED))
    for key in ("started", "duration_ms", "lateness_ms", "failed_step", "reason", "why"):
        assert f" {key}=" not in line


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        pytest.param("plain", "why=plain ", id="one plain word stands as it is"),
        pytest.param("", 'why="" ', id="nothing is quoted"),
        pytest.param("a b", 'why="a b" ', id="a space is quoted"),
        pytest.param('a"b', r'why="a\"b" ', id="a quote is escaped"),
        pytest.param("a=b", 'why="a=b" ', id="an equals sign is quoted"),
        pytest.param("a\nb", r'why="a\nb" ', id="a line feed is escaped"),
        pytest.param("a\x1b[31mb", r'why="a\u001b[31mb" ', id="a terminal's escape is escaped"),
        pytest.param("a\x85b", r'why="a\u0085b" ', id="a next-line character is escaped"),
        pytest.param("åäö", "why=åäö ", id="letters stay letters"),
    ],
)
def test_run_line_quotes_values(sentence: str, shown: str) -> None:
    assert shown in run_line(a_run(Outcome.ERRORED, reasons=(Reason(code="x", sentence=sentence),)))


@given(st.text())
def test_run_line_is_always_one_line(sentence: str) -> None:
    line = run_line(a_run(Outcome.ERRORED, slot_ms=SLOT_MS, reasons=(Reason(code="x", sentence=sentence),)))
    assert len(line.splitlines()) == 1
