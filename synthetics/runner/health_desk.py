"""The story of health checks: claim, ask, judge, record, for any number of slots at once, on one event loop.

They take no seat. Where a check fails and nobody answered, the target's site is asked as well, once for all who fail in
the same seconds: from one place that tells the app from the network.
"""

import asyncio
import logging
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace

from synthetics.authoring.network import authorities_of
from synthetics.catalogue import Placement
from synthetics.clock import Clock
from synthetics.config.app import App
from synthetics.config.models import Target
from synthetics.errors import StorageError
from synthetics.evidence import Evidence, OtherSeen, RepeatSeen, Surroundings
from synthetics.execute.recording import make_record
from synthetics.execute.what_ran import provenance
from synthetics.health.attention import Attention
from synthetics.health.check import HealthCheck, check_of, check_of_site
from synthetics.health.fold import fold
from synthetics.health.loop_thread import LoopThread
from synthetics.health.probe import Probed, Prober
from synthetics.health.resolving import Resolver
from synthetics.judge import judge
from synthetics.ledger.store import Ledger
from synthetics.record import Kind, Outcome, Provenance, RunKey, RunRecord, Trigger
from synthetics.runner.agenda import Identity, identity_of
from synthetics.runner.claimant import this_process
from synthetics.runner.confirming import is_to_be_confirmed
from synthetics.runner.health_memory import HealthMemory, Last, read_last
from synthetics.runner.scribe import Scribe
from synthetics.runner.story import LEDGER_UNWRITABLE, Story, UnwrittenError, key_of
from synthetics.runner.unseen import unseen
from synthetics.slots import Timeline

_log = logging.getLogger(__name__)

#: What was learnt of the site so long before a check started still holds for it.
_SITE_ASKED_MS = 10_000
_SITE_TIMEOUT_MS = 3_000


@dataclass(frozen=True, kw_only=True, slots=True)
class _Prepared:
    """What a check needs, with what it took to find that out."""

    check: HealthCheck
    app: App
    target: Target
    ran: Provenance


