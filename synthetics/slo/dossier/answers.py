"""What is found of each requirement of a profile, app by app."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from synthetics.config.models import Attestation
from synthetics.record import Fault, Kind
from synthetics.slo.counts import Counts
from synthetics.slo.dossier.conclusions import Conclusion, Finding, attested, together
from synthetics.slo.dossier.episodes import Episode, longest_detection_ms
from synthetics.slo.dossier.gathered import Corrected, Enrolment, Gathered, Placed
from synthetics.slo.dossier.measured import Figure, finding_of_objectives
from synthetics.slo.dossier.regular import finding_of_health_checks, finding_of_synthetic_tests
from synthetics.slo.dossier.wording import counted, day_of, is_or_are, length_words, tally, tally_words
from synthetics.slo.figures import Certainty
from synthetics.slo.requirement import How, Requirement
from synthetics.slo.subject import Seen


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What is told of one app.

    Args:
        enrolment: The app.
        figures: Its objectives, the worst first.
        tests: Its journeys in a browser, on their sites.
        checks: Its health checks, on their sites.
        outages: Its failures, those together that belong together; the oldest first.
        corrections: Faults that people settled otherwise, the oldest first.
        announced: How many windows of planned downtime touch it that were announced before they began.
        unannounced: How many that were not.
    """

    enrolment: Enrolment
    figures: tuple[Figure, ...]
    tests: tuple[Placed, ...]
    checks: tuple[Placed, ...]
    outages: tuple[Episode, ...]
    corrections: tuple[Corrected, ...]
    announced: int
    unannounced: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What there is to say of a requirement.

    Args:
        requirement: What is asked for.
        conclusion: The worst of what was found.
        certainty: Whether that is shown; None where that is no question.
        says: In one or more sentences.
        findings: What was found for each app; one where it is not asked of each.
        figures: The objectives that measure it.
        attestation: A person's word; None where there is none, and where none is asked for.
    """

    requirement: Requirement
    conclusion: Conclusion
    certainty: Certainty | None
    says: str
    findings: tuple[Finding, ...]
    figures: tuple[Figure, ...] = ()
    attestation: Attestation | None = None


def answer(requirement: Requirement, parts: Sequence[Part], gathered: Gathered) -> Answer:
    """Find what there is to say of a requirement.

    Args:
        requirement: What is asked for.
        parts: What is told of each app.
        gathered: All that the dossier is made of.
    """
    if requirement.how is How.ATTESTATION:
        return _of_attestation(requirement, gathered)
    if requirement.how is How.NOT_GATHERED:
        said = "Not gathered yet: nothing here tells whether it is met."
        return _answer(requirement, (Finding(app=None, conclusion=Conclusion.NOT_GATHERED, says=said),))
    found = tuple(_finding(requirement, part, gathered) for part in parts)
    figures = tuple(each for part in parts for each in part.figures if _measures(each, requirement))
    return replace(_answer(requirement, found), figures=figures)


def of_kind(placed: Sequence[Placed], app: str, kind: Kind) -> tuple[Placed, ...]:
    """The journeys of one kind that an app has, by name and site."""
    fitting = (each for each in placed if each.subject.app == app and each.subject.kind is kind)
    return tuple(sorted(fitting, key=lambda each: (each.subject.journey or "", each.subject.target)))


def _answer(requirement: Requirement, found: tuple[Finding, ...], attestation: Attestation | None = None) -> Answer:
    conclusion, certainty = together((each.conclusion, each.certainty) for each in found)
    return Answer(
        requirement=requirement,
        conclusion=conclusion,
        certainty=certainty,
        says=_all_say(found),
        findings=found,
        attestation=attestation,
    )


def _all_say(found: Sequence[Finding]) -> str:
    if not found:
        return "There is no app that this is about."
    return (
        found[0].says
        if len(found) == 1
        else tally_words(tally((each.conclusion, each.certainty) for each in found), "app")
    )


def _finding(requirement: Requirement, part: Part, gathered: Gathered) -> Finding:
    """What was found of a requirement for one app."""
    app = part.enrolment.app
    match requirement.how:
        case How.OBJECTIVE:
            return finding_of_objectives(app, [each for each in part.figures if _measures(each, requirement)])
        case How.SYNTHETIC_TESTS:
            return finding_of_synthetic_tests(app, part.tests, gathered)
        case How.HEALTH_CHECKS:
            return finding_of_health_checks(part.enrolment, part.checks, gathered)
        case How.FAILURES:
            return _of_failures(part, gathered)
        case _:
            return _of_corrections(part, gathered)


def _measures(figure: Figure, requirement: Requirement) -> bool:
    return figure.standing.objective.name in requirement.objectives


def _of_failures(part: Part, gathered: Gathered) -> Finding:
    """What failed, how soon it was seen, and what nobody could see."""
    app, counts = part.enrolment.app, _counts(part, gathered)
    if not counts.expected and not part.outages:
        return Finding(app=app, conclusion=Conclusion.NOTHING_MEASURED, says="Nothing has run, so nothing could fail.")
    said = _outages_say(part.outages) if part.outages else "No failure was seen."
    unjudged = counts.expected - counts.judged
    if unjudged:
        said += (
            f" {unjudged:,} of {counts.expected:,} due runs were not judged: what would have failed there is unseen."
        )
    return Finding(app=app, conclusion=Conclusion.LISTED, says=said)


def _counts(part: Part, gathered: Gathered) -> Counts:
    """All runs of an app's journeys together."""
    total = Counts()
    for each in (*part.tests, *part.checks):
        total += gathered.seen.get(each.subject, Seen()).counts
    return total


