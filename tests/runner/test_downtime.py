"""No slot is ever lost and none is counted twice, whatever starts, stops, is killed or claims slots in between."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from time import process_time
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetics.catalogue import Placement
from synthetics.ledger.cadence import Cadence
from synthetics.ledger.schedules import Watched
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.record import Fault, Kind, Outcome, Reason, RunKey, RunRecord, Step, StepStatus, Trigger
from synthetics.runner.agenda import Agenda, Due, OnSchedule
from synthetics.runner.downtime import fill_downtime, missed, scheduled, watch
from synthetics.slots import slots_of
from tests.builders import a_placement

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
NOON_MS = 1_780_000_000_000 // DAY_MS * DAY_MS + DAY_MS // 2
PLACEMENT = a_placement(cron="*/5 * * * *")


def on_schedule(*placements: Placement, since_ms: int, until_ms: int | None = None) -> OnSchedule:
    return OnSchedule(placements=placements, since_ms=since_ms, until_ms=since_ms if until_ms is None else until_ms)


def minutes_of(ledger: Ledger) -> list[tuple[float, str]]:
    """The missed slots, the oldest first: how many minutes after noon, and why."""
    found = [
        ((each.slot_ms - NOON_MS) / MINUTE_MS, each.reasons[0].code) for each in ledger.runs(outcomes=[Outcome.MISSED])
    ]
    return found[::-1]


def test_downtime_is_filled_with_missed_slots_that_say_since_when_nobody_was_there(ledger: Ledger) -> None:
    fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS))
    watch(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS, until_ms=NOON_MS + MINUTE_MS))

    filled = fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS + 15 * MINUTE_MS))

    assert filled == 3
    assert minutes_of(ledger) == [(5, "runner_down"), (10, "runner_down"), (15, "runner_down")]
    (newest, *_) = ledger.runs()
    assert (newest.outcome, newest.fault, newest.title) == (Outcome.MISSED, Fault.MONITOR, PLACEMENT.journey.title)
    assert [step.status for step in newest.steps] == [StepStatus.SKIPPED]
    assert newest.reasons[0].sentence.startswith(
        "No runner was at work between 2026-05-28 12:01:00 and 2026-05-28 12:15:00"
    )
    assert sum(ledger.totals().slots.values()) == 3
    assert len(ledger.gaps()) == 1, "however long it was, it takes one row"


def test_downtime_that_is_filled_again_fills_nothing(ledger: Ledger) -> None:
    fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS))
    end = on_schedule(PLACEMENT, since_ms=NOON_MS + 60 * MINUTE_MS)
    assert fill_downtime(ledger, end) == 12
    totals = ledger.totals()
    assert fill_downtime(ledger, end) == 0
    assert ledger.totals() == totals


def test_downtime_of_a_clock_that_was_put_back_fills_nothing_twice(ledger: Ledger) -> None:
    fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS))
    fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS + 60 * MINUTE_MS))
    fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS + 10 * MINUTE_MS))
    assert fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS + 70 * MINUTE_MS)) == 2
    assert sum(ledger.totals().slots.values()) == 14


def test_slots_are_those_of_the_cadence_that_was_watched(ledger: Ledger) -> None:
    fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS))
    fill_downtime(ledger, on_schedule(a_placement(cron="*/7 * * * *"), since_ms=NOON_MS + 12 * MINUTE_MS))
    fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS + 22 * MINUTE_MS))
    assert [minute for minute, _ in minutes_of(ledger)] == [5, 10, 14, 21]


def test_a_journey_that_was_not_on_the_schedule_or_is_off_it_gets_no_fill(ledger: Ledger) -> None:
    new = a_placement("ihub.new", cron="*/5 * * * *")
    fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS))
    assert fill_downtime(ledger, on_schedule(new, since_ms=NOON_MS + 30 * MINUTE_MS)) == 0
    assert fill_downtime(ledger, on_schedule(PLACEMENT, new, since_ms=NOON_MS + 60 * MINUTE_MS)) == 6
    assert {each.journey for each in ledger.runs()} == {"ihub.new"}


def test_a_slot_that_waited_for_a_seat_when_the_runner_was_killed_is_missed(ledger: Ledger) -> None:
    """Also where its journey is off the schedule at the next start: it was due while somebody watched."""
    fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS))
    watch(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS, until_ms=NOON_MS + 6 * MINUTE_MS))
    assert fill_downtime(ledger, on_schedule(since_ms=NOON_MS + 60 * MINUTE_MS)) == 1
    assert minutes_of(ledger) == [(5, "runner_lost_before_start")]


def test_a_slot_of_an_old_cadence_that_waits_is_remembered_until_it_is_settled(ledger: Ledger) -> None:
    fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS))
    faster = a_placement(cron="* * * * *")
    since_ms = NOON_MS + 6 * MINUTE_MS
    watch(ledger, on_schedule(faster, since_ms=since_ms, until_ms=since_ms + 9 * MINUTE_MS))
    assert [(each.watched_until_ms, each.ended) for each in ledger.watched()] == [
        (since_ms, True),  # it was due no longer
        (since_ms + 9 * MINUTE_MS, False),
    ]
    ledger.write(a_record(faster, NOON_MS + 5 * MINUTE_MS))
    watch(ledger, on_schedule(faster, since_ms=since_ms, until_ms=since_ms + 1))
    assert [each.since_ms for each in ledger.watched()] == [since_ms]


def test_a_claim_or_a_record_of_its_own_keeps_a_slot_out_of_the_gap(ledger: Ledger) -> None:
    fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS))
    ledger.write(a_record(PLACEMENT, NOON_MS + 10 * MINUTE_MS))
    ledger.claim(a_key(PLACEMENT, NOON_MS + 15 * MINUTE_MS), "ihub", NOON_MS)
    assert fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS + 25 * MINUTE_MS)) == 3
    slots = [minute for minute, code in minutes_of(ledger) if code == "runner_down"]
    assert slots == [5, 20, 25]
    assert len(ledger.gaps()) == 2


def test_a_slot_in_a_gap_is_given_to_nobody(ledger: Ledger) -> None:
    fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS))
    fill_downtime(ledger, on_schedule(PLACEMENT, since_ms=NOON_MS + 25 * MINUTE_MS))
    totals = ledger.totals()
    in_it, beside_it = NOON_MS + 10 * MINUTE_MS, NOON_MS + 11 * MINUTE_MS
    assert not ledger.claim(a_key(PLACEMENT, in_it), "ihub", NOON_MS)
    assert not ledger.write(a_record(PLACEMENT, in_it))
    assert ledger.totals() == totals
    assert ledger.claim(a_key(PLACEMENT, in_it, Trigger.MANUAL), "ihub", NOON_MS)
    assert ledger.claim(a_key(PLACEMENT, beside_it), "ihub", NOON_MS)


def test_what_is_missed_is_found_by_looking_alone() -> None:
    watched = Watched(
        scheduled=scheduled(PLACEMENT),
        since_ms=NOON_MS,
        settled_until_ms=NOON_MS,
        watched_until_ms=NOON_MS + 7 * MINUTE_MS,
    )
    found = missed([watched], [PLACEMENT], NOON_MS + 20 * MINUTE_MS)
    assert [(each.record.reasons[0].code, each.first_ms - NOON_MS, each.count) for each in found] == [
        ("runner_lost_before_start", 5 * MINUTE_MS, 1),
        ("runner_down", 10 * MINUTE_MS, 3),
    ]
    (only,) = missed([replace(watched, ended=True)], [PLACEMENT], NOON_MS + 20 * MINUTE_MS)
    assert only.last_ms == NOON_MS + 5 * MINUTE_MS


def test_ledger_and_grid_agree_on_the_cadence_of_a_placement() -> None:
    assert scheduled(PLACEMENT).cadence == Cadence(cron="*/5 * * * *")
    placement = a_placement(every_ms=90_000)
    cadence = scheduled(placement).cadence
    assert cadence.has(slots_of(placement).slot_at_or_before(NOON_MS))


def test_a_year_of_downtime_of_fifty_journeys_is_filled_in_no_time(ledger: Ledger) -> None:
    placements = [a_placement(f"ihub.journey_{number}") for number in range(49)] + [PLACEMENT]
    fill_downtime(ledger, on_schedule(*placements, since_ms=NOON_MS))
    began = process_time()
    filled = fill_downtime(ledger, on_schedule(*placements, since_ms=NOON_MS + 365 * DAY_MS))
    assert process_time() - began < 2
    assert filled == 50 * 365 * 24 * 12
    began = process_time()
    assert len(list(ledger.runs(limit=20))) == 20
    assert ledger.count() == filled
    assert process_time() - began < 0.5


# What follows lives through days of a runner's life at random, and reckons beside it which slots were due.

CADENCES: dict[str, dict[str, Any]] = {
    "a grid": {"every_ms": 90_000},
    "a wider grid": {"every_ms": 240_000},
    "cron": {"cron": "*/2 * * * *"},
    "other cron": {"cron": "1,2,9 * * * *"},
}
Schedule = Mapping[str, str]


def a_key(placement: Placement, slot_ms: int, trigger: Trigger = Trigger.SCHEDULE) -> RunKey:
    return RunKey(
        journey=placement.journey.name,
        target=placement.target,
        location=placement.location,
        trigger=trigger,
        slot_ms=slot_ms,
    )


def a_record(placement: Placement, slot_ms: int, outcome: Outcome = Outcome.PASSED) -> RunRecord:
    key = a_key(placement, slot_ms)
    passed = outcome is Outcome.PASSED
    return RunRecord(
        run_id=key.run_id,
        app="ihub",
        journey=key.journey,
        title="It works",
        kind=Kind.BROWSER,
        target=key.target,
        location=key.location,
        trigger=key.trigger,
        slot_ms=slot_ms,
        attempt=1,
        outcome=outcome,
        fault=Fault.NONE if passed else Fault.MONITOR,
        reasons=() if passed else (Reason(code="seen", sentence="It was seen."),),
        steps=(Step(title="Open", status=StepStatus.SKIPPED),),
    )


class Life:
    """A machine on which runners come and go, and what must have become of its slots."""

    def __init__(self, ledger: Ledger, name: str) -> None:
        self.ledger = ledger
        self.name = name
        self.now_ms = NOON_MS
        self.agenda: Agenda | None = None
        self.running: list[Due] = []
        self.on_it: dict[str, Placement] = {}
        self.looked_ms = self.noted_ms = NOON_MS
        self.due: set[tuple[str, int]] = set()

    def placements(self, schedule: Schedule) -> dict[str, Placement]:
        return {
            journey: a_placement(f"ihub.{self.name}_{journey}", **CADENCES[cadence])
            for journey, cadence in schedule.items()
        }

    def slots(self, placement: Placement, after_ms: int, until_ms: int) -> set[tuple[str, int]]:
        slots, found, slot_ms = slots_of(placement), set(), after_ms
        while (slot_ms := slots.next_slot_ms(slot_ms)) <= until_ms:
            found.add((placement.journey.name, slot_ms))
        return found

    @property
    def whole(self) -> dict[str, Placement]:
        """Every journey that it ever has, by its full name."""
        return {each.journey.name: each for each in self.placements({"one": "a grid", "two": "a grid"}).values()}

    def taken(self) -> set[tuple[str, int]]:
        recorded = {(each.journey, each.slot_ms) for each in self.ledger.runs(selectors=sorted(self.whole))}
        return recorded | {(each.key.journey, each.key.slot_ms) for each in self.ledger.open_slots()}

    def start(self, schedule: Schedule) -> None:
        """A runner starts; another one that was at work is killed."""
        for slot in self.ledger.open_slots():
            if slot.key.journey in self.whole:
                self.ledger.write(a_record(self.whole[slot.key.journey], slot.key.slot_ms, Outcome.ERRORED))
        placed = self.placements(schedule)
        taken = self.taken()
        for journey, before in self.on_it.items():
            if journey in placed:
                self.due |= self.slots(before, self.looked_ms, self.now_ms)
            else:
                unnoted = {each for each in self.due if each[0] == before.journey.name and each[1] > self.noted_ms}
                self.due -= unnoted - taken
        self.agenda, self.running, self.on_it = Agenda(placed.values(), self.now_ms, seats=1), [], placed
        self.looked_ms = self.noted_ms = self.now_ms
        fill_downtime(self.ledger, self.agenda.on_schedule)

    def turn(self) -> None:
        """The runner looks at the clock."""
        if self.agenda is None:
            return
        for placement in self.on_it.values():
            self.due |= self.slots(placement, self.looked_ms, self.now_ms)
        self.looked_ms = self.now_ms
        turn = self.agenda.turn(self.now_ms)
        for miss in turn.misses:
            self.ledger.write(a_record(miss.due.placement, miss.due.slot_ms, Outcome.MISSED))
        for due in turn.starts:
            if self.ledger.claim(a_key(due.placement, due.slot_ms), "ihub", self.now_ms):
                self.ledger.start(a_key(due.placement, due.slot_ms), self.now_ms)
            self.running.append(due)

    def finish(self) -> None:
        """Every run under way ends."""
        for due in self.running:
            self.ledger.write(a_record(due.placement, due.slot_ms))
            if self.agenda is not None:
                self.agenda.finished(due)
        self.running = []

    def note(self) -> None:
        if self.agenda is not None:
            watch(self.ledger, self.agenda.on_schedule)
            self.noted_ms = self.agenda.on_schedule.until_ms

    def look(self) -> None:
        """The runner looks at the clock, and notes that it did."""
        self.turn()
        self.note()

    def reload(self, schedule: Schedule) -> None:
        """The runner reads another configuration, and notes that at once."""
        if self.agenda is not None:
            self.turn()
            placed = self.placements(schedule)
            for miss in self.agenda.replace(placed.values(), seats=1):
                self.ledger.write(a_record(miss.due.placement, miss.due.slot_ms, Outcome.MISSED))
            self.on_it = placed
            self.note()

    def stop(self) -> None:
        """The runner ends in good order."""
        if self.agenda is not None:
            for miss in self.agenda.close(Reason(code="stopping", sentence="Told to.")):
                self.ledger.write(a_record(miss.due.placement, miss.due.slot_ms, Outcome.MISSED))
            self.finish()
            self.note()
            self.agenda = None

    def kill(self) -> None:
        self.agenda, self.running = None, []

    def once(self, schedule: Schedule, *, killed: bool) -> None:
        """``once --scheduled`` comes along, with whatever configuration it has."""
        for placement in self.placements(schedule).values():
            slot_ms = slots_of(placement).slot_at_or_before(self.now_ms)
            if self.ledger.claim(a_key(placement, slot_ms), "ihub", self.now_ms):
                self.due.add((placement.journey.name, slot_ms))
                self.ledger.start(a_key(placement, slot_ms), self.now_ms)
                if not killed:
                    self.ledger.write(a_record(placement, slot_ms))

    def settle(self) -> None:
        """What the last runner's successor finds."""
        self.start(dict.fromkeys(self.on_it, "a grid"))
        self.agenda = None


