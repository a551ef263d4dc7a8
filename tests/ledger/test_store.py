import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from synthetics.ledger import reading
from synthetics.ledger.store import Ledger, OpenSlot
from synthetics.record import Outcome, Trigger
from tests.ledger.builders import MINUTE_MS, NOON_MS, a_key, a_record


def test_claim_takes_a_slot_once(ledger: Ledger) -> None:
    assert ledger.claim(a_key(), "ihub", NOON_MS + 5)
    assert not ledger.claim(a_key(), "ihub", NOON_MS + 6)
    assert ledger.open_slots() == (OpenSlot(key=a_key(), app="ihub", claimed_ms=NOON_MS + 5),)


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.MISSED])
def test_claim_refuses_a_slot_that_has_a_record(ledger: Ledger, outcome: Outcome) -> None:
    ledger.write(a_record(outcome=outcome))
    assert not ledger.claim(a_key(), "ihub", NOON_MS)
    assert ledger.open_slots() == ()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"journey": "ihub.admin_page"}, id="another journey"),
        pytest.param({"target": "demo"}, id="another target"),
        pytest.param({"location": "frankfurt"}, id="another location"),
        pytest.param({"trigger": Trigger.MANUAL}, id="another trigger"),
        pytest.param({"slot_ms": NOON_MS + 1}, id="another instant"),
        pytest.param({"attempt": 2}, id="the confirm-run"),
    ],
)
def test_claim_and_record_of_another_key_are_another_slot(ledger: Ledger, other: dict[str, Any]) -> None:
    ledger.claim(a_key(), "ihub", NOON_MS)
    ledger.write(a_record())
    assert ledger.claim(a_key(**other), "ihub", NOON_MS)
    assert ledger.write(a_record(a_key(**other)))
    assert len(list(ledger.runs())) == 2


def test_claim_by_many_threads_at_once_is_given_to_one(ledger: Ledger) -> None:
    together = threading.Barrier(8)

    def claim(_number: int) -> bool:
        together.wait()
        return ledger.claim(a_key(), "ihub", NOON_MS)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(claim, range(8))) == [False] * 7 + [True]


def test_open_slots_are_those_without_a_record_the_oldest_first(ledger: Ledger) -> None:
    late, early = a_key(NOON_MS + MINUTE_MS), a_key(NOON_MS, journey="sql.query", trigger=Trigger.MANUAL)
    settled = a_key(NOON_MS - MINUTE_MS)
    for key in (late, settled, early):
        ledger.claim(key, key.journey.partition(".")[0], NOON_MS)
    ledger.write(a_record(settled))

    assert [(slot.key, slot.app) for slot in ledger.open_slots()] == [(early, "sql"), (late, "ihub")]


def test_write_gives_the_same_record_back(ledger: Ledger) -> None:
    record = a_record(outcome=Outcome.FAILED)
    assert ledger.write(record)
    assert ledger.run(record.run_id) == record
    assert list(ledger.runs()) == [record]


def test_write_of_a_record_that_is_there_changes_nothing(ledger: Ledger) -> None:
    first = a_record(outcome=Outcome.FAILED)
    ledger.write(first)
    totals = ledger.totals()

    assert not ledger.write(first)
    assert not ledger.write(a_record(outcome=Outcome.PASSED)), "the first word about a run stays"
    assert list(ledger.runs()) == [first]
    assert ledger.totals() == totals


def test_write_without_a_claim_loses_nothing(ledger: Ledger) -> None:
    assert ledger.write(a_record())
    assert ledger.last_slot_ms("ihub.run_flow", "standin", "local") == NOON_MS


def test_run_that_is_not_there_is_none(ledger: Ledger) -> None:
    assert ledger.run("0123456789abcdef") is None


def test_last_slot_is_none_where_there_is_none(ledger: Ledger) -> None:
    ledger.claim(a_key(trigger=Trigger.MANUAL), "ihub", NOON_MS)
    ledger.claim(a_key(target="demo"), "ihub", NOON_MS)
    assert ledger.last_slot_ms("ihub.run_flow", "standin", "local") is None


