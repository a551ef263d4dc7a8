"""The story of one slot: claim, execute, judge, keep what was left, redact, record, publish."""

import logging
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from synthetics.artifacts.redaction import Redactor
from synthetics.artifacts.store import ArtifactStore
from synthetics.authoring.assignment import Assignment
from synthetics.catalogue import Placement
from synthetics.config.models import App, Target
from synthetics.execute import Executor, Order, make_record, provenance
from synthetics.judge import judge
from synthetics.ledger.store import Ledger, OpenSlot
from synthetics.record import (
    Error,
    Fault,
    Kind,
    Outcome,
    Reason,
    RunKey,
    RunRecord,
    Step,
    StepStatus,
    Trigger,
)
from synthetics.slots import Timeline

_log = logging.getLogger(__name__)

RUNNER_LOST = Reason(code="runner_lost", sentence="The runner ended while this run was under way.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """Makes one record of one slot, whatever happens on the way.

    Args:
        ledger: Where the slot is claimed and the record is written, first of all places.
        executor: Runs the journey.
        store: Where the run's files go.
        redactor: Knows every secret.
        timeline: The time of slots.
        site: Gives a target, ready to be asked, by its name; raises where it is ours and did not come up.
        apps: The apps by name.
        browser: The browser's program.
        journeys_folder: The folder of journeys.
        grace_ms: How long a worker has to end by itself after its deadline.
        publish: Shows a finished record to people and machines; its failure changes no record.
    """

    ledger: Ledger
    executor: Executor
    store: ArtifactStore
    redactor: Redactor
    timeline: Timeline
    site: Callable[[str], Target]
    apps: Mapping[str, App]
    browser: Path
    journeys_folder: Path
    grace_ms: int
    publish: Callable[[RunRecord], None]

    def run(self, placement: Placement, slot_ms: int, trigger: Trigger, stop: threading.Event) -> RunRecord | None:
        """Run a slot to its record.

        Args:
            placement: The journey, its target and location.
            slot_ms: When it was due, in milliseconds UTC.
            trigger: Who asked for it.
            stop: Ends the run early when it is set.

        Returns:
            The record as it stands in the ledger; None where this slot was claimed before.

        Raises:
            StorageError: Where the ledger can be neither read nor written.
        """
        key = _key(placement, slot_ms, trigger)
        started_ms = self.timeline.now_ms()
        if not self.ledger.claim(key, placement.journey.app, started_ms):
            return None
        try:
            record = self._execute(key, placement, started_ms, stop)
        except Exception as error:  # noqa: BLE001  our own bug or the machine's: the slot must still get its record
            _log.exception("run_id=%s event=runner_broke", key.run_id)
            record = self._broke(key, placement, started_ms, error)
        return self._settle(record)

    def miss(self, placement: Placement, slot_ms: int, reason: Reason) -> RunRecord:
        """Record a slot that did not run, and why."""
        record = _unjudged(_key(placement, slot_ms, Trigger.SCHEDULE), placement, Outcome.MISSED, reason)
        return self._settle(record)

    def lose(self, slot: OpenSlot, placement: Placement | None) -> RunRecord:
        """Record a run that a runner before this one began and never ended.

        Args:
            slot: The claim that has no record.
            placement: Where the journey still exists; what it was is told by the claim alone where it does not.
        """
        record = _unjudged(slot.key, placement, Outcome.ERRORED, RUNNER_LOST, app=slot.app)
        return self._settle(replace(record, started_ms=slot.claimed_ms))

    def _settle(self, record: RunRecord) -> RunRecord:
        record = self.redactor.record(record)
        self.ledger.write(record)
        try:
            self.publish(record)
        except Exception:  # noqa: BLE001  the record stands; a report that could not be written must not end the service
            _log.exception("run_id=%s event=publish_failed", record.run_id)
        return record

    def _execute(self, key: RunKey, placement: Placement, started_ms: int, stop: threading.Event) -> RunRecord:
        journey = placement.journey
        order = Order(
            assignment=Assignment(
                run_id=key.run_id,
                app=self.apps[journey.app],
                target=self.site(placement.target),
                browser_executable=self.browser,
                output_folder=Path(),  # the executor has one that is private to the run
            ),
            journey=journey,
            journeys_folder=self.journeys_folder,
            timeout_ms=journey.timeout_ms,
            grace_ms=self.grace_ms,
        )
        with self.executor.execute(order, stop) as execution:
            kept = self.store.keep(
                key.run_id, key.slot_ms, execution.output, execution.evidence.artifacts, self.redactor
            )
            record = make_record(
                key,
                journey,
                execution.evidence,
                judge(execution.evidence),
                started_ms=started_ms,
                lateness_ms=started_ms - key.slot_ms,
                provenance=provenance(journey, execution.evidence, self.journeys_folder),
            )
        return replace(record, artifacts=kept.artifacts, dropped_artifacts=kept.dropped)

    def _broke(self, key: RunKey, placement: Placement, started_ms: int, error: Exception) -> RunRecord:
        kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
        reason = Reason(code="runner_broke", sentence=f"The runner itself broke: {kind}: {error}")
        record = _unjudged(key, placement, Outcome.ERRORED, reason)
        return replace(
            record,
            started_ms=started_ms,
            duration_ms=max(0, self.timeline.now_ms() - started_ms),
            lateness_ms=started_ms - key.slot_ms,
            error=Error(type=kind, message=str(error), traceback="".join(traceback.format_exception(error))),
        )


def _key(placement: Placement, slot_ms: int, trigger: Trigger) -> RunKey:
    return RunKey(
        journey=placement.journey.name,
        target=placement.target,
        location=placement.location,
        trigger=trigger,
        slot_ms=slot_ms,
    )


def _unjudged(
    key: RunKey, placement: Placement | None, outcome: Outcome, reason: Reason, *, app: str | None = None
) -> RunRecord:
    """A record of a run that nobody saw: all that is known stands in its key and in the catalogue."""
    journey = placement.journey if placement is not None else None
    return RunRecord(
        run_id=key.run_id,
        app=journey.app if journey is not None else app or key.journey.partition(".")[0],
        journey=key.journey,
        title=journey.title if journey is not None else key.journey,
        kind=journey.kind if journey is not None else Kind.BROWSER,
        target=key.target,
        location=key.location,
        trigger=key.trigger,
        slot_ms=key.slot_ms,
        attempt=key.attempt,
        outcome=outcome,
        fault=Fault.MONITOR,
        reasons=(reason,),
        steps=tuple(Step(title=title, status=StepStatus.SKIPPED) for title in (journey.steps if journey else ())),
    )
