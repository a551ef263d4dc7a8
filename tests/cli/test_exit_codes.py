"""Exit codes: cron and CI decide by them."""

from collections.abc import Sequence

import pytest

from synthetics.cli import exit_codes
from synthetics.record import Outcome
from tests.export.builders import a_run

PASSED, FAILED, ERRORED, MISSED = Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED, Outcome.MISSED


@pytest.mark.parametrize(
    ("outcomes", "broken_files", "interrupted", "code"),
    [
        pytest.param([PASSED, PASSED], False, False, 0, id="all passed"),
        pytest.param([], False, False, 0, id="nothing to do, since the slots were taken"),
        pytest.param([PASSED, FAILED], False, False, 1, id="one failed"),
        pytest.param([FAILED, ERRORED], False, False, 1, id="a failure outweighs our own trouble"),
        pytest.param([PASSED, FAILED], True, False, 1, id="a failure outweighs a broken file"),
        pytest.param([PASSED], True, False, 2, id="the rest passed, but a file is broken"),
        pytest.param([PASSED, ERRORED], False, False, 3, id="none failed, one errored"),
        pytest.param([PASSED, MISSED], False, False, 3, id="none failed, one missed"),
        pytest.param([FAILED], True, True, 130, id="interrupted, whatever was seen until then"),
    ],
)
def test_exit_code_tells_the_worst_of_a_command(
    outcomes: Sequence[Outcome],
    broken_files: bool,  # noqa: FBT001  a column of the table
    interrupted: bool,  # noqa: FBT001  likewise
    code: int,
) -> None:
    records = [a_run(outcome) for outcome in outcomes]

    assert exit_codes.of_runs(records, broken_files=broken_files, interrupted=interrupted) == code
