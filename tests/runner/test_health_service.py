"""The service with health journeys: they run when they are due, whoever has the seats, and nothing is lost."""

import os
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from synthetics.catalogue import Placement
from synthetics.clock import SystemClock
from synthetics.config.app import App
from synthetics.config.models import Account, Target
from synthetics.ledger.store import Ledger
from synthetics.record import Kind, Outcome, RunRecord
from synthetics.runner.admission import NO_MEMORY, Room
from synthetics.runner.health_desk import HealthDesk
from synthetics.runner.plan import Plan
from synthetics.runner.service import Service
from synthetics.runner.systemd import Notifier
from synthetics.slots import Timeline, slots_of
from tests.builders import a_catalogue, a_health_journey, a_placement
from tests.health.servers import answering, served
from tests.runner.stories import PASSED, HeldExecutor, HeldSites, a_story

_WANTED = 12
_EVERY_MS = 500


def test_service_checks_every_slot_once_while_no_browser_may_start_and_ends_with_none_open(
    tmp_path: Path, ledger: Ledger
) -> None:
    clock = SystemClock()
    published: list[RunRecord] = []
    executor = HeldExecutor(PASSED)
    enough = threading.Event()

    def publish(record: RunRecord) -> None:
        published.append(record)
        if sum(each.kind is Kind.HEALTH for each in published) >= _WANTED:
            enough.set()

    names = ("backend", "hooks", "admin")
    checks = [
        Placement(journey=replace(a_health_journey(name), every_ms=_EVERY_MS), target="standin", location="local")
        for name in names
    ]
    with served(answering()) as port, closing(HealthDesk(ledger, Timeline(clock), clock)) as desk:
        url = f"http://127.0.0.1:{port}"
        target = Target(name="standin", site=url, account=Account(email="a@b", password=SecretStr("secret")))
        app = App(name="ihub", title="iHub", health_path="/health", base_urls={each: f"{url}/{each}" for each in names})
        story = replace(
            a_story(tmp_path, ledger, executor, published),
            apps={"ihub": app},
            sites=HeldSites(target),
            publish=publish,
        )
        service = Service(
            plan=Plan(
                catalogue=a_catalogue(*checks, a_placement(every_ms=_EVERY_MS)),
                story=story,
                seats=1,
                drain_seconds=20,
                room=lambda: Room(starts=0, reason=NO_MEMORY),
            ),
            health=desk,
            reread=lambda: service.plan,
            clock=clock,
            timeline=Timeline(clock),
            watch=lambda _on_schedule: None,
            notifier=Notifier({}, clock, os.getpid()),
        )
        thread = threading.Thread(target=service.run)
        thread.start()
        assert enough.wait(60)
        service.stop()
        thread.join(60)
        on_schedule = service.on_schedule
    made = [each for each in ledger.runs() if each.kind is Kind.HEALTH]
    assert {each.outcome for each in made if each.lateness_ms is not None} == {Outcome.PASSED}
    assert not [each for each in ledger.runs() if each.kind is Kind.BROWSER and each.outcome is not Outcome.MISSED]
    assert ledger.open_slots() == ()
    assert executor.orders == []
    for placement in checks:
        slots, due = slots_of(placement), []
        slot_ms = slots.next_slot_ms(on_schedule.since_ms)
        while slot_ms <= on_schedule.until_ms:
            due.append(slot_ms)
            slot_ms = slots.next_slot_ms(slot_ms)
        assert sorted(each.slot_ms for each in made if each.journey == placement.journey.name) == due