def test_last_slot_counts_claimed_done_and_missed_ones(ledger: Ledger) -> None:
    seen = []
    ledger.write(a_record(a_key(NOON_MS)))
    seen.append(ledger.last_slot_ms("ihub.run_flow", "standin", "local"))
    ledger.write(a_record(a_key(NOON_MS + 2), Outcome.MISSED))
    seen.append(ledger.last_slot_ms("ihub.run_flow", "standin", "local"))
    ledger.claim(a_key(NOON_MS + 3), "ihub", NOON_MS)
    ledger.write(a_record(a_key(NOON_MS + 1)))
    seen.append(ledger.last_slot_ms("ihub.run_flow", "standin", "local"))
    assert seen == [NOON_MS, NOON_MS + 2, NOON_MS + 3]


def slots_of(ledger: Ledger, **selection: Any) -> list[tuple[str, int, int]]:
    found = ledger.runs(**selection)
    return [(record.journey, (record.slot_ms - NOON_MS) // MINUTE_MS, record.attempt) for record in found]


@pytest.fixture
def five_runs(ledger: Ledger) -> Ledger:
    ledger.write(a_record(a_key(NOON_MS)))
    ledger.write(a_record(a_key(NOON_MS + 2 * MINUTE_MS), Outcome.FAILED))
    ledger.write(a_record(a_key(NOON_MS + 2 * MINUTE_MS, attempt=2)))
    ledger.write(a_record(a_key(NOON_MS + MINUTE_MS, journey="ihub.admin_page"), Outcome.MISSED))
    ledger.write(a_record(a_key(NOON_MS + 3 * MINUTE_MS, journey="sql.query", trigger=Trigger.MANUAL)))
    return ledger


RUN_0, FIRST_2, SECOND_2 = ("ihub.run_flow", 0, 1), ("ihub.run_flow", 2, 1), ("ihub.run_flow", 2, 2)
MISSED_1, QUERY_3 = ("ihub.admin_page", 1, 1), ("sql.query", 3, 1)


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        pytest.param({}, [QUERY_3, SECOND_2, FIRST_2, MISSED_1, RUN_0], id="everything comes the newest first"),
        pytest.param({"limit": 2}, [QUERY_3, SECOND_2], id="a limit keeps the newest"),
        pytest.param({"limit": 0}, [], id="a limit of none finds none"),
        pytest.param({"selectors": ["ihub"]}, [SECOND_2, FIRST_2, MISSED_1, RUN_0], id="an app is all its journeys"),
        pytest.param({"selectors": ["ihub.admin_page", "sql"]}, [QUERY_3, MISSED_1], id="apps and journeys add up"),
        pytest.param({"selectors": ["ihub.run"]}, [], id="a part of a name is no name"),
        pytest.param({"since_ms": NOON_MS + 2 * MINUTE_MS}, [QUERY_3, SECOND_2, FIRST_2], id="since takes its slot in"),
        pytest.param({"outcomes": [Outcome.FAILED, Outcome.MISSED]}, [FIRST_2, MISSED_1], id="outcomes add up"),
        pytest.param(
            {"selectors": ["ihub"], "outcomes": [Outcome.PASSED], "since_ms": NOON_MS + 1, "limit": 9},
            [SECOND_2],
            id="all conditions hold together",
        ),
    ],
)
def test_runs_finds_what_is_selected(
    five_runs: Ledger, selection: dict[str, Any], found: list[tuple[str, int, int]]
) -> None:
    assert slots_of(five_runs, **selection) == found


@pytest.mark.parametrize("page", [1, 2, 5])
@pytest.mark.parametrize("limit", [None, 3])
def test_runs_reads_page_after_page(
    five_runs: Ledger, monkeypatch: pytest.MonkeyPatch, page: int, limit: int | None
) -> None:
    monkeypatch.setattr(reading, "_PAGE", page)
    assert slots_of(five_runs, limit=limit) == [QUERY_3, SECOND_2, FIRST_2, MISSED_1, RUN_0][:limit]


def test_runs_gives_each_record_once_while_others_are_written(
    five_runs: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_PAGE", 2)
    found = five_runs.runs()
    first = next(found)
    five_runs.write(a_record(a_key(NOON_MS + 9 * MINUTE_MS)))

    ids = [first.run_id, *(record.run_id for record in found)]
    assert len(ids) == len(set(ids)) == 5


def test_runs_of_one_instant_are_all_found_across_pages(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_PAGE", 2)
    for number in range(5):
        ledger.write(a_record(a_key(journey=f"ihub.journey_{number}")))
    assert len({record.journey for record in ledger.runs()}) == 5
