"""The counts of hours are the sum of the records, whatever was written in which order, and whatever came later."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetics.ledger.cadence import Cadence
from synthetics.ledger.counts import CountReader, Tally
from synthetics.ledger.gaps import Gap
from synthetics.ledger.hours import FRAME, HOUR_MS, RUN, hour_of
from synthetics.ledger.schedules import Scheduled
from synthetics.ledger.store import FILE_NAME, Ledger, open_ledger
from synthetics.ledger.stretches import Stretch
from synthetics.ledger.verdicts import Verdict
from synthetics.record import Fault, Outcome, RunRecord, Trigger, flaky_runs
from synthetics.seen.recorded import RecordedEvidence
from synthetics.seen.traffic import FrameSeen, OriginTraffic, Owner
from tests.ledger.builders import MINUTE_MS, a_key, a_record, a_step, fault_of, take_back_to

HOUR = hour_of(1_780_000_000_000)
PLACE = ("ihub.run_flow", "standin", "local")
FAULTS = (Fault.APP, Fault.HOST, Fault.SESSION, Fault.NETWORK, Fault.UNKNOWN)
Counted = Counter[tuple[str, Outcome, Fault]]


@cache
def _empty() -> bytes:
    """A ledger that is new: making one takes longer than all that an example does with it."""
    with tempfile.TemporaryDirectory() as folder:
        open_ledger(Path(folder)).close()
        return (Path(folder) / FILE_NAME).read_bytes()


@contextmanager
def a_ledger(records: Sequence[RunRecord]) -> Iterator[Ledger]:
    """A ledger in which some records were written in this order."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FILE_NAME).write_bytes(_empty())
        with closing(open_ledger(Path(folder))) as ledger:
            ledger.at_once([partial(Ledger.write, record=each) for each in records])
            yield ledger


def tallies(ledger: Ledger, since_ms: int = HOUR, until_ms: int = HOUR + 6 * HOUR_MS, now_ms: int = 0) -> list[Tally]:
    with ledger.counts() as reader:
        return list(reader.tallies(since_ms, until_ms, now_ms))


def counted(found: Sequence[Tally]) -> tuple[Counted, Counted]:
    totals: Counted = Counter()
    flaky: Counted = Counter()
    for each in found:
        totals[each.journey, each.outcome, each.fault] += each.total
        flaky[each.journey, each.outcome, each.fault] += each.flaky
    return +totals, +flaky


def summed(ledger: Ledger, since_ms: int = HOUR, until_ms: int = HOUR + 6 * HOUR_MS) -> tuple[Counted, Counted]:
    """The same from the records themselves, one by one."""
    records = list(ledger.runs())
    flaky_ids = flaky_runs(each for each in records if each.trigger is Trigger.SCHEDULE)
    totals: Counted = Counter()
    flaky: Counted = Counter()
    for each in records:
        if each.counts and since_ms <= each.slot_ms < until_ms:
            fault = fault_of(ledger, each.run_id) or each.fault
            totals[each.journey, each.outcome, fault] += 1
            flaky[each.journey, each.outcome, fault] += each.run_id in flaky_ids
    return +totals, +flaky


@st.composite
def some_records(draw: st.DrawFn) -> list[RunRecord]:
    """First attempts and repetitions of a few slots of two journeys, of whatever trigger, in any order."""
    slots = st.builds(
        a_key,
        slot_ms=st.integers(0, 71).map(lambda number: HOUR + number * 5 * MINUTE_MS),
        journey=st.sampled_from(["ihub.run_flow", "ihub.admin_page"]),
        attempt=st.sampled_from([1, 1, 2]),
        trigger=st.sampled_from([Trigger.SCHEDULE, Trigger.SCHEDULE, Trigger.MANUAL]),
    )
    keys = draw(st.lists(slots, max_size=12, unique=True))
    found = []
    for key in keys:
        outcome = (
            draw(st.sampled_from(Outcome))
            if key.attempt == 1
            else draw(st.sampled_from([Outcome.PASSED, Outcome.FAILED]))
        )
        fault = {"fault": draw(st.sampled_from(FAULTS))} if outcome is Outcome.FAILED else {}
        found.append(a_record(key, outcome, **fault))
    return found


