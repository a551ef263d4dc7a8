import threading
import time
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetics.slots import (
    CronSlots,
    GridSlots,
    Slots,
    Timeline,
    offset_ms,
    slot_at_or_before,
    slots_between,
    slots_of,
)
from tests.builders import a_placement
from tests.cron_expressions import expressions

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
NOON_MS = 1_780_000_000_000

instants = st.integers(0, 4_000_000_000_000)


@st.composite
def grids(draw: st.DrawFn) -> tuple[int, int]:
    every_ms = draw(st.integers(1, 48 * HOUR_MS))
    return every_ms, draw(st.integers(0, every_ms - 1))


all_slots: st.SearchStrategy[Slots] = st.one_of(
    grids().map(lambda grid: GridSlots(*grid)), expressions().map(CronSlots)
)


def utc_ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000)


class HeldClock:
    """Clocks that stand still until a test moves them."""

    def __init__(self) -> None:
        self.wall = NOON_MS
        self.monotonic = 5_000

    def wall_ms(self) -> int:
        return self.wall

    def monotonic_ms(self) -> int:
        return self.monotonic

    def wait(self, wakeup: threading.Event, seconds: float) -> bool:
        raise AssertionError("a time line never waits")

    def pass_by(self, ms: int, *, wall_ms: int | None = None) -> None:
        self.monotonic += ms
        self.wall += ms if wall_ms is None else wall_ms


@pytest.mark.parametrize(
    ("now_ms", "every_ms", "offset", "slot"),
    [
        pytest.param(600_000, 300_000, 0, 600_000, id="an instant that is a slot is its own"),
        pytest.param(899_999, 300_000, 0, 600_000, id="the last millisecond still belongs to the slot before"),
        pytest.param(600_000, 300_000, 1, 300_001, id="an offset moves the grid later"),
        pytest.param(5, 300_000, 10, -299_990, id="before the first slot of all comes one in the year before"),
    ],
)
def test_slot_at_or_before_follows_the_grid(now_ms: int, every_ms: int, offset: int, slot: int) -> None:
    assert slot_at_or_before(now_ms, every_ms, offset) == slot


@given(now_ms=instants, grid=grids())
def test_slot_at_or_before_is_the_greatest_slot_that_is_due(now_ms: int, grid: tuple[int, int]) -> None:
    every_ms, offset = grid
    slot = slot_at_or_before(now_ms, every_ms, offset)

    assert slot <= now_ms < slot + every_ms
    assert (slot - offset) % every_ms == 0


def test_slots_between_leaves_out_the_beginning_and_takes_in_the_end() -> None:
    assert list(slots_between(300_000, 900_000, 300_000, 0)) == [600_000, 900_000]


def test_slots_between_is_empty_where_time_went_back() -> None:
    assert list(slots_between(900_000, 300_000, 300_000, 0)) == []


@given(
    start_ms=instants,
    cuts=st.lists(st.integers(0, 10_000), max_size=8),
    every_ms=st.integers(1, 500),
    data=st.data(),
)
def test_slots_between_gives_every_slot_once_however_time_is_cut(
    start_ms: int, cuts: list[int], every_ms: int, data: st.DataObject
) -> None:
    offset = data.draw(st.integers(0, every_ms - 1))
    instants_ms = [start_ms, *(start_ms + cut for cut in sorted(cuts)), start_ms + 10_000]

    pieces = [slot for a, b in pairwise(instants_ms) for slot in slots_between(a, b, every_ms, offset)]

    by_definition = [ms for ms in range(start_ms + 1, start_ms + 10_001) if ms % every_ms == offset]
    assert pieces == by_definition


def test_offset_is_the_same_in_every_version() -> None:
    """A different offset after an upgrade would move every slot of every journey, and leave holes in coverage."""
    assert offset_ms("ihub.run_flow", "standin", "local", 300_000) == 197_354


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.integers(1, 48 * HOUR_MS))
def test_offset_lies_within_the_interval(journey: str, target: str, location: str, every_ms: int) -> None:
    assert 0 <= offset_ms(journey, target, location, every_ms) < every_ms


def test_offset_differs_by_journey_target_and_location() -> None:
    offsets = {
        offset_ms(journey, target, location, HOUR_MS)
        for journey in ("ihub.run_flow", "ihub.admin_page")
        for target in ("standin", "demo")
        for location in ("local", "frankfurt")
    }
    assert len(offsets) == 8


