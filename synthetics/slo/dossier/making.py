"""The dossier: for each requirement of a programme what was measured, what a person attests, and what nobody knows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from synthetics.maintenance import Maintenance
from synthetics.record import Kind
from synthetics.slo.dossier.answers import Answer, answer
from synthetics.slo.dossier.conclusions import covers
from synthetics.slo.dossier.episodes import Episode, episodes
from synthetics.slo.dossier.gathered import Enrolment, Gathered, Placed, Sealed
from synthetics.slo.dossier.measured import figure
from synthetics.slo.dossier.part import Part, by_number_alone, of_kind
from synthetics.slo.dossier.wording import counted, day_of, listed, tally, tally_words
from synthetics.slo.requirement import How
from synthetics.slo.standing import standings
from synthetics.slo.wording import window_words

#: What a programme asks for, and nothing here knows of yet.
NOT_GATHERED = ("incidents", "post-incident reviews", "deprecations")

_DAY = timedelta(days=1)
_CHANGED = "changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """All that a reviewer is shown.

    Args:
        gathered: What it is made of.
        answers: What there is to say of each requirement, in the profile's order.
        parts: What is told of each app.
        maintenance: The planned windows that touch its time and its apps, the oldest first.
        tally: How many requirements came to which conclusion, in words; the worst first.
        headline: The same as one sentence.
        cautions: What a reader must know before believing any of it, in a sentence each.
        last_seal: The newest seal; None where no day is sealed.
        seals: Those of the days within its time, the oldest first.
        unsealed: The days within its time that have none.
    """

    gathered: Gathered
    answers: tuple[Answer, ...]
    parts: tuple[Part, ...]
    maintenance: tuple[Maintenance, ...]
    tally: Mapping[str, int]
    headline: str
    cautions: tuple[str, ...]
    last_seal: Sealed | None
    seals: tuple[Sealed, ...]
    unsealed: tuple[date, ...]

    @property
    def is_of_the_profiles_window(self) -> bool:
        """Whether its time is as long as that over which the profile judges."""
        return self.gathered.over.window == self.gathered.profile.window


def dossier(gathered: Gathered) -> Dossier:
    """Make a dossier of what was gathered.

    Args:
        gathered: All of it; what is of apps that it is not about, or of another time, is left out here.
    """
    maintenance = _windows(gathered)
    parts = tuple(_parts(gathered, maintenance))
    answers = tuple(answer(each, parts, gathered) for each in gathered.profile.requirements.values())
    counts = tally((each.conclusion, each.certainty) for each in answers)
    days = _days(gathered)
    seals = tuple(each for each in gathered.seals if each.day in days)
    sealed = {each.day for each in seals}
    return Dossier(
        gathered=gathered,
        answers=answers,
        parts=parts,
        maintenance=maintenance,
        tally=counts,
        headline=_headline(counts),
        cautions=tuple(_cautions(gathered)),
        last_seal=max(gathered.seals, key=lambda each: each.day, default=None),
        seals=seals,
        unsealed=tuple(each for each in days if each not in sealed),
    )


def _parts(gathered: Gathered, maintenance: Sequence[Maintenance]) -> Iterator[Part]:
    """What there is of each app."""
    found = standings(gathered.over, gathered.seen)
    found_outages = episodes(gathered.failures, gathered.looked_from_ms)
    outages = [each for each in found_outages if _is_within(each, gathered)]
    corrections = sorted(gathered.corrections, key=lambda each: (each.at_ms, each.run_id))
    several = len({each.subject.location for each in gathered.journeys}) > 1
    for enrolment in gathered.apps:
        app = enrolment.app
        tests, checks = (of_kind(gathered.journeys, app, kind) for kind in (Kind.BROWSER, Kind.HEALTH))
        touching = [each for each in maintenance if _touches(each, enrolment, (*tests, *checks))]
        announced = sum(each.is_announced for each in touching)
        its = (each for each in found if each.subject.app == app)
        yield Part(
            enrolment=enrolment,
            figures=tuple(figure(each, gathered.since_ms, gathered.until_ms, with_location=several) for each in its),
            tests=tests,
            checks=checks,
            outages=tuple(each for each in outages if each.app == app),
            failures_by_number_alone=by_number_alone((*tests, *checks), outages, gathered),
            corrections=tuple(each for each in corrections if each.app == app),
            announced=announced,
            unannounced=len(touching) - announced,
        )


def _is_within(outage: Episode, gathered: Gathered) -> bool:
    """Whether any of its failures lies in the dossier's time; one that was going on when it began is told whole."""
    return any(gathered.since_ms <= each.slot_ms < gathered.until_ms for each in outage.failures)


def _windows(gathered: Gathered) -> tuple[Maintenance, ...]:
    touching = (
        each
        for each in gathered.maintenance
        if each.from_ms < gathered.until_ms
        and each.until_ms > gathered.since_ms
        and any(each.app in (None, enrolment.app) for enrolment in gathered.apps)
    )
    return tuple(sorted(touching, key=lambda each: (each.from_ms, each.until_ms)))


def _touches(window: Maintenance, enrolment: Enrolment, placed: Sequence[Placed]) -> bool:
    return any(window.touches(enrolment.app, each.subject.target) for each in placed)


def _days(gathered: Gathered) -> tuple[date, ...]:
    """The UTC days that lie within its time as far as it is over."""
    first = day_of(gathered.since_ms)
    last = day_of(min(gathered.until_ms, max(gathered.now_ms, gathered.since_ms + 1)) - 1)
    return tuple(first + number * _DAY for number in range((last - first) // _DAY + 1))


def _headline(counts: Mapping[str, int]) -> str:
    if not counts:
        return "This profile names no requirements; its objectives are shown below."
    return tally_words(counts, "requirement")


def _cautions(gathered: Gathered) -> Iterator[str]:
    """What a reader must know first, the weightiest first."""
    profile, length = gathered.profile, gathered.over.window
    changed = [str(each.day) for each in gathered.checks or () if each.state == _CHANGED]
    if changed:
        yield f"What was sealed was changed afterwards, on {counted(len(changed), 'day')}: {listed(changed, 7)}."
    embedded = {each.subject.target for each in gathered.journeys if each.is_embedded}
    if embedded:
        yield (
            f"The target {listed(sorted(embedded))} is the stand-in that comes with this product, and no site of"
            " Atlassian's: what is measured there says nothing of customers' sites."
        )
    if length != profile.window:
        yield (
            f"The profile judges over {window_words(profile.window)}; this dossier is over {window_words(length)}."
            " Its conclusions are of that time alone."
        )
    last_day = day_of(gathered.until_ms - 1)
    if not profile.is_valid(last_day):
        yield f"The profile was known to hold until {profile.valid_until}, and not longer."
    if gathered.until_ms > gathered.now_ms:
        yield f"The day {last_day} is not over yet."
    uncovered = [each for each in _attestations(gathered) if not covers(gathered.attestations[each], last_day)]
    if uncovered:
        yield f"What people attest does not cover the days of this dossier: {listed(uncovered, 7)}."
    for each in gathered.unread:
        yield f"Missing here: {each}"
    if gathered.apps and not any(each.programme == profile.name for each in gathered.apps):
        yield f"No app shown here is enrolled in {profile.name}, by what its app.toml says."


def _attestations(gathered: Gathered) -> tuple[str, ...]:
    """The ids of the requirements that somebody attests."""
    its = gathered.profile.requirements.values()
    return tuple(each.id for each in its if each.how is How.ATTESTATION and each.id in gathered.attestations)
