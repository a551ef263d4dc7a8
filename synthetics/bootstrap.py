"""The one place that builds objects: what the commands need, made from the configuration."""

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from synthetics.artifacts.redaction import Redactor
from synthetics.artifacts.store import ArtifactStore
from synthetics.authoring.browser import find_browser
from synthetics.catalogue import Catalogue, Placement, discover
from synthetics.clock import SystemClock
from synthetics.config.app import App
from synthetics.config.loading import load
from synthetics.config.models import Configuration, Retention
from synthetics.errors import ConfigurationError, SelectionError, StorageError
from synthetics.execute.processes import count_browser_processes
from synthetics.execute.recycling import WorkerLimits
from synthetics.execute.seats import SeatedExecutor
from synthetics.export.metrics import MetricsPage, RunnerNumbers
from synthetics.ledger.lock import scheduler_lock
from synthetics.ledger.rescue import open_or_begin_again
from synthetics.ledger.store import Ledger
from synthetics.record import RunRecord
from synthetics.runner import admission
from synthetics.runner.agenda import OnSchedule
from synthetics.runner.claimant import is_gone, this_process
from synthetics.runner.controls import Controls, controls_in
from synthetics.runner.dead_man import dead_man_of
from synthetics.runner.downtime import fill_downtime, watch
from synthetics.runner.lost import settle_lost_runs
from synthetics.runner.measuring import CapacityCheck, runner_numbers
from synthetics.runner.plan import Plan, broken_since, needing_restart
from synthetics.runner.reports import Reports
from synthetics.runner.retention import PAUSE_SECONDS, ROUNDS, prune
from synthetics.runner.service import Service
from synthetics.runner.sites import EmbeddedSite, Sites
from synthetics.runner.story import Story
from synthetics.runner.systemd import Notifier
from synthetics.slots import Timeline
from synthetics.web import Health, WebServer, make_app

_log = logging.getLogger(__name__)

#: How often the service looks whether somebody has ended the supervisor of a seat that is free.
_TEND_EVERY_SECONDS = 2
#: How often the service looks whether its index of runs is out of date.
_INDEX_EVERY_SECONDS = 10
#: How often the service removes what has outlived its time; at its start as well.
_RETENTION_EVERY_SECONDS = 3_600
#: How often the service looks whether it has to reckon anew if its seats suffice.
_CAPACITY_EVERY_SECONDS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Suite:
    """What the operator and the authors wrote, read and checked.

    Args:
        configuration: All of ``synthetics.toml``.
        apps: Every ``app.toml``, by the app's name.
        whole: All journeys on their targets.
        catalogue: Those that are selected of them.
    """

    configuration: Configuration
    apps: Mapping[str, App]
    whole: Catalogue
    catalogue: Catalogue

    def select(self, selectors: Sequence[str], target: str | None = None) -> "Suite":
        """Keep what is selected.

        Raises:
            SelectionError: Where a name does not exist, or nothing is left.
        """
        return replace(self, catalogue=self.catalogue.select(selectors, target))

    def containing(self, text: str) -> "Suite":
        """Keep the journeys that have a text in their name or title, in small letters or capitals.

        Raises:
            SelectionError: Where nothing is left.
        """
        return replace(self, catalogue=self.catalogue.containing(text))


def read_configuration(file: Path) -> Configuration:
    """Read the configuration alone.

    Raises:
        ConfigurationError: With everything that is wrong with it and with the apps.
    """
    return load(file, os.environ)[0]


def artifact_store(configuration: Configuration) -> ArtifactStore:
    """Where the files of runs are."""
    return ArtifactStore(configuration.storage / "runs")


def read_suite(file: Path, *, every: timedelta | None = None, timeout: timedelta | None = None) -> Suite:
    """Read the configuration and discover the journeys.

    Args:
        file: The ``synthetics.toml``.
        every: How often every journey is due, over all that the files say.
        timeout: How long one attempt at a journey may take, over all that the files say.

    Raises:
        ConfigurationError: With everything that is wrong at once.
    """
    configuration, apps = load(file, os.environ)
    whole = discover(configuration, apps, every=every, timeout=timeout)
    return Suite(configuration=configuration, apps=apps, whole=whole, catalogue=whole)


@dataclass(frozen=True, kw_only=True, slots=True)
class Workshop:
    """All that is needed to make runs, open and ready."""

    suite: Suite
    story: Story
    ledger: Ledger
    store: ArtifactStore
    reports: Reports
    timeline: Timeline
    clock: SystemClock
    executor: SeatedExecutor
    embedded: EmbeddedSite


