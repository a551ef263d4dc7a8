"""The overview over many runs."""

from pathlib import Path

import pytest

from synthetics.errors import StorageError
from synthetics.export.index import LATEST_SHOWN, LISTED_AT_MOST, render_index, write_index
from synthetics.record import Outcome, RunRecord, Trigger
from tests.export.builders import SLOT_MS, a_failed_run, a_run
from tests.export.test_report import Page

MINUTE_MS = 60_000


def where(record: RunRecord) -> str | None:
    return None if record.outcome is Outcome.MISSED else f"./{record.run_id}.html"


def runs_of(outcomes: list[Outcome], **changes: object) -> list[RunRecord]:
    return [a_run(outcome, slot_ms=SLOT_MS + at * MINUTE_MS, **changes) for at, outcome in enumerate(outcomes)]


FOUR = [
    a_run(),
    a_failed_run(slot_ms=SLOT_MS + MINUTE_MS),
    a_run(Outcome.ERRORED, slot_ms=SLOT_MS + 2 * MINUTE_MS, journey="ihub.admin_page", trigger=Trigger.MANUAL),
    a_run(Outcome.MISSED, slot_ms=SLOT_MS + 3 * MINUTE_MS, journey="host_jira.plain_issue"),
]


def test_index_counts_every_outcome() -> None:
    text = Page(render_index(FOUR, where)).text
    assert "4 runs 2026-03-01 12:00:00 UTC to 2026-03-01 12:03:00 UTC" in text
    assert "1 passed 1 failed 1 errored 1 missed" in text


def test_index_shows_how_each_journey_fared() -> None:
    text = Page(render_index(FOUR, where)).text.split("Runs, newest first")[0]
    assert (
        "ihub.run_flow standin from local passed in 3.2 s, 2026-03-01 12:00:00 UTC "
        "failed/unknown in 8.0 s, 2026-03-01 12:01:00 UTC failed 3.2 s" in text
    )
    assert "host_jira.plain_issue standin from local missed/monitor, 2026-03-01 12:03:00 UTC missed none passed" in text


def test_index_lists_runs_newest_first_with_what_failed() -> None:
    text = Page(render_index(reversed(FOUR), where)).text.split("Runs, newest first")[1]
    assert text.index("12:03:00") < text.index("12:02:00") < text.index("12:01:00") < text.index("12:00:00")
    assert "ihub.run_flow standin failed unknown 8.0 s “Create a flow” → “Press Save” report" in text
    assert "ihub.admin_page manual standin errored monitor" in text


def test_index_links_each_report_that_is_there() -> None:
    links = [link["href"] for link in Page(render_index(FOUR, where)).all("a")]
    for record in FOUR[:3]:
        assert links.count(f"./{record.run_id}.html") == 2  # once by its square, once in the list
    assert len(links) == 6


def test_index_shows_the_last_squares_of_a_journey_the_newest_right() -> None:
    outcomes = [Outcome.FAILED] * 5 + [Outcome.PASSED] * (LATEST_SHOWN - 1) + [Outcome.ERRORED]
    page = Page(render_index(runs_of(outcomes), where))
    squares = [svg["class"] for svg in page.all("svg")]
    assert squares == ["passed"] * (LATEST_SHOWN - 1) + ["errored"]


def test_index_tells_the_median_of_passed_runs_only() -> None:
    durations = (1_000, 2_000, 9_000)
    passed = [a_run(slot_ms=SLOT_MS + at, duration_ms=took) for at, took in enumerate(durations)]
    failed = [a_run(Outcome.FAILED, slot_ms=SLOT_MS + 10 + at, duration_ms=60_000) for at in range(5)]
    assert "failed 2.0 s Runs, newest first" in Page(render_index(passed + failed, where)).text


def test_index_keeps_targets_of_one_journey_apart() -> None:
    text = Page(render_index([a_run(), a_run(Outcome.FAILED, target="demo")], where)).text
    assert text.index("ihub.run_flow demo") < text.index("ihub.run_flow standin")


@pytest.mark.parametrize("count", [LISTED_AT_MOST + 1, 2_000])
def test_index_of_very_many_runs_lists_the_newest_and_says_so(count: int) -> None:
    page = Page(render_index(runs_of([Outcome.PASSED] * count), where))
    assert len(page.all("tr")) == 1 + 1 + 1 + LISTED_AT_MOST
    assert f"The newest 500 of {count:,} runs are listed" in page.text


def test_index_of_as_many_runs_as_it_lists_has_no_note() -> None:
    page = Page(render_index(runs_of([Outcome.PASSED] * LISTED_AT_MOST), where))
    assert len(page.all("tr")) == 1 + 1 + 1 + LISTED_AT_MOST
    assert "are listed" not in page.text


def test_index_of_no_run_says_so() -> None:
    page = Page(render_index([], where))
    assert "No run yet" in page.text
    assert page.all("table") == []


def test_index_escapes_what_it_shows() -> None:
    record = a_run(Outcome.FAILED, target="<script>x</script>")
    page = Page(render_index([record], lambda _: '"><script>'))
    assert page.all("script") == []
    assert page.open == []


def test_write_index_writes_it_into_a_folder_that_it_makes(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    assert write_index(FOUR, folder, where) == folder / "index.html"
    assert (folder / "index.html").read_text(encoding="utf-8") == render_index(FOUR, where)


def test_write_index_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be made: Not a directory"):
        write_index(FOUR, tmp_path / "file" / "report", where)