@settings(max_examples=30, deadline=None)
@given(some_records(), st.lists(st.tuples(st.integers(0, 11), st.sampled_from(FAULTS)), max_size=4), st.data())
def test_counts_are_the_sum_of_the_records_in_any_order_written_twice_and_after_later_verdicts(
    records: list[RunRecord], later: list[tuple[int, Fault]], data: st.DataObject
) -> None:
    with a_ledger([*records, *records[:3]]) as ledger:
        for number, fault in later:
            if number < len(records) and records[number].outcome is Outcome.FAILED:
                ledger.append_verdict(
                    Verdict(run_id=records[number].run_id, at_ms=1, outcome=Outcome.FAILED, fault=fault, author="ann")
                )
        assert counted(tallies(ledger)) == summed(ledger)

        with a_ledger(data.draw(st.permutations(records))) as other:
            assert counted(tallies(other))[0].total() == counted(tallies(ledger))[0].total()
            assert counted(tallies(other)) == summed(other)


@settings(max_examples=15, deadline=None)
@given(some_records(), st.lists(st.integers(0, 6), max_size=4))
def test_counts_of_any_split_of_a_time_sum_to_the_whole(records: list[RunRecord], cuts: list[int]) -> None:
    edges = [HOUR + each * HOUR_MS for each in sorted({0, 6, *cuts})]
    with a_ledger(records) as ledger:
        parts = [each for start, end in pairwise(edges) for each in tallies(ledger, start, end)]

        assert counted(parts) == counted(tallies(ledger))


def test_flaky_runs_are_counted_under_the_last_verdict_whichever_attempt_comes_last(ledger: Ledger) -> None:
    early, late = a_record(a_key(HOUR), Outcome.FAILED), a_record(a_key(HOUR + MINUTE_MS), Outcome.FAILED)
    for each in (early, late):
        again = a_record(replace(each.key, attempt=2))
        pair = (each, again) if each is early else (again, each)
        for record in pair:
            ledger.write(record)
    ledger.append_verdict(Verdict(run_id=early.run_id, at_ms=1, outcome=Outcome.FAILED, fault=Fault.APP))

    totals = {each.fault: (each.total, each.flaky) for each in tallies(ledger)}

    assert totals == {Fault.APP: (1, 1), Fault.UNKNOWN: (1, 1)}


def test_counts_refuse_what_is_no_whole_hour(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="no whole hour"):
        tallies(ledger, HOUR + 1)


def a_gap(first_ms: int, last_ms: int, every_ms: int = 5 * MINUTE_MS) -> Gap:
    cadence = Cadence(every_ms=every_ms, offset_ms=first_ms % every_ms)
    gap = Gap.of(a_record(a_key(first_ms), Outcome.MISSED), cadence, first_ms - 1, last_ms)
    assert gap is not None
    return gap


SCHEDULED = Scheduled(
    app="ihub", journey=PLACE[0], target=PLACE[1], location=PLACE[2], cadence=Cadence(every_ms=5 * MINUTE_MS)
)


def test_slots_in_a_gap_are_missed_and_stay_so_when_the_gap_is_pruned(ledger: Ledger) -> None:
    gap = a_gap(HOUR + 30 * MINUTE_MS, HOUR + 150 * MINUTE_MS)
    ledger.take_over([], HOUR, lambda _: [gap])
    ledger.write(a_record(a_key(HOUR + 300 * MINUTE_MS)))
    windows = [(HOUR + each * HOUR_MS, HOUR + (each + 1) * HOUR_MS) for each in range(6)]
    before = [counted(tallies(ledger, *each)) for each in windows]

    while ledger.prune(HOUR + 2 * HOUR_MS):
        pass
    after = [counted(tallies(ledger, *each)) for each in windows]

    assert [each[0].total() for each in before] == [6, 12, 7, 0, 0, 1]
    assert after == before
    assert sum(each.count for each in ledger.gaps()) == 7


