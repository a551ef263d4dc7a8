"""What a service does beside its runs, from time to time and on one thread."""

import logging
import threading
from contextlib import suppress

from synthetics.artifacts.store import ArtifactStore
from synthetics.clock import Clock
from synthetics.config.models import Retention
from synthetics.errors import StandinError
from synthetics.ledger.store import Ledger
from synthetics.runner.plan import Plan
from synthetics.runner.retention import PAUSE_SECONDS, ROUNDS, prune

#: How many days are sealed in one go: one of a hundred thousand records takes some seconds, and others wait for them.
DAYS_AT_ONCE = 1

_log = logging.getLogger(__name__)


def seal(ledger: Ledger, clock: Clock) -> None:
    """Seal days that are closed, one in a go, and tell each seal where logs are kept."""
    for each in ledger.audit.seal_days(clock.wall_ms(), at_most=DAYS_AT_ONCE):
        _log.info("event=day_sealed day=%s records=%d seal=%s", each.day, each.records, each.seal)


def retain(ledger: Ledger, store: ArtifactStore, retention: Retention, clock: Clock) -> None:
    """Remove what has outlived its time, a bounded number of records in one go: whatever waits meanwhile, waits."""
    nobody = threading.Event()
    pruned = prune(
        ledger,
        store,
        retention,
        clock.wall_ms(),
        pause=lambda: clock.wait(nobody, PAUSE_SECONDS),
        rounds=ROUNDS,
    )
    if pruned.removals or pruned.records:
        _log.info(
            "event=pruned runs=%d freed_bytes=%d records=%d", len(pruned.removals), pruned.freed_bytes, pruned.records
        )


def read_status_pages(plan: Plan) -> None:
    """Read the status page of each target that is scheduled, and let it speak for what failed there before."""
    story = plan.story
    if story.lookout is None or story.settling is None:
        return
    for target, location in sorted({(each.target, each.location) for each in plan.catalogue.placements}):
        with suppress(StandinError):  # a site of ours that does not come up says nothing of itself
            seen = story.lookout.pages.look(story.sites.target(target))
            if seen is not None:
                story.settling.page_says(target, location, seen)
