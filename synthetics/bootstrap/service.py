"""The service: all that runs need, and what goes on by the clock."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

from synthetics.bootstrap.suite import Suite, read_suite
from synthetics.bootstrap.workshop import (
    Workshop,
    browser_of,
    judged_by,
    open_workshop,
    redactor_of,
    refuse_unreadable_secrets,
    sites_of,
)
from synthetics.catalogue import Placement
from synthetics.config.models import Configuration
from synthetics.errors import ConfigurationError, SelectionError, StorageError
from synthetics.export.metrics import MetricsPage
from synthetics.ledger.lock import scheduler_lock
from synthetics.ledger.store import Ledger
from synthetics.record import Kind, RunRecord
from synthetics.runner import admission
from synthetics.runner.agenda import OnSchedule
from synthetics.runner.controls import Controls, controls_in
from synthetics.runner.dead_man import dead_man_of
from synthetics.runner.downtime import fill_downtime, watch
from synthetics.runner.measuring import CapacityCheck, runner_numbers
from synthetics.runner.plan import Plan, broken_since, needing_restart
from synthetics.runner.service import Service
from synthetics.runner.story import Story
from synthetics.runner.systemd import Notifier
from synthetics.runner.upkeep import read_status_pages, retain, seal
from synthetics.slots import Timeline
from synthetics.web import Health, WebServer, make_app

_log = logging.getLogger(__name__)

#: How often the service looks whether somebody has ended the supervisor of a seat that is free.
_TEND_EVERY_SECONDS = 2
#: How often the service looks whether its index of runs is out of date.
_INDEX_EVERY_SECONDS = 10
#: How often the service removes what has outlived its time; at its start as well.
_RETENTION_EVERY_SECONDS = 3_600
#: How often the service looks whether a day can be sealed; at its start as well, before anything of it is removed.
_SEALING_EVERY_SECONDS = 600
#: How often the service reads status pages; a little more than the minute for which an answer is kept.
_PAGES_EVERY_SECONDS = 61
#: How often the service looks whether it has to reckon anew if its seats suffice.
_CAPACITY_EVERY_SECONDS = 10


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
            health=workshop.health,
            reread=lambda: _reread(workshop, service.plan),
            clock=workshop.clock,
            timeline=Timeline(workshop.clock),  # its own: a timeline tells its jumps to one thread
            watch=lambda on_schedule: _keep_watch(workshop, on_schedule),
            notifier=Notifier(os.environ, workshop.clock, os.getpid()),
            upkeep=[
                (_TEND_EVERY_SECONDS, workshop.executor.tend),
                (_INDEX_EVERY_SECONDS, workshop.reports.write_index),
                (_SEALING_EVERY_SECONDS, lambda: seal(workshop.ledger, workshop.clock)),
                (
                    _RETENTION_EVERY_SECONDS,
                    lambda: retain(workshop.ledger, workshop.store, service.plan.retention, workshop.clock),
                ),
                (_PAGES_EVERY_SECONDS, lambda: read_status_pages(service.plan)),
                (_CAPACITY_EVERY_SECONDS, lambda: capacity.look(service.plan)),
            ],
        )
        filled = fill_downtime(workshop.ledger, service.on_schedule)
        if filled:
            _log.warning("event=downtime_filled slots=%d", filled)
        shared = [each for each in suite.catalogue.placements if _keeps_a_worker(each)]
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
            certificates=lambda: workshop.health.certificates,
            attestations=lambda: service.plan.attestations,
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
        attestations=configuration.attestations,
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
    refuse_unreadable_secrets(suite)
    sites = sites_of(suite, workshop.embedded)
    story = replace(
        workshop.story,
        redactor=redactor_of(sites, workshop.story.sessions),
        sites=sites,
        controls=Controls(controls_in(suite.whole)),
        apps=suite.apps,
        browser=browser_of(suite),
        journeys_folder=suite.configuration.journeys_folder,
        grace_ms=suite.configuration.limits.grace // timedelta(milliseconds=1),
    )
    judged = judged_by(suite)
    plan = _plan(workshop, suite, story)
    workshop.budgets.judged = judged
    for problem in suite.catalogue.problems:
        _log.warning("event=left_out\n%s", problem)
    for key in needing_restart(at_start, suite.configuration):
        _log.warning("event=needs_a_restart key=%s", key)
    return plan


def _keep_watch(workshop: Workshop, on_schedule: OnSchedule) -> None:
    """Note in the ledger what is scheduled and up to when that was seen to, and keep its reserve."""
    watch(workshop.ledger, on_schedule)
    workshop.ledger.keep_reserve()


def _keeps_a_worker(placement: Placement) -> bool:
    return placement.journey.kind is not Kind.HEALTH and not placement.journey.isolated


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
