"""The agenda: every slot comes out exactly once, none early, none on top of another of its journey."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetics.catalogue import Placement
from synthetics.record import Reason
from synthetics.runner.agenda import CLOCK, LATE, NO_SEAT, OVERLAP, Agenda, Due
from synthetics.slots import offset_ms, slots_between
from tests.builders import a_placement

EVERY_MS = 60_000
SINCE_MS = 1_700_000_000_000


def first_slot_ms(placement: Placement) -> int:
    every_ms = placement.journey.every_ms
    offset = offset_ms(placement.journey.name, placement.target, placement.location, every_ms)
    return slots_between(SINCE_MS, SINCE_MS + every_ms, every_ms, offset)[0]


def an_agenda(*names: str, seats: int = 4) -> tuple[Agenda, list[Placement]]:
    placements = [a_placement(name, every_ms=EVERY_MS) for name in names]
    return Agenda(placements, SINCE_MS, seats), placements


def test_agenda_starts_nothing_before_it_is_due() -> None:
    agenda, [placement] = an_agenda("ihub.one")
    slot_ms = first_slot_ms(placement)

    assert agenda.turn(slot_ms - 1).starts == ()
    assert agenda.next_ms == slot_ms
    assert agenda.turn(slot_ms).starts == (Due(placement=placement, slot_ms=slot_ms),)


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


@settings(max_examples=60, deadline=None)
@given(
    st.integers(min_value=1, max_value=6),
    st.integers(min_value=1, max_value=4),
    st.lists(st.tuples(st.integers(1, 200_000), st.booleans(), st.booleans()), min_size=1, max_size=40),
)
def test_agenda_brings_out_every_slot_exactly_once(
    journeys: int, seats: int, turns: list[tuple[int, bool, bool]]
) -> None:
    placements = [a_placement(f"ihub.j{number}", every_ms=30_000 * (number + 1)) for number in range(journeys)]
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
        for slot_ms in slots_between(
            SINCE_MS,
            now_ms,
            placement.journey.every_ms,
            offset_ms(placement.journey.name, placement.target, placement.location, placement.journey.every_ms),
        )
    )
    assert seen == expected
