"""``explain``: one run told in full."""

from contextlib import closing
from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from synthetics.bootstrap import artifact_store, read_configuration
from synthetics.cli import options, reasoning
from synthetics.cli.screen import outcome_text, print_json, where
from synthetics.errors import SelectionError
from synthetics.evidence import evidence_of
from synthetics.export.report import REPORT_FILE
from synthetics.export.words import duration, headline, instant
from synthetics.judge import RuleSaid, review
from synthetics.ledger.store import FILE_NAME as LEDGER_FILE
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.ledger.verdicts import Verdict, first_of
from synthetics.record import Outcome, RunRecord, Step, StepStatus

_JUDGED = frozenset({Outcome.FAILED, Outcome.ERRORED})
_MARKS = {StepStatus.PASSED: ("✓", "green"), StepStatus.FAILED: ("✗", "red"), StepStatus.SKIPPED: ("·", "dim")}


def explain(
    *,
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="A run's short name, as `runs --json` has it; last; or last-failed.")
    ],
    rules: Annotated[
        bool, typer.Option("--rules", metavar="", help="Tell all rules of the judge, not only those that spoke.")
    ] = False,
    as_json: options.Json = False,
    config: options.Config = options.DEFAULT_CONFIG,
) -> None:
    """Tell one run in full: its steps, what was seen, and why it was judged as it was."""
    configuration = read_configuration(config)
    if not (configuration.storage / LEDGER_FILE).exists():
        raise SelectionError(
            f"Nothing has run yet in {where(configuration.storage)}.\n  `once` runs every journey once."
        )
    with closing(open_ledger(configuration.storage)) as ledger:
        record = _find(ledger, run)
        verdicts = ledger.verdicts(record.run_id) or (first_of(record),)
    evidence = evidence_of(record)
    said = review(evidence) if evidence is not None else None
    if as_json:
        print_json(record.to_dict() | reasoning.as_json(said, verdicts))
        return
    page = artifact_store(configuration).folder(record.run_id, record.slot_ms) / REPORT_FILE
    told = _told(record, verdicts, said, rules=rules)
    Console().print(told if not page.exists() else Group(told, Text(), _page(where(page))))


def _find(ledger: Ledger, run: str) -> RunRecord:
    if run == "last":
        record = next(ledger.runs(limit=1), None)
    elif run == "last-failed":
        record = next(ledger.runs(outcomes=[Outcome.FAILED], limit=1), None)
    else:
        record = ledger.run(run)
    if record is None:
        raise SelectionError(
            f"There is no run {run!r}.\n  `runs` shows what ran; last and last-failed are names as well."
        )
    return record


def _told(
    record: RunRecord, verdicts: tuple[Verdict, ...], said: tuple[RuleSaid, ...] | None, *, rules: bool
) -> RenderableType:
    last = verdicts[-1]
    settled = replace(record, fault=last.fault, reasons=last.reasons)
    parts: list[RenderableType] = [
        Text(f"{record.journey} on {record.target} from {record.location}", style="bold"),
        Text(record.title),
        Text(),
        outcome_text(settled) + Text(f"  {headline(settled)}"),
    ]
    parts += [Padding(Text(f"{reason.sentence} ({reason.code})"), (0, 0, 0, 2)) for reason in last.reasons]
    if len(verdicts) > 1:
        parts += [Text(), reasoning.verdicts_view(verdicts)]
    parts += [Text(), _steps(record)]
    if said is not None:
        parts += [Text(), reasoning.rules_view(said, everything=rules, is_first=len(verdicts) > 1)]
    elif record.outcome in _JUDGED:
        parts += [Text(), Text("Its record keeps too little to ask the rules of the judge again.", style="dim")]
    if record.evidence is not None and record.outcome is not Outcome.PASSED:
        parts += [Text(), reasoning.evidence_view(record.evidence)]
    return Group(*parts, Text(), _facts(record))


def _page(page: str) -> RenderableType:
    return Text(f"Report: {page}", no_wrap=True, overflow="ignore")


def _steps(record: RunRecord) -> RenderableType:
    told: list[RenderableType] = []
    in_time = sorted(record.fixture_steps, key=lambda step: step.offset_ms or 0)
    first = [step for step in in_time if not _is_after(step, record.steps)]
    for step in (*first, *record.steps, *(step for step in in_time if step not in first)):
        told += _step(step, indent=0, fixture=step in in_time)
    return Group(*told)


def _is_after(step: Step, steps: tuple[Step, ...]) -> bool:
    began = [each.offset_ms for each in steps if each.offset_ms is not None]
    return bool(began) and step.offset_ms is not None and step.offset_ms > min(began)


def _step(step: Step, *, indent: int, fixture: bool = False) -> list[RenderableType]:
    mark, style = _MARKS[step.status]
    took = duration(step.duration_ms) if step.duration_ms is not None else "not reached"
    line = Text(" " * indent) + Text(f"{mark} ", style=style) + Text(step.title)
    line += Text(f"  {took}" + ("  (fixture)" if fixture else ""), style="dim")
    told: list[RenderableType] = [line]
    told += [Padding(Text(seen), (0, 0, 0, indent + 4)) for seen in _seen_in(step)]
    for inner in step.steps:
        told += _step(inner, indent=indent + 2)
    return told


def _seen_in(step: Step) -> list[str]:
    """What was kept of a failure."""
    seen = []
    if step.error is not None:
        seen = [step.error.type + (f" at {step.error.where}" if step.error.where else ""), step.error.message]
    seen += [f"page: {step.url}"] if step.url else []
    seen += [f"console: {each}" for each in step.console_errors]
    seen += [f"request: {each.method} {each.url} {each.status or each.failure}" for each in step.failed_requests]
    return seen


def _facts(record: RunRecord) -> Table:
    ran = record.provenance
    checked = record.evidence.health if record.evidence is not None else None
    ends_ms = checked.certificate_expires_ms if checked is not None else None
    facts = {
        "run": record.run_id,
        "trigger": f"{record.trigger}, attempt {record.attempt}",
        "due": instant(record.slot_ms),
        "took": duration(record.duration_ms) if record.duration_ms is not None else None,
        "late by": duration(record.lateness_ms) if record.lateness_ms is not None else None,
        "file": f"{ran.file} ({ran.file_sha256[:12]})" if ran else None,
        "revision": ran.git_revision if ran else None,
        "browser": ran.browser if ran else None,
        "host build": ran.host_build if ran else None,
        "app version": ran.app_version if ran else None,
        "protocol": checked.protocol if checked is not None else None,
        "certificate": f"good until {instant(ends_ms)}" if ends_ms is not None else None,
        "files dropped": str(record.dropped_artifacts) if record.dropped_artifacts else None,
    }
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in facts.items():
        if value is not None:
            table.add_row(Text(name, style="dim"), Text(value))
    return table