def test_counts_outlive_their_records(ledger: Ledger) -> None:
    for number in range(12):
        ledger.write(a_record(a_key(HOUR + number * 5 * MINUTE_MS)))
    before = tallies(ledger)

    while ledger.prune(HOUR + HOUR_MS):
        pass

    assert ledger.count() == 1
    assert tallies(ledger) == before


def test_slots_that_were_due_since_the_scheduler_ended_are_missed_but_the_newest(ledger: Ledger) -> None:
    ledger.watch([SCHEDULED], HOUR - 1, HOUR + 10 * MINUTE_MS)
    for number in range(3):
        ledger.write(a_record(a_key(HOUR + number * 5 * MINUTE_MS)))

    found = tallies(ledger, now_ms=HOUR + 61 * MINUTE_MS)

    assert counted(found)[0] == {
        (PLACE[0], Outcome.PASSED, Fault.NONE): 3,
        (PLACE[0], Outcome.MISSED, Fault.MONITOR): 9,  # 15 to 55: the slot of minute 60 may wait for a seat still
    }


def test_a_slot_that_is_claimed_is_not_missed(ledger: Ledger) -> None:
    ledger.watch([SCHEDULED], HOUR - 1, HOUR)
    ledger.claim(a_key(HOUR), "ihub", HOUR)

    assert tallies(ledger, now_ms=HOUR + 6 * MINUTE_MS) == []


def test_a_schedule_that_was_ended_misses_nothing_afterwards(ledger: Ledger) -> None:
    ledger.watch([SCHEDULED], HOUR - 1, HOUR)
    ledger.watch([], HOUR + 6 * MINUTE_MS, HOUR + 6 * MINUTE_MS)

    found = tallies(ledger, now_ms=HOUR + 3 * HOUR_MS)

    assert counted(found)[0] == {(PLACE[0], Outcome.MISSED, Fault.MONITOR): 2}


def test_durations_of_passed_runs_lie_in_the_buckets_of_the_metric(ledger: Ledger) -> None:
    for number, took_ms in enumerate((1_000, 1_001, 130_000)):
        ledger.write(a_record(a_key(HOUR + number * MINUTE_MS), duration_ms=took_ms))
    ledger.write(a_record(a_key(HOUR + 9 * MINUTE_MS), Outcome.FAILED, duration_ms=1_000))

    with ledger.counts() as reader:
        found = reader.durations(HOUR, HOUR + HOUR_MS)

    assert {edge: count for edge, count in found[PLACE, RUN].items() if count} == {1: 1, 2: 1, float("inf"): 1}


def a_frame(**changes: object) -> FrameSeen:
    told = {"url": "https://app.example.com/", "origin": "https://app.example.com", "owner": Owner.APP, "is_app": True}
    return FrameSeen(**{**told, "attached_ms": 1_000, **changes})  # type: ignore[arg-type]  # what a test changes is sound


@pytest.mark.parametrize(
    ("frames", "edges"),
    [
        pytest.param((a_frame(connected_ms=3_000),), [2.0], id="its time is from its frame to its first word"),
        pytest.param((a_frame(),), [float("inf")], id="one that never spoke is beyond every limit"),
        pytest.param(
            (a_frame(detached_ms=1_100), a_frame(connected_ms=1_500)), [1.0], id="one that was replaced is none"
        ),
        pytest.param((a_frame(is_app=False),), [], id="frames of others are none"),
    ],
)
def test_frames_of_the_app_are_timed(ledger: Ledger, frames: tuple[FrameSeen, ...], edges: list[float]) -> None:
    ledger.write(a_record(a_key(HOUR), evidence=RecordedEvidence(frames=frames)))

    with ledger.counts() as reader:
        found = reader.durations(HOUR, HOUR + HOUR_MS).get((PLACE, FRAME), {})

    assert [edge for edge, count in found.items() if count] == edges


