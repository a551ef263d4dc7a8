"""``once --quiet``: what cron has to mail, and nothing else."""

import time
from contextlib import closing
from pathlib import Path

from synthetics.ledger.store import open_ledger
from synthetics.slots import offset_ms, slot_at_or_before
from tests.command_line import run_command, write_config
from tests.export.builders import a_run

DAY_MS = 86_400_000
WITHOUT_A_BROWSER = '''
import pytest


@pytest.mark.journey(every="1d", timeout="20s")
def test_was_taken(step):
    """A journey whose slot somebody else has."""
    with step("Look"):
        pass


@pytest.mark.journey(every="1d", timeout="20s")
def test_breaks(step):
    """A journey that breaks."""
    with step("Look"):
        raise AssertionError("not as it should be")
'''


def test_quiet_once_tells_a_run_that_did_not_pass_and_says_nothing_of_a_taken_slot(tmp_path: Path) -> None:
    app = tmp_path / "journeys" / "quick"
    app.mkdir(parents=True)
    (app / "app.toml").write_text('title = "Quick"\n')
    (app / "test_quick.py").write_text(WITHOUT_A_BROWSER)
    config = write_config(tmp_path, journeys=tmp_path / "journeys")
    offset = offset_ms("quick.was_taken", "standin", "local", DAY_MS)
    with closing(open_ledger(tmp_path / "var")) as ledger:
        ledger.write(
            a_run(journey="quick.was_taken", slot_ms=slot_at_or_before(time.time_ns() // 10**6, DAY_MS, offset))
        )

    quiet = ("once", "--scheduled", "--quiet", "--report", tmp_path / "report", "--config", config)
    ended = run_command(*quiet)

    assert ended.code in (1, 3), ended.err
    assert "quick.breaks" in ended.out
    assert "not as it should be" in ended.out
    assert "was_taken" not in ended.out + ended.err
    assert "Report:" not in ended.err
