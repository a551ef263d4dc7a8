"""All that is needed to make runs, built and opened."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from synthetics.artifacts.redaction import Redactor
from synthetics.artifacts.store import ArtifactStore
from synthetics.authoring.browser import find_browser
from synthetics.bootstrap.suite import Suite, artifact_store
from synthetics.clock import SystemClock
from synthetics.config.wording import shown
from synthetics.errors import ConfigurationError
from synthetics.execute.processes import count_browser_processes
from synthetics.execute.recycling import WorkerLimits
from synthetics.execute.seats import SeatedExecutor
from synthetics.export.metrics import MetricsPage, RunnerNumbers
from synthetics.ledger.rescue import open_or_begin_again
from synthetics.ledger.store import Ledger
from synthetics.record import Kind, RunRecord
from synthetics.runner.budgets import BudgetLines, Judged
from synthetics.runner.claimant import is_gone, this_process
from synthetics.runner.controls import Controls, controls_in
from synthetics.runner.health_desk import EveryKind, HealthDesk
from synthetics.runner.lookout import Lookout
from synthetics.runner.lost import settle_lost_runs
from synthetics.runner.reports import Reports
from synthetics.runner.sessions import Sessions
from synthetics.runner.settling import Settling
from synthetics.runner.sites import EmbeddedSite, Sites
from synthetics.runner.story import Story
from synthetics.slo.profile_file import read_profile
from synthetics.slots import Timeline


@dataclass(frozen=True, kw_only=True, slots=True)
class Workshop:
    """All that is needed to make runs, open and ready."""

    suite: Suite
    story: Story
    health: HealthDesk
    ledger: Ledger
    store: ArtifactStore
    reports: Reports
    budgets: BudgetLines
    timeline: Timeline
    clock: SystemClock
    executor: SeatedExecutor
    embedded: EmbeddedSite

    @property
    def runs(self) -> EveryKind:
        """Makes runs of every kind of journey."""
        return EveryKind(story=self.story, health=self.health)


@contextmanager
def open_workshop(
    suite: Suite,
    *,
    embedded: EmbeddedSite | None = None,
    isolated: bool = False,
    is_scheduler: bool = False,
    publish: Callable[[RunRecord], None],
) -> Iterator[Workshop]:
    """Open the ledger, start the stand-in where a journey needs it, find the browser.

    Args:
        suite: The journeys that will run; only their targets are made ready.
        embedded: The stand-in, closed at the end; None for one that is well.
        isolated: Whether every run has a worker and a browser to itself.
        is_scheduler: Whether the caller holds the scheduler's lock.
        publish: Shows each finished record to whoever looks on, after it was written and has its report.

    Raises:
        ConfigurationError: Where a secret of a target in use cannot be read.
        CallerError: Where the storage or a browser is not there.
        StandinError: Where the stand-in does not come up.
    """
    configuration = suite.configuration
    refuse_unreadable_secrets(suite)
    clock = SystemClock()
    timeline = Timeline(clock)
    ledger = open_or_begin_again(
        configuration.storage, clock.wall_ms(), lambda told: sys.stderr.write(f"{told}\n"), is_scheduler=is_scheduler
    )
    try:
        ledger.keep_reserve()
        browser = browser_of(suite)
        with (
            closing(embedded or EmbeddedSite()) as standin,
            closing(_executor(clock, suite, isolated=isolated)) as executor,
        ):
            sites = sites_of(suite, standin)
            store = artifact_store(configuration)
            store.sweep(clock.wall_ms())
            budgets = BudgetLines(ledger, clock.wall_ms, judged_by(suite))
            reports = Reports(configuration.storage, store, ledger, budgets.line)
            story = Story(
                ledger=ledger,
                executor=executor,
                store=store,
                redactor=Redactor(sites.secrets()),
                timeline=timeline,
                sites=sites,
                controls=Controls(controls_in(suite.whole)),
                apps=suite.apps,
                browser=browser,
                journeys_folder=configuration.journeys_folder,
                grace_ms=configuration.limits.grace // timedelta(milliseconds=1),
                publish=_both(publish, reports.publish),
                lookout=Lookout(clock),
                settling=Settling(ledger, timeline.now_ms),
            )
            settle_lost_runs(story, ledger, suite.whole.placements)
            with closing(HealthDesk(ledger, timeline, clock)) as health:
                yield Workshop(
                    suite=suite,
                    story=story,
                    health=health,
                    ledger=ledger,
                    store=store,
                    reports=reports,
                    budgets=budgets,
                    timeline=timeline,
                    clock=clock,
                    executor=executor,
                    embedded=standin,
                )
    finally:
        ledger.close()


def judged_by(suite: Suite) -> Judged:
    """By what the runs of a suite are judged.

    Raises:
        ConfigurationError: With all that is wrong with the profile.
    """
    configuration = suite.configuration
    slo = configuration.slo
    return Judged(
        profile=read_profile(slo.profile, slo.profiles, shown(configuration.file)),
        placements=suite.whole.placements,
        rollouts={name: each.rollout for name, each in configuration.targets.items()},
    )


def metrics_page(workshop: Workshop) -> MetricsPage:
    """The page of metrics over an open ledger, beside or without a service: what a service does is not on it."""
    return MetricsPage(
        totals=workshop.ledger.totals,
        catalogue=lambda: workshop.suite.whole,
        runner=lambda: RunnerNumbers(browser_processes=count_browser_processes()),
        artifact_bytes=workshop.store.size_bytes,
        certificates=lambda: workshop.health.certificates,
        attestations=lambda: workshop.suite.configuration.attestations,
    )


def browser_of(suite: Suite) -> Path:
    """The browser's program; nothing where all that runs are health checks, which need none.

    Raises:
        BrowserNotFoundError: Where there is none.
    """
    if all(each.journey.kind is Kind.HEALTH for each in suite.catalogue.placements):
        return Path()
    return find_browser(suite.configuration.browser.executable, os.environ).executable


def sites_of(suite: Suite, embedded: EmbeddedSite) -> Sites:
    """The targets of a suite, those in use made ready."""
    sites = Sites(suite.configuration, embedded)
    targets = {name: sites.target(name) for name in {each.target for each in suite.catalogue.placements}}
    for each in suite.catalogue.placements:
        suite.apps[each.journey.app].on(targets[each.target])  # refuses an app whose ids nobody has told
    return sites


def redactor_of(sites: Sites, sessions: Sessions) -> Redactor:
    """Knows what is configured, and what is kept of sessions."""
    redactor = Redactor(sites.secrets())
    redactor.learn(sessions.secrets())
    return redactor


def refuse_unreadable_secrets(suite: Suite) -> None:
    """See that the secrets of all targets in use can be read.

    Raises:
        ConfigurationError: With all that cannot.
    """
    used = dict.fromkeys(each.target for each in suite.catalogue.placements)
    problems = dict.fromkeys(problem for name in used for problem in suite.configuration.unreadable_for(name))
    if problems:
        raise ConfigurationError(tuple(problems))


def _executor(clock: SystemClock, suite: Suite, *, isolated: bool) -> SeatedExecutor:
    limits = suite.configuration.limits
    kept = WorkerLimits(
        runs=limits.worker_runs,
        age_ms=limits.worker_age // timedelta(milliseconds=1),
        memory_bytes=limits.worker_memory_bytes,
        processes=limits.worker_processes,
    )
    return SeatedExecutor(clock, owner=this_process(), is_gone=is_gone, limits=kept, isolated=isolated)


def _both(first: Callable[[RunRecord], None], second: Callable[[RunRecord], None]) -> Callable[[RunRecord], None]:
    def publish(record: RunRecord) -> None:
        first(record)
        second(record)

    return publish
