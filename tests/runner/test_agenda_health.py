"""Health checks on the agenda: they take no seat, wait for none, and never overlap themselves."""

from dataclasses import replace

from synthetics.catalogue import Placement
from synthetics.record import Reason
from synthetics.runner.admission import Room
from synthetics.runner.agenda import OVERLAP, Agenda, Due
from synthetics.slots import slots_of
from tests.builders import a_health_journey, a_placement

HEALTH = Placement(journey=a_health_journey(), target="standin", location="local")
BROWSER = a_placement(every_ms=60_000)
SINCE_MS = 1_772_366_400_000


def _first(placement: Placement) -> int:
    return slots_of(placement).next_slot_ms(SINCE_MS)


def test_health_checks_start_whoever_has_the_seats_and_whatever_room_there_is() -> None:
    other = replace(HEALTH, journey=a_health_journey("hooks"))
    agenda = Agenda([BROWSER, HEALTH, other], SINCE_MS, seats=1)
    full = Room(starts=0, reason=Reason(code="no_memory", sentence="None."))
    turn = agenda.turn(SINCE_MS + 59_999, room=full)
    started = {each.placement.journey.name for each in turn.starts}
    assert started == {HEALTH.journey.name, other.journey.name} - {BROWSER.journey.name}
    assert agenda.waiting == (_first(BROWSER) <= SINCE_MS + 59_999)


def test_health_checks_under_way_leave_every_seat_free() -> None:
    agenda = Agenda([BROWSER, HEALTH], SINCE_MS, seats=1)
    turn = agenda.turn(SINCE_MS + 60_000)
    assert {each.placement for each in turn.starts} == {BROWSER, HEALTH}


def test_health_check_that_is_still_under_way_is_missed_and_made_again_when_it_is_over() -> None:
    agenda = Agenda([HEALTH], SINCE_MS, seats=1)
    first = _first(HEALTH)
    assert agenda.turn(first).starts == (Due(placement=HEALTH, slot_ms=first),)
    second = agenda.turn(first + 60_000)
    assert (second.starts, [each.reason for each in second.misses]) == ((), [OVERLAP])
    agenda.finished(Due(placement=HEALTH, slot_ms=first))
    assert agenda.turn(first + 120_000).starts == (Due(placement=HEALTH, slot_ms=first + 120_000),)
