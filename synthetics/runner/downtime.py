"""Slots that were due while no runner was at work: they are missed, each of them once, and never caught up."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from synthetics.catalogue import Placement
from synthetics.ledger.cadence import Cadence
from synthetics.ledger.gaps import Gap
from synthetics.ledger.schedules import Scheduled, Watched
from synthetics.ledger.store import Ledger
from synthetics.record import Outcome, Reason, RunKey, Trigger
from synthetics.runner.agenda import OnSchedule
from synthetics.runner.story import RUNNER_LOST_BEFORE_START
from synthetics.runner.unseen import unseen
from synthetics.slots import GridSlots, slots_of

_Placed = dict[tuple[str, str, str], Placement]


def fill_downtime(ledger: Ledger, on_schedule: OnSchedule) -> int:
    """Account for every slot that was due since the last scheduler was at work, and begin to watch the schedule.

    To be called by a scheduler alone, after lost runs are settled; done twice it fills nothing twice.

    Args:
        ledger: Remembers what was on the schedule, and gets what was missed.
        on_schedule: What the scheduler has on its agenda; it has taken nothing out of that yet.

    Returns:
        How many slots were filled.

    Raises:
        StorageError: Where the ledger can be neither read nor written.
    """
    placements, start_ms = on_schedule.placements, on_schedule.since_ms
    return ledger.take_over(map(scheduled, placements), start_ms, lambda watched: missed(watched, placements, start_ms))


def watch(ledger: Ledger, on_schedule: OnSchedule) -> None:
    """Note that a scheduler is at work, and what is on its schedule: every few seconds, and at its end.

    Args:
        ledger: Remembers it.
        on_schedule: What the scheduler has on its agenda.

    Raises:
        StorageError: Where the ledger cannot be written.
    """
    ledger.watch(map(scheduled, on_schedule.placements), on_schedule.since_ms, on_schedule.until_ms)


def missed(watched: Sequence[Watched], placements: Iterable[Placement], now_ms: int) -> tuple[Gap, ...]:
    """Find the slots that were due and may have nobody.

    What was on the schedule and is on it now was due all the time, at the cadence that it had. What is off it now was
    due as long as somebody watched it. What is new was not due.

    Args:
        watched: What was on the schedule, and up to when.
        placements: What is on the schedule from now on.
        now_ms: The present, in milliseconds UTC.

    Returns:
        The slots up to now for which nobody has accounted, those with a claim or a record of their own still in them.
    """
    placed: _Placed = {(each.journey.name, each.target, each.location): each for each in placements}
    found = (gap for each in watched for gap in _missed(each, placed, now_ms))
    return tuple(gap for gap in found if gap is not None)


def scheduled(placement: Placement) -> Scheduled:
    """What the ledger remembers of a placement."""
    journey, its_slots = placement.journey, slots_of(placement)
    if isinstance(its_slots, GridSlots):
        cadence = Cadence(every_ms=its_slots.every_ms, offset_ms=its_slots.offset_ms)
    else:
        cadence = Cadence(cron=journey.cron)
    return Scheduled(
        app=journey.app,
        journey=journey.name,
        target=placement.target,
        location=placement.location,
        cadence=cadence,
    )


def _missed(watched: Watched, placed: _Placed, now_ms: int) -> Iterable[Gap | None]:
    """Two parts: what waited when the runner ended, and what became due after that."""
    placement = placed.get(watched.scheduled.place)
    settled_ms, watched_ms = watched.settled_until_ms, watched.watched_until_ms
    yield _gap(watched, placement, RUNNER_LOST_BEFORE_START, settled_ms, watched_ms)
    if placement is not None and not watched.ended:
        yield _gap(watched, placement, _runner_down(watched_ms, now_ms), max(settled_ms, watched_ms), now_ms)


def _gap(watched: Watched, placement: Placement | None, reason: Reason, after_ms: int, until_ms: int) -> Gap | None:
    journey, target, location = watched.scheduled.place
    key = RunKey(journey=journey, target=target, location=location, trigger=Trigger.SCHEDULE, slot_ms=after_ms)
    record = unseen(key, placement, Outcome.MISSED, reason, app=watched.scheduled.app)
    return Gap.of(record, watched.scheduled.cadence, after_ms, until_ms)


def _runner_down(from_ms: int, until_ms: int) -> Reason:
    return Reason(
        code="runner_down", sentence=f"No runner was at work between {_instant(from_ms)} and {_instant(until_ms)} UTC."
    )


def _instant(instant_ms: int) -> str:
    return datetime.fromtimestamp(instant_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
