"""Before a run is judged: its evidence with the world around it, and the controls that the judge wants for it."""

from collections.abc import Callable
from dataclasses import replace

from synthetics.evidence import ControlKind, Evidence, RepeatSeen, Surroundings
from synthetics.judge import judge, wants
from synthetics.ledger.store import Ledger
from synthetics.record import Outcome
from synthetics.runner.controls import Controls
from synthetics.runner.observed import Observed
from synthetics.runner.surroundings import (
    errored_in_row,
    last_slots,
    of_others,
    passed_before,
    share_failing,
    worth_keeping,
)


class Hearing:
    """Where the evidence of runs is made whole.

    Args:
        ledger: What other runs came to.
        controls: What controls said.
        now_ms: The present, in milliseconds UTC.
        look_out: Adds what the host says of itself to what is known around a run on the target of that name.
    """

    def __init__(
        self,
        ledger: Ledger,
        controls: Controls,
        now_ms: Callable[[], int],
        look_out: Callable[[str, Surroundings], Surroundings] = lambda _target, around: around,
    ) -> None:
        self._ledger = ledger
        self._controls = controls
        self._now_ms = now_ms
        self._look_out = look_out

    def hear(
        self,
        run: Observed,
        ask: Callable[[ControlKind], None],
        *,
        first: RepeatSeen | None = None,
        confirm: RepeatSeen | None = None,
    ) -> Evidence:
        """Add to a run's evidence what the runner knows of the world around it.

        A run that passed needs none of what others came to, and nothing is read for it.

        Args:
            run: The run.
            ask: Has a control made, and comes back when it is over.
            first: Attempt 1, where this is attempt 2.
            confirm: Attempt 2, where this is attempt 1 and waited for it.
        """
        around = Surroundings(
            now_ms=self._now_ms(),
            started_ms=run.started_ms,
            machine_start=run.machine_start,
            machine_end=run.machine_end,
            attempt=run.key.attempt,
            first_attempt=first,
            confirm=confirm,
        )
        alone = replace(run.evidence, surroundings=around)
        if judge(alone).outcome is Outcome.PASSED:
            return alone
        around = self._look_out(run.key.target, around)
        if run.evidence.app is not None and run.evidence.app.is_control:
            return replace(run.evidence, surroundings=around)
        evidence = replace(run.evidence, surroundings=self._among_others(run, around))
        wanted = wants(evidence)
        for kind in wanted:
            ask(kind)
        return replace(evidence, surroundings=self._among_others(run, around)) if wanted else evidence

    def _among_others(self, run: Observed, around: Surroundings) -> Surroundings:
        """What the controls said, and what became of the slots before and of other apps' journeys."""
        key, journey = run.key, run.placement.journey
        others = of_others(self._ledger, key, journey.app, key.slot_ms - journey.every_ms)
        return replace(
            around,
            now_ms=self._now_ms(),
            controls=worth_keeping(self._controls.seen(key.target, key.location), around.started_ms),
            errored_in_row=errored_in_row(last_slots(self._ledger, key)),
            neighbours_passed=any(each.outcome is Outcome.PASSED for each in others) if others else None,
            passed_before=passed_before(self._ledger, key, journey.file_sha256),
            others_failing=share_failing(others),
        )
