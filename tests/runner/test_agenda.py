"""The agenda: every slot comes out exactly once, none early, none on top of another of its journey."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetics.catalogue import Placement
from synthetics.record import Reason
from synthetics.runner.admission import NO_DISK, NO_MEMORY, UNBOUNDED, Room
from synthetics.runner.agenda import CLOCK, LATE, NO_SEAT, OVERLAP, REMOVED, Agenda, Due, Turn, identity_of
from synthetics.slots import slots_of
from tests.builders import a_placement
from tests.cron_expressions import expressions

EVERY_MS = 60_000
SINCE_MS = 1_700_000_000_000


def first_slot_ms(placement: Placement) -> int:
    return slots_of(placement).next_slot_ms(SINCE_MS)


def slots_until(placement: Placement, until_ms: int) -> Iterator[int]:
    slots = slots_of(placement)
    slot_ms = slots.next_slot_ms(SINCE_MS)
    while slot_ms <= until_ms:
        yield slot_ms
        slot_ms = slots.next_slot_ms(slot_ms)


def an_agenda(*names: str, seats: int = 4) -> tuple[Agenda, list[Placement]]:
    placements = [a_placement(name, every_ms=EVERY_MS) for name in names]
    return Agenda(placements, SINCE_MS, seats), placements


def test_agenda_starts_nothing_before_it_is_due() -> None:
    agenda, [placement] = an_agenda("ihub.one")
    slot_ms = first_slot_ms(placement)

    assert agenda.turn(slot_ms - 1).starts == ()
    assert agenda.next_ms == slot_ms
    assert agenda.turn(slot_ms).starts == (Due(placement=placement, slot_ms=slot_ms),)


def test_agenda_leaves_out_a_slot_at_the_very_instant_since_when_it_looks() -> None:
    """That one belongs to whoever looked until then: a service that starts again runs nothing twice."""
    minute_ms = 1_700_000_040_000
    assert Agenda([a_placement(cron="* * * * *")], minute_ms, seats=1).next_ms == minute_ms + 60_000


def test_agenda_misses_a_slot_whose_journey_still_runs() -> None:
    agenda, [placement] = an_agenda("ihub.one")
    slot_ms = first_slot_ms(placement)
    [running] = agenda.turn(slot_ms).starts

    turn = agenda.turn(slot_ms + EVERY_MS)

    assert turn.starts == ()
    assert [(miss.due.slot_ms, miss.reason) for miss in turn.misses] == [(slot_ms + EVERY_MS, OVERLAP)]
    agenda.finished(running)
    assert [due.slot_ms for due in agenda.turn(slot_ms + 2 * EVERY_MS).starts] == [slot_ms + 2 * EVERY_MS]


def test_agenda_lets_a_slot_wait_for_a_seat_and_starts_it_when_one_is_free() -> None:
    agenda, placements = an_agenda("ihub.one", "ihub.two", seats=1)
    first, second = sorted(placements, key=first_slot_ms)
    [running] = agenda.turn(first_slot_ms(first)).starts

    assert agenda.turn(first_slot_ms(second)).starts == ()
    agenda.finished(running)
    assert [due.placement for due in agenda.turn(first_slot_ms(second) + 5_000).starts] == [second]


def test_agenda_misses_a_slot_that_found_no_seat_until_its_next_one_was_due() -> None:
    agenda, placements = an_agenda("ihub.one", "ihub.two", seats=1)
    first, second = sorted(placements, key=first_slot_ms)
    agenda.turn(first_slot_ms(first))
    agenda.turn(first_slot_ms(second))

    turn = agenda.turn(first_slot_ms(second) + EVERY_MS)

    assert [(miss.due.placement, miss.due.slot_ms, miss.reason) for miss in turn.misses] == [
        (first, first_slot_ms(first) + EVERY_MS, OVERLAP),
        (second, first_slot_ms(second), NO_SEAT),
    ]


@pytest.mark.parametrize(
    ("jumped_ms", "reasons"),
    [
        pytest.param(0, [LATE, LATE, LATE], id="a loop that slept too long misses all but the newest slot"),
        pytest.param(3 * EVERY_MS, [CLOCK, CLOCK, CLOCK], id="slots inside a jump of the clock are the clock's"),
    ],
)
def test_agenda_tells_why_slots_were_passed_over(jumped_ms: int, reasons: list[Reason]) -> None:
    agenda, [placement] = an_agenda("ihub.one")
    now_ms = first_slot_ms(placement) + 3 * EVERY_MS - (1 if jumped_ms else 0)

    turn = agenda.turn(now_ms, jumped_ms=jumped_ms)

    assert [miss.reason for miss in turn.misses] == reasons
    assert len(turn.starts) == (0 if jumped_ms else 1)


def test_agenda_gives_up_what_waits_when_it_is_closed() -> None:
    agenda, placements = an_agenda("ihub.one", "ihub.two", seats=1)
    first, second = sorted(placements, key=first_slot_ms)
    agenda.turn(first_slot_ms(first))
    agenda.turn(first_slot_ms(second))
    reason = Reason(code="stopping", sentence="Told to stop.")

    assert [(miss.due.placement, miss.reason) for miss in agenda.close(reason)] == [(second, reason)]
    assert agenda.close(reason) == []


def test_agenda_lets_a_cron_slot_wait_over_the_night_until_its_next_one_is_due() -> None:
    """A weekend is no miss: only the slot that comes next takes the place of one that waits."""
    friday_ms, monday_ms = 1_700_243_400_000, 1_700_467_200_000  # 2023-11-17T17:50Z and 2023-11-20T08:00Z
    placement = a_placement(cron="*/10 8-17 * * 1-5", every_ms=600_000)
    agenda = Agenda([placement, a_placement("ihub.other", cron="49 17 17 11 *")], friday_ms - 120_000, seats=1)
    [other] = agenda.turn(friday_ms - 60_000).starts

    assert agenda.turn(monday_ms - 1) == Turn()
    agenda.finished(other)
    assert agenda.turn(monday_ms - 1).starts == (Due(placement=placement, slot_ms=friday_ms),)
    assert [(miss.due.slot_ms, miss.reason) for miss in agenda.turn(monday_ms).misses] == [(monday_ms, OVERLAP)]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(min_value=1, max_value=6),
    st.integers(min_value=1, max_value=4),
    st.lists(st.tuples(st.integers(1, 200_000), st.booleans(), st.booleans()), min_size=1, max_size=40),
    st.lists(st.one_of(st.sampled_from(["* * * * *", "*/2 * * * *"]), expressions()), max_size=3),
)
def test_agenda_brings_out_every_slot_exactly_once(
    journeys: int, seats: int, turns: list[tuple[int, bool, bool]], crons: list[str]
) -> None:
    placements = [a_placement(f"ihub.j{number}", every_ms=30_000 * (number + 1)) for number in range(journeys)]
    placements += [a_placement(f"ihub.c{number}", cron=cron) for number, cron in enumerate(crons)]
    agenda = Agenda(placements, SINCE_MS, seats)
    now_ms, seen = SINCE_MS, Counter[Due]()
    running: list[Due] = []
    for step_ms, finishes, jumps in turns:
        now_ms += step_ms
        turn = agenda.turn(now_ms, jumped_ms=step_ms if jumps else 0)
        assert all(due.slot_ms <= now_ms for due in turn.starts)
        running.extend(turn.starts)
        assert len(running) <= seats
        assert len({due.placement for due in running}) == len(running)
        seen.update(turn.starts)
        seen.update(miss.due for miss in turn.misses)
        if finishes and running:
            agenda.finished(running.pop(0))
    seen.update(miss.due for miss in agenda.close(LATE))

    expected = Counter(
        Due(placement=placement, slot_ms=slot_ms)
        for placement in placements
        for slot_ms in slots_until(placement, now_ms)
    )
    assert seen == expected


def with_file(placement: Placement, file_sha256: str) -> Placement:
    """The same placement after somebody has edited its journey."""
    return replace(placement, journey=replace(placement.journey, file_sha256=file_sha256))


def test_agenda_keeps_the_place_on_the_grid_of_what_stays_and_runs_it_as_it_is_now() -> None:
    agenda, [placement] = an_agenda("ihub.one")
    slot_ms = first_slot_ms(placement)
    edited = with_file(placement, "1" * 64)

    agenda.turn(slot_ms - 1)
    assert agenda.replace([edited], 4) == []

    assert agenda.turn(slot_ms).starts == (Due(placement=edited, slot_ms=slot_ms),)


def test_agenda_knows_the_run_under_way_of_what_stays() -> None:
    agenda, [placement] = an_agenda("ihub.one")
    slot_ms = first_slot_ms(placement)
    [running] = agenda.turn(slot_ms).starts
    edited = with_file(placement, "1" * 64)

    agenda.replace([edited], 4)

    assert [miss.reason for miss in agenda.turn(slot_ms + EVERY_MS).misses] == [OVERLAP]
    agenda.finished(running)
    assert [due.placement for due in agenda.turn(slot_ms + 2 * EVERY_MS).starts] == [edited]


def test_agenda_begins_with_what_is_new_at_its_next_slot() -> None:
    agenda, [placement] = an_agenda("ihub.one")
    new = a_placement("ihub.new", every_ms=EVERY_MS)
    now_ms = first_slot_ms(new) + 5
    agenda.turn(now_ms)

    agenda.replace([placement, new], 4)

    assert [due.placement for due in agenda.turn(now_ms + 1).starts] == []
    assert Due(placement=new, slot_ms=first_slot_ms(new) + EVERY_MS) in agenda.turn(now_ms + EVERY_MS).starts


def test_agenda_moves_what_stays_to_its_new_grid_after_the_last_turn() -> None:
    agenda, [placement] = an_agenda("ihub.one")
    now_ms = first_slot_ms(placement) - 1
    agenda.turn(now_ms)
    faster = a_placement("ihub.one", every_ms=7_000)

    agenda.replace([faster], 4)

    assert agenda.next_ms == slots_of(faster).next_slot_ms(now_ms)


def test_agenda_gives_up_what_waits_and_is_removed_and_lets_its_run_end() -> None:
    agenda, placements = an_agenda("ihub.one", "ihub.two", seats=1)
    first, second = sorted(placements, key=first_slot_ms)
    [running] = agenda.turn(first_slot_ms(first)).starts
    agenda.turn(first_slot_ms(second))

    misses = agenda.replace([a_placement("ihub.three", every_ms=EVERY_MS)], 1)

    assert [(miss.due.placement, miss.due.slot_ms, miss.reason) for miss in misses] == [
        (second, first_slot_ms(second), REMOVED)
    ]
    later_ms = first_slot_ms(second) + EVERY_MS
    assert agenda.turn(later_ms).starts == (), "the run of what is gone still has its seat"
    agenda.finished(running)
    assert [due.placement.journey.name for due in agenda.turn(later_ms + 1).starts] == ["ihub.three"]


def test_agenda_starts_none_until_enough_runs_have_ended_where_seats_were_taken_away() -> None:
    agenda, placements = an_agenda("ihub.one", "ihub.two", "ihub.three", seats=3)
    last_ms = max(map(first_slot_ms, placements))
    running = list(agenda.turn(last_ms).starts)
    new = a_placement("ihub.new", every_ms=5_000)

    agenda.replace([*placements, new], 1)

    for due in running:
        assert agenda.turn(last_ms + 5_000).starts == ()
        agenda.finished(due)
    assert [due.placement for due in agenda.turn(last_ms + 5_000).starts] == [new]


@pytest.mark.parametrize(
    ("room", "started", "reasons"),
    [
        pytest.param(Room(starts=0, reason=NO_MEMORY), 0, {NO_MEMORY}, id="no memory for any"),
        pytest.param(Room(starts=0, reason=NO_DISK), 0, {NO_DISK}, id="no disk space for any"),
        pytest.param(Room(starts=1, reason=NO_MEMORY), 1, {NO_MEMORY}, id="memory for one, seats for two"),
        pytest.param(Room(starts=3, reason=NO_MEMORY), 2, {NO_SEAT}, id="memory for three, seats for two"),
    ],
)
def test_agenda_starts_no_more_than_there_is_room_for_and_says_what_was_lacking(
    room: Room, started: int, reasons: set[Reason]
) -> None:
    agenda, placements = an_agenda("ihub.one", "ihub.two", "ihub.three", seats=2)
    last_ms = max(map(first_slot_ms, placements))

    assert len(agenda.turn(last_ms, room=room).starts) == started
    missed = agenda.turn(last_ms + EVERY_MS, room=room).misses

    assert {miss.reason for miss in missed if miss.reason is not OVERLAP} == reasons
    assert len(missed) == 3


def test_agenda_starts_what_waited_for_room_as_soon_as_there_is_some() -> None:
    agenda, [placement] = an_agenda("ihub.one")
    slot_ms = first_slot_ms(placement)
    agenda.turn(slot_ms, room=Room(starts=0, reason=NO_MEMORY))
    assert agenda.waiting == 1
    assert agenda.turn(slot_ms + 1).starts == (Due(placement=placement, slot_ms=slot_ms),)


#: Versions of a catalogue: which journeys are in it, and how often each is due.
catalogues = st.dictionaries(
    st.sampled_from(["ihub.a", "ihub.b", "ihub.c", "ihub.d"]),
    st.sampled_from([20_000, 30_000, 60_000, "* * * * *", "*/2 * * * *"]),
)


def placed(catalogue: dict[str, int | str]) -> list[Placement]:
    return [
        a_placement(name, cron=cadence) if isinstance(cadence, str) else a_placement(name, every_ms=cadence)
        for name, cadence in catalogue.items()
    ]


@settings(max_examples=150, deadline=None)
@given(
    catalogues,
    st.lists(
        st.tuples(
            st.integers(1, 150_000),  # how long until the next turn
            st.sampled_from(["nothing", "jump", "finish", "finish"]),
            st.one_of(st.none(), st.none(), catalogues),  # what is read anew after it
            st.integers(1, 3),  # with how many seats
            st.integers(0, 3),  # and how much room
        ),
        min_size=1,
        max_size=30,
    ),
)
def test_agenda_loses_and_doubles_no_slot_over_any_reloads(
    first: dict[str, int | str], turns: list[tuple[int, str, dict[str, int | str] | None, int, int]]
) -> None:
    """Up to each reload the slots of the catalogue before it come out, after it those of the new one, each once."""
    now_ms, since_ms, catalogue = SINCE_MS, SINCE_MS, placed(first)
    agenda = Agenda(catalogue, since_ms, seats=2)
    seen, expected = Counter[tuple[object, int]](), Counter[tuple[object, int]]()
    running: list[Due] = []

    def note(dues: Iterable[Due]) -> None:
        seen.update((identity_of(due.placement), due.slot_ms) for due in dues)

    def expect() -> None:
        for placement in catalogue:
            slots = slots_of(placement)
            slot_ms = slots.next_slot_ms(since_ms)
            while slot_ms <= now_ms:
                expected[identity_of(placement), slot_ms] += 1
                slot_ms = slots.next_slot_ms(slot_ms)

    for step_ms, what, reread, seats, starts in turns:
        now_ms += step_ms
        room = UNBOUNDED if starts == 3 else Room(starts=starts, reason=NO_MEMORY)
        turn = agenda.turn(now_ms, jumped_ms=step_ms if what == "jump" else 0, room=room)
        assert all(due.slot_ms <= now_ms for due in turn.starts)
        running.extend(turn.starts)
        assert len({identity_of(due.placement) for due in running}) == len(running), "none runs beside itself"
        note(turn.starts)
        note(miss.due for miss in turn.misses)
        if what == "finish" and running:
            agenda.finished(running.pop(0))
        if reread is not None:
            expect()
            catalogue, since_ms = placed(reread), now_ms
            note(miss.due for miss in agenda.replace(catalogue, seats))
    expect()
    note(miss.due for miss in agenda.close(LATE))
    assert seen == expected