@contextmanager
def open_workshop(
    suite: Suite,
    *,
    faults: Sequence[str] = (),
    isolated: bool = False,
    is_scheduler: bool = False,
    publish: Callable[[RunRecord], None],
) -> Iterator[Workshop]:
    """Open the ledger, start the stand-in where a journey needs it, find the browser.

    Args:
        suite: The journeys that will run; only their targets are made ready.
        faults: The stand-in's faults to switch on.
        isolated: Whether every run has a worker and a browser to itself.
        is_scheduler: Whether the caller holds the scheduler's lock.
        publish: Shows each finished record to whoever looks on, after it was written and has its report.

    Raises:
        ConfigurationError: Where a secret of a target in use cannot be read.
        CallerError: Where the storage or a browser is not there.
        StandinError: Where the stand-in does not come up.
    """
    configuration = suite.configuration
    _refuse_unreadable_secrets(suite)
    clock = SystemClock()
    timeline = Timeline(clock)
    ledger = open_or_begin_again(
        configuration.storage, clock.wall_ms(), lambda told: sys.stderr.write(f"{told}\n"), is_scheduler=is_scheduler
    )
    try:
        ledger.keep_reserve()
        browser = find_browser(configuration.browser.executable, os.environ)
        with closing(EmbeddedSite(faults)) as embedded, closing(_executor(clock, suite, isolated=isolated)) as executor:
            sites = _sites(suite, embedded)
            store = artifact_store(configuration)
            store.sweep(clock.wall_ms())
            reports = Reports(configuration.storage, store, ledger)
            story = Story(
                ledger=ledger,
                executor=executor,
                store=store,
                redactor=Redactor(sites.secrets()),
                timeline=timeline,
                sites=sites,
                controls=Controls(controls_in(suite.whole)),
                apps=suite.apps,
                browser=browser.executable,
                journeys_folder=configuration.journeys_folder,
                grace_ms=configuration.limits.grace // timedelta(milliseconds=1),
                publish=_both(publish, reports.publish),
            )
            settle_lost_runs(story, ledger, suite.whole.placements)
            yield Workshop(
                suite=suite,
                story=story,
                ledger=ledger,
                store=store,
                reports=reports,
                timeline=timeline,
                clock=clock,
                executor=executor,
                embedded=embedded,
            )
    finally:
        ledger.close()


@contextmanager
def open_service(suite: Suite, *, publish: Callable[[RunRecord], None]) -> Iterator[Service]:
    """Open the service: its port, the sole right to schedule on this ledger, and all that runs need.

    The port comes first and the lock second: where one of them is taken, nothing has been written yet.

    Raises:
        PortTakenError: Where somebody listens there.
        SchedulerRunningError: Where another scheduler owns this ledger.
        CallerError: Where the storage or a browser is not there, or a secret cannot be read.
        StandinError: Where the stand-in does not come up.
    """
    configuration = suite.configuration
    dead_man_of(configuration.dead_man)  # refuses an address that cannot be read
    with (
        _bound(configuration) as web,
        scheduler_lock(configuration.storage),
        open_workshop(suite, is_scheduler=True, publish=publish) as workshop,
    ):
        capacity = CapacityCheck(workshop.ledger, os.cpu_count() or 1, workshop.clock)
        service = Service(
            plan=_plan(workshop, suite, workshop.story),
            reread=lambda: _reread(workshop, service.plan),
            clock=workshop.clock,
            timeline=Timeline(workshop.clock),  # its own: a timeline tells its jumps to one thread
            watch=lambda on_schedule: _keep_watch(workshop, on_schedule),
            notifier=Notifier(os.environ, workshop.clock, os.getpid()),
            upkeep=[
                (_TEND_EVERY_SECONDS, workshop.executor.tend),
                (_INDEX_EVERY_SECONDS, workshop.reports.write_index),
                (_RETENTION_EVERY_SECONDS, lambda: _retain(workshop, service.plan.retention)),
                (_CAPACITY_EVERY_SECONDS, lambda: capacity.look(service.plan)),
            ],
        )
        filled = fill_downtime(workshop.ledger, service.on_schedule)
        if filled:
            _log.warning("event=downtime_filled slots=%d", filled)
        shared = [each for each in suite.catalogue.placements if not each.journey.isolated]
        workshop.story.warm(shared[: configuration.limits.concurrency])
        health = Health(
            unhealthy=service.why_not_alive,
            not_ready=service.why_not_ready,
            catalogue=lambda: service.plan.catalogue,
            last_run=lambda placement: _last_run(workshop.ledger, placement),
        )
        page = MetricsPage(
            totals=workshop.ledger.totals,
            catalogue=lambda: service.plan.catalogue,
            artifact_bytes=workshop.store.size_bytes,
            runner=lambda: runner_numbers(workshop.executor.numbers(), service.waiting, capacity),
        )
        web.start(make_app(page, health))
        _log.info("event=listening url=%s reports=%s", web.address, configuration.storage / "index.html")
        try:
            yield service
        finally:
            web.stop()  # before the ledger closes, which its pages read
            with suppress(StorageError):  # what it would have noted is found out at the next start
                _keep_watch(workshop, service.on_schedule)


