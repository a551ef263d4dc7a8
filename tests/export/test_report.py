"""The run report: what it says, what it says is missing, and that nothing in it can bite."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from synthetics.errors import StorageError
from synthetics.export.report import render_report, write_report
from synthetics.record import (
    ArtifactKind,
    Error,
    FailedRequest,
    Kind,
    Outcome,
    Provenance,
    Reason,
    RunRecord,
    StepStatus,
)
from synthetics.seen.health import HealthSeen
from synthetics.seen.recorded import RecordedEvidence
from tests.export.builders import PROVENANCE, SLOT_MS, a_failed_run, a_run, a_step, an_artifact

SCREENSHOT = "screenshots/press save.png"
HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
BARE = Provenance(file="a.py", file_sha256="0" * 64)
VOID = {"meta", "img", "line", "rect", "path", "br"}


class Page(HTMLParser):
    """The page as a browser sees it: its text, its elements, its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(record: RunRecord, **how: object) -> Page:
    return Page(render_report(record, **how))  # type: ignore[arg-type]  # passed on as they come


ALL_OUTCOMES = [a_run(), a_failed_run(), a_run(Outcome.ERRORED), a_run(Outcome.MISSED)]


@pytest.mark.parametrize("record", ALL_OUTCOMES, ids=lambda record: str(record.outcome))
def test_report_is_one_whole_page_that_fetches_nothing(record: RunRecord) -> None:
    page = page_of(record)
    assert page.open == []
    assert page.all("script") == page.all("link") == page.all("iframe") == []
    policies = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'"]
    html = render_report(record)
    assert "@import" not in html
    assert "url(" not in html
    assert all(str(image["src"]).startswith("./") for image in page.all("img"))


def test_report_of_a_failure_tells_all_that_was_seen() -> None:
    text = page_of(a_failed_run()).text
    for words in (
        "Failed at step “Create a flow” → “Press Save”: fault unknown.",
        "The run failed at step “Press Save”",
        "journey_failed",
        "playwright.sync_api.TimeoutError at pages.py:31",
        "waiting for get_by_role",
        "http://127.0.0.1:8080/jira/apps/2f1c6f0e/b7a1c9de",
        "502 (Bad Gateway)",
        "502 POST http://localhost:8083/api/flows",
        "net::ERR_CONNECTION_REFUSED GET http://localhost:8083/api/log",
        "journeys/ihub/test_flows.py:12: in test_run_flow",
    ):
        assert words in text


def test_report_tells_what_exactly_ran() -> None:
    text = page_of(a_failed_run()).text
    for words in (
        "Target standin",
        "Location local",
        "Trigger schedule, attempt 1",
        "Due 2026-03-01 12:00:00 UTC",
        "Started 2026-03-01 12:00:00 UTC",
        "Lateness 250 ms",
        "Duration 8.0 s",
        f"Run {a_failed_run().run_id}",
        "Git revision eb4b553+",
        "Playwright 1.65.2",
        "Browser HeadlessChrome/131.0",
        "Host build not shown by its page",
        "App version 4.2.0",
    ):
        assert re.sub(" +", " ", words) in text


def test_report_marks_fixtures_and_steps_that_were_not_reached() -> None:
    text = page_of(a_failed_run()).text
    assert "Sign in fixture" in text
    assert "See the comment on the issue not reached" in text


def test_report_links_the_files_that_are_there_and_says_which_are_gone() -> None:
    page = page_of(a_failed_run(), present=["pytest.html"])
    links = [link["href"] for link in page.all("a")]
    assert "./pytest.html" in links
    assert "./record.json" in links
    assert "./worker.log" not in links
    assert page.all("img") == []
    assert "The worker's log: no longer there" in page.text
    assert "was taken, but is no longer there" in page.text


def test_report_shows_the_screenshot_under_its_step() -> None:
    (image,) = page_of(a_failed_run()).all("img")
    assert image == {"src": "./screenshots/press%20save.png", "alt": "The page when “Press Save” failed"}


def test_report_shows_an_error_outside_the_steps_with_its_traceback_open() -> None:
    error = Error(type="ImportError", message="No module named x", traceback="the way to it")
    page = page_of(a_run(Outcome.ERRORED, error=error))
    assert "ImportError No module named x" in page.text
    assert page.all("details") == [{"open": None}]
    assert page_of(a_failed_run()).all("details") == [{}]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        pytest.param(a_run(Outcome.MISSED), "Started never started", id="a missed run never started"),
        pytest.param(a_run(Outcome.MISSED), "so there are no steps", id="a missed run has no steps"),
        pytest.param(a_run(), "No step is known of this run.", id="a run without steps"),
        pytest.param(a_run(), "What exactly ran not recorded", id="no provenance"),
        pytest.param(a_run(duration_ms=None), "Duration not known", id="no duration"),
        pytest.param(
            a_run(provenance=BARE),
            "Git revision outside git",
            id="outside git",
        ),
        pytest.param(a_run(provenance=BARE), "Browser never came up", id="no browser"),
        pytest.param(
            a_run(Outcome.MISSED, provenance=PROVENANCE), "Host build never started", id="a missed run saw no build"
        ),
        pytest.param(
            a_run(Outcome.ERRORED, error=Error(type="E", message="m")), "traceback was not recorded", id="no traceback"
        ),
        pytest.param(
            a_run(Outcome.FAILED, steps=(a_step("Open", StepStatus.FAILED, duration_ms=None),)),
            "The run ended before this step did, so nothing was recorded at its end.",
            id="a step whose end was not seen",
        ),
        pytest.param(
            a_run(Outcome.FAILED, steps=(a_step("Open", StepStatus.FAILED),)),
            "What ended this step was not recorded. The page's address not recorded",
            id="a step without an error",
        ),
        pytest.param(
            a_run(Outcome.FAILED, steps=(a_step("Open", StepStatus.FAILED),)),
            "Screenshot none was taken",
            id="a step without a picture",
        ),
        pytest.param(a_run(dropped_artifacts=1), "1 file was deleted, because it could not", id="one dropped file"),
        pytest.param(a_run(dropped_artifacts=2), "2 files were deleted, because they", id="two dropped files"),
    ],
)
def test_report_says_what_is_missing(record: RunRecord, said: str) -> None:
    assert said in page_of(record).text


