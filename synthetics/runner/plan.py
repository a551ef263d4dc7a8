"""What a service does: all of it that reading the configuration anew may change, in one piece."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from synthetics.catalogue import Catalogue, Placement
from synthetics.config.models import Attestation, Configuration, Retention
from synthetics.config.wording import shown
from synthetics.errors import Problem
from synthetics.runner.admission import Room
from synthetics.runner.agenda import Identity, identity_of
from synthetics.runner.signs import DeadMan
from synthetics.runner.story import Story


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is scheduled, and how.

    Args:
        catalogue: The journeys on their targets.
        story: Makes the record of a slot.
        seats: How many runs may go on at once.
        drain_seconds: How long runs under way may go on after the service was told to stop.
        room: Tells how many runs the machine has room for; asked in every turn of the loop.
        retention: How long what runs leave behind is kept.
        dead_man: Who is told that the monitor lives; None for nobody.
        attestations: What people say of requirements that no machine can measure, by the requirement's id.
    """

    catalogue: Catalogue
    story: Story
    seats: int
    drain_seconds: float
    room: Callable[[], Room]
    retention: Retention = field(default_factory=Retention)
    dead_man: DeadMan | None = None
    attestations: Mapping[str, Attestation] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """What the service does, in one line for people."""
        placed = len(self.catalogue.placements)
        return f"Running {_number(placed, 'journey')} in {_number(self.seats, 'seat')}."


def difference(before: Plan, after: Plan) -> str:
    """Tell in words for the log what another plan changes of the schedule.

    Returns:
        Such as ``added=1 removed=0 changed=2 seats=2``.
    """
    old, new = _by_name(before), _by_name(after)
    changed = sum(old[name] != new[name] for name in old.keys() & new.keys())
    added, removed = len(new.keys() - old.keys()), len(old.keys() - new.keys())
    return f"added={added} removed={removed} changed={changed} seats={after.seats}"


def broken_since(before: Catalogue, after: Catalogue) -> tuple[Problem, ...]:
    """What is wrong with files that cannot be read any more and held journeys that run.

    A file that was broken before, or is new and broken, is left out, as it is at a start.

    Args:
        before: The journeys that run.
        after: What was read anew.
    """
    names, files = {each.name for each in before.journeys}, {shown(each.file) for each in before.journeys}
    return tuple(
        problem
        for broken in after.broken
        if not names.isdisjoint(broken.journeys) or any(problem.file in files for problem in broken.problems)
        for problem in broken.problems
    )


def needing_restart(at_start: Configuration, now: Configuration) -> tuple[str, ...]:
    """The keys that a service cannot take over while it runs, of those that have changed.

    Args:
        at_start: What the service was started with.
        now: What stands in the file.
    """
    before, after = at_start.limits, now.limits
    return tuple(
        key
        for key, old, new in (
            ("storage", at_start.storage, now.storage),
            ("web.host", at_start.web.host, now.web.host),
            ("web.port", at_start.web.port, now.web.port),
            ("limits.worker_runs", before.worker_runs, after.worker_runs),
            ("limits.worker_age", before.worker_age, after.worker_age),
            ("limits.worker_memory", before.worker_memory_bytes, after.worker_memory_bytes),
            ("limits.worker_processes", before.worker_processes, after.worker_processes),
        )
        if old != new
    )


def _by_name(plan: Plan) -> dict[Identity, Placement]:
    return {identity_of(each): each for each in plan.catalogue.placements}


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
