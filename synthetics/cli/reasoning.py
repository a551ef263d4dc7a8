"""How a run was judged, for people: what was said of it and when, what each rule saw, and the evidence in short."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import TypeAdapter
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from synthetics.cli.screen import STYLES
from synthetics.evidence import (
    ControlSeen,
    FrameSeen,
    MachineSeen,
    OriginTraffic,
    RecordedEvidence,
    RequestSeen,
    Surroundings,
)
from synthetics.export.words import duration, instant, size
from synthetics.judge import RuleSaid
from synthetics.ledger.verdicts import Verdict
from synthetics.record import Reason

_DECIDED, _SPOKE, _SILENT = "▶", "·", " "
#: How many lines each kind of evidence gets; all of it is in the JSON.
_MOST_LINES = 8
#: A site tells its time in whole seconds.
_SITE_TELLS_MS = 1_000

_RULES: TypeAdapter[tuple[RuleSaid, ...]] = TypeAdapter(tuple[RuleSaid, ...])
_VERDICTS: TypeAdapter[tuple[Verdict, ...]] = TypeAdapter(tuple[Verdict, ...])


def as_json(rules: tuple[RuleSaid, ...] | None, verdicts: tuple[Verdict, ...]) -> dict[str, Any]:
    """All of it for programs; the rules are null where the record keeps too little to ask them again."""
    return {
        "settled_fault": verdicts[-1].fault.value,
        "verdicts": _VERDICTS.dump_python(verdicts, mode="json"),
        "rules": None if rules is None else _RULES.dump_python(rules, mode="json"),
    }


def verdicts_view(verdicts: Sequence[Verdict]) -> RenderableType:
    """What was said of a run, the first verdict first, each with its weightiest reason that the one before had not."""
    told: list[RenderableType] = [Text("Verdicts", style="bold")]
    before: tuple[Reason, ...] = ()
    for each in verdicts:
        line = Text(f"{instant(each.at_ms)}  ", style="dim")
        line += Text(f"{each.outcome}/{each.fault}", style=STYLES[each.outcome]) + Text(f"  by {each.author}")
        told.append(_indented(line, 2))
        new = [reason for reason in each.reasons if reason not in before] or list(each.reasons)
        told += [_indented(Text(f"{reason.sentence} ({reason.code})"), 6) for reason in new[:1]]
        before = each.reasons
    return Group(*told)


def rules_view(rules: Sequence[RuleSaid], *, everything: bool, is_first: bool) -> RenderableType:
    """The rules in their order: those that spoke, or all.

    Args:
        rules: What each said.
        everything: Whether those with nothing to say are told as well.
        is_first: Whether other verdicts came after this judgement.
    """
    when = " when it was first judged" if is_first else ""
    told: list[RenderableType] = [Text(f"Rules{when}, in their order; the first that spoke decided", style="bold")]
    for each in rules:
        if each.said is not None:
            told += _spoke(each)
        elif everything:
            told.append(_indented(Text(f"{_SILENT} {each.name}: nothing to say", style="dim"), 2))
            told.append(_indented(Text(each.sentence, style="dim"), 6))
    silent = sum(each.said is None for each in rules)
    if silent and not everything:
        told.append(_indented(Text(f"{silent} more had nothing to say; --rules tells them.", style="dim"), 2))
    return Group(*told)


def evidence_view(evidence: RecordedEvidence) -> RenderableType:
    """What was seen of a run and around it, in short."""
    around = evidence.surroundings
    rows: list[tuple[str, str]] = []
    if around is not None:
        rows += _named("control", [_control(each, around) for each in _nearest(around)])
        rows += _around(around)
    rows += _named("origin", [_origin(each) for each in evidence.origins])
    rows += _named("request", [_request(each) for each in evidence.requests])
    rows += _named("app frame", [_frame(each) for each in evidence.frames if each.is_app])
    rows += _named("message", [each.text.partition("\n")[0] for each in evidence.messages])
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(Text(name, style="dim"), Text(text))
    return Group(Text("Evidence", style="bold"), _indented(table, 2))


def _spoke(rule: RuleSaid) -> list[RenderableType]:
    assert rule.said is not None  # noqa: S101  narrows the type: the caller looked
    mark = _DECIDED if rule.decided else _SPOKE
    line = Text(f"{mark} {rule.name}  ", style="bold" if rule.decided else "")
    line += Text(f"{rule.said.outcome}/{rule.said.fault}", style=STYLES[rule.said.outcome])
    line += Text("  decided" if rule.decided else "", style="bold")
    return [
        _indented(line, 2),
        _indented(Text(rule.sentence, style="dim"), 6),
        _indented(Text(f"It saw: {rule.saw}"), 6),
    ]


def _indented(what: RenderableType, columns: int) -> Padding:
    return Padding(what, (0, 0, 0, columns))


def _named(name: str, texts: Sequence[str]) -> list[tuple[str, str]]:
    """Rows of one kind: its name on the first, and at the end how many are left out."""
    shown = [(name if number == 0 else "", text) for number, text in enumerate(texts[:_MOST_LINES])]
    left = len(texts) - _MOST_LINES
    return [*shown, ("", f"and {left} more; --json tells them")] if left > 0 else shown


def _nearest(around: Surroundings) -> list[ControlSeen]:
    return sorted(around.controls, key=lambda each: abs(each.started_ms - around.started_ms))


def _control(control: ControlSeen, around: Surroundings) -> str:
    before_ms = around.started_ms - control.ended_ms
    age = f"ended {duration(abs(before_ms))} {'before' if before_ms > 0 else 'after'} this run started"
    run = f", run {control.run_id}" if control.run_id is not None else ""
    return f"{control.kind} {control.outcome}/{control.fault}: {age}{run}"


def _around(around: Surroundings) -> Iterable[tuple[str, str]]:
    if around.statuspage is not None:
        yield "status page", around.statuspage
    if around.others_failing is not None:
        yield "others", f"{around.others_failing:.0%} of other apps' journeys failed in the same interval"
    if around.errored_in_row:
        yield "before", f"{around.errored_in_row} slots in a row were errored"
    for name, machine in (("at start", around.machine_start), ("at end", around.machine_end)):
        if machine is not None and (told := _machine(machine)):
            yield name, told


def _machine(machine: MachineSeen) -> str:
    parts = []
    if machine.memory_available_bytes is not None:
        of = f" of {size(machine.memory_total_bytes)}" if machine.memory_total_bytes is not None else ""
        parts.append(f"memory {size(machine.memory_available_bytes)}{of} free")
    if machine.load_1m is not None:
        parts.append(f"load {machine.load_1m:.1f}" + (f" on {machine.cpus} cores" if machine.cpus else ""))
    if machine.disk_free_bytes is not None:
        parts.append(f"disk {size(machine.disk_free_bytes)} free")
    if machine.clock_offset_ms is not None:
        parts.append(_clock(machine.clock_offset_ms))
    return ", ".join(parts)


def _clock(offset_ms: int) -> str:
    if abs(offset_ms) <= _SITE_TELLS_MS:
        return "clock as the site's"
    return f"clock {duration(abs(offset_ms))} {'ahead of' if offset_ms > 0 else 'behind'} the site's"


def _origin(origin: OriginTraffic) -> str:
    counts = {
        "answered": origin.answered,
        "refused": origin.refused,
        "failed": origin.failed,
        "given up": origin.aborted,
        "unfinished": origin.unfinished,
    }
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    bad = ", ".join(f"{count} x {status}" for status, count in origin.statuses if status >= 400)  # noqa: PLR2004  HTTP
    return f"{origin.owner} {origin.origin}: {told or 'nothing asked'}" + (f" ({bad})" if bad else "")


def _request(request: RequestSeen) -> str:
    became = request.failure or (str(request.status) if request.status is not None else "no answer")
    end = "" if request.ended or request.failure is not None else ", without an end"
    took = f" after {duration(request.duration_ms)}" if request.duration_ms is not None else ""
    return f"{request.owner} {request.method} {request.path} ({request.resource}): {became}{end}{took}"


def _frame(frame: FrameSeen) -> str:
    times = {"attached": frame.attached_ms, "connected": frame.connected_ms, "ready": frame.ready_ms}
    told = ", ".join(f"{name} {'never' if at is None else duration(at)}" for name, at in times.items())
    return f"{frame.origin}: {told}" + (", refused" if frame.refused else "")
