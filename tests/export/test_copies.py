"""The report to take along."""

from pathlib import Path

import pytest

from synthetics.errors import StorageError
from synthetics.export.copies import copy_report
from synthetics.record import Outcome, RunRecord
from tests.export.builders import a_failed_run, a_run, an_artifact
from tests.export.test_report import SCREENSHOT, Page


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store" / a_failed_run().run_id
    (folder / "screenshots").mkdir(parents=True)
    (folder / SCREENSHOT).write_bytes(b"png")
    (folder / "pytest.html").write_text("pytest's view")
    (folder / "unlisted.txt").write_text("named by no record")
    return tmp_path / "store"


def folder_in(store: Path, record: RunRecord) -> Path:
    return store / record.run_id


def links_of(file: Path) -> list[str]:
    return [str(link["href"]) for link in Page(file.read_text(encoding="utf-8")).all("a")]


def test_copy_report_has_an_overview_and_each_run_with_its_artifacts(tmp_path: Path, store: Path) -> None:
    failed, missed = a_failed_run(), a_run(Outcome.MISSED, journey="host_jira.plain_issue")
    out = tmp_path / "out"
    assert copy_report([failed, missed], lambda record: folder_in(store, record), out) == out / "index.html"
    run = out / "runs" / failed.run_id
    assert (run / SCREENSHOT).read_bytes() == b"png"
    assert {each.name for each in run.iterdir()} == {"screenshots", "pytest.html", "report.html", "record.json"}
    assert RunRecord.from_json((out / "runs" / missed.run_id / "record.json").read_bytes()) == missed


def test_copy_report_has_no_link_that_leads_nowhere(tmp_path: Path, store: Path) -> None:
    out = tmp_path / "out"
    records = [a_failed_run(), a_run(Outcome.MISSED)]
    index = copy_report(records, lambda record: folder_in(store, record), out)
    reports = [out / "runs" / record.run_id / "report.html" for record in records]
    for page in (index, *reports):
        for link in links_of(page):
            if not link.startswith("http"):
                assert (page.parent / link.replace("%20", " ")).resolve().is_file(), link
    assert all("../../index.html" in links_of(report) for report in reports)


def test_copy_report_says_which_artifacts_are_gone_from_the_store(tmp_path: Path, store: Path) -> None:
    out = tmp_path / "out"
    copy_report([a_failed_run()], lambda record: folder_in(store, record), out)
    text = Page((out / "runs" / a_failed_run().run_id / "report.html").read_text(encoding="utf-8")).text
    assert "The worker's log: no longer there" in text


def test_copy_report_twice_into_one_folder_keeps_what_else_is_there(tmp_path: Path, store: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    for _ in range(2):
        copy_report([a_failed_run()], lambda record: folder_in(store, record), out)
    assert (out / "mine.txt").read_text() == "mine"


def test_copy_report_into_the_store_itself_changes_no_artifact(tmp_path: Path) -> None:
    record = a_run(artifacts=(an_artifact("x.png"),))
    folder = tmp_path / "runs" / record.run_id
    folder.mkdir(parents=True)
    (folder / "x.png").write_bytes(b"png")
    copy_report([record], lambda each: tmp_path / "runs" / each.run_id, tmp_path)
    assert (folder / "x.png").read_bytes() == b"png"


def test_copy_report_of_no_run_is_an_overview_that_says_so(tmp_path: Path) -> None:
    index = copy_report([], lambda record: tmp_path / record.run_id, tmp_path / "out")
    assert "No run yet" in index.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("../secret.txt", id="a file beside the run's folder"),
        pytest.param("../run/own.txt", id="its own file by a way that leads out of it"),
    ],
)
def test_copy_report_reads_and_writes_nothing_outside_the_run_s_folders(tmp_path: Path, path: str) -> None:
    store = tmp_path / "run"
    store.mkdir()
    (store / "own.txt").write_text("own")
    (tmp_path / "secret.txt").write_text("secret")
    copy_report([a_run(artifacts=(an_artifact(path),))], lambda _: store, tmp_path / "out")
    assert [each.name for each in (tmp_path / "out").rglob("*.txt")] == []


def test_copy_report_below_a_file_is_refused_with_the_path(tmp_path: Path, store: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"file/out/runs/.*: cannot be made: Not a directory"):
        copy_report([a_failed_run()], lambda record: folder_in(store, record), tmp_path / "file" / "out")


def test_copy_report_that_cannot_copy_a_file_says_which(tmp_path: Path, store: Path) -> None:
    taken = tmp_path / "out" / "runs" / a_failed_run().run_id / "pytest.html"
    taken.mkdir(parents=True)
    with pytest.raises(StorageError, match=r"pytest\.html: cannot be written: Is a directory"):
        copy_report([a_failed_run()], lambda record: folder_in(store, record), tmp_path / "out")
