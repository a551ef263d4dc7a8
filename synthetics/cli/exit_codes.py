"""What a command's exit code tells: cron and CI decide by it."""

from collections.abc import Sequence

from synthetics.record import Outcome, RunRecord, flaky_runs

PASSED = 0
FAILED = 1
CALLER = 2
MONITOR = 3
INTERRUPTED = 130


def of_runs(records: Sequence[RunRecord], *, broken_files: bool, interrupted: bool) -> int:
    """The exit code of a command that made runs.

    Args:
        records: The runs that were made.
        broken_files: Whether the journeys of some file could not run because the file is broken.
        interrupted: Whether somebody stopped the command.

    Returns:
        130 where it was interrupted, 1 where a run failed and did not pass when it was repeated, 2 where a journey file
        is broken, 3 where a run errored, else 0.
    """
    flaky = flaky_runs(records)
    outcomes = {record.outcome for record in records if record.attempt == 1 and record.run_id not in flaky}
    if interrupted:
        return INTERRUPTED
    if Outcome.FAILED in outcomes:
        return FAILED
    if broken_files:
        return CALLER
    return MONITOR if outcomes & {Outcome.ERRORED, Outcome.MISSED} else PASSED
