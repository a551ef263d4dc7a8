"""The authors' files are imported elsewhere; whatever one of them does, the others are heard."""

import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from synthetics.catalogue.findings import Finding
from synthetics.catalogue.importing import Imported, Item, import_files
from tests.catalogue.folder_of_journeys import a_journey_of, a_suite

_LIMIT = timedelta(seconds=60)
#: Long enough for a process to start on a busy machine, short enough to wait for.
_SHORT_LIMIT = timedelta(seconds=4)
_GOOD = Imported(items=(Item(function="test_run_flow", marks=("journey",)),))
_MEND = "Mend it there: a file of journeys only defines things when it is imported."

_FILES = {
    "ihub/test_a_good.py": a_journey_of(),
    "ihub/test_b_missing.py": "import pytest\nimport not_there\n",
    "ihub/test_c_raises.py": "1 / 0\n",
    "ihub/test_d_exits.py": "import sys\nsys.exit(3)\n",
    "ihub/test_e_exits_at_once.py": "import os\nos._exit(7)\n",
    "ihub/test_f_pages.py": "from journeys.ihub.pages import nothing\n",
    "ihub/test_g_skips.py": "import pytest\npytest.skip('not today', allow_module_level=True)\n",
    "ihub/test_h_return.py": "x = 1\nreturn\n",
    "ihub/test_i_interrupts.py": "raise KeyboardInterrupt\n",
    "ihub/pages.py": "x = 1\nraise LookupError('two\\nlines')\n",
    "jira/test_a_good.py": "from journeys.jira.pages import x\n" + a_journey_of(),
    "jira/pages.py": "x = 1\n",
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Imported]:
    folder = tmp_path_factory.mktemp("suite")
    a_suite(folder, _FILES)
    imported = _import(folder)
    # What comes with the import of a file leaves no trace in the folder of journeys.
    assert not list(folder.rglob("__pycache__"))
    return imported


def _import(folder: Path, limit: timedelta = _LIMIT) -> dict[str, Imported]:
    journeys = folder / "journeys"
    imported = import_files(sorted(journeys.rglob("test_*.py")), journeys, limit)
    return {str(file.relative_to(journeys)): each for file, each in imported.items()}


def test_import_hears_every_file(results: Mapping[str, Imported]) -> None:
    assert sorted(results) == sorted(each for each in _FILES if "test_" in each)
    assert results["ihub/test_a_good.py"] == _GOOD
    assert results["jira/test_a_good.py"] == _GOOD


@pytest.mark.parametrize(
    ("file", "line", "what"),
    [
        pytest.param(
            "ihub/test_b_missing.py",
            2,
            "it cannot be imported: ModuleNotFoundError: No module named 'not_there'",
            id="a module that is missing",
        ),
        pytest.param(
            "ihub/test_c_raises.py",
            1,
            "it cannot be imported: ZeroDivisionError: division by zero",
            id="an error at the import",
        ),
        pytest.param("ihub/test_d_exits.py", 2, "it cannot be imported: SystemExit: 3", id="an end of the program"),
        pytest.param(
            "ihub/test_e_exits_at_once.py", 0, "importing it ends Python with exit code 7", id="an end without a word"
        ),
        pytest.param(
            "ihub/test_f_pages.py",
            1,
            "it cannot be imported: LookupError: two (raised in pages.py, line 2)",
            id="an error in what it imports",
        ),
        pytest.param(
            "ihub/test_g_skips.py", 0, "it cannot be imported: it skips itself when it is imported", id="a skip"
        ),
        pytest.param(
            "ihub/test_h_return.py",
            2,
            "it cannot be imported: SyntaxError: 'return' outside function",
            id="an error of syntax that only compiling finds",
        ),
        pytest.param("ihub/test_i_interrupts.py", 1, "it cannot be imported: KeyboardInterrupt", id="an interruption"),
    ],
)
def test_import_tells_why_a_file_cannot_be_imported(
    results: Mapping[str, Imported], file: str, line: int, what: str
) -> None:
    assert results[file] == Imported(finding=Finding(line, what, _MEND))


