"""Reading one file of journeys without running it: what it declares, and all that breaks the authoring rules."""

import ast
import hashlib
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from synthetics.catalogue.findings import Finding
from synthetics.catalogue.marker import JOURNEY, Marker, forbidden_in, mark_of, read_marker
from synthetics.catalogue.steps import read_steps
from synthetics.config.wording import shown
from synthetics.errors import Problem

_TEST = "test_"
_MENTION = re.compile(rb"\bdef[ \t]+test_(\w+)")

_AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """A journey as its file declares it.

    Args:
        function: The test function, such as ``test_run_flow``.
        line: Where it is defined.
        title: The first line of its docstring, without the full stop.
        steps: The titles of its top-level steps, in their order.
        marker: What its journey marker says.
    """

    function: str
    line: int
    title: str
    steps: tuple[str, ...]
    marker: Marker

    @property
    def name(self) -> str:
        """The journey's name without its app, such as ``run_flow``."""
        return self.function.removeprefix(_TEST)


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFile:
    """One file of journeys, as far as it can be read.

    Args:
        app: The app's name, which is its folder's.
        path: The file.
        sha256: The hash of its content.
        declared: Its journeys, as far as they can be read.
        mentioned: The full names of the journeys that it holds or seems to hold, whatever is wrong with it.
        importable: Whether it is worth importing: it is Python.
        problems: All that is wrong with it.
    """

    app: str
    path: Path
    sha256: str
    declared: tuple[Declared, ...] = ()
    mentioned: tuple[str, ...] = ()
    importable: bool = False
    problems: tuple[Problem, ...] = ()

    def with_findings(self, findings: tuple[Finding, ...]) -> "SourceFile":
        """Add what was found wrong in it."""
        problems = tuple(
            Problem(shown(self.path), f"line {each.line}" if each.line else "", each.what, each.mend)
            for each in findings
        )
        return self.with_problems(problems)

    def with_problems(self, problems: Iterable[Problem]) -> "SourceFile":
        """Add what is wrong with it; a file with anything wrong is left out whole."""
        return replace(self, problems=(*self.problems, *problems))


def read_source(app: str, path: Path) -> SourceFile:
    """Read a file of journeys.

    Args:
        app: The app's name.
        path: The file.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        finding = Finding(0, f"it cannot be read: {error.strerror}", "Make it readable, or remove it.")
        return SourceFile(app=app, path=path, sha256="").with_findings((finding,))
    names = dict.fromkeys(name.decode("utf-8", "replace") for name in _MENTION.findall(content))
    source = SourceFile(
        app=app,
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        mentioned=tuple(f"{app}.{name}" for name in names),
    )
    try:
        with warnings.catch_warnings():
            # A strange escape in a text is the linter's business, and no reason to write into our own output.
            warnings.simplefilter("ignore")
            module = ast.parse(content, filename=str(path))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = (error.lineno or 0) if isinstance(error, SyntaxError) else 0
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        mend = "Mend the syntax there." if line else "Save it as Python in UTF-8."
        return source.with_findings((Finding(line, f"it is not Python: {said}", mend),))
    declared, findings = _read_module(module)
    return replace(source, declared=declared, importable=True).with_findings(findings)


def _read_module(module: ast.Module) -> tuple[tuple[Declared, ...], tuple[Finding, ...]]:
    """Read all journeys of a file, and all that is wrong with them."""
    declared: dict[str, Declared] = {}
    findings: list[Finding] = []
    for node in module.body:
        match node:
            case ast.FunctionDef() if node.name.startswith(_TEST):
                journey, wrong = _read_function(node)
                findings += wrong
                if node.name in declared:
                    what = f"{node.name} is defined twice, first in line {declared[node.name].line}"
                    findings.append(Finding(node.lineno, what, "Give each journey a name of its own."))
                declared.setdefault(node.name, journey)
            case ast.Assign() | ast.AnnAssign() if "pytestmark" in _assigned(node):
                findings += forbidden_in([node])
            case _:
                findings += _out_of_place(node)
    if not declared and not findings:
        mend = "Write a test_ function with @pytest.mark.journey, or call the file something without test_."
        findings.append(Finding(0, "there is no journey in it", mend))
    return tuple(declared.values()), tuple(sorted(findings))


def _read_function(function: ast.FunctionDef) -> tuple[Declared, tuple[Finding, ...]]:
    """Read one journey."""
    marker, findings = read_marker(function)
    steps: tuple[str, ...] = ()
    if marker is not None:
        steps, wrong = read_steps(function)
        findings += wrong
    if function.name == _TEST:
        findings += (Finding(function.lineno, "test_ is no journey's name", "Write its name after test_."),)
    lines = (ast.get_docstring(function) or "").splitlines()
    title = lines[0].strip().removesuffix(".") if lines else ""
    if marker is not None and not title:
        mend = 'Write what it proves below its def, such as """A flow runs."""'
        findings += (Finding(function.lineno, f"{function.name} has no docstring", mend),)
    journey = Declared(
        function=function.name,
        line=function.lineno,
        title=title,
        steps=steps,
        marker=marker or Marker(function.lineno, None, None),
    )
    return journey, findings


def _assigned(node: ast.Assign | ast.AnnAssign) -> set[str]:
    """Give the plain names to which a value is assigned."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {each.id for each in targets if isinstance(each, ast.Name)}


def _out_of_place(node: ast.stmt) -> Iterator[Finding]:
    """Find tests where there can be no journey: async, in a class, in a branch."""
    match node:
        case ast.AsyncFunctionDef() if node.name.startswith(_TEST):
            mend = "Write def, and use Playwright's plain functions."
            yield Finding(node.lineno, f"{node.name} is async", mend)
        case ast.ClassDef():
            for inner in node.body:
                if isinstance(inner, _AnyFunction) and (_is_journey(inner) or _is_test(node, inner)):
                    mend = "Make it a function of the module: the folder says the app, the file needs no classes."
                    yield Finding(inner.lineno, f"{inner.name} is in the class {node.name}", mend)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            if _is_journey(node):
                mend = f"Call it {_TEST}{node.name}."
                yield Finding(node.lineno, f"{node.name} is marked as a journey, but is no test", mend)
        case _:
            for below in ast.walk(node):
                if isinstance(below, _AnyFunction) and below.name.startswith(_TEST):
                    mend = "Define it at the module's own level, where it is there in any case."
                    yield Finding(below.lineno, f"{below.name} is defined in a branch", mend)


def _is_journey(function: _AnyFunction) -> bool:
    return any(mark_of(each) == JOURNEY for each in function.decorator_list)


def _is_test(owner: ast.ClassDef, function: _AnyFunction) -> bool:
    return owner.name.startswith("Test") and function.name.startswith(_TEST)
