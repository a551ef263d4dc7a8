"""What a dossier is made of, as it was gathered from the configuration, the journeys and the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from synthetics.config.models import Attestation
from synthetics.maintenance import Maintenance
from synthetics.record import Fault
from synthetics.slo.dossier.episodes import Failed, OfARun
from synthetics.slo.profile import Profile
from synthetics.slo.subject import Seen, Subject


class Corrected(OfARun, Protocol):
    """A person's word on whose fault a run was."""

    @property
    def before(self) -> Fault:
        """Whose fault it was until then."""

    @property
    def after(self) -> Fault:
        """Whose it is."""

    @property
    def author(self) -> str:
        """Who said so."""

    @property
    def why(self) -> str:
        """Why, in their words."""

    @property
    def at_ms(self) -> int:
        """When they said it."""


class Sealed(Protocol):
    """The seal of a closed day."""

    @property
    def day(self) -> date:
        """Which day, in UTC."""

    @property
    def seal(self) -> str:
        """One SHA-256 over the day's records and the former seal, in 64 hexadecimal digits."""

    @property
    def former(self) -> str | None:
        """The seal of the day before it; None for the first."""

    @property
    def records(self) -> int:
        """How many records are sealed with it."""

    @property
    def later(self) -> int:
        """How many verdicts, windows and late records that were written on that day are."""

    @property
    def sealed_ms(self) -> int:
        """When it was sealed, in milliseconds UTC."""


class Checked(Protocol):
    """What became of a sealed day since."""

    @property
    def day(self) -> date:
        """Which day, in UTC."""

    @property
    def state(self) -> StrEnum:
        """``whole``, ``changed``, ``pruned`` or ``unsealed``."""

    @property
    def why(self) -> str:
        """What was found, in one sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Enrolment:
    """An app, and how far it is with its programme.

    Args:
        app: Its name.
        title: What people call it.
        programme: The name of the programme that it is in; None where it is in none.
        status: How far it is with that.
        approved_on: The day on which it was approved; None where it never was.
        unasked: The names of its base URLs that no health check asks.
    """

    app: str
    title: str
    programme: str | None = None
    status: str | None = None
    approved_on: date | None = None
    unasked: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A journey on a site.

    Args:
        subject: The journey there.
        title: What it shows, in one sentence without a full stop.
        site: The address of the site; None for the stand-in that comes with the product.
        address: The address that a health check asks; None for any other journey, and where it is not known before the
            stand-in runs.
    """

    subject: Subject
    title: str
    site: str | None
    address: str | None = None

    @property
    def is_embedded(self) -> bool:
        """Whether it runs on the stand-in, which is no customer's site."""
        return self.site is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """All that a dossier is made of.

    Args:
        profile: What is asked for, and by which objectives.
        since_ms: When the dossier's time begins, in milliseconds UTC.
        until_ms: When it ends; that instant is no longer in it.
        now_ms: The present.
        version: That of this product.
        apps: The apps that it is about.
        left_out: The names of those that it is not about.
        journeys: Every journey of these apps on its sites.
        seen: What was seen of every journey there is, within that time.
        failures: What failed within it and before, in any order, as far as there are records of it.
        looked_from_ms: From when on it was looked for what failed, in milliseconds UTC; None where all of it was.
        corrections: What people settled otherwise within it, in any order.
        maintenance: The planned windows that were entered, in any order.
        attestations: What people attest, by the requirement's id.
        seals: The seals of all days, the oldest first.
        checks: What became of sealed days since; None where nobody looked.
        unread: What could not be read of the journeys, in a sentence each: what is missing here.
    """

    profile: Profile
    since_ms: int
    until_ms: int
    now_ms: int
    version: str
    apps: tuple[Enrolment, ...]
    left_out: tuple[str, ...] = ()
    journeys: tuple[Placed, ...]
    seen: Mapping[Subject, Seen]
    failures: Iterable[Failed] = ()
    looked_from_ms: int | None = None
    corrections: Iterable[Corrected] = ()
    maintenance: Iterable[Maintenance] = ()
    attestations: Mapping[str, Attestation] = field(default_factory=dict)
    seals: tuple[Sealed, ...] = ()
    checks: tuple[Checked, ...] | None = None
    unread: tuple[str, ...] = ()

    @property
    def over(self) -> Profile:
        """The profile, with the dossier's time as its window."""
        return replace(self.profile, window=timedelta(milliseconds=self.until_ms - self.since_ms))
