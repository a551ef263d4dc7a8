"""The story of health checks, against servers of the tests' own, on a real ledger."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr

from synthetics.catalogue import Placement
from synthetics.clock import SystemClock
from synthetics.config.app import App
from synthetics.config.models import Account, Target
from synthetics.errors import StorageError
from synthetics.ledger.store import Ledger
from synthetics.record import Fault, Kind, Outcome, RunRecord, Trigger
from synthetics.runner.batch import run_batch
from synthetics.runner.health_desk import EveryKind, HealthDesk
from synthetics.runner.story import Story, UnwrittenError
from synthetics.slots import Timeline
from tests.builders import a_health_journey, a_placement
from tests.health.servers import answering, served, silent
from tests.runner.stories import PASSED, SECRET, SLOT_MS, GoneSites, HeldExecutor, HeldSites, a_story

HERE = "127.0.0.1"
PLACEMENT = Placement(journey=a_health_journey(confirms=False), target="standin", location="local")
CONFIRMED = replace(PLACEMENT, journey=a_health_journey())


@pytest.fixture
def desk(ledger: Ledger) -> Iterator[HealthDesk]:
    clock = SystemClock()
    with closing(HealthDesk(ledger, Timeline(clock), clock)) as made:
        yield made


@pytest.fixture
def well() -> Iterator[str]:
    with served(answering()) as port:
        yield f"http://{HERE}:{port}"


@pytest.fixture
def ill() -> Iterator[str]:
    with served(answering("503 Service Unavailable")) as port:
        yield f"http://{HERE}:{port}"


def _target(site: str) -> Target:
    return Target(name="standin", site=site, account=Account(email="a@b", password=SecretStr(SECRET)))


def _story(tmp_path: Path, ledger: Ledger, backend: str, site: str, **instead: Any) -> tuple[Story, list[RunRecord]]:
    published: list[RunRecord] = []
    story = a_story(tmp_path, ledger, HeldExecutor(PASSED), published)
    app = App(name="ihub", title="iHub", health_path="/health", base_urls={"backend": backend})
    return replace(story, apps={"ihub": app}, sites=HeldSites(_target(site)), **instead), published


def _run(
    desk: HealthDesk,
    story: Story,
    placement: Placement = PLACEMENT,
    slot_ms: int = SLOT_MS,
    trigger: Trigger = Trigger.SCHEDULE,
) -> tuple[RunRecord, ...]:
    return desk.run(story, placement, slot_ms, trigger, threading.Event()).result(30)


def test_check_that_passes_is_claimed_recorded_counted_and_shown(
    tmp_path: Path, ledger: Ledger, desk: HealthDesk, well: str
) -> None:
    story, published = _story(tmp_path, ledger, well, well)
    (record,) = _run(desk, story)
    assert (record.kind, record.outcome, record.fault, record.attempt) == (Kind.HEALTH, Outcome.PASSED, Fault.NONE, 1)
    assert record.started_ms is not None
    assert record.lateness_ms == record.started_ms - SLOT_MS
    assert record.provenance is not None
    assert (record.steps[0].title, [each.title for each in record.steps[0].steps][:2]) == (
        "GET /health",
        ["resolve", "connect"],
    )
    assert published == [record] == list(ledger.runs())
    totals = ledger.totals()
    assert (sum(totals.started.values()), sum(totals.finished.values())) == (1, 1)
    assert ledger.open_slots() == ()
    assert _run(desk, story) == ()  # the slot is taken


def test_check_that_fails_is_the_apps_and_needs_nobody_else(
    tmp_path: Path, ledger: Ledger, desk: HealthDesk, ill: str, well: str
) -> None:
    story, _ = _story(tmp_path, ledger, ill, well)
    (record,) = _run(desk, story)
    assert (record.outcome, record.fault) == (Outcome.FAILED, Fault.APP)
    assert record.reasons[0].sentence == f"{ill}/health was answered 503, and only 200 is good."
    assert record.evidence is not None
    assert record.evidence.health is not None
    assert record.evidence.health.others == ()


def test_check_that_is_not_answered_asks_the_site_which_tells_the_app_from_the_network(
    tmp_path: Path, ledger: Ledger, desk: HealthDesk, well: str
) -> None:
    nobody = f"http://{HERE}:9"
    app_gone, _ = _story(tmp_path, ledger, nobody, well)
    (record,) = _run(desk, app_gone)
    assert (record.fault, record.reasons[0].code) == (Fault.APP, "health_unreachable")
    all_gone, _ = _story(tmp_path, ledger, nobody, nobody.replace(HERE, "127.0.0.2"))
    (record,) = _run(desk, all_gone, slot_ms=SLOT_MS + 60_000)
    assert (record.fault, record.reasons[0].code) == (Fault.NETWORK, "two_origins_cut")


def test_check_that_fails_is_repeated_at_once_unless_the_slot_before_has_confirmed_it(
    tmp_path: Path, ledger: Ledger, desk: HealthDesk, ill: str
) -> None:
    story, published = _story(tmp_path, ledger, ill, ill)
    attempts = [len(_run(desk, story, CONFIRMED, SLOT_MS + number * 60_000)) for number in range(3)]
    assert attempts == [2, 1, 2]
    assert [each.attempt for each in published] == [1, 2, 1, 1, 2]
    again = published[1].evidence
    assert again is not None
    assert again.surroundings is not None
    assert again.surroundings.first_attempt is not None


def test_outage_that_a_process_before_this_one_has_confirmed_is_read_from_the_ledger(
    tmp_path: Path, ledger: Ledger, ill: str
) -> None:
    clock = SystemClock()
    attempts = []
    for number in range(2):
        story, _ = _story(tmp_path, ledger, ill, ill)
        with closing(HealthDesk(ledger, Timeline(clock), clock)) as desk:
            attempts.append(len(_run(desk, story, CONFIRMED, SLOT_MS + number * 60_000)))
    assert attempts == [2, 1]


def test_check_by_hand_counts_in_nothing(tmp_path: Path, ledger: Ledger, desk: HealthDesk, well: str) -> None:
    story, _ = _story(tmp_path, ledger, well, well)
    (record,) = _run(desk, story, trigger=Trigger.MANUAL)
    assert not record.counts
    assert ledger.totals().runs == {}


def test_check_of_a_site_of_ours_that_went_away_is_nobodys_fault(
    tmp_path: Path, ledger: Ledger, desk: HealthDesk, ill: str
) -> None:
    story, _ = _story(tmp_path, ledger, ill, ill)
    (record,) = _run(desk, replace(story, sites=GoneSites(_target(ill))))
    assert (record.outcome, record.fault, record.reasons[0].code) == (Outcome.ERRORED, Fault.MONITOR, "standin_gone")


def test_check_that_breaks_of_a_bug_of_ours_still_has_its_record(
    tmp_path: Path, ledger: Ledger, desk: HealthDesk, well: str
) -> None:
    story, _ = _story(tmp_path, ledger, well, well)
    (record,) = _run(desk, replace(story, apps={}))
    assert (record.outcome, record.reasons[0].code) == (Outcome.ERRORED, "runner_broke")


def test_secret_in_what_a_server_answers_is_redacted(tmp_path: Path, ledger: Ledger, desk: HealthDesk) -> None:
    with served(answering("302 Found", b"", f"Location: /{SECRET}/elsewhere")) as port:
        story, _ = _story(tmp_path, ledger, f"http://{HERE}:{port}", f"http://{HERE}:{port}")
        (record,) = _run(desk, story)
    assert record.reasons[0].code == "health_redirect"
    assert SECRET not in record.to_json()


class _FullLedger:
    """A ledger that takes nothing."""

    def at_once(self, _writes: object) -> tuple[object, ...]:
        raise StorageError("the disk is full")


def test_check_whose_claim_cannot_be_written_is_missed_and_asks_nobody(tmp_path: Path, ledger: Ledger) -> None:
    asked = threading.Event()
    clock, full = SystemClock(), cast("Ledger", _FullLedger())

    async def noted(*_pipes: object) -> None:
        asked.set()

    with served(noted) as port, closing(HealthDesk(full, Timeline(clock), clock)) as desk:
        story, _ = _story(tmp_path, ledger, f"http://{HERE}:{port}", f"http://{HERE}:{port}")
        with pytest.raises(UnwrittenError) as told:
            _run(desk, story)
    assert (told.value.record.outcome, told.value.record.reasons[0].code) == (Outcome.MISSED, "ledger_unwritable")
    assert not asked.is_set()


def test_checks_that_nobody_answers_hold_up_no_other(tmp_path: Path, ledger: Ledger, desk: HealthDesk) -> None:
    with served(silent) as never, served(answering()) as soon:
        urls = {f"never{number}": f"http://{HERE}:{never}/{number}" for number in range(50)}
        urls["soon"] = f"http://{HERE}:{soon}"
        story, _ = _story(tmp_path, ledger, "http://unused.example", f"http://{HERE}:{soon}")
        app = App(name="ihub", title="iHub", health_path="/health", base_urls=urls)
        story = replace(story, apps={"ihub": app})
        began = time.monotonic()
        stop = threading.Event()
        stop.set()  # nothing is repeated
        checks = [
            desk.run(story, replace(PLACEMENT, journey=a_health_journey(each)), SLOT_MS, Trigger.MANUAL, stop)
            for each in urls
        ]
        checks[-1].result(30)
        took_s = time.monotonic() - began
        records = [each.result(60)[0] for each in checks]
    assert took_s < 3  # the others' time is not over yet
    assert [each.outcome is Outcome.PASSED for each in records] == [False] * 50 + [True]


def test_batch_makes_health_checks_beside_the_seats(
    tmp_path: Path, ledger: Ledger, desk: HealthDesk, well: str
) -> None:
    story, _ = _story(tmp_path, ledger, well, well)

    class Nobody:
        def started(self, placement: Placement) -> None:
            pass

        def ended(self, placement: Placement, records: object) -> None:
            pass

    placements = [a_placement(), PLACEMENT]
    records = run_batch(
        EveryKind(story=story, health=desk),
        placements,
        seats=1,
        scheduled=False,
        stop=threading.Event(),
        watcher=Nobody(),
    )
    assert [each.kind for each in records] == [Kind.BROWSER, Kind.HEALTH]
