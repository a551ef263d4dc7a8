"""What a worker tells of a session comes to whoever ordered the run, and to nobody and nothing else."""

import threading
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from synthetics.evidence import Event, SessionMade, event_from_line, event_to_line
from synthetics.execute.fold import fold
from synthetics.execute.order import Execution
from tests.execute.builders import an_order, write_journey
from tests.execute.conftest import Monitor

TELLS = """
from synthetics.authoring.channel import ASSIGNMENT, say
from synthetics.evidence import SessionMade
given = request.config.stash[ASSIGNMENT].session
say(request.config, SessionMade(monotonic_ms=1, storage_state=given.get_secret_value() + "-renewed"))
with step("Look"):
    pass
"""
STATE = "a-state-that-is-secret"


def test_session_goes_to_the_worker_and_comes_back_beside_the_evidence(tmp_path: Path, monitor: Monitor) -> None:
    order = an_order(write_journey(tmp_path, TELLS))
    heard: list[Event] = []
    assignment = replace(order.assignment, session=SecretStr(STATE))
    order = replace(order, assignment=assignment, on_event=heard.append)

    with monitor.executor.execute(order, threading.Event()) as execution:
        log = (execution.output / "worker.log").read_text()
        files = [each.read_bytes() for each in execution.output.rglob("*") if each.is_file()]

    assert [each.storage_state for each in execution.sessions] == [f"{STATE}-renewed"], log
    assert execution.evidence.unread_lines == 0
    assert "step_ended" in {each.event for each in heard}
    assert "session_made" not in {each.event for each in heard}
    assert STATE not in repr((heard, execution, order))
    assert STATE not in repr(execution.evidence)
    assert not [each for each in files if STATE.encode() in each]


def test_session_is_nobodys_evidence() -> None:
    made = SessionMade(monotonic_ms=5, storage_state=STATE)
    assert fold([made], (), started_monotonic_ms=0) == fold([], (), started_monotonic_ms=0)


def test_session_comes_back_whole_from_its_line() -> None:
    made = SessionMade(monotonic_ms=5, storage_state=STATE, is_shared=False)
    assert event_from_line(event_to_line(made)) == made


def test_execution_tells_no_session_where_it_is_shown() -> None:
    fields = Execution.__dataclass_fields__
    assert not fields["sessions"].repr
