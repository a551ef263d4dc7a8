"""``explain``: one run in full, found by its name or as the last one."""

from pathlib import Path

import pytest

from synthetics.ledger.store import open_ledger
from synthetics.record import Error, FailedRequest, Outcome, RunRecord, Step, StepStatus
from tests.command_line import call_command, write_config
from tests.export.builders import SLOT_MS, a_run

FAILED = a_run(
    Outcome.FAILED,
    steps=(
        Step(title="Open the page", status=StepStatus.PASSED, offset_ms=900, duration_ms=400),
        Step(
            title="Press [Save]",
            status=StepStatus.FAILED,
            offset_ms=1300,
            duration_ms=5000,
            error=Error(type="AssertionError", message="It was not saved", where="test_flows.py:12"),
            url="http://127.0.0.1:1/jira",
            console_errors=("boom",),
            failed_requests=(FailedRequest(method="POST", url="http://127.0.0.1:1/save", status=502),),
        ),
        Step(title="See it saved", status=StepStatus.SKIPPED),
    ),
    fixture_steps=(Step(title="Sign in", status=StepStatus.PASSED, offset_ms=100, duration_ms=700),),
)
PASSED = a_run(Outcome.PASSED, slot_ms=SLOT_MS + 60_000)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    ledger = open_ledger(tmp_path / "var")
    for record in (FAILED, PASSED):
        ledger.write(record)
    ledger.close()
    return write_config(tmp_path)


@pytest.mark.parametrize(
    ("name", "record"),
    [
        pytest.param(FAILED.run_id, FAILED, id="by its short name"),
        pytest.param("last", PASSED, id="the last one"),
        pytest.param("last-failed", FAILED, id="the last one that failed"),
    ],
)
def test_explain_finds_a_run(config: Path, name: str, record: RunRecord) -> None:
    told = call_command("explain", name, "--json", "--config", config).json
    assert record.to_dict().items() <= told.items()
    assert (told["rules"], [each["author"] for each in told["verdicts"]]) == (None, ["judge"])


def test_explain_tells_the_steps_in_time_and_what_was_seen(config: Path) -> None:
    ended = call_command("explain", "last-failed", "--config", config)

    assert ended.code == 0
    told = [ended.out.index(part) for part in ("✓ Sign in", "✓ Open the page", "✗ Press [Save]", "· See it saved")]
    assert told == sorted(told)
    for part in ("It was not saved", "test_flows.py:12", "console: boom", "POST http://127.0.0.1:1/save 502"):
        assert part in ended.out
    assert max(len(line) for line in ended.out.splitlines()) <= 80


def test_explain_refuses_a_run_that_is_not_there(config: Path, tmp_path: Path) -> None:
    unknown = call_command("explain", "nope", "--config", config)
    (tmp_path / "var" / "ledger.sqlite3").unlink()
    nothing = call_command("explain", "last", "--config", config)

    assert (unknown.code, nothing.code) == (2, 2)
    assert "nope" in unknown.err
    assert "Nothing has run yet" in nothing.err
