"""Objectives as a dossier shows them: each with what may be concluded, and what all of an app's come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from synthetics.slo.dossier.conclusions import (
    Conclusion,
    Finding,
    certainty_of,
    conclusion_of,
    has_runs_of_window,
    is_known_throughout,
    together,
)
from synthetics.slo.dossier.wording import HOUR_MS, known_words, label, length_words, listed
from synthetics.slo.figures import Certainty, Verdict
from synthetics.slo.standing import Standing
from synthetics.slo.wording import sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One objective of a journey or an app.

    Args:
        standing: How it stands.
        name: What has it: the base URL or the journey with its site, or the app on its site.
        conclusion: What may be concluded.
        certainty: Whether that is shown.
        is_whole: Whether it is known from the window's beginning, and nearly all that the window has.
        says: In one or more sentences.
    """

    standing: Standing
    name: str
    conclusion: Conclusion
    certainty: Certainty | None
    is_whole: bool
    says: str


def figure(standing: Standing, since_ms: int, until_ms: int, *, with_location: bool = False) -> Figure:
    """Show one objective.

    Args:
        standing: How it stands.
        since_ms: When the window began, in milliseconds UTC.
        until_ms: When it ended.
        with_location: Whether its name tells from where the runs were made.
    """
    subject, seen = standing.subject, standing.seen
    is_whole = is_known_throughout(since_ms, subject, seen)
    place = f" from {subject.location}" if with_location else ""
    return Figure(
        standing=standing,
        name=f"{subject.journey or subject.app} on {subject.target}{place}",
        conclusion=conclusion_of(standing),
        certainty=certainty_of(standing, since_ms),
        is_whole=is_whole,
        says=_says(standing, since_ms, until_ms, is_whole=is_whole),
    )


def finding_of_objectives(app: str, figures: Sequence[Figure]) -> Finding:
    """What the objectives of a requirement come to for an app.

    Args:
        app: The app's name.
        figures: Those of its objectives that measure the requirement.
    """
    if not figures:
        says = "No journey of it measures this."
        return Finding(app=app, conclusion=Conclusion.NOTHING_MEASURED, says=says)
    conclusion, certainty = together((each.conclusion, each.certainty) for each in figures)
    return Finding(app=app, conclusion=conclusion, certainty=certainty, says=_all_say(figures))


def _says(standing: Standing, since_ms: int, until_ms: int, *, is_whole: bool) -> str:
    window = timedelta(milliseconds=until_ms - since_ms)
    said, seen, subject = sentence(standing, window, until_ms), standing.seen, standing.subject
    if is_whole or not seen.counts.expected:
        return said
    if not has_runs_of_window(subject, seen):
        return f"{said} {known_words(seen.counts.expected, subject.runs_in_window)}"
    if seen.since_ms is None or " after " in said:
        return said
    held_ms = max(HOUR_MS, until_ms - seen.since_ms)
    return f"{said} Only {length_words(held_ms)} of {length_words(until_ms - since_ms)} are known."


def _all_say(figures: Sequence[Figure]) -> str:
    """How many there are of each conclusion, with the names of those that are not met."""
    if len(figures) == 1:
        return f"{figures[0].name}: {figures[0].says}"
    by_label: dict[str, list[Figure]] = {}
    for each in sorted(figures, key=lambda each: tuple(Conclusion).index(each.conclusion)):
        by_label.setdefault(label(each.conclusion, each.certainty), []).append(each)
    parts = [_part(said, its) for said, its in by_label.items()]
    said = f"Of {len(figures):,} objectives: {'; '.join(parts)}."
    raw = [each.name for each in figures if _is_raw_worse(each)]
    if raw:
        said += f" Raw, with the failures that were not the app's, {len(raw):,} of them not met: {listed(raw)}."
    return said


def _part(said: str, figures: Sequence[Figure]) -> str:
    part = f"{len(figures):,} {said}"
    names = listed([each.name for each in figures])
    return part if figures[0].conclusion is Conclusion.MET else f"{part} ({names})"


def _is_raw_worse(each: Figure) -> bool:
    raw = each.standing.raw
    return each.conclusion is Conclusion.MET and raw is not None and raw.verdict is Verdict.NOT_MET
