"""The story of one slot: claim, execute, judge, keep what was left, redact, record, publish."""

import logging
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from synthetics.artifacts.redaction import Redactor
from synthetics.artifacts.store import ArtifactStore
from synthetics.authoring.assignment import Assignment
from synthetics.catalogue import Placement
from synthetics.config.app import App
from synthetics.config.models import Target
from synthetics.errors import StandinError, StorageError
from synthetics.evidence import ControlKind, Evidence, RepeatSeen, Surroundings
from synthetics.execute.order import Executor, Order
from synthetics.execute.recording import make_record
from synthetics.execute.what_ran import provenance
from synthetics.judge import judge
from synthetics.ledger.store import Ledger, OpenSlot
from synthetics.record import (
    Error,
    Fault,
    Outcome,
    Reason,
    RunKey,
    RunRecord,
    Trigger,
)
from synthetics.runner.claimant import this_process
from synthetics.runner.confirming import is_to_be_confirmed
from synthetics.runner.controls import Controls
from synthetics.runner.hearing import Hearing
from synthetics.runner.lookout import Lookout
from synthetics.runner.observed import Observed
from synthetics.runner.reducing import reduced
from synthetics.runner.sessions import Sessions, secrets_of
from synthetics.runner.settling import Settling
from synthetics.runner.surroundings import last_slots, read_machine, was_confirmed_failure
from synthetics.runner.unseen import unseen
from synthetics.slots import Timeline

_log = logging.getLogger(__name__)

RUNNER_LOST = Reason(code="runner_lost", sentence="The runner ended while this run was under way.")
RUNNER_LOST_BEFORE_START = Reason(
    code="runner_lost_before_start", sentence="The runner ended before the run of this slot could start."
)
LEDGER_UNWRITABLE = Reason(code="ledger_unwritable", sentence="The ledger could not be written when this slot was due.")


class UnwrittenError(StorageError):
    """A record that the ledger would not take; whoever catches this has it, and may try again.

    Args:
        record: The record, redacted.
        error: What the ledger said.
    """

    def __init__(self, record: RunRecord, error: StorageError) -> None:
        super().__init__(str(error))
        self.record = record