def test_report_escapes_everything_that_came_from_outside() -> None:
    error = Error(type=HOSTILE, message=HOSTILE, where=HOSTILE, traceback=HOSTILE)
    request = FailedRequest(method=HOSTILE, url=HOSTILE, failure=HOSTILE)
    step = a_step(
        HOSTILE,
        StepStatus.FAILED,
        error=error,
        url=HOSTILE,
        screenshot="x.png",
        console_errors=(HOSTILE,),
        failed_requests=(request,),
    )
    record = a_run(
        Outcome.FAILED,
        title=HOSTILE,
        target=HOSTILE,
        location=HOSTILE,
        steps=(step,),
        error=Error(type="other", message=HOSTILE, where=HOSTILE, traceback=HOSTILE),
        reasons=(Reason(code=HOSTILE, sentence=HOSTILE),),
        artifacts=(an_artifact("x.png"), an_artifact(HOSTILE, ArtifactKind.WORKER_LOG)),
        provenance=Provenance(file=HOSTILE, file_sha256=HOSTILE, git_revision=HOSTILE, browser=HOSTILE),
    )
    page = page_of(record, index_href=HOSTILE)
    assert page.all("script") == []
    assert [image["src"] for image in page.all("img")] == ["./x.png"]
    assert not any("onerror" in attributes for _, attributes in page.elements)
    assert page.text.count("<script>alert(1)</script>") > 10


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[broken"])
def test_report_makes_no_link_of_an_address_that_is_not_http(address: str) -> None:
    page = page_of(a_run(Outcome.FAILED, steps=(a_step("Open", StepStatus.FAILED, url=address),)))
    assert address in page.text
    assert address not in [link["href"] for link in page.all("a")]


def test_report_links_back_to_the_overview_where_there_is_one() -> None:
    assert "../../index.html" in [link["href"] for link in page_of(a_run(), index_href="../../index.html").all("a")]
    assert "All runs" not in page_of(a_run()).text


def test_write_report_writes_the_page_and_the_record_beside_the_artifacts(tmp_path: Path) -> None:
    record = a_failed_run()
    folder = tmp_path / "2026-03-01" / record.run_id
    (folder / "screenshots").mkdir(parents=True)
    (folder / SCREENSHOT).write_bytes(b"png")
    assert write_report(record, folder) == folder / "report.html"
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    assert len(page.all("img")) == 1
    assert "pytest's view: no longer there" in page.text
    assert RunRecord.from_json((folder / "record.json").read_bytes()) == record
    assert {each.name for each in folder.iterdir()} == {"screenshots", "report.html", "record.json"}


@pytest.mark.parametrize(
    "path", ["../outside.png", "/etc/hostname", "link.png"], ids=["above the folder", "absolute", "a link out of it"]
)
def test_write_report_shows_no_file_outside_the_run_s_folder(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (tmp_path / "outside.png").write_bytes(b"secret")
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    step = a_step("Open", StepStatus.FAILED, screenshot=path)
    write_report(a_run(Outcome.FAILED, steps=(step,), artifacts=(an_artifact(path),)), folder)
    assert Page((folder / "report.html").read_text(encoding="utf-8")).all("img") == []


def test_write_report_below_a_file_is_refused_with_the_path_and_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError) as caught:
        write_report(a_run(), tmp_path / "file" / "run")
    assert str(caught.value) == (
        f"{tmp_path / 'file' / 'run'}: cannot be made: Not a directory.\n"
        "  Make room there, or name another folder as the storage or for the report."
    )


@pytest.mark.parametrize(
    ("checked", "said"),
    [
        pytest.param(HealthSeen(url="http://app.example/health", protocol="HTTP/1.1"), "Protocol HTTP/1.1", id="plain"),
        pytest.param(
            HealthSeen(url="https://app.example/health", protocol="HTTP/2", certificate_expires_ms=SLOT_MS),
            "Protocol HTTP/2 Certificate good until 2026-",
            id="with a certificate",
        ),
        pytest.param(
            HealthSeen(url="https://app.example/health"),
            "Protocol nothing was answered Certificate not seen",
            id="nothing was answered",
        ),
    ],
)
def test_report_of_a_health_journey_tells_what_was_spoken_and_of_no_browser(checked: HealthSeen, said: str) -> None:
    page = page_of(a_run(kind=Kind.HEALTH, provenance=PROVENANCE, evidence=RecordedEvidence(health=checked)))
    assert page.open == []
    assert said in page.text
    assert "Browser" not in page.text
