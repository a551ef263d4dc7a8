"""Reading the titles of a journey's top-level steps from its source.

Metrics have to know every step before the first run, so these titles are read without running anything. A top-level
step is a ``with step("Title"):`` in the test's own body, or in a ``try`` or ``finally`` there, both of which always
come in that order. Whatever stands inside a step is the author's own business.
"""

import ast
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from synthetics.catalogue.findings import Finding

_PLACES: tuple[tuple[tuple[type[ast.AST], ...], str], ...] = (
    ((ast.For, ast.AsyncFor, ast.While), "in a loop"),
    ((ast.If, ast.Match), "in a branch"),
    ((ast.ExceptHandler,), "in an except"),
    ((ast.With, ast.AsyncWith), "inside a with that is not a step"),
    ((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef), "in a function or class of its own"),
)


def read_steps(function: ast.FunctionDef) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Read a test function's top-level steps.

    Args:
        function: The test function.

    Returns:
        The titles in their order, and all that is wrong with its steps.
    """
    titles: dict[str, int] = {}
    findings: list[Finding] = []
    for call, misplaced in _outermost(function.body):
        if misplaced:
            mend = 'Write it as with step("..."): in the test\'s own body, or put a step around the whole.'
            findings.append(Finding(call.lineno, f"a top-level step is {misplaced}", mend))
            continue
        title = _title(call)
        if not title:
            mend = "Write the title in quotes: metrics know it before the first run."
            findings.append(Finding(call.lineno, "the title of a top-level step is not a text in quotes", mend))
        elif title in titles:
            what = f'two steps are called "{title}", the first in line {titles[title]}'
            findings.append(Finding(call.lineno, what, "Give each step a title of its own."))
        else:
            titles[title] = call.lineno
    if not titles and not findings:
        mend = 'Write its parts as with step("Open the admin page"): in its own body.'
        findings.append(Finding(function.lineno, f"{function.name} has no step", mend))
    return tuple(titles), tuple(findings)


def _outermost(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.Call, str]]:
    """Find the steps that are inside no other step: each with what is wrong with its place, or an empty text."""
    for statement in body:
        match statement:
            case ast.With() if (call := _opened_by(statement)) is not None:
                yield call, ""
            case ast.Try() | ast.TryStar():
                yield from _outermost(statement.body)
                for handler in statement.handlers:
                    yield from _misplaced(handler, handler)
                for branch in statement.orelse:
                    yield from ((call, "in the else of a try") for call in _steps_in(branch))
                yield from _outermost(statement.finalbody)
            case _:
                yield from _misplaced(statement, statement)


def _misplaced(node: ast.AST, statement: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Find the steps below a statement that discovery cannot follow."""
    place = next((words for kinds, words in _PLACES if isinstance(statement, kinds)), "not opened by a with of its own")
    yield from ((call, place) for call in _steps_in(node))


def _steps_in(node: ast.AST) -> Iterator[ast.Call]:
    """Find the outermost steps at or below a node."""
    if isinstance(node, ast.With) and (call := _opened_by(node)) is not None:
        yield call
    elif _is_step(node):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from _steps_in(child)


def _opened_by(statement: ast.With) -> ast.Call | None:
    """Find the step that a with opens; steps after it in the same with are inside it."""
    return next((each.context_expr for each in statement.items if _is_step(each.context_expr)), None)


def _is_step(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "step"


def _title(call: ast.Call) -> str | None:
    """Read a step's title; None where it is no text in quotes."""
    match call.args:
        case [ast.Constant(value=str() as title), *_]:
            return title.strip()
        case _:
            return None
