"""The ledger as commands meet it: beside a scheduler, damaged, and with slots that nobody was there to run."""

from pathlib import Path

import pytest

from synthetics.ledger.cadence import Cadence
from synthetics.ledger.gaps import Gap
from synthetics.ledger.lock import scheduler_lock
from synthetics.ledger.store import open_ledger
from synthetics.record import Outcome, Reason
from tests.command_line import call_command, run_command, write_config
from tests.export.builders import SLOT_MS, a_run

MINUTE_MS = 60_000
DOWN = Reason(code="runner_down", sentence="No runner was at work between breakfast and lunch.")
READING = [("runs",), ("explain", "last"), ("list",), ("prune", "--dry-run")]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    ledger = open_ledger(tmp_path / "var")
    ledger.write(a_run())
    ledger.close()
    return write_config(tmp_path)


@pytest.mark.parametrize("command", READING, ids=lambda command: command[0])
def test_reading_command_works_beside_a_scheduler(config: Path, command: tuple[str, ...]) -> None:
    with scheduler_lock(config.parent / "var"):
        ended = call_command(*command, "--json", "--config", config)
    assert ended.code == 0
    assert ended.json


def test_once_works_beside_a_scheduler(config: Path) -> None:
    with scheduler_lock(config.parent / "var"):
        ended = run_command("once", "host_jira", "--scheduled", "--json", "--config", config)
    assert ended.code == 0, ended.err
    assert ended.json["counts"]["passed"] == 1


@pytest.mark.parametrize("command", [("runs",), ("explain", "last"), ("prune",)], ids=lambda command: command[0])
def test_reading_command_only_tells_of_a_damaged_ledger(config: Path, command: tuple[str, ...]) -> None:
    file = config.parent / "var" / "ledger.sqlite3"
    damaged = b"These are the minutes of our meeting.\n" * 400
    file.write_bytes(damaged)

    ended = call_command(*command, "--config", config)

    assert ended.code == 2
    assert "this file is not a database" in ended.err
    assert file.read_bytes() == damaged
    assert [path.name for path in file.parent.iterdir() if "corrupt" in path.name] == []


def test_once_sets_a_damaged_ledger_aside_and_says_so_loudly(config: Path) -> None:
    file = config.parent / "var" / "ledger.sqlite3"
    file.write_bytes(b"no database")
    config.write_text(config.read_text() + '[browser]\nexecutable = "/nowhere/chromium"\n')

    ended = call_command("once", "host_jira", "--config", config)

    assert ended.code == 2, "there is no such browser; the ledger was opened before that"
    assert ended.err.startswith("THE LEDGER WAS DAMAGED, AND A NEW ONE IS BEGUN.\n")
    (aside,) = file.parent.glob("ledger.sqlite3.corrupt-*")
    assert aside.read_bytes() == b"no database"
    assert str(aside) in ended.err


def test_runs_and_explain_tell_of_slots_that_nobody_was_there_to_run(config: Path) -> None:
    missed = a_run(Outcome.MISSED, slot_ms=SLOT_MS, reasons=(DOWN,))
    cadence = Cadence(every_ms=MINUTE_MS, offset_ms=SLOT_MS % MINUTE_MS)
    gap = Gap.of(missed, cadence, SLOT_MS, SLOT_MS + 365 * 24 * 60 * MINUTE_MS)
    assert gap is not None
    ledger = open_ledger(config.parent / "var")
    ledger.take_over([], SLOT_MS, lambda _: [gap])
    ledger.close()

    shown = call_command("runs", "--config", config)
    listed = call_command("runs", "--limit", "3", "--json", "--config", config).json
    told = call_command("explain", listed[1]["run_id"], "--config", config)

    assert shown.out.count("missed/monitor") == 20
    assert [each["slot_ms"] for each in listed] == [gap.last_ms - back * MINUTE_MS for back in range(3)]
    assert "No runner was at work between breakfast and lunch. (runner_down)" in told.out
    explained = call_command("explain", "last", "--json", "--config", config).json
    assert {name: explained[name] for name in listed[0]} == listed[0]
