"""The run report: one page made from a record, which opens anywhere, without the internet."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from synthetics.export import pages, words
from synthetics.export.atomic import make_folder, write_whole
from synthetics.export.waterfall import waterfall
from synthetics.record import ArtifactKind, Kind, RunRecord

REPORT_FILE = "report.html"
RECORD_FILE = "record.json"

_MEND = "Make room there, or name another folder as the storage or for the report."
_LINK_WORDS = {
    ArtifactKind.PYTEST_HTML: "pytest's view",
    ArtifactKind.WORKER_LOG: "The worker's log",
    ArtifactKind.TRACE: "Playwright's trace (playwright show-trace)",
    ArtifactKind.SCREENSHOT: "Screenshot",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One line of the table of facts; a value that is None is said to be missing, with ``otherwise``."""

    label: str
    value: str | None
    otherwise: str = "not known"
    is_code: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A file beside the report; ``there`` is False where it is gone."""

    text: str
    path: str
    size_bytes: int | None
    there: bool


def write_report(record: RunRecord, folder: Path, *, index_href: str | None = None) -> Path:
    """Write ``report.html`` and ``record.json`` beside a run's artifacts.

    Args:
        record: The run.
        folder: The run's folder of artifacts, to which their paths are relative; made where it is not there.
        index_href: The overview to link back to, relative to the folder; None for no link.

    Returns:
        The report's path.

    Raises:
        StorageError: Where they cannot be written.
    """
    make_folder(folder, mend=_MEND)
    page = render_report(record, present=present_artifacts(record, folder), index_href=index_href)
    write_whole(folder / RECORD_FILE, record.to_json().encode() + b"\n", mend=_MEND)
    write_whole(folder / REPORT_FILE, page.encode(), mend=_MEND)
    return folder / REPORT_FILE


def present_artifacts(record: RunRecord, folder: Path) -> frozenset[str]:
    """The paths of those of a run's artifacts that are really there, below its folder."""
    return frozenset(each.path for each in record.artifacts if is_kept(folder, each.path))


def is_kept(folder: Path, path: str) -> bool:
    """Whether a path names a plain file below a folder: not one outside it, and no link to one."""
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts:
        return False
    file = folder / parts
    return file.is_file() and file.resolve().is_relative_to(folder.resolve())


def render_report(
    record: RunRecord,
    *,
    present: Collection[str] | None = None,
    index_href: str | None = None,
    budget: str | None = None,
) -> str:
    """Make the page.

    Args:
        record: The run.
        present: The paths of the artifacts that are there; None takes the record's word for it.
        index_href: Where the overview over all runs is; None for no link.
        budget: What of its journey's error budget is used and left; None where there is nothing to tell.

    Returns:
        A whole HTML document.
    """
    there = frozenset(each.path for each in record.artifacts) if present is None else frozenset(present)
    return pages.render(
        "report.html",
        record=record,
        headline=words.headline(record),
        facts=tuple(_facts(record, budget)),
        waterfall=waterfall(record),
        there=there,
        links=tuple(_links(record, there)),
        error_is_in_a_step=record.error is not None
        and any(step.error == record.error for step in words.failed_path(record)),
        index_href=index_href,
    )


def _facts(record: RunRecord, budget: str | None) -> Iterator[Fact]:
    yield Fact(label="Target", value=record.target)
    yield Fact(label="Location", value=record.location)
    yield Fact(label="Trigger", value=f"{record.trigger}, attempt {record.attempt}")
    yield Fact(label="Due", value=words.instant(record.slot_ms))
    yield from _times(record)
    yield Fact(label="Run", value=record.run_id, is_code=True)
    if budget is not None:
        yield Fact(label="Error budget", value=budget)
    yield from _versions(record)


def _times(record: RunRecord) -> Iterator[Fact]:
    otherwise = "never started" if record.started_ms is None else "not known"
    times = (
        ("Started", record.started_ms, words.instant),
        ("Lateness", record.lateness_ms, words.duration),
        ("Duration", record.duration_ms, words.duration),
    )
    for label, value, in_words in times:
        yield Fact(label=label, value=None if value is None else in_words(value), otherwise=otherwise)


def _versions(record: RunRecord) -> Iterator[Fact]:
    ran = record.provenance
    if ran is None:
        yield Fact(label="What exactly ran", value=None, otherwise="not recorded")
        return
    started = record.started_ms is not None
    not_shown = "not shown by its page" if started else "never started"
    not_up = "never came up" if started else "never started"
    yield Fact(label="Journey file", value=ran.file, is_code=True)
    yield Fact(label="Its SHA-256", value=ran.file_sha256[:12], is_code=True)
    yield Fact(label="Git revision", value=ran.git_revision, otherwise="outside git", is_code=True)
    yield Fact(label="This package", value=ran.package)
    if record.kind is Kind.HEALTH:
        yield from _spoken(record)
        return
    yield Fact(label="Playwright", value=ran.playwright, otherwise=not_up)
    yield Fact(label="Browser", value=ran.browser, otherwise=not_up)
    yield Fact(label="Host build", value=ran.host_build, otherwise=not_shown, is_code=True)
    yield Fact(label="App version", value=ran.app_version, otherwise=not_shown, is_code=True)


def _spoken(record: RunRecord) -> Iterator[Fact]:
    """What a health check has in the place of a browser."""
    checked = record.evidence.health if record.evidence is not None else None
    if checked is None:
        return
    yield Fact(label="Protocol", value=checked.protocol, otherwise="nothing was answered")
    if checked.url.startswith("https:"):
        ends_ms = checked.certificate_expires_ms
        ends = None if ends_ms is None else f"good until {words.instant(ends_ms)}"
        yield Fact(label="Certificate", value=ends, otherwise="not seen")


def _links(record: RunRecord, there: Collection[str]) -> Iterator[Link]:
    """Pytest's view, the worker's log, the trace, the record, then the pictures; the report does not link to itself."""
    order = (ArtifactKind.PYTEST_HTML, ArtifactKind.WORKER_LOG, ArtifactKind.TRACE)
    of_kind = {kind: [each for each in record.artifacts if each.kind is kind] for kind in _LINK_WORDS}
    first = [each for kind in order for each in of_kind[kind]]
    for each in first:
        yield Link(text=_LINK_WORDS[each.kind], path=each.path, size_bytes=each.size_bytes, there=each.path in there)
    yield Link(text="The record as JSON", path=RECORD_FILE, size_bytes=None, there=True)
    for each in of_kind[ArtifactKind.SCREENSHOT]:
        yield Link(text=_LINK_WORDS[each.kind], path=each.path, size_bytes=each.size_bytes, there=each.path in there)
