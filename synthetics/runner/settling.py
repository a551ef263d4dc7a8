"""Verdicts settle: what comes to be known later may move the fault of a run, in a verdict of its own beside its record.

A control sheds light on the runs of about its time, a run on itself where controls came while it was written, and a
status page on all that failed on its target within a day. The record stays as it is, and so does what became of it.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import compress

from synthetics.evidence import ControlKind, ControlSeen, evidence_of
from synthetics.judge import Judgement, Later, adds_to, carried, judge_again
from synthetics.judge.controls import LATEST_MS, OLDEST_MS
from synthetics.judge.corroborating import tells_of_trouble
from synthetics.ledger.store import Ledger
from synthetics.ledger.verdicts import JUDGE, Verdict
from synthetics.record import Outcome, RunRecord
from synthetics.runner.status_page import PageSeen
from synthetics.runner.surroundings import control_of, others_in, share_failing

_log = logging.getLogger(__name__)

#: What comes later than this moves nothing any more.
WITHIN_MS = 24 * 3_600_000
#: How long a control may have been under way that ended shortly before a run.
_LONGEST_CONTROL_MS = 10 * 60_000
#: Runs of so much time before one that tells of a mass failure belong to it.
_MASS_MS = OLDEST_MS

#: How many of them are remembered to have been told so, lest each that fails tells them again.
_MOST_AWARE = 1_000

#: How many verdicts go in one transaction: one each would keep a seat for seconds in an outage, all at once the ledger.
_APPENDED_AT_ONCE = 50

_CONTROLS = frozenset(ControlKind)


def verdict_of(judgement: Judgement, said: tuple[Verdict, ...], now_ms: int) -> Verdict | None:
    """What there is to be said of a run now that was not said before.

    Args:
        judgement: What the judge says of it now.
        said: All that was said of it, the verdict in its record first.
        now_ms: The present, in milliseconds UTC.

    Returns:
        A verdict to append; None where a person has spoken, or there is nothing new.
    """
    last = said[-1]
    if any(each.author != JUDGE for each in said):
        return None
    if judgement.fault is last.fault and not adds_to(last.reasons, judgement):
        return None
    judgement = carried(last.reasons, judgement)
    return Verdict(
        run_id=last.run_id,
        at_ms=now_ms,
        outcome=judgement.outcome,
        fault=judgement.fault,
        reasons=judgement.reasons,
    )


class Settling:
    """Judges runs again when something new is known of them; for several threads at once.

    It reads nothing as long as runs pass, and its own trouble is no run's: it is logged.

    Args:
        ledger: Where runs, controls and verdicts are.
        now_ms: The present, in milliseconds UTC.
    """

    def __init__(self, ledger: Ledger, now_ms: Callable[[], int]) -> None:
        self._ledger = ledger
        self._now_ms = now_ms
        self._pages: dict[tuple[str, str], PageSeen] = {}
        self._aware: deque[str] = deque(maxlen=_MOST_AWARE)
        self._lock = threading.Lock()

    def heard(self, record: RunRecord) -> int:
        """Take in a record that was just written, whoever asked for its run.

        Returns:
            How many verdicts were appended.
        """
        control = control_of(record)
        if control is None and record.outcome is not Outcome.FAILED:
            return 0
        try:
            return self._by_control(record, control) if control is not None else self._by_failure(record)
        except Exception:  # noqa: BLE001  the record stands; that others stay as they were judged must end nothing
            _log.exception("event=settling_broke run_id=%s", record.run_id)
            return 0

    def page_says(self, target: str, location: str, page: PageSeen) -> int:
        """Take in what the status page of a target says; cheap where it has said so before.

        Returns:
            How many verdicts were appended.
        """
        with self._lock:
            is_known = self._pages.get((target, location)) == page
            self._pages[target, location] = page
        if is_known or not tells_of_trouble(page.indicator):
            return 0
        now_ms = self._now_ms()
        later = Later(now_ms=now_ms, statuspage=page.indicator, statuspage_since_ms=page.since_ms)
        failed = self._ledger.failed_around((target, location), now_ms - WITHIN_MS, now_ms)
        return self._settle(failed, lambda _record: later)

    def _by_control(self, record: RunRecord, control: ControlSeen) -> int:
        since_ms = max(control.started_ms - LATEST_MS, self._now_ms() - WITHIN_MS)
        place = (record.target, record.location)
        failed = self._ledger.failed_around(place, since_ms, control.ended_ms + OLDEST_MS)
        return self._settle_by_controls(failed)

    def _by_failure(self, record: RunRecord) -> int:
        """Judge a run again by the controls that came while it was written, and let it speak for those before it."""
        appended = self._settle_by_controls((record,))
        around = record.evidence.surroundings if record.evidence is not None else None
        if around is not None and around.statuspage is not None and around.statuspage_since_ms is not None:
            page = PageSeen(indicator=around.statuspage, since_ms=around.statuspage_since_ms)
            appended += self.page_says(record.target, record.location, page)
        if _tells_of_mass(record):
            appended += self._settle_mass(record)
        return appended

    def _settle_by_controls(self, failed: tuple[RunRecord, ...]) -> int:
        own = [each for each in failed if each.app not in _CONTROLS and each.started_ms is not None]
        if not own:
            return 0
        started = [each.started_ms for each in own if each.started_ms is not None]
        since_ms, until_ms = min(started) - OLDEST_MS - _LONGEST_CONTROL_MS, max(started) + LATEST_MS
        records = self._ledger.around((own[0].target, own[0].location), since_ms, until_ms, _CONTROLS)
        # Of one that failed and whose record had to be reduced nobody can say whether it got through.
        told = (control_of(each) for each in records if each.evidence is not None)
        controls = tuple(each for each in told if each is not None)
        return self._settle(own, lambda _record: Later(now_ms=self._now_ms(), controls=controls))

    def _settle_mass(self, record: RunRecord) -> int:
        """Let the runs that failed shortly before say as well that most others do, which they could not know."""
        started_ms = record.started_ms or record.slot_ms
        failed = self._ledger.failed_around((record.target, record.location), started_ms - _MASS_MS, started_ms)
        with self._lock:
            unaware = [each for each in failed if each.run_id not in self._aware and not _tells_of_mass(each)]
            self._aware.extend(each.run_id for each in unaware)
        if not unaware:
            return 0
        recent = tuple(self._ledger.runs(since_ms=started_ms - _MASS_MS))
        now_ms = self._now_ms()
        return self._settle(
            unaware,
            lambda each: Later(now_ms=now_ms, others_failing=share_failing(others_in(recent, each.key, each.app))),
        )

    def _settle(self, failed: Iterable[RunRecord], later_of: Callable[[RunRecord], Later]) -> int:
        new = []
        for record in failed:
            later, evidence = later_of(record), evidence_of(record)
            judgement = judge_again(evidence, later) if evidence is not None else None
            if judgement is None or record.app in _CONTROLS:
                continue
            said = self._ledger.verdicts(record.run_id)
            verdict = verdict_of(judgement, said, later.now_ms) if said else None
            if verdict is not None:
                new.append(verdict)
        parts = (new[start : start + _APPENDED_AT_ONCE] for start in range(0, len(new), _APPENDED_AT_ONCE))
        return sum(map(self._append, parts))

    def _append(self, verdicts: Sequence[Verdict]) -> int:
        taken = self._ledger.at_once([partial(Ledger.append_verdict, verdict=each) for each in verdicts])
        for each in compress(verdicts, taken):
            _log.info("event=verdict run_id=%s fault=%s code=%s", each.run_id, each.fault, each.reasons[0].code)
        return sum(taken)


def _tells_of_mass(record: RunRecord) -> bool:
    return any(each.code == "mass_failure" for each in record.reasons)