def test_requests_to_the_apps_own_origins_are_counted_with_their_errors(ledger: Ledger) -> None:
    own = OriginTraffic(
        owner=Owner.BACKEND, origin="https://b", requests=12, answered=5, refused=4, failed=1, aborted=1, unfinished=1,
        statuses=((200, 5), (404, 1), (500, 2), (503, 1)),
    )  # fmt: skip
    other = OriginTraffic(owner=Owner.SITE, origin="https://s", requests=3, failed=3)
    failed = a_record(a_key(HOUR), Outcome.FAILED, fault=Fault.APP, evidence=RecordedEvidence(origins=(own, other)))
    ledger.write(failed)
    ledger.append_verdict(Verdict(run_id=failed.run_id, at_ms=1, outcome=Outcome.FAILED, fault=Fault.HOST))

    (told,) = tallies(ledger)

    assert (told.fault, told.app_requests, told.app_errors) == (Fault.HOST, 10, 4)


def test_steps_are_read_from_the_records(ledger: Ledger) -> None:
    ledger.write(a_record(a_key(HOUR), steps=(a_step("Open"), a_step("Save", duration_ms=40))))
    ledger.write(a_record(a_key(HOUR + MINUTE_MS), steps=(a_step("Open"), a_step("Save", duration_ms=60))))

    with ledger.counts() as reader:
        assert sorted(reader.step_durations(PLACE, "Save", HOUR, HOUR + HOUR_MS)) == [40, 60]


def test_since_is_the_first_hour_of_which_anything_is_known(ledger: Ledger) -> None:
    ledger.write(a_record(a_key(HOUR + 3 * HOUR_MS + 5)))
    ledger.take_over([], HOUR, lambda _: [a_gap(HOUR + 61 * MINUTE_MS, HOUR + 71 * MINUTE_MS)])

    with ledger.counts() as reader:
        assert reader.since(HOUR, HOUR + 6 * HOUR_MS) == {PLACE: HOUR + HOUR_MS}
        assert reader.since(HOUR + 2 * HOUR_MS, HOUR + 6 * HOUR_MS) == {PLACE: HOUR + 3 * HOUR_MS}


def outcomes_to_stretches(ledger: Ledger, now_ms: int = 0) -> list[tuple[int, bool]]:
    """What is told of the place: how many slots each stretch has, and whether they were judged."""
    with ledger.counts() as reader:
        found: Sequence[Stretch] = reader.stretches(HOUR, HOUR + 6 * HOUR_MS, now_ms).get(PLACE, ())
    return [(each.slots, each.judged) for each in found]


def write(ledger: Ledger, outcomes: str, first_ms: int = HOUR) -> None:
    """Each letter a slot, five minutes apart: passed, failed, errored, missed."""
    words = {word.value[0]: word for word in Outcome}
    for number, letter in enumerate(outcomes):
        ledger.write(a_record(a_key(first_ms + number * 5 * MINUTE_MS), words[letter]))


def test_stretches_of_a_journey_that_does_well_are_not_read(ledger: Ledger) -> None:
    write(ledger, "ppfpepmpp")

    assert outcomes_to_stretches(ledger) == []


def test_stretches_tell_each_slot_of_an_hour_with_an_unjudged_one(ledger: Ledger) -> None:
    write(ledger, "p" * 12 + "peeemp" + "p" * 6 + "p" * 12)

    told = outcomes_to_stretches(ledger)

    assert told == [(1, letter == "p") for letter in "peeeep" + "p" * 6]


def test_stretches_are_parted_by_whole_hours_that_were_judged(ledger: Ledger) -> None:
    """Two unjudged slots at the end of an hour, an hour that passed, and two at the start of the next one."""
    write(ledger, "ppppppppppee" + "p" * 12 + "eepppppppppp")

    assert outcomes_to_stretches(ledger)[8:17] == [(1, letter == "p") for letter in "ppeepeepp"]