def test_offset_spreads_journeys_evenly() -> None:
    """No tenth of the interval gets more than a fifth above or below its share of 10,000 journeys."""
    tenths = [0] * 10
    for number in range(10_000):
        tenths[offset_ms(f"app.journey_{number}", "standin", "local", 5 * MINUTE_MS) // (MINUTE_MS // 2)] += 1

    assert min(tenths) > 800
    assert max(tenths) < 1_200


@settings(max_examples=100, deadline=None)
@given(slots=all_slots, start_ms=st.integers(0, 2_000_000_000_000))
def test_slots_lead_from_each_to_the_next_and_stand_until_it_is_due(slots: Slots, start_ms: int) -> None:
    """No slot is skipped and none comes twice: looking back from anywhere before the next one finds the same."""
    slot_ms = slots.next_slot_ms(start_ms)
    assert slots.slot_at_or_before(start_ms) <= start_ms < slot_ms
    for _ in range(20):
        next_ms = slots.next_slot_ms(slot_ms)
        assert next_ms > slot_ms
        assert slots.next_slot_ms(slot_ms - 1) == slot_ms
        assert slots.next_slot_ms(next_ms - 1) == next_ms
        assert {slots.slot_at_or_before(each) for each in (slot_ms, (slot_ms + next_ms) // 2, next_ms - 1)} == {slot_ms}
        slot_ms = next_ms


@settings(max_examples=60, deadline=None)
@given(
    slots=all_slots,
    start_ms=st.integers(0, 2_000_000_000_000),
    cuts=st.lists(st.integers(1, 3 * HOUR_MS), min_size=1, max_size=6),
)
def test_slots_come_out_once_however_time_is_cut(slots: Slots, start_ms: int, cuts: list[int]) -> None:
    def listed(after_ms: int, until_ms: int) -> list[int]:
        found: list[int] = []
        while len(found) < 300 and (after_ms := slots.next_slot_ms(after_ms)) <= until_ms:
            found.append(after_ms)
        return found

    instants = [start_ms]
    for cut in cuts:
        instants.append(instants[-1] + cut)
    in_parts = [slot_ms for after_ms, until_ms in pairwise(instants) for slot_ms in listed(after_ms, until_ms)]
    assert in_parts[:300] == listed(start_ms, instants[-1])[:300]


@pytest.mark.parametrize(
    ("expression", "now", "before", "after"),
    [
        pytest.param(
            "*/10 8-18 * * 1-5", "2026-03-02T08:10", "2026-03-02T08:10", "2026-03-02T08:20",
            id="an instant that is a slot is its own",
        ),
        pytest.param(
            "*/10 8-18 * * 1-5", "2026-03-02T08:19:59.999", "2026-03-02T08:10", "2026-03-02T08:20",
            id="the last millisecond still belongs to the slot before",
        ),
        pytest.param(
            "*/10 8-18 * * 1-5", "2026-03-01T12:00", "2026-02-27T18:50", "2026-03-02T08:00",
            id="a weekend lies between Friday's last and Monday's first",
        ),
        pytest.param(
            "30 2 * * *", "2026-03-29T12:00", "2026-03-29T02:30", "2026-03-30T02:30",
            id="an hour that summer time skips elsewhere is there in UTC",
        ),
        pytest.param(
            "30 2 * * *", "2026-10-25T02:30", "2026-10-25T02:30", "2026-10-26T02:30",
            id="an hour that comes twice elsewhere comes once in UTC",
        ),
        pytest.param("0 0 1 * *", "1970-01-01T00:00", "1970-01-01T00:00", "1970-02-01T00:00", id="the first of all"),
    ],
)  # fmt: skip
def test_cron_slots_are_what_the_expression_says_in_utc(expression: str, now: str, before: str, after: str) -> None:
    slots = CronSlots(expression)
    assert slots.slot_at_or_before(utc_ms(now)) == utc_ms(before)
    assert slots.next_slot_ms(utc_ms(now)) == utc_ms(after)


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "America/St_Johns", "UTC"])
def test_cron_slots_are_24_a_day_over_both_clock_changes_wherever_the_machine_is(
    monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    slots = CronSlots("15 * * * *")
    try:
        for day in ("2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"):
            seen = [utc_ms(f"{day}T00:00")]
            while seen[-1] < utc_ms(f"{day}T23:59"):
                seen.append(slots.next_slot_ms(seen[-1]))
            assert seen[1:-1] == [utc_ms(f"{day}T00:15") + hour * HOUR_MS for hour in range(24)]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_slots_of_a_placement_are_its_grid_with_its_own_offset() -> None:
    placement = a_placement("ihub.run_flow", target="dfr", location="lund", every_ms=90_000)
    assert slots_of(placement) == GridSlots(90_000, offset_ms("ihub.run_flow", "dfr", "lund", 90_000))


def test_slots_of_a_placement_with_a_cron_expression_have_no_offset() -> None:
    assert slots_of(a_placement(every_ms=600_000, cron="*/10 8-18 * * 1-5")) == CronSlots("*/10 8-18 * * 1-5")


def test_timeline_starts_at_the_wall_clock_and_follows_the_monotonic_one() -> None:
    clock = HeldClock()
    timeline = Timeline(clock)

    assert timeline.now_ms() == NOON_MS
    clock.pass_by(1_234)
    assert timeline.now_ms() == NOON_MS + 1_234
    assert timeline.jumped_ms == 0


def test_timeline_goes_on_when_the_wall_clock_is_put_back_by_an_hour() -> None:
    clock = HeldClock()
    timeline = Timeline(clock)
    clock.pass_by(10, wall_ms=10 - HOUR_MS)

    assert timeline.now_ms() == NOON_MS + 10
    assert timeline.jumped_ms == 0

    clock.pass_by(50)
    assert timeline.now_ms() == NOON_MS + 60


def test_timeline_jumps_once_when_the_wall_clock_is_put_forward_by_an_hour() -> None:
    clock = HeldClock()
    timeline = Timeline(clock)
    clock.pass_by(10, wall_ms=10 + HOUR_MS)

    assert timeline.now_ms() == NOON_MS + 10 + HOUR_MS
    assert timeline.jumped_ms == HOUR_MS

    clock.pass_by(50)
    assert timeline.now_ms() == NOON_MS + 60 + HOUR_MS
    assert timeline.jumped_ms == 0


def test_timeline_is_not_moved_by_a_wall_clock_put_back_and_right_again() -> None:
    clock = HeldClock()
    timeline = Timeline(clock)
    clock.pass_by(10, wall_ms=10 - HOUR_MS)
    timeline.now_ms()
    clock.pass_by(10, wall_ms=10 + HOUR_MS)

    assert timeline.now_ms() == NOON_MS + 20
    assert timeline.jumped_ms == 0


def test_timeline_bears_a_wall_clock_that_is_a_second_ahead() -> None:
    """A second is noise: following it would start a slot early that was not due by the monotonic clock."""
    clock = HeldClock()
    timeline = Timeline(clock)
    clock.pass_by(0, wall_ms=1_000)

    assert timeline.now_ms() == NOON_MS
    assert timeline.jumped_ms == 0


@pytest.mark.parametrize("slew_ms_per_minute", [-30, 30], ids=["a slowed clock", "a quickened clock"])
def test_timeline_under_a_slow_slew_never_goes_back_and_loses_no_slot(slew_ms_per_minute: int) -> None:
    """A day with a wall clock that runs 0.05 % wrong: every slot once, none more than a second from the wall clock."""
    clock = HeldClock()
    timeline = Timeline(clock)
    seen = [timeline.now_ms()]
    slots: list[int] = []
    for _ in range(24 * 60):
        clock.pass_by(MINUTE_MS, wall_ms=MINUTE_MS + slew_ms_per_minute)
        seen.append(timeline.now_ms())
        slots += slots_between(seen[-2], seen[-1], 5 * MINUTE_MS, 0)
        assert clock.wall - seen[-1] <= 1_000
        assert timeline.jumped_ms < 1_100

    assert seen == sorted(seen)
    assert slots == list(slots_between(NOON_MS, seen[-1], 5 * MINUTE_MS, 0))


class PausedClock(HeldClock):
    """The process is stopped for a while between one reading of a clock and the next."""

    def __init__(self) -> None:
        super().__init__()
        self.pause_ms = 0

    def wall_ms(self) -> int:
        wall_ms = self.wall
        self.pass_by(self.pause_ms)
        return wall_ms

    def monotonic_ms(self) -> int:
        monotonic_ms = self.monotonic
        self.pass_by(self.pause_ms)
        return monotonic_ms


def test_timeline_takes_a_pause_of_the_process_for_no_jump() -> None:
    clock = PausedClock()
    timeline = Timeline(clock)
    clock.pause_ms = 30_000

    for _ in range(3):
        assert timeline.now_ms() <= clock.wall
        assert timeline.jumped_ms == 0
