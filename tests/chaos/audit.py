"""What has to hold of a service, whatever was done to it: each slot accounted for once, and nothing left behind."""

import fcntl
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from synthetics.ledger.schedules import Watched
from synthetics.ledger.store import OpenSlot
from synthetics.ledger.totals import Totals
from synthetics.private_folder import OWNER
from synthetics.record import RunRecord, Trigger
from synthetics.slots import offset_ms, slots_between
from tests.chaos.house import House, none_of, until
from tests.chaos.journeys import APP


@dataclass(frozen=True, kw_only=True)
class Books:
    """The ledger at one instant."""

    records: tuple[RunRecord, ...]
    open_slots: tuple[OpenSlot, ...]
    watched: tuple[Watched, ...]
    totals: Totals

    @property
    def first_attempts(self) -> list[RunRecord]:
        """The records of slots."""
        return [each for each in self.records if each.trigger is Trigger.SCHEDULE and each.attempt == 1]


def read_books(house: House) -> Books:
    """Read the ledger while nobody writes to it."""
    found: list[Books] = []

    def read() -> bool:
        with house.ledger() as ledger:
            before = ledger.totals(), ledger.open_slots(), ledger.watched()
            records = tuple(ledger.runs())
            after = ledger.totals(), ledger.open_slots(), ledger.watched()
        totals, open_slots, watched = before
        found.append(Books(records=records, open_slots=open_slots, watched=watched, totals=totals))
        return before == after

    until(read, "the ledger stands still while it is read")
    return found[-1]


def settle(house: House, now_ms: int) -> None:
    """Wait until all that was under way is over: claims have records, and who has to end has ended.

    Args:
        house: The service.
        now_ms: What had begun by then, by the service's own time, is waited for.
    """

    def is_settled() -> bool:
        with house.ledger() as ledger:
            accounted_ms = min(each.watched_until_ms for each in ledger.watched())
            under_way = [each for each in ledger.open_slots() if each.claimed_ms <= now_ms]
        return accounted_ms >= now_ms and not under_way

    until(is_settled, "what was due has a record")
    none_of(house.without_runner, "of a runner that is gone there is still")
    none_of(house.zombies, "there waits to be reaped")
    none_of(lambda: orphaned_folders(house.temporary), "without an owner who lives there is still")


def orphaned_folders(temporary: Path) -> list[Path]:
    """Whatever lies among the temporary files and has no owner who lives."""
    return [each for each in temporary.iterdir() if not _is_owned(each)]


def _is_owned(folder: Path) -> bool:
    with suppress(OSError):
        lock = os.open(folder / OWNER, os.O_RDWR)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
    return False


def problems_of(house: House, books: Books, until_ms: int | None = None) -> list[str]:
    """All that is wrong.

    Args:
        house: The service.
        books: Its ledger.
        until_ms: Up to when every slot has to have its record; None while it runs: then up to where the ledger itself
            says that all have a claim, a record or a gap.
    """
    return [
        *_slots(house, books, until_ms),
        *_attempts(books),
        *_totals(books),
        *house.fallen,
    ]


def due(house: House, until_ms: int) -> dict[str, range]:
    """Every slot of every journey from the first start of the service on, by the grid alone."""
    assert house.first_ms is not None
    names = [f"{APP}.{each.name}" for each in house.nasty]
    return {
        name: slots_between(
            house.first_ms, until_ms, house.every_ms, offset_ms(name, "nowhere", "local", house.every_ms)
        )
        for name in names
    }


def _slots(house: House, books: Books, until_ms: int | None) -> Iterator[str]:
    settled_ms = {each.scheduled.journey: each.settled_until_ms for each in books.watched}
    open_slots = {(each.key.journey, each.key.slot_ms) for each in books.open_slots if each.key.attempt == 1}
    if until_ms is not None:
        yield from (f"{journey} {slot}: has no record at the end" for journey, slot in sorted(open_slots))
    had = Counter((each.journey, each.slot_ms) for each in books.first_attempts)
    yield from (f"{journey} {slot}: {times} records" for (journey, slot), times in had.items() if times > 1)
    last_ms = max([slot for _, slot in (*had, *open_slots)], default=0)
    for journey, slots in due(house, max(last_ms, until_ms or 0, *settled_ms.values())).items():
        known = {slot for name, slot in (*had, *open_slots) if name == journey}
        yield from (f"{journey} {slot}: never was due" for slot in sorted(known.difference(slots)))
        known_until_ms = settled_ms[journey] if until_ms is None else until_ms
        lost = [slot for slot in slots if slot <= known_until_ms and slot not in known]
        yield from (f"{journey} {slot}: was lost, all up to {known_until_ms} are settled" for slot in lost)
    latest_ms = house.latest_ms if until_ms is None else until_ms
    for each in books.first_attempts:
        if each.slot_ms > latest_ms or (each.started_ms is not None and each.started_ms < each.slot_ms):
            yield f"{each.journey} {each.slot_ms}: {each.outcome} before it was due ({each.started_ms}, {latest_ms})"


def _attempts(books: Books) -> Iterator[str]:
    firsts = {(each.journey, each.slot_ms) for each in books.first_attempts}
    seconds = Counter((each.journey, each.slot_ms) for each in books.records if each.attempt != 1)
    for (journey, slot), times in seconds.items():
        if times > 1 or (journey, slot) not in firsts:
            yield f"{journey} {slot}: {times} confirm-runs of {'a' if (journey, slot) in firsts else 'no'} run"


def _totals(books: Books) -> Iterator[str]:
    by_record = Counter((each.journey, each.outcome, each.fault) for each in books.first_attempts)
    by_total = {
        (f"{series.app}.{series.journey}", outcome, fault): count
        for (series, outcome, fault), count in books.totals.runs.items()
    }
    if by_record != by_total:
        differing = sorted(set(by_record.items()) ^ set(by_total.items()))
        yield f"the totals of runs and the records differ: {differing}"
    under_way = sum(each.started_ms is not None for each in books.open_slots)
    started, finished = (sum(each.values()) for each in (books.totals.started, books.totals.finished))
    if started != finished + under_way:
        yield f"{started} were started, {finished} finished, and {under_way} are under way"
    states = Counter(each.outcome == "missed" for each in books.first_attempts)
    missed = sum(count for (_, state), count in books.totals.slots.items() if state == "missed")
    done = sum(count for (_, state), count in books.totals.slots.items() if state == "done")
    if (states[True], states[False]) != (missed, done):
        yield f"{states[True]} missed and {states[False]} done records, but totals of {missed} and {done}"


def page_problems(house: House) -> Sequence[str]:
    """Where the page and the ledger differ; looked at again as long as anything changes between two looks."""
    found: list[list[str]] = []

    def look() -> bool:
        with house.ledger() as ledger:
            before = ledger.totals()
            try:
                page = house.counters()
            except httpx.HTTPError:
                return False
            if ledger.totals() != before:
                return False
        told = {
            tuple(dict(labels)[name] for name in ("app", "journey", "outcome", "fault")): value
            for (name, labels), value in page.items()
            if name == "synthetic_runs_total" and value
        }
        kept = {(series.app, series.journey, *pair): float(n) for (series, *pair), n in before.runs.items()}
        found.append([f"the page differs from the ledger: {set(told.items()) ^ set(kept.items())}"] * (told != kept))
        return True

    until(look, "the page of metrics answers, and nothing changes meanwhile")
    return found[-1]
