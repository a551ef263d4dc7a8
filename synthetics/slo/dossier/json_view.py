"""A dossier for programs: plain JSON values under keys that stay; null where there is no right to a number."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from synthetics.config.durations import to_ms
from synthetics.config.models import Attestation
from synthetics.maintenance import Maintenance
from synthetics.slo.coverage import coverage
from synthetics.slo.dossier.answers import Answer
from synthetics.slo.dossier.conclusions import Finding
from synthetics.slo.dossier.episodes import Episode
from synthetics.slo.dossier.gathered import Checked, Corrected, Gathered, Placed, Sealed
from synthetics.slo.dossier.making import NOT_GATHERED, Dossier
from synthetics.slo.dossier.measured import Figure
from synthetics.slo.dossier.part import Part
from synthetics.slo.dossier.regular import follows_rule, rule_of
from synthetics.slo.dossier.wording import how_words
from synthetics.slo.json_view import as_json as standing_values
from synthetics.slo.subject import Seen

#: Raised whenever a key goes away or changes its meaning.
FORMAT = 1


def as_json(dossier: Dossier) -> dict[str, Any]:
    """All of a dossier as plain JSON values; instants in milliseconds UTC, days as ``2026-03-01``.

    Args:
        dossier: The dossier.
    """
    gathered = dossier.gathered
    profile = gathered.profile
    return {
        "format": FORMAT,
        "version": gathered.version,
        "made_ms": gathered.now_ms,
        "made": datetime.fromtimestamp(gathered.now_ms / 1_000, UTC).isoformat(timespec="seconds"),
        "profile": {
            "name": profile.name,
            "title": profile.title,
            "source": profile.source,
            "valid_until": str(profile.valid_until),
            "window_ms": to_ms(profile.window),
        },
        "since_ms": gathered.since_ms,
        "until_ms": gathered.until_ms,
        "is_of_the_profiles_window": dossier.is_of_the_profiles_window,
        "headline": dossier.headline,
        "tally": dict(dossier.tally),
        "cautions": list(dossier.cautions),
        "requirements": [_answer(each, gathered) for each in dossier.answers],
        "apps": [_part(each, gathered) for each in dossier.parts],
        "left_out": list(gathered.left_out),
        "maintenance": [_maintenance(each) for each in dossier.maintenance],
        "not_gathered": list(NOT_GATHERED),
        "last_seal": None if dossier.last_seal is None else _seal(dossier.last_seal),
        "seals": [_seal(each) for each in dossier.seals],
        "unsealed": _days(dossier.unsealed),
        "checks": None if gathered.checks is None else [check_values(each) for each in gathered.checks],
    }


def check_values(check: Checked) -> dict[str, str]:
    """What became of a sealed day, as plain values."""
    return {"day": str(check.day), "state": check.state.value, "why": check.why}


def _answer(answer: Answer, gathered: Gathered) -> dict[str, Any]:
    requirement = answer.requirement
    return {
        "id": requirement.id,
        "requirement": requirement.says,
        "source": requirement.source,
        "how": requirement.how.value,
        "how_in_words": how_words(requirement.how),
        "objectives": list(requirement.objectives),
        "conclusion": answer.conclusion.value,
        "certainty": answer.certainty,
        "sentence": answer.says,
        "findings": [_finding(each) for each in answer.findings],
        "figures": [_figure(each, gathered) for each in answer.figures],
        "attestation": None if answer.attestation is None else _attestation(answer.attestation),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "app": finding.app,
        "conclusion": finding.conclusion.value,
        "certainty": finding.certainty,
        "sentence": finding.says,
    }


def _attestation(attestation: Attestation) -> dict[str, Any]:
    return {
        "by": attestation.by,
        "on": str(attestation.on),
        "until": str(attestation.until),
        "link": attestation.link,
        "note": attestation.note,
    }


def _part(part: Part, gathered: Gathered) -> dict[str, Any]:
    enrolment = part.enrolment
    return {
        "app": enrolment.app,
        "title": enrolment.title,
        "programme": enrolment.programme,
        "status": enrolment.status,
        "approved_on": None if enrolment.approved_on is None else str(enrolment.approved_on),
        "objectives": [_figure(each, gathered) for each in part.figures],
        "synthetic_tests": [_placed(each, gathered) for each in part.tests],
        "health_checks": [_health_check(each, gathered) for each in part.checks],
        "base_urls_not_asked": list(enrolment.unasked),
        "failures": [_outage(each) for each in part.outages],
        "failures_by_number_alone": part.failures_by_number_alone,
        "corrections": [_correction(each) for each in part.corrections],
    }


def _figure(figure: Figure, gathered: Gathered) -> dict[str, Any]:
    """An objective as ``slo status --json`` has it, with what the dossier concludes."""
    return {
        **standing_values(figure.standing, gathered.over, gathered.until_ms),
        "sentence": figure.says,
        "conclusion": figure.conclusion.value,
        "certainty": figure.certainty,
        "is_whole": figure.is_whole,
    }


def _placed(placed: Placed, gathered: Gathered) -> dict[str, Any]:
    subject = placed.subject
    counts = gathered.seen.get(subject, Seen()).counts
    return {
        "journey": subject.journey,
        "title": placed.title,
        "target": subject.target,
        "site": placed.site,
        "is_embedded": placed.is_embedded,
        "rollout": subject.rollout,
        "location": subject.location,
        "every_ms": subject.every_ms,
        "cron": subject.cron,
        "timeout_ms": subject.timeout_ms,
        "runs_in_window": subject.runs_in_window,
        "expected": counts.expected,
        "judged": counts.judged,
        "coverage": coverage(counts),
    }


def _health_check(placed: Placed, gathered: Gathered) -> dict[str, Any]:
    return {
        **_placed(placed, gathered),
        "base_url": placed.subject.base_url,
        "address": placed.address,
        "rule": rule_of(placed),
        "follows_rule": follows_rule(placed),
    }


def _outage(outage: Episode) -> dict[str, Any]:
    """An outage with all of its runs that were found."""
    return {
        "journey": outage.journey,
        "target": outage.target,
        "location": outage.location,
        "began_before_ms": outage.began_before_ms,
        "first_ms": outage.first_ms,
        "last_ms": outage.last_ms,
        "n": outage.n,
        "flaky": outage.flaky,
        "faults": {each.value: number for each, number in outage.faults.items()},
        "first_faults": {each.value: number for each, number in outage.first_faults.items()},
        "settled_by": list(outage.settled_by),
        "passed_before_ms": outage.passed_before_ms,
        "detected_after_ms": outage.detected_after_ms,
        "over_ms": outage.over_ms,
        "runs": [each.run_id for each in outage.failures],
    }


def _correction(correction: Corrected) -> dict[str, Any]:
    return {
        "run_id": correction.run_id,
        "journey": correction.journey,
        "target": correction.target,
        "location": correction.location,
        "slot_ms": correction.slot_ms,
        "before": correction.before.value,
        "after": correction.after.value,
        "author": correction.author,
        "why": correction.why,
        "at_ms": correction.at_ms,
    }


def _maintenance(window: Maintenance) -> dict[str, Any]:
    return {
        "from_ms": window.from_ms,
        "until_ms": window.until_ms,
        "noticed_ms": window.noticed_ms,
        "is_announced": window.is_announced,
        "app": window.app,
        "target": window.target,
        "author": window.author,
        "why": window.why,
        "entered_ms": window.entered_ms,
    }


def _seal(seal: Sealed) -> dict[str, Any]:
    return {
        "day": str(seal.day),
        "seal": seal.seal,
        "former": seal.former,
        "records": seal.records,
        "later": seal.later,
        "sealed_ms": seal.sealed_ms,
    }


def _days(days: Sequence[date]) -> list[str]:
    return [str(each) for each in days]
