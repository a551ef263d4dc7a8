"""A run that is over and not yet judged: everything that its record will be made of."""

from dataclasses import dataclass

from pydantic import SecretStr

from synthetics.artifacts.store import Kept
from synthetics.catalogue import Placement
from synthetics.evidence import Evidence, MachineSeen, RepeatSeen
from synthetics.judge import is_unsure, judge
from synthetics.record import RunKey, Step, StepStatus
from synthetics.worker import Worker


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """A run as it was seen.

    Args:
        key: Which run it was.
        placement: The journey, its target and location.
        started_ms: When it started, in milliseconds UTC.
        evidence: All that can be known of it, but for the world around.
        kept: The files that it left behind.
        worker: The process that made it.
        machine_start: The machine when it started.
        machine_end: The machine when nothing of it was left.
        session: The session that it had in the end; None where there is none to be forgotten.
    """

    key: RunKey
    placement: Placement
    started_ms: int
    evidence: Evidence
    kept: Kept
    worker: Worker | None
    machine_start: MachineSeen
    machine_end: MachineSeen
    session: SecretStr | None = None

    @property
    def is_unsure(self) -> bool:
        """Whether its repetition has to be seen before anybody can say what became of it."""
        return is_unsure(self.evidence)

    def as_repeat(self) -> RepeatSeen:
        """What the other attempt at the same slot has to know of this one."""
        ending = self.evidence.ending
        return RepeatSeen(
            outcome=judge(self.evidence).outcome,
            browser_died=self.evidence.browser_died,
            killed_for=ending.killed_for if ending is not None else None,
            failed_step=_failed_step(self.evidence.steps),
        )


def _failed_step(steps: tuple[Step, ...]) -> str | None:
    return next((each.title for each in steps if each.status is StepStatus.FAILED), None)