def _plan(workshop: Workshop, suite: Suite, story: Story) -> Plan:
    """What the service does by a suite.

    Raises:
        ConfigurationError: Where the dead man's address cannot be read.
    """
    configuration, limits = suite.configuration, suite.configuration.limits
    storage = workshop.suite.configuration.storage  # whatever the suite says: the one that is open
    need = admission.Need(memory_free=limits.memory_free_bytes, disk_free=limits.disk_free_bytes)
    return Plan(
        catalogue=suite.catalogue,
        story=story,
        seats=limits.concurrency,
        drain_seconds=limits.drain.total_seconds(),
        room=lambda: admission.room(admission.read(storage), need),
        retention=configuration.retention,
        dead_man=dead_man_of(configuration.dead_man),
    )


def _reread(workshop: Workshop, before: Plan) -> Plan:
    """Read everything anew for a service that runs, and make ready what it needs.

    Raises:
        SyntheticsError: Where anything is wrong with it, also with a file whose journeys run now.
    """
    at_start = workshop.suite.configuration
    suite = read_suite(at_start.file)
    broken = broken_since(before.catalogue, suite.catalogue)
    if broken:
        raise ConfigurationError(broken)
    if not suite.catalogue.placements:
        raise SelectionError(f"{at_start.file}: no journey can run.")
    _refuse_unreadable_secrets(suite)
    sites = _sites(suite, workshop.embedded)
    story = replace(
        workshop.story,
        redactor=Redactor(sites.secrets()),
        sites=sites,
        controls=Controls(controls_in(suite.whole)),
        apps=suite.apps,
        browser=find_browser(suite.configuration.browser.executable, os.environ).executable,
        journeys_folder=suite.configuration.journeys_folder,
        grace_ms=suite.configuration.limits.grace // timedelta(milliseconds=1),
    )
    plan = _plan(workshop, suite, story)
    for problem in suite.catalogue.problems:
        _log.warning("event=left_out\n%s", problem)
    for key in needing_restart(at_start, suite.configuration):
        _log.warning("event=needs_a_restart key=%s", key)
    return plan


def _keep_watch(workshop: Workshop, on_schedule: OnSchedule) -> None:
    """Note in the ledger what is scheduled and up to when that was seen to, and keep its reserve."""
    watch(workshop.ledger, on_schedule)
    workshop.ledger.keep_reserve()


def _retain(workshop: Workshop, retention: Retention) -> None:
    """Remove what has outlived its time, a bounded number of records in one go: whatever waits meanwhile, waits."""
    clock, nobody = workshop.clock, threading.Event()
    pruned = prune(
        workshop.ledger,
        workshop.store,
        retention,
        clock.wall_ms(),
        pause=lambda: clock.wait(nobody, PAUSE_SECONDS),
        rounds=ROUNDS,
    )
    if pruned.removals or pruned.records:
        _log.info(
            "event=pruned runs=%d freed_bytes=%d records=%d", len(pruned.removals), pruned.freed_bytes, pruned.records
        )


def _last_run(ledger: Ledger, placement: Placement) -> RunRecord | None:
    records = ledger.runs(selectors=[placement.journey.name])
    return next((each for each in records if each.target == placement.target and each.counts), None)


@contextmanager
def _bound(configuration: Configuration) -> Iterator[WebServer]:
    web = WebServer(configuration.web.host, configuration.web.port)
    try:
        web.bind()
        yield web
    finally:
        web.stop()


def _executor(clock: SystemClock, suite: Suite, *, isolated: bool) -> SeatedExecutor:
    limits = suite.configuration.limits
    kept = WorkerLimits(
        runs=limits.worker_runs,
        age_ms=limits.worker_age // timedelta(milliseconds=1),
        memory_bytes=limits.worker_memory_bytes,
        processes=limits.worker_processes,
    )
    return SeatedExecutor(clock, owner=this_process(), is_gone=is_gone, limits=kept, isolated=isolated)


def metrics_page(workshop: Workshop) -> MetricsPage:
    """The page of metrics over an open ledger, beside or without a service: what a service does is not on it."""
    return MetricsPage(
        totals=workshop.ledger.totals,
        catalogue=lambda: workshop.suite.whole,
        runner=lambda: RunnerNumbers(browser_processes=count_browser_processes()),
        artifact_bytes=workshop.store.size_bytes,
    )


def _sites(suite: Suite, embedded: EmbeddedSite) -> Sites:
    """The targets of a suite, those in use made ready."""
    sites = Sites(suite.configuration, embedded)
    targets = {name: sites.target(name) for name in {each.target for each in suite.catalogue.placements}}
    for each in suite.catalogue.placements:
        suite.apps[each.journey.app].on(targets[each.target])  # refuses an app whose ids nobody has told
    return sites


def _refuse_unreadable_secrets(suite: Suite) -> None:
    used = dict.fromkeys(each.target for each in suite.catalogue.placements)
    problems = dict.fromkeys(problem for name in used for problem in suite.configuration.unreadable_for(name))
    if problems:
        raise ConfigurationError(tuple(problems))


def _both(first: Callable[[RunRecord], None], second: Callable[[RunRecord], None]) -> Callable[[RunRecord], None]:
    def publish(record: RunRecord) -> None:
        first(record)
        second(record)

    return publish