def test_stretches_before_a_gap_and_after_it_are_parted_by_what_was_judged_between(ledger: Ledger) -> None:
    gap_start, gap_end = HOUR + 120 * MINUTE_MS, HOUR + 125 * MINUTE_MS
    ledger.take_over([], HOUR, lambda _: [a_gap(gap_start, gap_end)])
    write(ledger, "ppppppppppee" + "p" * 12)
    write(ledger, "pppppppppp" + "p" * 12 + "eepp", gap_end + 5 * MINUTE_MS)

    told = outcomes_to_stretches(ledger)

    assert told[9:14] == [(1, True), (1, False), (1, False), (1, True), (2, False)]
    assert told[-5:] == [(1, True), (1, False), (1, False), (1, True), (1, True)]


def test_stretches_have_what_was_judged_between_a_gap_and_what_follows(ledger: Ledger) -> None:
    """A gap that ends in the middle of an hour, runs that passed, and an unjudged one: not four in a row."""
    ledger.take_over([], HOUR, lambda _: [a_gap(HOUR + 10 * MINUTE_MS, HOUR + 20 * MINUTE_MS)])
    write(ledger, "pppp", HOUR + 25 * MINUTE_MS)
    write(ledger, "e", HOUR + HOUR_MS)

    assert outcomes_to_stretches(ledger) == [(3, False), (1, True), (1, True), (1, True), (1, True), (1, False)]


def test_stretches_go_on_with_what_nobody_made_since(ledger: Ledger) -> None:
    ledger.watch([SCHEDULED], HOUR - 1, HOUR + 5 * MINUTE_MS)
    write(ledger, "pm")

    assert outcomes_to_stretches(ledger, HOUR + 21 * MINUTE_MS) == [(1, True), (1, False), (2, False)]


def test_stretches_of_hours_whose_records_are_gone_are_blind_only_where_nothing_was_judged(ledger: Ledger) -> None:
    write(ledger, "e" * 12 + "peeepppppppp" + "p" * 12)
    while ledger.prune(HOUR + 2 * HOUR_MS):
        pass

    assert outcomes_to_stretches(ledger) == [(12, False), (9, True)]


def test_counts_of_a_ledger_from_before_are_made_of_its_records(tmp_path: Path) -> None:
    """What the migration counts is what would have been counted as the records came."""
    with closing(open_ledger(tmp_path)) as ledger:
        write(ledger, "ppfemf")
        flaky = a_record(a_key(HOUR + 2 * HOUR_MS), Outcome.FAILED)
        for record in (flaky, a_record(replace(flaky.key, attempt=2)), a_record(a_key(HOUR, trigger=Trigger.MANUAL))):
            ledger.write(record)
        ledger.append_verdict(Verdict(run_id=flaky.run_id, at_ms=1, outcome=Outcome.FAILED, fault=Fault.HOST))
        before, durations = tallies(ledger), _durations(ledger)
        take_back_to(ledger, "0003")

    with closing(open_ledger(tmp_path)) as ledger:
        assert sorted(map(str, tallies(ledger))) == sorted(map(str, before))
        assert _durations(ledger) == durations


def _durations(ledger: Ledger) -> str:
    with ledger.counts() as reader:
        found = reader.durations(HOUR, HOUR + 6 * HOUR_MS)
    return json.dumps([(list(key[0]), key[1], list(value.items())) for key, value in sorted(found.items())])


def test_counts_are_read_as_of_one_instant(ledger: Ledger) -> None:
    write(ledger, "p")
    with ledger.counts() as reader:
        assert isinstance(reader, CountReader)
        before = reader.tallies(HOUR, HOUR + HOUR_MS, 0)
        write(ledger, "p", HOUR + 10 * MINUTE_MS)
        assert reader.tallies(HOUR, HOUR + HOUR_MS, 0) == before
