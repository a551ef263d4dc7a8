"""What is found of each requirement of a profile, app by app."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from synthetics.config.models import Attestation
from synthetics.slo.dossier.conclusions import Conclusion, Finding, attested, covers, together
from synthetics.slo.dossier.gathered import Gathered
from synthetics.slo.dossier.happened import finding_of_corrections, finding_of_failures
from synthetics.slo.dossier.measured import Figure, finding_of_objectives
from synthetics.slo.dossier.part import Part
from synthetics.slo.dossier.regular import finding_of_health_checks, finding_of_synthetic_tests
from synthetics.slo.dossier.wording import day_of, tally, tally_words
from synthetics.slo.figures import Certainty
from synthetics.slo.requirement import How, Requirement


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
            return finding_of_failures(part, gathered)
        case _:
            return finding_of_corrections(part, gathered)


def _measures(figure: Figure, requirement: Requirement) -> bool:
    return figure.standing.objective.name in requirement.objectives


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
        if not covers(attestation, day_of(gathered.until_ms - 1)):
            said += " It does not cover the days of this dossier."
    return _answer(requirement, (Finding(app=None, conclusion=conclusion, says=said),), attestation)
