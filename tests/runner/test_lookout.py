"""Who looks out of the house, and when: each run that did not pass, and the service from time to time."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from synthetics.clock import SystemClock
from synthetics.config.app import App
from synthetics.config.models import Target
from synthetics.errors import StandinError
from synthetics.evidence import Evidence, MachineSeen, Surroundings
from synthetics.ledger.store import Ledger
from synthetics.record import RunRecord, Trigger
from synthetics.runner.lookout import Lookout
from synthetics.runner.plan import Plan
from synthetics.runner.settling import Settling
from synthetics.runner.status_page import PageSeen
from synthetics.runner.story import Story
from synthetics.runner.surroundings import worth_keeping
from synthetics.runner.upkeep import read_status_pages
from tests.builders import a_catalogue, a_placement
from tests.judge.building import JIRA, MINUTE, NOW, ON_FORGE, control, stopping
from tests.judge.cases.shorthand import EXPECTING
from tests.runner.stories import FAILED, PASSED, PLACEMENT, SLOT_MS, HeldExecutor, HeldSites, a_story


class HeldLookout(Lookout):
    """Sees what a test wants, and counts how often."""

    def __init__(self, page: PageSeen | None = None) -> None:
        super().__init__(SystemClock())
        self.looked: list[str] = []
        self.pages.look = self._page  # type: ignore[method-assign]  # no page is asked in a test
        self._seen = page

    def look(self, target: Target, around: Surroundings) -> Surroundings:
        self.looked.append(target.name)
        machine = replace(around.machine_end or MachineSeen(), clock_offset_ms=90_000)
        return replace(around, statuspage="major", statuspage_since_ms=SLOT_MS, machine_end=machine)

    def _page(self, target: Target) -> PageSeen | None:
        self.looked.append(target.name)
        return self._seen


class LostSites(HeldSites):
    """Gives its target once: it is gone when somebody wants to look at it from outside."""

    asked = 0

    def target(self, name: str) -> Target:
        self.asked += 1
        if self.asked > 1:
            raise StandinError("The stand-in did not come up.")
        return super().target(name)


def a_control(evidence: Evidence) -> Evidence:
    app = stopping(EXPECTING).app
    assert app is not None
    return replace(evidence, app=replace(app, name="host_jira", framework=None, is_control=True))


@pytest.mark.parametrize(
    ("app", "evidence", "looks"),
    [
        pytest.param("ihub", FAILED, True, id="a run that failed"),
        pytest.param("host_jira", a_control(FAILED), True, id="a control that failed"),
        pytest.param("ihub", PASSED, False, id="a run that passed"),
    ],
)
def test_runs_that_did_not_pass_know_what_the_host_says_and_how_late_it_is(
    tmp_path: Path,
    ledger: Ledger,
    app: str,
    evidence: Evidence,
    looks: bool,  # noqa: FBT001  a table
) -> None:
    lookout = HeldLookout()
    placement = replace(PLACEMENT, journey=replace(PLACEMENT.journey, app=app, name=f"{app}.walk"))
    story = a_story(tmp_path, ledger, HeldExecutor(evidence), [])
    story = replace(story, lookout=lookout, apps={app: App(name=app, title=app)})
    (record,) = story.run(placement, SLOT_MS, Trigger.SCHEDULE, threading.Event())
    assert lookout.looked == ["standin"] * looks
    around = _around(record)
    assert around.statuspage == ("major" if looks else None)
    assert around.machine_end is not None
    assert around.machine_end.clock_offset_ms == (90_000 if looks else None)
    assert around.machine_end.cpus is not None


def test_site_of_ours_that_went_away_costs_what_it_says_of_itself_and_nothing_else(
    tmp_path: Path, ledger: Ledger
) -> None:
    story = a_story(tmp_path, ledger, HeldExecutor(FAILED), [])
    sites = LostSites(story.sites.target("standin"))
    story = replace(story, lookout=HeldLookout(), sites=sites)
    (record,) = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())
    assert (record.outcome, _around(record).statuspage) == ("failed", None)


def test_record_keeps_the_controls_of_its_time_and_the_last_of_each_kind_of_all_those_that_are_known() -> None:
    old, stale, fresh = (control(JIRA, after_ms=minute * MINUTE) for minute in (-60, -30, -2))
    forge = control(ON_FORGE, after_ms=-90 * MINUTE)
    assert worth_keeping((forge, old, stale, fresh), NOW) == (forge, fresh)
    assert worth_keeping((old, stale), NOW) == (stale,)


class HeardSettling(Settling):
    """Remembers what it was told of pages."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, PageSeen]] = []

    def page_says(self, target: str, location: str, page: PageSeen) -> int:
        self.told.append((target, location, page))
        return 0


def a_plan(story: Story) -> Plan:
    catalogue = a_catalogue(a_placement("ihub.a"), a_placement("ihub.b"), a_placement("ihub.a", location="frankfurt"))
    return Plan(catalogue=catalogue, story=story, seats=1, drain_seconds=1, room=lambda: None)  # type: ignore[arg-type,return-value]  # not asked


def test_service_reads_the_page_of_each_target_and_lets_it_speak_for_what_failed_there(
    tmp_path: Path, ledger: Ledger
) -> None:
    page = PageSeen(indicator="minor", since_ms=SLOT_MS)
    story, settling = a_story(tmp_path, ledger, HeldExecutor(PASSED), []), HeardSettling()
    read_status_pages(a_plan(replace(story, lookout=HeldLookout(page), settling=settling)))
    assert settling.told == [("standin", "frankfurt", page), ("standin", "local", page)]


def test_service_says_nothing_where_no_page_is_to_be_had(tmp_path: Path, ledger: Ledger) -> None:
    story, settling = a_story(tmp_path, ledger, HeldExecutor(PASSED), []), HeardSettling()
    read_status_pages(a_plan(replace(story, lookout=HeldLookout(), settling=settling)))
    read_status_pages(a_plan(story))
    assert settling.told == []


def _around(record: RunRecord) -> Surroundings:
    assert record.evidence is not None
    assert record.evidence.surroundings is not None
    return record.evidence.surroundings
