"""The textfile: whole or not at all."""

import stat
from pathlib import Path

import pytest

from synthetics.errors import StorageError
from synthetics.export.metrics import MetricsPage, RunnerNumbers
from synthetics.export.textfile import write_textfile
from synthetics.ledger.totals import Totals
from tests.export.builders import a_catalogue

PAGE = MetricsPage(Totals, a_catalogue, lambda: RunnerNumbers(browser_processes=0), lambda: 0)


def test_textfile_holds_the_page_in_the_text_format_and_everybody_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "synthetics.prom"
    write_textfile(PAGE, file)
    assert file.read_bytes() == PAGE.render(None)[0]
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert [each.name for each in tmp_path.iterdir()] == ["synthetics.prom"]


def test_textfile_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    file = tmp_path / "synthetics.prom"
    file.write_text("old")
    write_textfile(PAGE, file)
    assert b"old" not in file.read_bytes()


def test_textfile_that_breaks_off_leaves_the_older_one_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "synthetics.prom"
    file.write_text("old")

    def full(descriptor: int, mode: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fchmod", full)
    with pytest.raises(StorageError, match="No space left on device"):
        write_textfile(PAGE, file)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("synthetics.prom", "old")]


def test_textfile_is_never_seen_unfinished_by_a_reader_of_prom_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []
    monkeypatch.setattr("os.fchmod", lambda *_: seen.extend(tmp_path.glob("*.prom")))
    write_textfile(PAGE, tmp_path / "synthetics.prom")
    assert seen == []


def test_textfile_below_a_file_is_refused_with_the_path_and_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "synthetics.prom"
    with pytest.raises(StorageError) as caught:
        write_textfile(PAGE, path)
    assert str(caught.value) == (
        f"{path}: cannot be written: Not a directory.\n  Name a file in a folder that is there and can be written."
    )


def test_textfile_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file or directory"):
        write_textfile(PAGE, tmp_path / "nowhere" / "synthetics.prom")
