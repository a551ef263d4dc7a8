"""The pytest plugin that gives a journey run by hand its record, beside its artifacts and never in the ledger.

In a worker it does nothing: there the record is made by whoever started the worker.
"""

import functools
import os
import signal
import threading
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from synthetics.artifacts.redaction import Redactor
from synthetics.authoring.channel import ASSIGNMENT, RUN_KEY, add_sink
from synthetics.authoring.choosing import BY_HAND
from synthetics.catalogue import Journey
from synthetics.catalogue.marker import JOURNEY
from synthetics.catalogue.source import read_source
from synthetics.clock import Clock, SystemClock
from synthetics.evidence import Event, PhaseEnded
from synthetics.execute.fold import fold
from synthetics.execute.folders import file_sizes
from synthetics.execute.recording import make_record
from synthetics.execute.redacting import redact_report
from synthetics.execute.what_ran import provenance
from synthetics.judge import judge
from synthetics.record import Kind, Outcome, RunKey, RunRecord

RECORD = "record.json"
_NAME = "synthetics.execute.by_hand.recorder"


def pytest_configure(config: pytest.Config) -> None:
    """Listen to this session, where it is one by hand."""
    if ASSIGNMENT in config.stash:
        return
    recorder = _Recorder(config, SystemClock())
    add_sink(config, recorder.hear)
    config.pluginmanager.register(recorder, _NAME)


def pytest_collection_finish(session: pytest.Session) -> None:
    """A session of journeys has browsers and folders to put away, whichever way it is ended."""
    if session.config.pluginmanager.has_plugin(_NAME) and any(
        item.get_closest_marker(JOURNEY) for item in session.items
    ):
        _end_at_sigterm_as_at_ctrl_c(session.config)


def _end_at_sigterm_as_at_ctrl_c(config: pytest.Config) -> None:
    """Let teardowns run at SIGTERM too, so that no browser and no folder stays; whoever handles it already goes on."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if in_main_thread and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        config.add_cleanup(_end_at_sigterm_at_once)


def _end_at_sigterm_at_once() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _redactor(config: pytest.Config) -> Redactor:
    """Knows every secret of the session; none in a session without journeys, which has no configuration."""
    return _made_redactor(config.stash[BY_HAND].secrets if BY_HAND in config.stash else frozenset())


#: Made for every phase of every test; that takes time, and the secrets are mostly the same.
_made_redactor = functools.lru_cache(maxsize=1)(Redactor)


@dataclass(frozen=True, slots=True)
class _Written:
    """What is said of a record at the end."""

    record: RunRecord
    where: str


class _Recorder:
    """Hears the events of a session and makes a record of each journey in it."""

    def __init__(self, config: pytest.Config, clock: Clock) -> None:
        self._output = Path(config.getoption("--output", default="test-results")).absolute()
        self._clock = clock
        self._of_session: list[Event] = []
        self._of_item: list[Event] | None = None
        self._written: list[_Written] = []

    def hear(self, event: Event) -> None:
        """Keep an event: what is said outside any test is about all of them, save that some file does not import."""
        if self._of_item is not None:
            self._of_item.append(event)
        elif not isinstance(event, PhaseEnded):
            self._of_session.append(event)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Around every other hook: the last to see a report before it is shown and written."""
        report = yield
        redact_report(report, _redactor(item.config))
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Around one test, its teardown included; a test that is no journey leaves nothing."""
        self._of_item = []
        started_monotonic_ms = self._clock.monotonic_ms()
        try:
            result = yield
            if RUN_KEY in item.stash and item.get_closest_marker(JOURNEY) is not None:
                self._written.append(self._record(item, [*self._of_session, *self._of_item], started_monotonic_ms))
        finally:
            self._of_item = None
        return result

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """One line for each journey."""
        if not self._written:
            return
        terminalreporter.section("synthetic journeys")
        for each in self._written:
            terminalreporter.write_line(f"{each.record.journey}: {_verdict(each.record)}, {each.where}")

    def _record(self, item: pytest.Item, events: list[Event], started_monotonic_ms: int) -> _Written:
        key = item.stash[RUN_KEY]
        journey = _journey(item, key)
        folder = self._output / key.journey
        duration_ms = self._clock.monotonic_ms() - started_monotonic_ms
        evidence = fold(events, journey.steps, started_monotonic_ms=started_monotonic_ms, sizes=file_sizes(folder))
        record = make_record(
            key,
            journey,
            evidence,
            judge(evidence),
            started_ms=key.slot_ms,
            lateness_ms=0,
            provenance=provenance(journey, evidence, journey.file.parent.parent),
            duration_ms=duration_ms,
        )
        record = _redactor(item.config).record(record)
        return _Written(record, _write(record, folder))


def _journey(item: pytest.Item, key: RunKey) -> Journey:
    """The journey as discovery would find it; by hand nothing is due, and nothing is ended at a deadline."""
    source = read_source(item.path.parent.name, item.path)
    function = item.name.partition("[")[0]
    declared = next((each for each in source.declared if each.function == function), None)
    return Journey(
        name=key.journey,
        app=key.journey.partition(".")[0],
        title=declared.title if declared is not None else key.journey,
        kind=Kind.BROWSER,
        file=item.path,
        function=function,
        file_sha256=source.sha256,
        steps=declared.steps if declared is not None else (),
        every_ms=0,
        timeout_ms=0,
    )


def _write(record: RunRecord, folder: Path) -> str:
    """Write the record, and say where it is; a disk that is full costs the file, not the test."""
    path = folder / RECORD
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(record.to_json() + "\n", encoding="utf-8")
    except OSError as error:
        return f"its record could not be written: {error}"
    return os.path.relpath(path)


def _verdict(record: RunRecord) -> str:
    return record.outcome if record.outcome is Outcome.PASSED else f"{record.outcome}/{record.fault}"
