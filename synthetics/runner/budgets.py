"""What a journey's objective has to know of it, and the line of its error budget on the page of each of its runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from synthetics.catalogue import Placement
from synthetics.config.cron import longest_gap
from synthetics.config.durations import to_ms
from synthetics.config.models import Rollout
from synthetics.errors import StorageError
from synthetics.ledger.cadence import Cadence
from synthetics.ledger.hours import HOUR_MS, hour_of
from synthetics.ledger.store import Ledger
from synthetics.record import Kind, RunRecord
from synthetics.slo.counts import counts_of
from synthetics.slo.profile import Measure, Objective, Per, Profile
from synthetics.slo.standing import stand
from synthetics.slo.subject import Seen, Subject
from synthetics.slo.wording import budget_words, noun_of


def subject_of(placement: Placement, rollout: Rollout | None, since_ms: int, until_ms: int) -> Subject:
    """A journey on its target as objectives know it.

    Args:
        placement: The journey on its target.
        rollout: When the target gets the host's changes; None where nobody said.
        since_ms: When the objective's window begins, in milliseconds UTC.
        until_ms: When it ends.
    """
    journey = placement.journey
    cron = journey.cron
    cadence = Cadence(every_ms=journey.every_ms) if cron is None else Cadence(cron=cron)
    return Subject(
        app=journey.app,
        journey=journey.name,
        base_url=journey.base_url,
        kind=journey.kind,
        target=placement.target,
        location=placement.location,
        rollout=rollout,
        runs_in_window=cadence.count(since_ms, until_ms),
        every_ms=journey.every_ms if cron is None else to_ms(longest_gap(cron)),
        timeout_ms=journey.timeout_ms,
        cron=cron,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """By what runs are judged.

    Args:
        profile: The objectives.
        placements: The journeys on their targets.
        rollouts: When each target gets the host's changes, by its name.
    """

    profile: Profile
    placements: tuple[Placement, ...]
    rollouts: Mapping[str, Rollout | None]

    def objective_of(self, record: RunRecord) -> tuple[Objective, Placement] | None:
        """The objective of a run's journey, and the journey on its target; None where it feeds none."""
        placement = next((each for each in self.placements if _is_of(each, record)), None)
        if placement is None or self.rollouts.get(record.target) in self.profile.leaves_out:
            return None
        objectives = (each for each in self.profile.objectives.values() if _is_for(each, record))
        objective = next(objectives, None)
        return None if objective is None else (objective, placement)


class BudgetLines:
    """Tells what of the error budget of a run's journey is used and left.

    Args:
        ledger: Counts runs.
        now_ms: Tells the present, in milliseconds UTC.
        judged: By what runs are judged; may be put in its place anew while others ask.
    """

    def __init__(self, ledger: Ledger, now_ms: Callable[[], int], judged: Judged) -> None:
        self._ledger = ledger
        self._now_ms = now_ms
        self.judged = judged

    def line(self, record: RunRecord) -> str | None:
        """The line for a run's page, such as ``3 of 8 failures allowed in 28 days used, 5 left``.

        Args:
            record: The run; it is in the ledger already.

        Returns:
            None for a health check, and where its journey has no objective or there is no right to a number.
        """
        judged = self.judged
        found = judged.objective_of(record)
        # Each line reads the hours of a month: a thousand health checks may fail in one minute, and need none.
        if found is None or record.kind is Kind.HEALTH:
            return None
        objective, placement = found
        now_ms, window = self._now_ms(), judged.profile.window
        until_ms = hour_of(now_ms) + HOUR_MS
        since_ms = until_ms - to_ms(window)
        try:
            with self._ledger.counts() as reader:
                counts = counts_of(
                    reader.tallies(since_ms, until_ms, now_ms, (record.journey, record.target, record.location))
                )
        except StorageError:  # the page goes without; whoever writes records tells of it
            return None
        subject = subject_of(placement, judged.rollouts.get(record.target), since_ms, until_ms)
        budget = stand(objective, subject, Seen(counts=counts)).budget_attributed
        return None if budget is None else budget_words(budget, window, noun_of(objective))


def _is_of(placement: Placement, record: RunRecord) -> bool:
    theirs = placement.journey.name, placement.target, placement.location
    return theirs == (record.journey, record.target, record.location)


def _is_for(objective: Objective, record: RunRecord) -> bool:
    return (
        objective.measure is Measure.AVAILABILITY
        and objective.per is Per.JOURNEY
        and objective.kind is record.kind
        and (not objective.journeys or record.journey in objective.journeys)
    )