def test_import_never_happens_in_this_process(results: Mapping[str, Imported]) -> None:
    assert results
    assert not [name for name in sys.modules if name.endswith(("test_a_good", "test_c_raises"))]


def test_import_of_nothing_starts_nothing(tmp_path: Path) -> None:
    assert import_files((), tmp_path / "nowhere", _LIMIT) == {}


def test_import_ends_a_file_that_hangs_with_all_that_it_started(tmp_path: Path) -> None:
    hangs = (
        "import os, subprocess, sys, threading\n"
        "from pathlib import Path\n"
        "waits = 'import threading; threading.Event().wait()'\n"
        "other = subprocess.Popen([sys.executable, '-c', waits], start_new_session=True)\n"
        "Path(__file__).with_name('pids').write_text(f'{os.getpid()} {other.pid}')\n"
        "threading.Event().wait()\n"
    )
    a_suite(tmp_path, {"ihub/test_a.py": a_journey_of(), "ihub/test_b.py": hangs, "ihub/test_c.py": a_journey_of()})
    results = _import(tmp_path, _SHORT_LIMIT)
    what = "importing it takes longer than 4s"
    finding = Finding(0, what, "Move whatever waits into the test or a fixture.")
    assert results == {
        "ihub/test_a.py": _GOOD,
        "ihub/test_b.py": Imported(finding=finding),
        "ihub/test_c.py": _GOOD,
    }
    for pid in map(int, (tmp_path / "journeys" / "ihub" / "pids").read_text(encoding="utf-8").split()):
        # Whoever inherits an orphan may take a moment to bury it.
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_import_hears_other_apps_where_one_has_a_broken_conftest(tmp_path: Path) -> None:
    files = {
        "ihub/conftest.py": "import not_there\n",
        "ihub/test_a.py": a_journey_of(),
        "jira/test_a.py": a_journey_of(),
    }
    a_suite(tmp_path, files)
    results = _import(tmp_path)
    assert results["jira/test_a.py"] == _GOOD
    finding = results["ihub/test_a.py"].finding
    assert finding is not None
    conftest = tmp_path / "journeys" / "ihub" / "conftest.py"
    assert finding.what == (
        f"pytest collects nothing here: ImportError while loading conftest '{conftest}'."
        " ModuleNotFoundError: No module named 'not_there'"
    )
    assert finding.mend == "Run pytest --collect-only on it to see more."


def test_import_knows_no_secret_of_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", "hunter22")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--nonsense")
    a_suite(tmp_path, {"ihub/test_a.py": "import os\nassert 'DEMO_PASSWORD' not in os.environ\n" + a_journey_of()})
    assert _import(tmp_path) == {"ihub/test_a.py": _GOOD}


def test_import_needs_nothing_of_the_callers_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    suite, elsewhere = tmp_path / "suite", tmp_path / "elsewhere"
    suite.mkdir()
    elsewhere.mkdir()
    for name in ("pytest.py", "json.py"):
        (elsewhere / name).write_text("raise SystemExit(9)\n", encoding="utf-8")
    (elsewhere / "pytest.ini").write_text("[pytest]\naddopts = --nonsense\n", encoding="utf-8")
    (suite / "pytest.ini").write_text("[pytest]\naddopts = --nonsense\n", encoding="utf-8")
    (suite / "conftest.py").write_text("raise SystemExit(9)\n", encoding="utf-8")
    a_suite(suite, {"ihub/test_a.py": a_journey_of()})
    monkeypatch.chdir(elsewhere)
    assert _import(suite) == {"ihub/test_a.py": _GOOD}
    assert Path.cwd() == elsewhere
    assert sorted(each.name for each in suite.iterdir()) == ["conftest.py", "journeys", "pytest.ini", "synthetics.toml"]
