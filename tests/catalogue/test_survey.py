"""What pytest collects is compared with what the files declare; folders and names are looked at across files."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from synthetics.catalogue import survey as module
from synthetics.catalogue.importing import Imported, Item, import_files
from synthetics.catalogue.survey import survey
from synthetics.errors import Problem
from tests.catalogue.folder_of_journeys import APP, a_journey_of, a_suite

_LIMIT = timedelta(seconds=60)


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def _well_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file seem to hold what it declares, so that no process has to start."""

    def imported(files: Sequence[Path], journeys_folder: Path, limit: timedelta) -> dict[Path, Imported]:
        assert journeys_folder.is_dir()
        assert limit == _LIMIT
        return {
            each: Imported(
                items=tuple(
                    Item(function=line.partition("(")[0].removeprefix("def "), marks=("journey",))
                    for line in each.read_text(encoding="utf-8").splitlines()
                    if line.startswith("def test_")
                )
            )
            for each in files
        }

    monkeypatch.setattr(module, "import_files", imported)


def _problems(folder: Path) -> tuple[Problem, ...]:
    return tuple(problem for each in survey(folder / "journeys", _LIMIT) for problem in each.problems)


@pytest.mark.usefixtures("_well_imported")
def test_survey_finds_every_file_in_order(tmp_path: Path) -> None:
    files = {"jira/test_a.py": a_journey_of("c"), "ihub/test_b.py": a_journey_of("b"), "ihub/test_a.py": a_journey_of()}
    a_suite(tmp_path, files | {"ihub/pages.py": "", "ihub/notes/readme.md": "", "ihub/.saved/test_a.py": ""})
    sources = survey(tmp_path / "journeys", _LIMIT)
    assert [(each.app, each.path.name) for each in sources] == [
        ("ihub", "test_a.py"),
        ("ihub", "test_b.py"),
        ("jira", "test_a.py"),
    ]
    assert not any(each.problems for each in sources)


@pytest.mark.usefixtures("_well_imported")
def test_survey_refuses_a_folder_with_journeys_that_is_no_app(tmp_path: Path) -> None:
    a_suite(tmp_path, {"ihub/test_a.py": a_journey_of("a"), "ihub/test_b.py": a_journey_of("b")})
    (tmp_path / "journeys" / "ihub" / "app.toml").unlink()
    what = "it has test_a.py, but no app.toml"
    assert _problems(tmp_path) == (Problem("journeys/ihub", "", what, 'Write app.toml there, with title = "...".'),)


@pytest.mark.usefixtures("_well_imported")
@pytest.mark.parametrize("place", ["test_a.py", "ihub/deeper/test_a.py"])
def test_survey_refuses_journeys_that_are_not_in_an_apps_folder(tmp_path: Path, place: str) -> None:
    a_suite(tmp_path, {"ihub/app.toml": APP, place: a_journey_of()})
    what = "it is not directly in an app's folder"
    assert _problems(tmp_path) == (Problem(f"journeys/{place}", "", what, "Move it to journeys/<app>/test_a.py."),)


@pytest.mark.usefixtures("_well_imported")
def test_survey_refuses_both_of_two_journeys_of_one_name(tmp_path: Path) -> None:
    files = {
        "ihub/test_a.py": a_journey_of(),
        "ihub/test_b.py": "\n" + a_journey_of(),
        "jira/test_a.py": a_journey_of(),
    }
    a_suite(tmp_path, files)
    words = "as well, and an app's journeys have names of their own"
    mend = "Rename one of the functions."
    assert _problems(tmp_path) == (
        Problem("journeys/ihub/test_a.py", "line 5", f"test_run_flow is in journeys/ihub/test_b.py {words}", mend),
        Problem("journeys/ihub/test_b.py", "line 6", f"test_run_flow is in journeys/ihub/test_a.py {words}", mend),
    )


def test_survey_imports_a_file_that_breaks_rules_as_well_but_not_one_that_is_no_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def imported(files: Sequence[Path], journeys_folder: Path, limit: timedelta) -> dict[Path, Imported]:
        asked.extend(each.name for each in files)
        return import_files((), journeys_folder, limit)

    monkeypatch.setattr(module, "import_files", imported)
    a_suite(tmp_path, {"ihub/test_a.py": "x = 1\n", "ihub/test_b.py": "def (\n", "other/test_c.py": a_journey_of()})
    (tmp_path / "journeys" / "other" / "app.toml").unlink()
    _problems(tmp_path)
    assert asked == ["test_a.py"]


def test_survey_tells_where_pytest_collects_something_else(tmp_path: Path) -> None:
    files = {
        "ihub/conftest.py": "import pytest\n@pytest.fixture(params=[1, 2])\ndef twice(request): ...\n",
        "ihub/test_a.py": a_journey_of("a").replace("(step)", "(step, twice)"),
        "ihub/test_b.py": a_journey_of("b") + "test_b.__test__ = False\n",
        "ihub/test_c.py": a_journey_of("c") + "from journeys.ihub.shared import test_shared\n",
        "ihub/test_d.py": "from journeys.ihub.shared import later\n" + a_journey_of("d").replace("@", "@later\n@"),
        "ihub/test_e.py": a_journey_of("e"),
        "ihub/shared.py": "import pytest\nlater = pytest.mark.skip\ndef test_shared(): ...\n",
    }
    a_suite(tmp_path, files)
    assert _problems(tmp_path) == (
        Problem(
            "journeys/ihub/test_a.py",
            "line 5",
            "test_a is collected 2 times, and a journey is one test",
            "Remove what parametrises it, such as a fixture with params.",
        ),
        Problem(
            "journeys/ihub/test_b.py",
            "line 5",
            "test_b is defined, but pytest does not collect it",
            "Look for what hides it: another definition, __test__, a conftest.py.",
        ),
        Problem(
            "journeys/ihub/test_c.py",
            "",
            "pytest collects test_shared as well, which is no journey of this file",
            "Define it here with its marker, or import the module instead of the function.",
        ),
        Problem(
            "journeys/ihub/test_d.py",
            "line 7",
            "test_d has the marker skip, which makes no journey",
            "Remove it: a journey is one test that passes or fails.",
        ),
    )
