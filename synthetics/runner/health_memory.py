"""What health checks have come to lately: kept in memory, since a thousand of them a minute cannot ask the ledger."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from synthetics.evidence import Evidence, OtherSeen, Surroundings
from synthetics.ledger.store import Ledger
from synthetics.record import Outcome, RunKey, RunRecord
from synthetics.runner.agenda import Identity
from synthetics.runner.surroundings import errored_in_row, last_slots, was_confirmed_failure

#: So many others who were reached are enough to say that the network was well.
_MOST_OTHERS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Last:
    """What the slots before have come to.

    Args:
        errored_in_row: How many right before were errored.
        was_confirmed: Whether the last one failed, and again when it was repeated.
    """

    errored_in_row: int = 0
    was_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class _Met:
    """Who answered last at an origin."""

    app: str
    origin: str
    at_ms: int


class HealthMemory:
    """Remembers what one checks needs to know of others; used on one thread."""

    def __init__(self) -> None:
        self._last: dict[Identity, Last] = {}
        self._met: dict[str, _Met] = {}
        self._passed: dict[tuple[str, str], int] = {}  # by app and target, when it passed last
        self._certificates: dict[Identity, int] = {}

    @property
    def certificates(self) -> Mapping[Identity, int]:
        """Until when each certificate is good that was seen, in milliseconds UTC."""
        return dict(self._certificates)

    def last(self, key: RunKey) -> Last | None:
        """What the slots before have come to; None where that is not known yet."""
        return self._last.get(_place(key))

    def learn(self, key: RunKey, last: Last) -> None:
        """Take in what the ledger says of the slots before, unless more is known already."""
        self._last.setdefault(_place(key), last)

    def note(self, first: RunRecord, again: RunRecord | None) -> None:
        """Take in what a scheduled slot has come to.

        Args:
            first: Its run.
            again: Its repetition, where there was one.
        """
        before = self._last.get(_place(first.key), Last())
        errored = before.errored_in_row + 1 if first.outcome is Outcome.ERRORED else 0
        attempts = (first, again) if again is not None else ()
        confirmed = bool(attempts) and all(each.outcome is Outcome.FAILED for each in attempts)
        self._last[_place(first.key)] = Last(errored_in_row=errored, was_confirmed=confirmed)

    def observe(self, key: RunKey, app: str, evidence: Evidence, outcome: Outcome, at_ms: int) -> None:
        """Take in one check, whoever asked for it.

        Args:
            key: Which run it was.
            app: The app's name.
            evidence: What was seen.
            outcome: What became of it.
            at_ms: When it was over, in milliseconds UTC.
        """
        if evidence.health is None:
            return
        if evidence.health.certificate_expires_ms is not None:
            self._certificates[_place(key)] = evidence.health.certificate_expires_ms
        if evidence.health.status is not None:
            for each in evidence.origins:
                self._met[each.origin] = _Met(app, each.origin, at_ms)
        if outcome is Outcome.PASSED:
            self._passed[app, key.target] = at_ms

    def reached_since(self, since_ms: int, app: str, origin: str) -> tuple[OtherSeen, ...]:
        """Others who answered since an instant and have nothing to do with an app, the latest first.

        Args:
            since_ms: The instant, in milliseconds UTC.
            app: The app.
            origin: Its origin: whoever shares the end of its host's name goes when that name goes.
        """
        domain = _domain(origin)
        found = sorted(
            (
                each
                for each in self._met.values()
                if each.at_ms >= since_ms and each.app != app and _domain(each.origin) != domain
            ),
            key=lambda each: -each.at_ms,
        )
        return tuple(OtherSeen(origin=each.origin, reached=True, at_ms=each.at_ms) for each in found[:_MOST_OTHERS])

    def around(self, surroundings: Surroundings, key: RunKey, app: str, since_ms: int) -> Surroundings:
        """Add what the slots before, and the checks of other apps since an instant, have come to.

        Args:
            surroundings: What else is known.
            key: Which run it is.
            app: Its app.
            since_ms: The instant, in milliseconds UTC.
        """
        last = self._last.get(_place(key), Last())
        others = [at for (other, target), at in self._passed.items() if other != app and target == key.target]
        return replace(
            surroundings,
            errored_in_row=last.errored_in_row,
            neighbours_passed=any(at >= since_ms for at in others) if others else None,
        )


def read_last(ledger: Ledger, key: RunKey) -> Last:
    """What the ledger says of the slots before one.

    Raises:
        StorageError: Where it cannot be read.
    """
    before = last_slots(ledger, key)
    return Last(errored_in_row=errored_in_row(before), was_confirmed=was_confirmed_failure(before))


def _place(key: RunKey) -> Identity:
    return key.journey, key.target, key.location


def _domain(origin: str) -> str:
    """The end of a host's name that a company has for its own; host and port of what has no such name."""
    parts = urlsplit(origin)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.split(".")
        return ".".join(labels[-2:]) if len(labels) > 1 else parts.netloc
    return parts.netloc