class HealthDesk:
    """Makes health checks, in any number at once.

    Args:
        ledger: Where slots are claimed and records are written.
        timeline: The time of slots.
        clock: The clock by which phases are measured.
    """

    def __init__(self, ledger: Ledger, timeline: Timeline, clock: Clock) -> None:
        self._ledger = ledger
        self._timeline = timeline
        self._scribe = Scribe(ledger)
        self._attention = Attention(clock)
        self._prober = Prober(clock, Resolver(), self._attention)
        self._memory = HealthMemory()
        self._sites: dict[str, tuple[int, asyncio.Task[OtherSeen]]] = {}
        self._preparing = threading.Lock()
        self._prepared: dict[Identity, tuple[Story, Placement, _Prepared]] = {}
        self._loop = LoopThread("health")
        self._loop.submit(self._attention.keep())

    @property
    def certificates(self) -> Mapping[Identity, int]:
        """Until when each certificate is good that was seen, in milliseconds UTC."""
        return self._memory.certificates

    def run(
        self, story: Story, placement: Placement, slot_ms: int, trigger: Trigger, stop: threading.Event
    ) -> "Future[tuple[RunRecord, ...]]":
        """Begin to check a slot, and come back at once; may be called from any thread.

        Args:
            story: Tells what the check is made with, and takes its record.
            placement: A health journey on its target.
            slot_ms: When it was due, in milliseconds UTC.
            trigger: Who asked for it.
            stop: Lets no repetition begin when it is set.

        Returns:
            As ``Story.run``: the records as they stand in the ledger, or ``UnwrittenError``.
        """
        return self._loop.submit(self._run(story, placement, key_of(placement, slot_ms, trigger), stop))

    def close(self) -> None:
        """End what is under way, and write what still waits for the ledger."""
        self._scribe.close()
        self._loop.submit(self._prober.close()).result(10)
        self._loop.close()

    async def _run(
        self, story: Story, placement: Placement, key: RunKey, stop: threading.Event
    ) -> tuple[RunRecord, ...]:
        if not await self._claim(placement, key):
            return ()
        first = await self._settled(story, placement, key, first=None)
        again = None
        if await self._is_repeated(placement, first, stop):
            seen = RepeatSeen(outcome=first.outcome, failed_step=placement.journey.steps[0])
            again = await self._settled(story, placement, replace(key, attempt=2), first=seen)
        if key.trigger is Trigger.SCHEDULE:
            self._memory.note(first, again)
        return (first,) if again is None else (first, again)

    async def _claim(self, placement: Placement, key: RunKey) -> bool:
        """Claim a slot and note that its check starts, in one go: nothing lies between the two."""
        app, now_ms = placement.journey.app, max(key.slot_ms, self._timeline.now_ms())

        def claim(ledger: Ledger) -> bool:
            if not ledger.claim(key, app, now_ms, this_process()):
                return False
            ledger.start(key, now_ms)
            return True

        try:
            return await asyncio.wrap_future(self._scribe.write(claim, urgent=True))
        except StorageError as error:
            raise UnwrittenError(unseen(key, placement, Outcome.MISSED, LEDGER_UNWRITABLE), error) from error

    async def _is_repeated(self, placement: Placement, first: RunRecord, stop: threading.Event) -> bool:
        if not placement.journey.confirms or stop.is_set() or not is_to_be_confirmed(first):
            return False
        if first.trigger is not Trigger.SCHEDULE:
            return True
        last = self._memory.last(first.key)
        return not (last or await self._learnt(first.key)).was_confirmed

    async def _learnt(self, key: RunKey) -> Last:
        """What the slots before have come to, of a journey that was not asked since this process started."""
        try:
            last = await asyncio.to_thread(read_last, self._ledger, key)
        except StorageError:
            return Last()  # to repeat a check costs nothing
        self._memory.learn(key, last)
        return last

    async def _settled(self, story: Story, placement: Placement, key: RunKey, *, first: RepeatSeen | None) -> RunRecord:
        """Make one check, and write its record, whatever happens.

        Raises:
            UnwrittenError: Where the ledger would not take the record.
        """
        started_ms = max(key.slot_ms, self._timeline.now_ms())
        try:
            record = await self._checked(story, placement, key, started_ms, first)
        except Exception as error:  # noqa: BLE001  our own bug or the machine's: the slot must still get its record
            record = story.broke(key, placement, started_ms, error)
        record = story.redacted(record)
        try:
            is_new = await asyncio.wrap_future(
                self._scribe.write(lambda ledger: ledger.write(record), urgent=key.trigger is not Trigger.SCHEDULE)
            )
        except StorageError as error:
            raise UnwrittenError(record, error) from error
        if not is_new:
            return await asyncio.to_thread(self._ledger.run, record.run_id) or record
        if record.outcome is Outcome.PASSED:
            story.show(record)
        else:
            await asyncio.to_thread(story.show, record)  # which has a page to write
        return record

    async def _checked(
        self, story: Story, placement: Placement, key: RunKey, started_ms: int, first: RepeatSeen | None
    ) -> RunRecord:
        prepared = await self._preparation(story, placement)
        probed = await self._prober.probe(prepared.check)
        evidence = fold(prepared.check, prepared.app, placement.journey.steps[0], probed)
        if probed.error is not None or judge(evidence).outcome is not Outcome.PASSED:
            self._prepared.pop(identity_of(placement), None)  # a site of ours may be elsewhere when it is asked again
            await asyncio.to_thread(story.sites.check, prepared.target)  # and one that went away is nobody's fault
            evidence = await self._with_surroundings(story, placement, key, started_ms, prepared, probed, evidence)
            evidence = replace(evidence, surroundings=replace(_of(evidence), first_attempt=first, attempt=key.attempt))
        judgement = judge(evidence)
        record = make_record(
            key,
            placement.journey,
            evidence,
            judgement,
            started_ms=started_ms,
            lateness_ms=started_ms - key.slot_ms,
            provenance=prepared.ran,
            duration_ms=probed.duration_ms,
        )
        self._memory.observe(key, placement.journey.app, evidence, judgement.outcome, self._timeline.now_ms())
        story.judged(record, evidence)
        return record

    async def _preparation(self, story: Story, placement: Placement) -> _Prepared:
        """What a check needs; found out anew when the plan is another one, and after each check that failed."""
        identity = identity_of(placement)
        known = self._prepared.get(identity)
        if known is not None and known[0] is story and known[1] is placement:
            return known[2]
        prepared = await asyncio.to_thread(self._prepare, story, placement)
        self._prepared[identity] = story, placement, prepared
        return prepared

    def _prepare(self, story: Story, placement: Placement) -> _Prepared:
        """Find out what is to be asked; it may have to wait for the stand-in, or for git, so one at a time."""
        journey = placement.journey
        with self._preparing:
            target = story.sites.target(placement.target)
            authorities_of(target)  # which takes its time the first time
            app = story.apps[journey.app].on(target)
            return _Prepared(
                check=check_of(journey, app, target),
                app=app,
                target=target,
                ran=provenance(journey, Evidence(), story.journeys_folder),
            )

    async def _with_surroundings(  # noqa: PLR0913, PLR0917  private, and called once
        self,
        story: Story,
        placement: Placement,
        key: RunKey,
        started_ms: int,
        prepared: _Prepared,
        probed: Probed,
        evidence: Evidence,
    ) -> Evidence:
        """A failed check's evidence with what is known of the world around."""
        app = placement.journey.app
        seen = probed.seen
        if seen.status is None and seen.own_trouble is None:
            site = await self._site(prepared.target, started_ms)
            others = self._memory.reached_since(started_ms, app, prepared.check.origin)
            seen = replace(seen, others=(site, *others))
        if key.trigger is Trigger.SCHEDULE and self._memory.last(key) is None:
            await self._learnt(key)
        around = Surroundings(
            now_ms=self._timeline.now_ms(),
            started_ms=started_ms,
            controls=story.controls.seen(key.target, key.location),
        )
        around = self._memory.around(around, key, app, key.slot_ms - placement.journey.every_ms)
        return replace(evidence, health=seen, surroundings=around)

    async def _site(self, target: Target, since_ms: int) -> OtherSeen:
        """Whether the target's site is reached: asked once for all who want to know it in the same seconds."""
        asked_ms, asking = self._sites.get(target.site, (0, None))
        if asking is None or asked_ms < since_ms - _SITE_ASKED_MS:
            asking = asyncio.create_task(self._ask_site(target))
            self._sites[target.site] = self._timeline.now_ms(), asking
        return await asyncio.shield(asking)

    async def _ask_site(self, target: Target) -> OtherSeen:
        check = check_of_site(target, _SITE_TIMEOUT_MS)
        probed = await self._prober.probe(check)
        reached = probed.seen.status is not None
        return OtherSeen(origin=check.origin, is_site=True, reached=reached, at_ms=self._timeline.now_ms())


@dataclass(frozen=True, kw_only=True, slots=True)
class EveryKind:
    """Runs slots of journeys of every kind, one at a time for whoever asks.

    Args:
        story: Runs journeys in a browser.
        health: Makes health checks.
    """

    story: Story
    health: HealthDesk

    @property
    def timeline(self) -> Timeline:
        """The time of slots."""
        return self.story.timeline

    def run(self, placement: Placement, slot_ms: int, trigger: Trigger, stop: threading.Event) -> tuple[RunRecord, ...]:
        """Run a slot to its record, as ``Story.run`` does."""
        if placement.journey.kind is Kind.HEALTH:
            return self.health.run(self.story, placement, slot_ms, trigger, stop).result()
        return self.story.run(placement, slot_ms, trigger, stop)


def _of(evidence: Evidence) -> Surroundings:
    assert evidence.surroundings is not None  # noqa: S101  narrows the type: they were just given
    return evidence.surroundings
