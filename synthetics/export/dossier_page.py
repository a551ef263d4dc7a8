"""The dossier as one page: it opens anywhere, without the internet, and prints."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from synthetics.export import pages
from synthetics.export.atomic import make_folder, write_whole
from synthetics.record import Fault
from synthetics.slo.budget import detection
from synthetics.slo.dossier.conclusions import Conclusion, has_runs_of_window
from synthetics.slo.dossier.gathered import Gathered, Placed
from synthetics.slo.dossier.happened import by_number_words
from synthetics.slo.dossier.json_view import as_json
from synthetics.slo.dossier.making import NOT_GATHERED, Dossier
from synthetics.slo.dossier.measured import Figure
from synthetics.slo.dossier.regular import follows_rule, rule_of
from synthetics.slo.dossier.wording import cadence_words, counted, days_words, how_words, interval_words, label, listed
from synthetics.slo.figures import Certainty
from synthetics.slo.standing import Standing
from synthetics.slo.subject import Seen
from synthetics.slo.wording import goal_words, percent, window_words

PAGE_FILE = "dossier.html"
JSON_FILE = "dossier.json"
#: How many rows a list on the page has at the most: nobody reads on, and the JSON has them all.
SHOWN_AT_MOST = 200

_MEND = "Make room there, or choose a folder with --out that you may write to."
_T = TypeVar("_T")

_TONES = {
    Conclusion.NOT_MET: "failed",
    Conclusion.INSUFFICIENT: "errored",
    Conclusion.NO_VERDICT: "errored",
    Conclusion.NOTHING_MEASURED: "missed",
    Conclusion.MET: "passed",
    Conclusion.LISTED: "missed",
    Conclusion.MISSING: "errored",
    Conclusion.ENDED: "errored",
    Conclusion.NOT_YET: "errored",
    Conclusion.ATTESTED: "attested",
    Conclusion.NOT_GATHERED: "missed",
}


def write_dossier(dossier: Dossier, folder: Path) -> tuple[Path, Path]:
    """Write ``dossier.html`` and ``dossier.json``.

    Args:
        dossier: The dossier, without secrets.
        folder: Where to; made where it is not there.

    Returns:
        The paths of the page and of the JSON.

    Raises:
        StorageError: Where they cannot be written.
    """
    make_folder(folder, mend=_MEND)
    text = json.dumps(as_json(dossier), indent=2, ensure_ascii=False)
    # The JSON first: the page says that more stands there.
    write_whole(folder / JSON_FILE, text.encode() + b"\n", mend=_MEND)
    write_whole(folder / PAGE_FILE, render_dossier(dossier).encode(), mend=_MEND)
    return folder / PAGE_FILE, folder / JSON_FILE


def render_dossier(dossier: Dossier) -> str:
    """Make the page.

    Args:
        dossier: The dossier, without secrets.

    Returns:
        A whole HTML document.
    """
    gathered = dossier.gathered
    return pages.render(
        "dossier.html",
        dossier=dossier,
        gathered=gathered,
        profile=gathered.profile,
        days=days_words(gathered.since_ms, gathered.until_ms),
        tone=_tone(dossier),
        tone_of=_TONES.__getitem__,
        judged=lambda placed: _judged(placed, gathered),
        seen_within_ms=lambda placed: detection(placed.subject.every_ms, placed.subject.timeout_ms).at_most_ms,
        told=[_told(part.figures) for part in dossier.parts],
        idle=[_idle(part.figures) for part in dossier.parts],
        newest=_newest,
        faults=_faults,
        entered=_entered,
        not_gathered=listed(NOT_GATHERED),
        json_file=JSON_FILE,
        shown_at_most=SHOWN_AT_MOST,
        by_number_words=by_number_words,
        cadence_words=cadence_words,
        counted=counted,
        follows_rule=follows_rule,
        goal_words=goal_words,
        how_words=how_words,
        interval_words=interval_words,
        is_short=lambda standing: not has_runs_of_window(standing.subject, standing.seen),
        label=label,
        listed=listed,
        percent=percent,
        rule_of=rule_of,
        window_words=window_words,
    )


def _tone(dossier: Dossier) -> str:
    """The colour of the headline: green only where nothing is left to be shown."""
    tones = {_TONES[each.conclusion] for each in dossier.answers}
    if "failed" in tones:
        return "failed"
    shown = all(each.certainty is not Certainty.NOT_SHOWN for each in dossier.answers)
    return "passed" if shown and dossier.answers and tones <= {"passed", "attested"} else "errored"


def _judged(placed: Placed, gathered: Gathered) -> str:
    """How many of a journey's due runs were judged, and how many the window has where more."""
    subject, seen = placed.subject, gathered.seen.get(placed.subject, Seen())
    counts = seen.counts
    if not counts.expected:
        return "nothing has run yet"
    said = f"{percent(counts.judged / counts.expected)}, {counts.judged:,} of {counts.expected:,}"
    return said if has_runs_of_window(subject, seen) else f"{said}; the window has {subject.runs_in_window:,}"


def _entered(standing: Standing) -> Iterator[str]:
    """The readings without and with what people entered, each only where there is a right to its number."""
    if standing.adjusted is not None:
        for name, reading in (("judge alone", standing.adjusted.judged), ("adjusted", standing.adjusted.adjusted)):
            if reading is not None:
                yield f"{name} {percent(reading.share)}"


def _told(figures: Sequence[Figure]) -> list[Figure]:
    """The objectives of which there is something to tell."""
    return [each for each in figures if each.conclusion is not Conclusion.NOTHING_MEASURED]


def _idle(figures: Sequence[Figure]) -> dict[str, list[str]]:
    """The names of those of which nothing was measured, by the objective's title."""
    names: dict[str, list[str]] = {}
    for each in figures:
        if each.conclusion is Conclusion.NOTHING_MEASURED:
            names.setdefault(each.standing.objective.title, []).append(each.name)
    return names


def _newest(rows: Sequence[_T]) -> Sequence[_T]:
    """The newest rows that fit on the page, the newest first."""
    return rows[::-1][:SHOWN_AT_MOST]


def _faults(faults: Mapping[Fault, int]) -> str:
    """Faults in words, such as ``app`` or ``host 3, app 1``."""
    if len(faults) == 1:
        return str(next(iter(faults)).value)
    return ", ".join(f"{each.value} {number:,}" for each, number in faults.items())
