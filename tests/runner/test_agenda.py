"""The agenda: every slot comes out exactly once, none early, none on top of another of its journey."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetics.catalogue import Placement
from synthetics.record import Reason
from synthetics.runner.agenda import CLOCK, LATE, NO_SEAT, OVERLAP, Agenda, Due, Turn
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
