"""The one place that builds objects: what the commands need, made from the configuration."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
from synthetics.errors import ConfigurationError
from synthetics.execute import IsolatedExecutor, count_browser_processes
from synthetics.export.metrics import MetricsPage
from synthetics.ledger.lock import scheduler_lock
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.record import RunRecord
from synthetics.runner.reports import Reports
from synthetics.runner.service import Service
from synthetics.runner.story import Story
from synthetics.slots import Timeline
from synthetics.web import Health, WebServer, make_app

#: How often the service looks whether its index of runs is out of date.
_INDEX_EVERY_SECONDS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Suite:
    """What the operator and the authors wrote, read and checked.

    Args:
        configuration: All of ``synthetics.toml``.
        apps: Every ``app.toml``, by the app's name.
        catalogue: The journeys on their targets.
    """

    configuration: Configuration
    apps: Mapping[str, App]
    catalogue: Catalogue

    def select(self, selectors: Sequence[str], target: str | None = None) -> "Suite":
        """Keep what is selected.

        Raises:
            SelectionError: Where a name does not exist, or nothing is left.
        """
        return replace(self, catalogue=self.catalogue.select(selectors, target))


def read_configuration(file: Path) -> Configuration:
    """Read the configuration alone.

    Raises:
        ConfigurationError: With everything that is wrong with it and with the apps.
    """
    return load(file, os.environ)[0]


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
    return Suite(
        configuration=configuration,
        apps=apps,
        catalogue=discover(configuration, apps, every=every, timeout=timeout),
    )


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
            store = ArtifactStore(configuration.storage / "runs")
            store.sweep(clock.wall_ms())
            reports = Reports(configuration.storage, store, ledger)
            story = Story(
                ledger=ledger,
                executor=IsolatedExecutor(clock),
                store=store,
                redactor=Redactor(sites.secrets()),
                timeline=timeline,
                site=sites,
                apps=suite.apps,
                browser=browser.executable,
                journeys_folder=configuration.journeys_folder,
                grace_ms=configuration.limits.grace // timedelta(milliseconds=1),
                publish=_both(publish, reports.publish),
            )
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
            ledger=workshop.ledger,
            clock=workshop.clock,
            timeline=Timeline(workshop.clock),  # its own: a timeline tells its jumps to one thread
            seats=configuration.limits.concurrency,
            drain_seconds=configuration.limits.drain.total_seconds(),
            upkeep=[(_INDEX_EVERY_SECONDS, workshop.reports.write_index)],
        )
        health = Health(
            unhealthy=service.why_not_alive,
            not_ready=service.why_not_ready,
            catalogue=lambda: suite.catalogue,
            last_run=lambda placement: _last_run(workshop.ledger, placement),
        )
        web.start(make_app(metrics_page(workshop), health))
        try:
            yield service
        finally:
            web.stop()  # before the ledger closes, which its pages read


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
        catalogue=lambda: workshop.suite.catalogue,
        browser_processes=count_browser_processes,
        artifact_bytes=workshop.store.size_bytes,
    )


class Sites:
    """Gives targets, ready to be asked, by name.

    Args:
        configuration: Where the targets are told.
        standin: The embedded site, where one was started.
    """

    def __init__(self, configuration: Configuration, standin: Standin | None) -> None:
        self._configuration = configuration
        self._standin = standin

    def __call__(self, name: str) -> Target:
        """The target of that name.

        Raises:
            StandinError: Where it is the embedded one, and that is not there any more.
        """
        settings = self._configuration.targets[name]
        if not settings.embedded:
            assert settings.site is not None  # noqa: S101  loading refuses a target without a site or an account
            assert settings.account is not None  # noqa: S101
            account = self._configuration.accounts[settings.account]
            return Target(name=name, site=settings.site, account=account, project=settings.project)
        assert self._standin is not None  # noqa: S101  started where any journey runs on it
        self._standin.check()
        return self._standin.target(settings, name)

    def secrets(self) -> Sequence[str]:
        """Every secret of every account, the stand-in's included."""
        accounts = [*self._configuration.accounts.values()]
        if self._standin is not None:
            accounts.append(self._standin.target(TargetSettings(embedded=True), "standin").account)
        return [secret for account in accounts for secret in account.secrets]


@contextmanager
def _sites(suite: Suite, faults: Sequence[str]) -> Iterator[Sites]:
    targets = suite.configuration.targets
    if any(targets[each.target].embedded for each in suite.catalogue.placements):
        with start_standin(faults) as standin:
            yield Sites(suite.configuration, standin)
    else:
        yield Sites(suite.configuration, None)


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
