"""What failed and what people said of it, as far as there are records; what is known by number alone is told so."""

from collections.abc import Sequence

from synthetics.record import Fault
from synthetics.slo.dossier.conclusions import Conclusion, Finding
from synthetics.slo.dossier.episodes import Episode, longest_detection_ms
from synthetics.slo.dossier.gathered import Gathered
from synthetics.slo.dossier.part import Part, counts_of
from synthetics.slo.dossier.wording import counted, instant_words, is_or_are, length_words


def finding_of_failures(part: Part, gathered: Gathered) -> Finding:
    """What failed, how soon it was seen, and what nobody could see.

    Args:
        part: What is told of the app.
        gathered: For what was seen of it.
    """
    app, counts = part.enrolment.app, counts_of((*part.tests, *part.checks), gathered)
    if not counts.expected and not part.outages:
        return Finding(app=app, conclusion=Conclusion.NOTHING_MEASURED, says="Nothing has run, so nothing could fail.")
    said = [_outages_say(part.outages)] if part.outages else []
    alone = by_number_words(part)
    if alone or not said:
        said.append(alone or "No failure was seen.")
    unjudged = counts.expected - counts.judged
    if unjudged:
        said.append(
            f"{unjudged:,} of {counts.expected:,} due runs were not judged: what would have failed there is unseen."
        )
    return Finding(app=app, conclusion=Conclusion.LISTED, says=" ".join(said))


def finding_of_corrections(part: Part, gathered: Gathered) -> Finding:
    """Which faults were settled otherwise afterwards, and which downtime was planned.

    Args:
        part: What is told of the app.
        gathered: For what was seen of it.
    """
    app, planned = part.enrolment.app, part.announced + part.unannounced
    counts = counts_of((*part.tests, *part.checks), gathered)
    if not counts.expected and not part.outages and not planned:
        says = "Nothing has run, so there is nothing to settle."
        return Finding(app=app, conclusion=Conclusion.NOTHING_MEASURED, says=says)
    said = [*_settled(part), *_corrected(part)]
    said.append(f"{counted(planned, 'window')} of planned downtime, {part.announced:,} of them announced in advance.")
    return Finding(app=app, conclusion=Conclusion.LISTED, says=" ".join(said))


def by_number_words(part: Part) -> str:
    """How many failures of an app have no record any more, in one sentence; empty where each has."""
    number = part.failures_by_number_alone
    if not number:
        return ""
    noun = "more" if part.outages else "failure" if number == 1 else "failures"
    whose = "its record was" if number == 1 else "their records were"
    return f"{number:,} {noun} {is_or_are(number)} known by number alone: {whose} removed."


def _outages_say(outages: Sequence[Episode]) -> str:
    failures, going_on = sum(each.n for each in outages), sum(each.over_ms is None for each in outages)
    said = f"{counted(failures, 'run')} failed in {counted(len(outages), 'outage')}"
    said += f"; after {going_on:,} of them no run has passed yet." if going_on else ", each over by now."
    longest_ms = longest_detection_ms(outages)
    if longest_ms is not None:
        said += f" Seen within {length_words(longest_ms // 1_000 * 1_000)} of the last pass, the longest."
    earlier = [each.began_before_ms for each in outages if each.began_before_ms is not None]
    if earlier:
        began = f"began before {instant_words(max(earlier))}"
        said += f" How soon is not known of {len(earlier):,} that {began}: what failed before that was not looked for."
    unknown = sum(each.passed_before_ms is None for each in outages)
    if unknown:
        said += f" How soon is not known of {unknown:,}: no run is known to have passed before."
    return said


def _settled(part: Part) -> list[str]:
    """How many faults were settled otherwise, of the failures that there are records of."""
    failures = [each for outage in part.outages for each in outage.failures]
    if not failures:
        return [] if part.failures_by_number_alone else ["No failure was seen."]
    moved = sum(each.fault is not each.first_fault for each in failures)
    hosts = sum(each.fault is Fault.HOST for each in failures)
    said = f"{moved:,} of {counted(len(failures), 'failure')} got another fault after the first verdict"
    return [f"{said}; {hosts:,} {is_or_are(hosts)} the host's now."]


def _corrected(part: Part) -> list[str]:
    """How many corrections people made, and of how many failures nobody knows that any more."""
    number, corrections = part.failures_by_number_alone, len(part.corrections)
    said = [f"{counted(corrections, 'correction')} by people."] if corrections or not number else []
    if number:
        whose = "whose record was" if number == 1 else "whose records were"
        said.append(f"Whether people corrected {counted(number, 'failure')} {whose} removed is not known any more.")
    return said