class Sites(Protocol):
    """Gives targets, ready to be asked."""

    def target(self, name: str) -> Target:
        """The target of that name; raises ``StandinError`` where it is ours and does not come up."""

    def check(self, target: Target) -> None:
        """See that a target is there, as far as that is ours; raises ``StandinError`` where it went away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """Makes one record of one slot, whatever happens on the way.

    Args:
        ledger: Where the slot is claimed and the record is written, first of all places.
        executor: Runs the journey.
        store: Where the run's files go.
        redactor: Knows every secret.
        timeline: The time of slots.
        sites: Gives targets, ready to be asked.
        controls: What tells the host's fault from an app's.
        apps: The apps by name.
        browser: The browser's program.
        journeys_folder: The folder of journeys.
        grace_ms: How long a worker has to end by itself after its deadline.
        publish: Shows a finished record to people and machines; its failure changes no record.
        sessions: The sessions of the targets' accounts.
        lookout: Sees what the host says of itself where a run did not pass; None asks nobody.
        settling: Judges others again by what a run told; None leaves them as they were judged.
        judged: Told of each run that was judged, with all the evidence that it was judged by.
    """

    ledger: Ledger
    executor: Executor
    store: ArtifactStore
    redactor: Redactor
    timeline: Timeline
    sites: Sites
    controls: Controls
    apps: Mapping[str, App]
    browser: Path
    journeys_folder: Path
    grace_ms: int
    publish: Callable[[RunRecord], None]
    sessions: Sessions = field(default_factory=Sessions)
    lookout: Lookout | None = None
    settling: Settling | None = None
    judged: Callable[[RunRecord, Evidence], None] = lambda _record, _evidence: None

    def run(self, placement: Placement, slot_ms: int, trigger: Trigger, stop: threading.Event) -> tuple[RunRecord, ...]:
        """Run a slot to its record, and repeat it once where that failed and the journey is one to be confirmed.

        Args:
            placement: The journey, its target and location.
            slot_ms: When it was due, in milliseconds UTC.
            trigger: Who asked for it.
            stop: Ends the run early when it is set.

        Returns:
            The record as it stands in the ledger, and that of the confirm-run where there was one; nothing where this
            slot was claimed before.

        Raises:
            UnwrittenError: Where the ledger would not take the claim, so nothing ran, or the record.
        """
        key = key_of(placement, slot_ms, trigger)
        # Whoever found the slot due has a time line of its own, which may be a millisecond ahead of this one.
        started_ms = max(slot_ms, self.timeline.now_ms())
        try:
            claimed = self.ledger.claim(key, placement.journey.app, started_ms, this_process())
        except StorageError as error:
            raise UnwrittenError(unseen(key, placement, Outcome.MISSED, LEDGER_UNWRITABLE), error) from error
        if not claimed:
            return ()
        first = self._observe(key, placement, started_ms, stop)
        if isinstance(first, Observed) and first.is_unsure and self._repeats(first, stop):
            # What became of it is said when the repetition on a fresh browser has been seen.
            second = self._repeat(first, stop)
            confirm = second.as_repeat() if isinstance(second, Observed) else None
            return self._settled(first, stop, confirm=confirm), self._settled(second, stop, first=first.as_repeat())
        record = self._settled(first, stop)
        if not isinstance(first, Observed) or not is_to_be_confirmed(record) or not self._repeats(first, stop):
            return (record,)
        return record, self._settled(self._repeat(first, stop), stop, first=first.as_repeat())

    def _repeats(self, first: Observed, stop: threading.Event) -> bool:
        """Whether a run is repeated at once; in an outage that is known already it would only starve other apps."""
        wanted = first.placement.journey.confirms and first.key.trigger is not Trigger.CONTROL
        return wanted and not stop.is_set() and not was_confirmed_failure(last_slots(self.ledger, first.key))

    def _repeat(self, first: Observed, stop: threading.Event) -> Observed | RunRecord:
        return self._observe(replace(first.key, attempt=2), first.placement, self.timeline.now_ms(), stop)

    def _observe(
        self, key: RunKey, placement: Placement, started_ms: int, stop: threading.Event
    ) -> Observed | RunRecord:
        """Make one run; its record, where the machine or we ourselves broke."""
        try:
            return self._execute(key, placement, started_ms, stop)
        except Exception as error:  # noqa: BLE001  our own bug or the machine's: the slot must still get its record
            return self.broke(key, placement, started_ms, error)

    def _settled(
        self,
        run: Observed | RunRecord,
        stop: threading.Event,
        *,
        first: RepeatSeen | None = None,
        confirm: RepeatSeen | None = None,
    ) -> RunRecord:
        """Judge a run, and write its record, whatever happens.

        Raises:
            UnwrittenError: Where the ledger would not take the record.
        """
        if isinstance(run, RunRecord):
            return self.settle(run)
        try:
            record = self._judged(run, stop, first, confirm)
        except Exception as error:  # noqa: BLE001  as above
            record = self.broke(run.key, run.placement, run.started_ms, error)
        return self.settle(record)

    def _judged(
        self, run: Observed, stop: threading.Event, first: RepeatSeen | None, confirm: RepeatSeen | None
    ) -> RunRecord:
        """The record of a run, with the controls that it takes to judge it."""
        hearing = Hearing(self.ledger, self.controls, self.timeline.now_ms, self._look_out)
        evidence = hearing.hear(run, lambda kind: self._control(kind, run, stop), first=first, confirm=confirm)
        record = make_record(
            run.key,
            run.placement.journey,
            evidence,
            judge(evidence),
            started_ms=run.started_ms,
            lateness_ms=run.started_ms - run.key.slot_ms,
            provenance=provenance(run.placement.journey, evidence, self.journeys_folder),
            worker=run.worker,
        )
        record = replace(record, artifacts=run.kept.artifacts, dropped_artifacts=run.kept.dropped)
        self.judged(record, evidence)
        if record.fault is Fault.SESSION:
            self.sessions.forget(run.session)
        return record

    def _look_out(self, target: str, around: Surroundings) -> Surroundings:
        if self.lookout is None:
            return around
        with suppress(StandinError):  # a site of ours that went away meanwhile says nothing of itself
            return self.lookout.look(self.sites.target(target), around)
        return around

    def _control(self, kind: ControlKind, run: Observed, stop: threading.Event) -> None:
        """Have a control made; one that the ledger would not take has been remembered by then."""
        if stop.is_set():
            return
        with suppress(UnwrittenError):
            self.controls.ask(
                kind,
                run.placement,
                run.started_ms,
                lambda control: self.run(control, self.timeline.now_ms(), Trigger.CONTROL, stop),
            )

    def warm(self, placements: Iterable[Placement]) -> None:
        """Have a warm worker ready for each of these; nothing is asked of any target but the embedded one's start.

        Raises:
            StandinError: Where the embedded target does not come up.
        """
        now_ms = self.timeline.now_ms()
        self.executor.prepare([self.order(key_of(each, now_ms, Trigger.MANUAL), each) for each in placements])

    def miss(self, placement: Placement, slot_ms: int, reason: Reason) -> RunRecord:
        """Record a slot that did not run, and why.

        Raises:
            UnwrittenError: Where the ledger would not take the record.
        """
        return self.settle(unseen(key_of(placement, slot_ms, Trigger.SCHEDULE), placement, Outcome.MISSED, reason))

    def lose(self, slot: OpenSlot, placement: Placement | None) -> RunRecord:
        """Record a slot that a runner before this one claimed and never settled.

        Args:
            slot: The claim that has no record.
            placement: Where the journey still exists; what it was is told by the claim alone where it does not.
        """
        if slot.started_ms is None:
            return self.settle(unseen(slot.key, placement, Outcome.MISSED, RUNNER_LOST_BEFORE_START, app=slot.app))
        record = unseen(slot.key, placement, Outcome.ERRORED, RUNNER_LOST, app=slot.app)
        return self.settle(replace(record, started_ms=slot.started_ms))

    def settle(self, record: RunRecord) -> RunRecord:
        """Write a record, and publish it.

        Returns:
            The record as it stands in the ledger: another one, unpublished, where this run had one already.

        Raises:
            UnwrittenError: Where the ledger would not take it.
        """
        self.controls.remember(record)
        record = self.redacted(record)
        try:
            if not self.ledger.write(record):
                return self.ledger.run(record.run_id) or record
        except StorageError as error:
            raise UnwrittenError(record, error) from error
        self.show(record)
        if self.settling is not None:
            self.settling.heard(record)
        return record

    def show(self, record: RunRecord) -> None:
        """Publish a record that was written."""
        try:
            self.publish(record)
        except Exception:  # noqa: BLE001  the record stands; a report that could not be written must not end the service
            _log.exception("run_id=%s event=publish_failed", record.run_id)

    def redacted(self, record: RunRecord) -> RunRecord:
        """The record without secrets; where that fails, without anything that a page or a journey wrote."""
        try:
            record = self.redactor.record(record)
            record.to_json()
        except Exception as error:  # noqa: BLE001  what became of the run must be recorded even so
            _log.error("event=record_reduced run_id=%s error=%s", record.run_id, type(error).__name__)
            return reduced(record, type(error).__name__)
        return record

    def _execute(self, key: RunKey, placement: Placement, started_ms: int, stop: threading.Event) -> Observed:
        order = self.order(key, placement)
        session = order.assignment.session
        if session is not None:  # also where the redactor is a newer one than the session
            self.redactor.learn(secrets_of(session.get_secret_value()))
        with suppress(StorageError):  # the claim stands, and the record will: this only says how far it came
            if key.attempt == 1:
                self.ledger.start(key, started_ms)
        machine_start = read_machine(self.store.root.parent)
        with self.executor.execute(order, stop) as execution:
            for each in execution.sessions:
                self.redactor.learn(secrets_of(each.storage_state))
            session = self.sessions.learn(order.assignment.target, session, execution.sessions, execution.evidence)
            self.sites.check(order.assignment.target)  # a site of ours that went away is nobody else's fault
            kept = self.store.keep(
                key.run_id, key.slot_ms, execution.output, execution.evidence.artifacts, self.redactor
            )
            return Observed(
                key=key,
                placement=placement,
                started_ms=started_ms,
                evidence=execution.evidence,
                kept=kept,
                worker=execution.worker,
                machine_start=machine_start,
                machine_end=read_machine(self.store.root.parent),
                session=session,
            )

    def order(self, key: RunKey, placement: Placement) -> Order:
        """What the executor is told of a run.

        Raises:
            StandinError: Where the embedded target does not come up.
        """
        journey = placement.journey
        target = self.sites.target(placement.target)
        return Order(
            assignment=Assignment(
                run_id=key.run_id,
                app=self.apps[journey.app].on(target),
                target=target,
                browser_executable=self.browser,
                output_folder=Path(),  # the executor has one that is private to the run
                session=self.sessions.of(target),
            ),
            journey=journey,
            journeys_folder=self.journeys_folder,
            timeout_ms=journey.timeout_ms,
            grace_ms=self.grace_ms,
            # The confirm-run tells a tired browser from a broken app, and is the one that is worth a trace.
            isolated=journey.isolated or key.attempt > 1,
            tracing=key.attempt > 1,
        )

    def broke(self, key: RunKey, placement: Placement, started_ms: int, error: Exception) -> RunRecord:
        """The record of a run in which the machine, or we ourselves, broke."""
        _log.error("event=runner_broke run_id=%s %s", key.run_id, self.redactor.text(_traceback(error)))
        kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
        if isinstance(error, StandinError):
            reason = Reason(code="standin_gone", sentence=f"The embedded site was not there: {error}")
        else:
            reason = Reason(code="runner_broke", sentence=f"The runner itself broke: {kind}: {error}")
        record = unseen(key, placement, Outcome.ERRORED, reason)
        return replace(
            record,
            started_ms=started_ms,
            duration_ms=max(0, self.timeline.now_ms() - started_ms),
            lateness_ms=started_ms - key.slot_ms,
            error=Error(type=kind, message=str(error), traceback=_traceback(error)),
        )


def _traceback(error: Exception) -> str:
    return "".join(traceback.format_exception(error))


def key_of(placement: Placement, slot_ms: int, trigger: Trigger) -> RunKey:
    """The key of a slot's first run.

    Args:
        placement: The journey, its target and location.
        slot_ms: When it is due, in milliseconds UTC.
        trigger: Who asks for it.
    """
    return RunKey(
        journey=placement.journey.name,
        target=placement.target,
        location=placement.location,
        trigger=trigger,
        slot_ms=slot_ms,
    )
