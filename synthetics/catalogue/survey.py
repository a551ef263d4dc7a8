"""All files of journeys: which there are, what each declares, and what is wrong with each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from synthetics.catalogue.findings import Finding
from synthetics.catalogue.importing import Imported, import_files
from synthetics.catalogue.marker import FORBIDDEN, WHY_FORBIDDEN
from synthetics.catalogue.source import SourceFile, read_source
from synthetics.config.loading import APP_FILE
from synthetics.config.wording import shown
from synthetics.errors import Problem

_LEVELS = len(("ihub", "test_run_flow.py"))


def survey(journeys_folder: Path, limit: timedelta) -> tuple[SourceFile, ...]:
    """Read and import every file of journeys.

    Args:
        journeys_folder: The folder of journeys.
        limit: How long one process that imports may take.

    Returns:
        The files, by app and name, each with all that is wrong with it.
    """
    files = sorted(journeys_folder.rglob("test_*.py"))
    # What starts with a dot was put there by an editor or a tool.
    hidden = {each for each in files if any(part.startswith(".") for part in each.relative_to(journeys_folder).parts)}
    sources = [_read(each, journeys_folder) for each in files if each not in hidden]
    sources = list(_refuse_folders_without_app(sources, journeys_folder))
    worth_it = [each.path for each in sources if each.importable]
    imported = import_files(worth_it, journeys_folder, limit)
    sources = [_with_import(each, imported[each.path]) if each.path in imported else each for each in sources]
    return tuple(_refuse_same_names(sources))


def _read(file: Path, journeys_folder: Path) -> SourceFile:
    """Read one file, wherever below the folder of journeys it is."""
    parts = file.relative_to(journeys_folder).parts
    app = parts[0] if len(parts) > 1 else ""
    source = read_source(app, file)
    if len(parts) == _LEVELS:
        return source
    what = "it is not directly in an app's folder"
    mend = f"Move it to {shown(journeys_folder)}/<app>/{file.name}."
    mentioned = source.mentioned if app else ()
    return replace(source, mentioned=mentioned, importable=False, problems=()).with_findings((Finding(0, what, mend),))


def _refuse_folders_without_app(sources: Iterable[SourceFile], journeys_folder: Path) -> Iterator[SourceFile]:
    """Find folders with journeys that are no app: one problem for each folder, on its first file."""
    told: set[str] = set()
    for source in sources:
        folder = journeys_folder / source.app
        if not source.app or (folder / APP_FILE).is_file() or source.path.parent != folder:
            yield source
            continue
        what = f"it has {source.path.name}, but no {APP_FILE}"
        problem = Problem(shown(folder), "", what, f'Write {APP_FILE} there, with title = "...".')
        added = () if source.app in told else (problem,)
        told.add(source.app)
        yield replace(source, declared=(), importable=False, problems=added + source.problems)


def _with_import(source: SourceFile, imported: Imported) -> SourceFile:
    """Add what came out when a file was imported."""
    if imported.finding is not None:
        return source.with_findings((imported.finding,))
    if source.problems:
        # What pytest collects beside the rules that are broken already would only be said twice.
        return source
    return source.with_findings(tuple(_compare(source, imported)))


def _compare(source: SourceFile, imported: Imported) -> Iterator[Finding]:
    """Find where pytest collects something else than the file declares."""
    collected = Counter(each.function for each in imported.items)
    lines = {each.function: each.line for each in source.declared}
    for function, line in lines.items():
        if collected[function] == 0:
            what = f"{function} is defined, but pytest does not collect it"
            yield Finding(line, what, "Look for what hides it: another definition, __test__, a conftest.py.")
        elif collected[function] > 1:
            what = f"{function} is collected {collected[function]} times, and a journey is one test"
            yield Finding(line, what, "Remove what parametrises it, such as a fixture with params.")
    for function in collected:
        if function not in lines:
            what = f"pytest collects {function} as well, which is no journey of this file"
            yield Finding(0, what, "Define it here with its marker, or import the module instead of the function.")
    for item in imported.items:
        for mark in sorted(FORBIDDEN.intersection(item.marks)):
            what = f"{item.function} has the marker {mark}, which makes no journey"
            yield Finding(lines.get(item.function, 0), what, WHY_FORBIDDEN)


def _refuse_same_names(sources: Iterable[SourceFile]) -> Iterator[SourceFile]:
    """Find journeys of one name in two files of an app."""
    files = tuple(sources)
    named: dict[str, list[SourceFile]] = defaultdict(list)
    for source in files:
        for each in source.declared:
            named[f"{source.app}.{each.function}"].append(source)
    for source in files:
        findings = tuple(
            Finding(each.line, _twice(each.function, others), "Rename one of the functions.")
            for each in source.declared
            if (others := [other for other in named[f"{source.app}.{each.function}"] if other is not source])
        )
        yield source.with_findings(findings)


def _twice(function: str, others: Iterable[SourceFile]) -> str:
    elsewhere = ", ".join(shown(each.path) for each in others)
    return f"{function} is in {elsewhere} as well, and an app's journeys have names of their own"