def _outages_say(outages: Sequence[Episode]) -> str:
    failures, going_on = sum(each.n for each in outages), sum(each.over_ms is None for each in outages)
    said = f"{counted(failures, 'run')} failed in {counted(len(outages), 'outage')}"
    said += f"; after {going_on:,} of them no run has passed yet." if going_on else ", each over by now."
    longest_ms = longest_detection_ms(outages)
    if longest_ms is not None:
        said += f" Seen within {length_words(longest_ms // 1_000 * 1_000)} of the last pass, the longest."
    unknown = sum(each.detected_after_ms is None for each in outages)
    if unknown:
        said += f" How soon is not known of {unknown:,}: no run is known to have passed before."
    return said


def _of_corrections(part: Part, gathered: Gathered) -> Finding:
    """Which faults were settled otherwise afterwards, and which downtime was planned."""
    planned = part.announced + part.unannounced
    failures = [each for outage in part.outages for each in outage.failures]
    if not _counts(part, gathered).expected and not failures and not planned:
        says = "Nothing has run, so there is nothing to settle."
        return Finding(app=part.enrolment.app, conclusion=Conclusion.NOTHING_MEASURED, says=says)
    moved = sum(each.fault is not each.first_fault for each in failures)
    hosts = sum(each.fault is Fault.HOST for each in failures)
    said = "No failure was seen."
    if failures:
        said = f"{moved:,} of {counted(len(failures), 'failure')} got another fault after the first verdict"
        said += f"; {hosts:,} {is_or_are(hosts)} the host's now."
    said += f" {counted(len(part.corrections), 'correction')} by people."
    said += f" {counted(planned, 'window')} of planned downtime, {part.announced:,} of them announced in advance."
    return Finding(app=part.enrolment.app, conclusion=Conclusion.LISTED, says=said)


def _of_attestation(requirement: Requirement, gathered: Gathered) -> Answer:
    attestation, today = gathered.attestations.get(requirement.id), day_of(gathered.now_ms)
    conclusion = attested(attestation, today)
    if attestation is None:
        said = "Nobody has attested it."
    else:
        said = f"{attestation.by} attested it on {attestation.on}"
        said += {
            Conclusion.ENDED: f"; that ended on {attestation.until}.",
            Conclusion.NOT_YET: f", which has not come yet; until {attestation.until}.",
        }.get(conclusion, f", until {attestation.until}.")
    return _answer(requirement, (Finding(app=None, conclusion=conclusion, says=said),), attestation)
