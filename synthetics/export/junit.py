"""Runs as JUnit's XML, which every CI shows: a suite for each app, a case for each run.

A confirm-run is no case of its own: where it passed, its first attempt is flaky, and told as no failure.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from xml.etree import ElementTree as ET

from synthetics.export.words import duration, headline, iso_instant
from synthetics.record import Outcome, RunRecord, Step, flaky_runs

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_VERDICTS = {Outcome.FAILED: "failure", Outcome.ERRORED: "error", Outcome.MISSED: "skipped"}
_COUNTED = {"failures": Outcome.FAILED, "errors": Outcome.ERRORED, "skipped": Outcome.MISSED}


def junit_xml(records: Iterable[RunRecord]) -> bytes:
    """The runs as one document; characters that XML cannot hold are left out.

    Args:
        records: The runs, in the order in which they shall be shown.

    Returns:
        UTF-8, with its declaration: ``failed`` is a failure, ``errored`` an error, ``missed`` a skip.
    """
    kept = tuple(records)
    flaky = flaky_runs(kept)
    by_app: dict[str, list[RunRecord]] = {}
    for record in kept:
        if record.attempt == 1:
            by_app.setdefault(record.app, []).append(record)
    everything = [record for of_app in by_app.values() for record in of_app]
    root = ET.Element("testsuites", {"name": "synthetics", **_counts(everything, flaky)})
    for app, of_app in by_app.items():
        root.append(_suite(app, of_app, flaky))
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _suite(app: str, records: Sequence[RunRecord], flaky: Collection[str]) -> ET.Element:
    suite = ET.Element("testsuite", {"name": _clean(app), **_counts(records, flaky)})
    started = [record.started_ms for record in records if record.started_ms is not None]
    if started:
        suite.set("timestamp", iso_instant(min(started)).removesuffix("Z"))
    names = Counter(record.journey_name for record in records)
    for record in records:
        suite.append(_case(record, alone=names[record.journey_name] == 1, is_flaky=record.run_id in flaky))
    return suite


def _case(record: RunRecord, *, alone: bool, is_flaky: bool) -> ET.Element:
    """One run; its name says the target only where the journey alone would not tell it from another."""
    name = record.journey_name if alone else f"{record.journey_name} [{record.target}]"
    case = ET.Element("testcase", {"classname": _clean(record.app), "name": _clean(name)})
    if record.duration_ms is not None:
        case.set("time", _seconds(record.duration_ms))
    properties = ET.SubElement(case, "properties")
    for key in ("run_id", "target", "location", "trigger", "attempt", "outcome", "fault"):
        ET.SubElement(properties, "property", {"name": key, "value": _clean(str(getattr(record, key)))})
    if record.outcome in _VERDICTS:
        case.append(_verdict(record, "flakyFailure" if is_flaky else _VERDICTS[record.outcome]))
    ET.SubElement(case, "system-out").text = _clean("\n".join(_told(record)))
    return case


def _verdict(record: RunRecord, verdict: str) -> ET.Element:
    element = ET.Element(verdict, {"message": _clean(headline(record))})
    if record.outcome is not Outcome.MISSED:
        element.set("type", _clean(record.error.type if record.error else record.fault))
    lines = [f"{reason.code}: {reason.sentence}" for reason in record.reasons]
    if record.error is not None:
        lines += ["", record.error.traceback or f"{record.error.type}: {record.error.message}"]
    element.text = _clean("\n".join(lines))
    return element


def _told(record: RunRecord) -> list[str]:
    """The run in lines: its sentence, then its steps."""
    lines = [record.title, headline(record)]
    lines += [line for step in record.fixture_steps for line in _step_lines(step, 0, " (fixture)")]
    lines += [line for step in record.steps for line in _step_lines(step, 0, "")]
    return lines


def _step_lines(step: Step, depth: int, mark: str) -> list[str]:
    took = "" if step.duration_ms is None else f" in {duration(step.duration_ms)}"
    said = "" if step.error is None else f": {step.error.type}: {step.error.message}"
    line = f"{'  ' * depth}- {step.title}{mark}: {step.status}{took}{said}"
    return [line, *(each for inner in step.steps for each in _step_lines(inner, depth + 1, ""))]


def _counts(records: Sequence[RunRecord], flaky: Collection[str]) -> dict[str, str]:
    counts = {"tests": str(len(records))}
    lasting = [record for record in records if record.run_id not in flaky]
    counts |= {key: str(sum(record.outcome is outcome for record in lasting)) for key, outcome in _COUNTED.items()}
    return counts | {"time": _seconds(sum(record.duration_ms or 0 for record in records))}


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)