SCHEDULES = st.fixed_dictionaries(
    {"one": st.sampled_from(sorted(CADENCES))}, optional={"two": st.sampled_from(sorted(CADENCES))}
) | st.dictionaries(st.sampled_from(["one", "two"]), st.sampled_from(sorted(CADENCES)), max_size=2)
WAITS = st.integers(1, 5 * MINUTE_MS)
ONCE = st.tuples(WAITS, st.sampled_from(["once", "once_killed"]), SCHEDULES)
AT_WORK = st.lists(
    st.tuples(WAITS, st.sampled_from(["turn", "look", "look", "look", "finish"]), st.none())
    | ONCE
    | st.tuples(WAITS, st.just("reload"), SCHEDULES),
    max_size=6,
)
END = st.tuples(WAITS, st.sampled_from(["kill", "stop"]), st.none())
START = st.tuples(WAITS, st.just("start"), SCHEDULES)
#: A runner at work, its end, what happens while none is there, and the next one's start.
EPISODES = st.tuples(AT_WORK, END, st.lists(ONCE, max_size=3), START).map(
    lambda parts: [*parts[0], parts[1], *parts[2], parts[3]]
)
_numbers = itertools.count()


@pytest.fixture(scope="module")
def quick_ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """One file for many examples, each with journeys of its own, that waits for no disk."""
    ledger = open_ledger(tmp_path_factory.mktemp("storage"))
    sa.event.listen(ledger._database._engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    ledger._database._engine.dispose()
    yield ledger
    ledger.close()


@settings(max_examples=30, deadline=None)
@given(first=SCHEDULES, episodes=st.lists(EPISODES, min_size=1, max_size=3))
def test_every_slot_that_was_due_has_exactly_one_record(
    quick_ledger: Ledger, first: Schedule, episodes: list[list[tuple[int, str, Schedule | None]]]
) -> None:
    life = Life(quick_ledger, f"life_{next(_numbers)}")
    life.start(first)
    for wait_ms, event, schedule in itertools.chain.from_iterable(episodes):
        life.now_ms += wait_ms
        live_through(life, event, schedule)
    life.settle()

    journeys = sorted(life.whole)
    records = [(each.journey, each.slot_ms) for each in quick_ledger.runs(selectors=journeys)]
    assert len(records) == len(set(records)), "no slot twice"
    assert set(records) == life.due, "due = done + missed"
    totals = quick_ledger.totals()
    counted = {series: total for (series, _), total in totals.slots.items() if f"ihub.{series.journey}" in journeys}
    assert sum(n for (series, _), n in totals.slots.items() if series in counted) == len(records)
    assert sum(n for (series, _, _), n in totals.runs.items() if series in counted) == len(records)
    assert {s: n for s, n in totals.started.items() if s in counted} == {
        s: n for s, n in totals.finished.items() if s in counted
    }


def live_through(life: Life, event: str, schedule: Schedule | None) -> None:
    if schedule is None:
        getattr(life, event)()
    elif event.startswith("once"):
        life.once(schedule, killed=event == "once_killed")
    else:
        getattr(life, event)(schedule)
