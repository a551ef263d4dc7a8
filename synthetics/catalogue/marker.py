"""Reading what stands above a test function: its journey marker, and markers that a journey cannot have."""

import ast
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from synthetics.catalogue.findings import Finding, dotted
from synthetics.config.cron import MEND, parse_cron
from synthetics.config.durations import EXAMPLES, parse_duration
from synthetics.config.wording import meant_or_listed

JOURNEY = "journey"

#: Markers that make a test another number of items than one, or let it end in another way than passed or failed.
FORBIDDEN = frozenset({"parametrize", "skip", "skipif", "xfail"})
WHY_FORBIDDEN = "Remove it: a journey is one test that passes or fails."


class Marker(NamedTuple):
    """What the journey marker says; None for what it leaves out.

    Args:
        line: Where it stands.
        every: How often the journey is due.
        timeout: How long one attempt may take.
        cron: The cron expression of its slots, instead of an interval.
        isolated: Whether every run has a worker process and a browser to itself.
        confirm: Whether a failed run is repeated once, at once.
        invisible: Which faults of its own app the journey cannot see, and why not.
    """

    line: int
    every: timedelta | None
    timeout: timedelta | None
    cron: str | None = None
    isolated: bool | None = None
    confirm: bool | None = None
    invisible: tuple[tuple[str, str], ...] | None = None


def read_marker(function: ast.FunctionDef) -> tuple[Marker | None, tuple[Finding, ...]]:
    """Read a test function's markers.

    Args:
        function: The test function.

    Returns:
        Its journey marker, None where it has none; and all that is wrong with its markers.
    """
    marker = None
    findings: list[Finding] = list(forbidden_in(function.decorator_list))
    for decorator in function.decorator_list:
        if mark_of(decorator) != JOURNEY:
            continue
        if marker is not None:
            findings.append(Finding(decorator.lineno, "there are two journey markers", "Keep one of them."))
            continue
        marker, wrong = _read_values(decorator)
        findings += wrong
    if marker is None:
        mend = "Write @pytest.mark.journey above it, or call it something that does not start with test_."
        findings.append(Finding(function.lineno, f"{function.name} has no journey marker", mend))
    return marker, tuple(findings)


def mark_of(node: ast.expr) -> str:
    """Give the name of a pytest mark, called or not, such as ``journey``; empty for anything else."""
    name = dotted(node.func if isinstance(node, ast.Call) else node)
    *before, last = name.split(".")
    return last if before in (["pytest", "mark"], ["mark"]) else ""


def forbidden_in(nodes: Iterable[ast.AST]) -> tuple[Finding, ...]:
    """Find marks that a journey cannot have, at or below some nodes."""
    return tuple(
        Finding(node.lineno, f"the marker {mark_of(node)} makes no journey", WHY_FORBIDDEN)
        for each in nodes
        for node in ast.walk(each)
        if isinstance(node, ast.Attribute) and mark_of(node) in FORBIDDEN
    )


def _read_values(decorator: ast.expr) -> tuple[Marker, tuple[Finding, ...]]:
    """Read the marker's keywords."""
    call = decorator if isinstance(decorator, ast.Call) else None
    findings: list[Finding] = []
    values: dict[str, Any] = {}
    for argument in call.args if call is not None else ():
        what = f"the journey marker has the value {ast.unparse(argument)} without a keyword"
        findings.append(Finding(argument.lineno, what, 'Write every="5m" or timeout="60s".'))
    for keyword in call.keywords if call is not None else ():
        name = keyword.arg or f"**{ast.unparse(keyword.value)}"
        if name not in _KEYWORDS:
            mend = meant_or_listed(name, _KEYWORDS, "The keywords are:")
            findings.append(Finding(keyword.lineno, f"the journey marker has no keyword {name}", mend))
            continue
        try:
            values[name] = _KEYWORDS[name].read(keyword.value)
        except ValueError as error:
            findings.append(Finding(keyword.lineno, f"{name}: {error}", _KEYWORDS[name].mend))
    if "cron" in values and "every" in values:
        mend = "Keep one of them: every for all day long, cron for certain hours."
        findings.append(Finding(decorator.lineno, "the journey marker has both every and cron", mend))
    marker = Marker(decorator.lineno, **{field: values.get(field) for field in _KEYWORDS})
    return marker, tuple(findings)


def _text(value: ast.expr) -> str:
    """Read a literal text."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    raise ValueError(f"{ast.unparse(value)} is not a text in quotes")


def _truth(value: ast.expr) -> bool:
    """Read a literal ``True`` or ``False``."""
    if isinstance(value, ast.Constant) and isinstance(value.value, bool):
        return value.value
    raise ValueError(f"{ast.unparse(value)} is neither True nor False")


def _reasons(value: ast.expr) -> tuple[tuple[str, str], ...]:
    """Read a literal dictionary of texts; neither it nor any of them is empty."""
    entries = list(zip(value.keys, value.values, strict=True)) if isinstance(value, ast.Dict) else []
    read = tuple((_text(key), _text(each)) for key, each in entries if key is not None)
    if not read or len(read) < len(entries) or not all(text.strip() for pair in read for text in pair):
        raise ValueError(f"{ast.unparse(value)} does not give each fault its reason")
    return read


class _Keyword(NamedTuple):
    """What a keyword of the marker takes.

    Args:
        read: Reads its value; ValueError with one sentence where it is none.
        mend: How to mend what is none.
    """

    read: Callable[[ast.expr], object]
    mend: str


_UNITS = f"with whole numbers and units in quotes, such as {EXAMPLES}."
_KEYWORDS = {
    "every": _Keyword(lambda value: parse_duration(_text(value)), f"Write every {_UNITS}"),
    "cron": _Keyword(lambda value: parse_cron(_text(value)), MEND),
    "timeout": _Keyword(lambda value: parse_duration(_text(value)), f"Write timeout {_UNITS}"),
    "isolated": _Keyword(_truth, "Write isolated=True or isolated=False."),
    "confirm": _Keyword(_truth, "Write confirm=True or confirm=False."),
    "invisible": _Keyword(_reasons, 'Write invisible={"fault": "why this journey cannot see it"}.'),
}
