"""An outage of the host through the front door: all records say whose it is, and that it is everybody's."""

import time
from contextlib import closing
from pathlib import Path

from synthetics.execute.recording import make_record
from synthetics.judge import judge
from synthetics.ledger.store import open_ledger
from synthetics.record import Fault, Outcome, RunKey, RunRecord, Trigger
from tests.builders import a_journey
from tests.command_line import run_command, write_config
from tests.judge.building import MINUTE, around, stopping
from tests.judge.cases.shorthand import EXPECTING

OF_THREE_APPS = ("ihub.admin_page", "team_radar.project_page", "points_check.panel")


def a_run_that_nobody_understood() -> RunRecord:
    """A run of a minute ago, of another process, that had no control."""
    started_ms = time.time_ns() // 1_000_000 - MINUTE
    seen = stopping(EXPECTING, surroundings=around((), started_ms=started_ms, now_ms=started_ms))
    key = RunKey(
        journey="ihub.run_flow", target="standin", location="local", trigger=Trigger.SCHEDULE, slot_ms=started_ms
    )
    return make_record(key, a_journey(), seen, judge(seen), started_ms=started_ms, lateness_ms=0, provenance=None)


def test_outage_of_the_host_is_the_hosts_in_every_record_and_named_as_everybodys_once_in_each(tmp_path: Path) -> None:
    config = write_config(tmp_path, "[defaults]", "confirm = false")
    earlier = a_run_that_nobody_understood()
    with closing(open_ledger(tmp_path / "var")) as ledger:
        ledger.write(earlier)

    ended = run_command("once", *OF_THREE_APPS, "--fault", "site_503", "--config", config)

    assert ended.code == 1, ended.err
    with closing(open_ledger(tmp_path / "var")) as ledger:
        runs = [each for each in ledger.runs() if each.journey in OF_THREE_APPS]
        said = {each.journey: ledger.verdicts(each.run_id) for each in runs}
        settled = ledger.verdicts(earlier.run_id)
    assert (settled[0].fault, settled[-1].fault) == (Fault.UNKNOWN, Fault.HOST), "what it lacked was a control"
    assert sorted(said) == sorted(OF_THREE_APPS)
    for run in runs:
        assert (run.outcome, run.fault) == (Outcome.FAILED, Fault.HOST)
        last = said[run.journey][-1]
        assert last.fault is Fault.HOST
        assert [reason.code for reason in last.reasons].count("mass_failure") == 1
        (sentence,) = [reason.sentence for reason in last.reasons if reason.code == "mass_failure"]
        assert sentence.startswith("100% of the journeys of unrelated apps fail")
        assert run.evidence is not None
        around = run.evidence.surroundings
        assert around is not None
        assert around.statuspage == "none", "the vendor's post comes later than the outage"
        assert around.machine_end is not None
        assert around.machine_end.clock_offset_ms is not None
        assert abs(around.machine_end.clock_offset_ms) < 2_000
