"""The one place that builds objects: what the commands need, made from the configuration."""

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from synthetics.artifacts.redaction import Redactor
from synthetics.artifacts.store import ArtifactStore
from synthetics.authoring.browser import find_browser
from synthetics.authoring.embedded import Standin, start_standin
from synthetics.catalogue import Catalogue, Placement, discover
from synthetics.clock import SystemClock
from synthetics.config.loading import load
from synthetics.config.models import App, Configuration, Target, TargetSettings
from synthetics.errors import ConfigurationError, SelectionError, StandinError
from synthetics.execute import IsolatedExecutor, count_browser_processes
from synthetics.export.metrics import MetricsPage
from synthetics.ledger.lock import scheduler_lock
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.record import RunRecord
from synthetics.runner.lost import settle_lost_runs
from synthetics.runner.reports import Reports
from synthetics.runner.retention import PAUSE_SECONDS, ROUNDS, prune
from synthetics.runner.service import Service
from synthetics.runner.story import Story
from synthetics.slots import Timeline
from synthetics.web import Health, WebServer, make_app

_log = logging.getLogger(__name__)

#: How often the service looks whether its index of runs is out of date.
_INDEX_EVERY_SECONDS = 10
#: How often the service removes what has outlived its time; at its start as well.
_RETENTION_EVERY_SECONDS = 3_600


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
        wanted = text.casefold()
        kept = tuple(
            each
            for each in self.catalogue.placements
            if wanted in each.journey.name.casefold() or wanted in each.journey.title.casefold()
        )
        if not kept:
            names = ", ".join(journey.name for journey in self.catalogue.journeys)
            raise SelectionError(f"No selected journey has {text!r} in its name or title.\n  There are: {names}.")
        return replace(self, catalogue=replace(self.catalogue, placements=kept))


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


@contextmanager
def open_workshop(
    suite: Suite, *, faults: Sequence[str] = (), publish: Callable[[RunRecord], None]
) -> Iterator[Workshop]:
    """Open the ledger, start the stand-in where a journey needs it, find the browser.

    Args:
        suite: The journeys that will run; only their targets are made ready.
        faults: The stand-in's faults to switch on.
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
    ledger = open_ledger(configuration.storage)
    try:
        browser = find_browser(configuration.browser.executable, os.environ)
        with _sites(suite, faults) as sites:
            store = artifact_store(configuration)
            store.sweep(clock.wall_ms())
            reports = Reports(configuration.storage, store, ledger)
            story = Story(
                ledger=ledger,
                executor=IsolatedExecutor(clock),
                store=store,
                redactor=Redactor(sites.secrets()),
                timeline=timeline,
                sites=sites,
                apps=suite.apps,
                browser=browser.executable,
                journeys_folder=configuration.journeys_folder,
                grace_ms=configuration.limits.grace // timedelta(milliseconds=1),
                publish=_both(publish, reports.publish),
            )
            settle_lost_runs(story, ledger, suite.whole.placements)
            yield Workshop(
                suite=suite, story=story, ledger=ledger, store=store, reports=reports, timeline=timeline, clock=clock
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
    with (
        _bound(configuration) as web,
        scheduler_lock(configuration.storage),
        open_workshop(suite, publish=publish) as workshop,
    ):
        service = Service(
            catalogue=suite.catalogue,
            story=workshop.story,
            clock=workshop.clock,
            timeline=Timeline(workshop.clock),  # its own: a timeline tells its jumps to one thread
            seats=configuration.limits.concurrency,
            drain_seconds=configuration.limits.drain.total_seconds(),
            upkeep=[
                (_INDEX_EVERY_SECONDS, workshop.reports.write_index),
                (_RETENTION_EVERY_SECONDS, lambda: _retain(workshop)),
            ],
        )
        health = Health(
            unhealthy=service.why_not_alive,
            not_ready=service.why_not_ready,
            catalogue=lambda: suite.catalogue,
            last_run=lambda placement: _last_run(workshop.ledger, placement),
        )
        web.start(make_app(metrics_page(workshop), health))
        _log.info("event=listening url=%s reports=%s", web.address, configuration.storage / "index.html")
        try:
            yield service
        finally:
            web.stop()  # before the ledger closes, which its pages read


def _retain(workshop: Workshop) -> None:
    """Remove what has outlived its time, a bounded number of records in one go: whatever waits meanwhile, waits."""
    clock, nobody = workshop.clock, threading.Event()
    pruned = prune(
        workshop.ledger,
        workshop.store,
        workshop.suite.configuration.retention,
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


def metrics_page(workshop: Workshop) -> MetricsPage:
    """The page of metrics over an open ledger."""
    return MetricsPage(
        totals=workshop.ledger.totals,
        catalogue=lambda: workshop.suite.whole,
        browser_processes=count_browser_processes,
        artifact_bytes=workshop.store.size_bytes,
    )


class Sites:
    """Gives targets, ready to be asked: real ones as they are configured, the embedded one as long as it runs.

    Args:
        configuration: Where the targets are told.
        faults: The stand-in's faults that are switched on.
    """

    def __init__(self, configuration: Configuration, faults: Sequence[str]) -> None:
        self._configuration = configuration
        self._faults = tuple(faults)
        self._lock = threading.Lock()
        self._standin: Standin | None = None
        self._running = ExitStack()

    def target(self, name: str) -> Target:
        """The target of that name; the stand-in is started for it where it does not run, or runs no more.

        Raises:
            StandinError: Where the stand-in does not come up.
        """
        settings = self._configuration.targets[name]
        if settings.embedded:
            return self._embedded().target(settings, name)
        return self._configuration.site(name)

    def check(self, target: Target) -> None:
        """See that the embedded target is still there, and the same; others are not ours to see to.

        Raises:
            StandinError: Where it went away.
        """
        if not self._configuration.targets[target.name].embedded:
            return
        with self._lock:
            standin = self._standin
        if standin is None or standin.site != target.site:
            raise StandinError("The embedded stand-in ended, and another one was started since.")
        standin.check()

    def secrets(self) -> Sequence[str]:
        """Every secret of every account, the stand-in's included where it runs."""
        accounts = [*self._configuration.accounts.values()]
        if self._standin is not None:
            accounts.append(self._standin.target(TargetSettings(embedded=True), "standin").account)
        return [secret for account in accounts for secret in account.secrets]

    def close(self) -> None:
        """End the stand-in, where it runs."""
        self._running.close()

    def _embedded(self) -> Standin:
        with self._lock:
            try:
                if self._standin is not None:
                    self._standin.check()
                    return self._standin
            except StandinError as error:
                _log.warning("event=standin_restarted why=%r", str(error).partition("\n")[0])
                self._running.close()
            self._standin = self._running.enter_context(start_standin(self._faults))
            return self._standin


@contextmanager
def _sites(suite: Suite, faults: Sequence[str]) -> Iterator[Sites]:
    with closing(Sites(suite.configuration, faults)) as sites:
        for name in {each.target for each in suite.catalogue.placements}:
            sites.target(name)
        yield sites


def _refuse_unreadable_secrets(suite: Suite) -> None:
    configuration = suite.configuration
    used = {configuration.targets[each.target].account for each in suite.catalogue.placements} - {None}
    problems = [
        problem for account, found in configuration.unreadable_secrets.items() if account in used for problem in found
    ]
    if problems:
        raise ConfigurationError(problems)


def _both(first: Callable[[RunRecord], None], second: Callable[[RunRecord], None]) -> Callable[[RunRecord], None]:
    def publish(record: RunRecord) -> None:
        first(record)
        second(record)

    return publish
