"""Discovery joins what the files declare with what the configuration says about it."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from synthetics.catalogue import Catalogue, check, discover
from synthetics.catalogue import survey as module
from synthetics.catalogue.importing import Imported, Item
from synthetics.catalogue.source import read_source
from synthetics.config.loading import load
from synthetics.errors import ConfigurationError, Problem
from synthetics.record import Kind
from tests.catalogue.folder_of_journeys import a_journey_of, a_suite

_LOCAL = "[targets.local]\nembedded = true\n"
_TWO = {
    "ihub/test_run_flow.py": a_journey_of("run_flow", marker='every="4m", timeout="40s"'),
    "jira/test_open_issue.py": a_journey_of("open_issue", title="An issue opens."),
}


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def _well_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file hold what it declares, so that no process has to start."""

    def imported(files: Sequence[Path], journeys_folder: Path, limit: timedelta) -> dict[Path, Imported]:
        assert journeys_folder.is_dir()
        assert limit == timedelta(seconds=60)
        return {
            file: Imported(
                items=tuple(
                    Item(function=each.function, marks=("journey",)) for each in read_source("any", file).declared
                )
            )
            for file in files
        }

    monkeypatch.setattr(module, "import_files", imported)


def _discover(
    folder: Path,
    files: dict[str, str],
    settings: str = _LOCAL,
    *,
    every: timedelta | None = None,
    timeout: timedelta | None = None,
) -> Catalogue:
    configuration, apps = load(a_suite(folder, files, settings), {})
    return discover(configuration, apps, every=every, timeout=timeout)


def _refused(folder: Path, files: dict[str, str], settings: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as refusal:
        _discover(folder, files, settings)
    return refusal.value.problems


def _times(catalogue: Catalogue) -> dict[str, tuple[int, int]]:
    return {each.name: (each.every_ms, each.timeout_ms) for each in catalogue.journeys}


def test_discover_finds_journeys_for_real(tmp_path: Path) -> None:
    catalogue = _discover(tmp_path, _TWO | {"ihub/test_broken.py": a_journey_of("broken") + "import not_there\n"})
    flow, issue = (each.journey for each in catalogue.placements[::-1])
    file = tmp_path / "journeys" / "jira" / "test_open_issue.py"
    assert flow.name == "jira.open_issue"
    assert (flow.app, flow.title, flow.kind) == ("jira", "An issue opens", Kind.BROWSER)
    assert (flow.file, flow.function, flow.steps) == (file, "test_open_issue", ("Open the admin page",))
    assert flow.file_sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert issue.name == "ihub.run_flow"
    assert catalogue.problems == (
        Problem(
            "journeys/ihub/test_broken.py",
            "line 9",
            "it cannot be imported: ModuleNotFoundError: No module named 'not_there'",
            "Mend it there: a file of journeys only defines things when it is imported.",
        ),
    )
    assert catalogue.broken[0].journeys == ("ihub.broken",)
    assert sorted(catalogue.apps) == ["ihub", "jira"]


@pytest.mark.usefixtures("_well_imported")
def test_discover_places_each_journey_on_each_target_that_takes_it(tmp_path: Path) -> None:
    settings = (
        "location = 'frankfurt'\n[targets.local]\nembedded = true\n"
        "[targets.app]\nembedded = true\njourneys = ['ihub']\n"
        "[targets.journey]\nembedded = true\njourneys = ['jira.open_issue']\n"
        "[targets.nothing]\nembedded = true\njourneys = []\n"
    )
    catalogue = _discover(tmp_path, _TWO, settings)
    assert [(each.journey.name, each.target, each.location) for each in catalogue.placements] == [
        ("ihub.run_flow", "app", "frankfurt"),
        ("ihub.run_flow", "local", "frankfurt"),
        ("jira.open_issue", "journey", "frankfurt"),
        ("jira.open_issue", "local", "frankfurt"),
    ]
    assert catalogue.targets == ("app", "journey", "local", "nothing")


@pytest.mark.usefixtures("_well_imported")
def test_discover_finds_nothing_in_an_empty_folder(tmp_path: Path) -> None:
    assert _discover(tmp_path, {}).placements == ()


@pytest.mark.usefixtures("_well_imported")
@pytest.mark.parametrize(
    ("settings", "app", "every_s", "timeout_s"),
    [
        pytest.param("", "", 240, 40, id="the marker"),
        pytest.param("", '[defaults]\nevery = "6m"\n', 360, 40, id="the app over the marker"),
        pytest.param(
            "",
            '[defaults]\nevery = "6m"\n[journey.run_flow]\nevery = "7m"\ntimeout = "41s"\n',
            420,
            41,
            id="the app's journey over the app",
        ),
        pytest.param(
            '[defaults]\ntimeout = "42s"\n',
            '[journey.run_flow]\nevery = "7m"\ntimeout = "41s"\n',
            420,
            42,
            id="synthetics.toml over the app",
        ),
        pytest.param(
            '[defaults]\ntimeout = "42s"\n[journey."ihub.run_flow"]\ntimeout = "43s"\n',
            "",
            240,
            43,
            id="its journey over all",
        ),
    ],
)
def test_discover_takes_the_cadence_in_order(
    tmp_path: Path, settings: str, app: str, every_s: int, timeout_s: int
) -> None:
    files = {"ihub/app.toml": 'title = "iHub"\n' + app, **_TWO}
    times = _times(_discover(tmp_path, files, _LOCAL + settings))
    assert times["ihub.run_flow"] == (every_s * 1000, timeout_s * 1000)


@pytest.mark.usefixtures("_well_imported")
@pytest.mark.parametrize(
    ("settings", "app", "cron", "every_s"),
    [
        pytest.param("", "", "*/10 8-18 * * 1-5", 600, id="the marker"),
        pytest.param("", '[defaults]\nevery = "6m"\n', None, 360, id="the app's interval over the marker"),
        pytest.param(
            "",
            '[defaults]\nevery = "6m"\n[journey.run_flow]\ncron = "*/15 * * * *"\n',
            "*/15 * * * *",
            900,
            id="the app's journey over the app's interval",
        ),
        pytest.param(
            '[journey."ihub.run_flow"]\ncron = "0 8 * * 1-5"\n',
            '[journey.run_flow]\nevery = "6m"\n',
            "0 8 * * 1-5",
            86_400,
            id="synthetics.toml over the app",
        ),
    ],
)
def test_discover_takes_a_cron_expression_where_an_interval_could_stand(
    tmp_path: Path, settings: str, app: str, cron: str | None, every_s: int
) -> None:
    marked = a_journey_of("run_flow", marker='cron="*/10 8-18 * * 1-5"')
    files = {"ihub/app.toml": 'title = "iHub"\n' + app, "ihub/test_run_flow.py": marked}
    (journey,) = _discover(tmp_path, files, _LOCAL + settings).journeys
    assert (journey.cron, journey.every_ms) == (cron, every_s * 1_000)


@pytest.mark.usefixtures("_well_imported")
def test_discover_takes_the_command_lines_interval_over_a_cron_expression(tmp_path: Path) -> None:
    files = {"ihub/test_run_flow.py": a_journey_of("run_flow", marker='cron="*/10 8-18 * * 1-5"')}
    (journey,) = _discover(tmp_path, files, every=timedelta(minutes=3)).journeys
    assert (journey.cron, journey.every_ms) == (None, 180_000)


@pytest.mark.usefixtures("_well_imported")
@pytest.mark.parametrize(
    ("settings", "app", "isolated", "confirms"),
    [
        pytest.param("", "", True, False, id="the marker"),
        pytest.param("", "[defaults]\nconfirm = true\n", True, True, id="the app over the marker"),
        pytest.param(
            "",
            "[defaults]\nconfirm = true\nisolated = true\n[journey.run_flow]\nconfirm = false\nisolated = false\n",
            False,
            False,
            id="the app's journey over the app",
        ),
        pytest.param(
            "[defaults]\nconfirm = true\n",
            "[journey.run_flow]\nconfirm = false\nisolated = false\n",
            False,
            True,
            id="synthetics.toml over the app",
        ),
        pytest.param(
            "[defaults]\nconfirm = false\nisolated = false\n"
            '[journey."ihub.run_flow"]\nconfirm = true\nisolated = true\n',
            "",
            True,
            True,
            id="its journey over all",
        ),
    ],
)
def test_discover_takes_how_runs_are_made_in_order(
    tmp_path: Path, settings: str, app: str, *, isolated: bool, confirms: bool
) -> None:
    marked = a_journey_of("run_flow", marker="isolated=True, confirm=False")
    files = {"ihub/app.toml": 'title = "iHub"\n' + app, "ihub/test_run_flow.py": marked}
    (journey,) = _discover(tmp_path, files, _LOCAL + settings).journeys
    assert (journey.isolated, journey.confirms) == (isolated, confirms)


@pytest.mark.usefixtures("_well_imported")
def test_discover_isolates_nothing_and_confirms_everything_where_nobody_says_otherwise(tmp_path: Path) -> None:
    assert {(each.isolated, each.confirms) for each in _discover(tmp_path, _TWO).journeys} == {(False, True)}


@pytest.mark.usefixtures("_well_imported")
def test_discover_takes_the_command_line_before_all(tmp_path: Path) -> None:
    settings = _LOCAL + '[journey."ihub.run_flow"]\nevery = "7m"\ntimeout = "43s"\n'
    configuration, apps = load(a_suite(tmp_path, _TWO, settings), {})
    catalogue = discover(configuration, apps, every=timedelta(seconds=30), timeout=timedelta(seconds=8))
    assert _times(catalogue) == {"ihub.run_flow": (30_000, 8_000), "jira.open_issue": (30_000, 8_000)}


@pytest.mark.usefixtures("_well_imported")
def test_discover_refuses_a_command_line_that_does_not_fit(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        _discover(tmp_path, _TWO, every=timedelta(seconds=30), timeout=timedelta(seconds=20))
    assert str(refusal.value) == (
        "command line: --timeout\n"
        "  20s for ihub.run_flow, jira.open_issue with its confirm-run and grace needs 44s,"
        " more than its interval of 30s (command line: --every), so runs would overlap.\n"
        "  Set timeout to 13s or less (2 x 13s + 4s), or raise every to 44s."
    )


@pytest.mark.usefixtures("_well_imported")
@pytest.mark.parametrize(
    ("settings", "app", "problem"),
    [
        pytest.param(
            '[limits]\ngrace = "5s"\n',
            '[journey.run_flow]\ntimeout = "90s"\nevery = "60s"\n',
            "journeys/ihub/app.toml: journey.run_flow.timeout\n"
            "  90s for ihub.run_flow with its confirm-run and grace needs 190s, more than its interval of 60s"
            " (journeys/ihub/app.toml: journey.run_flow.every), so runs would overlap.\n"
            "  Set timeout to 25s or less (2 x 25s + 10s), or raise every to 190s.",
            id="in the app's file",
        ),
        pytest.param(
            '[defaults]\nevery = "60s"\n',
            "",
            "journeys/ihub/test_run_flow.py: line 4\n"
            "  40s for ihub.run_flow with its confirm-run and grace needs 84s, more than its interval of 60s"
            " (synthetics.toml: defaults.every), so runs would overlap.\n"
            "  Set timeout to 28s or less (2 x 28s + 4s), or raise every to 84s.",
            id="the operator's interval, too short for the author's timeout",
        ),
        pytest.param(
            '[journey."ihub.run_flow"]\ncron = "* 8-18 * * 1-5"\n',
            "",
            "journeys/ihub/test_run_flow.py: line 4\n"
            '  40s for ihub.run_flow with its confirm-run and grace needs 84s, more than "* 8-18 * * 1-5" leaves'
            ' between two slots, which is 60s (synthetics.toml: journey."ihub.run_flow".cron), so runs would overlap.\n'
            "  Set timeout to 28s or less (2 x 28s + 4s), or let cron leave 84s between slots.",
            id="the operator's cron expression, too dense for the author's timeout",
        ),
    ],
)
def test_discover_refuses_a_cadence_that_does_not_fit(tmp_path: Path, settings: str, app: str, problem: str) -> None:
    files = {"ihub/app.toml": 'title = "iHub"\n' + app, "ihub/test_run_flow.py": _TWO["ihub/test_run_flow.py"]}
    assert [str(each) for each in _refused(tmp_path, files, _LOCAL + settings)] == [problem]


@pytest.mark.usefixtures("_well_imported")
def test_discover_leaves_out_only_the_file_whose_own_marker_does_not_fit(tmp_path: Path) -> None:
    tight = a_journey_of("tight", marker='every="60s", timeout="30s"')
    catalogue = _discover(tmp_path, _TWO | {"ihub/test_tight.py": tight})
    assert sorted(_times(catalogue)) == ["ihub.run_flow", "jira.open_issue"]
    (problem,) = catalogue.problems
    assert str(problem) == (
        "journeys/ihub/test_tight.py: line 4\n"
        "  30s for ihub.tight with its confirm-run and grace needs 64s, more than its interval of 60s"
        " (journeys/ihub/test_tight.py: line 4), so runs would overlap.\n"
        "  Set timeout to 28s or less (2 x 28s + 4s), or raise every to 64s."
    )


@pytest.mark.usefixtures("_well_imported")
def test_discover_lets_a_run_that_is_not_repeated_have_the_whole_interval(tmp_path: Path) -> None:
    long = a_journey_of("long", marker='every="60s", timeout="58s", confirm=False')
    catalogue = _discover(tmp_path, {"ihub/test_long.py": long})
    assert (_times(catalogue), catalogue.problems) == ({"ihub.long": (60_000, 58_000)}, ())


@pytest.mark.usefixtures("_well_imported")
def test_discover_refuses_a_confirm_run_for_which_the_author_left_no_time(tmp_path: Path) -> None:
    marker = 'every="60s", timeout="50s", confirm=False'
    files = {
        "ihub/test_long.py": a_journey_of("long", marker=marker),
        # By itself it does not fit either, so it is its own file that is left out.
        "jira/test_tight.py": a_journey_of("tight", marker='every="60s", timeout="50s"'),
    }
    file = a_suite(tmp_path, files, _LOCAL + "[defaults]\nconfirm = true\n")
    of_operator, of_author = check(file, {})
    assert str(of_operator) == (
        "journeys/ihub/test_long.py: line 4\n"
        "  50s for ihub.long with its confirm-run (synthetics.toml: defaults.confirm) and grace needs 104s, more than"
        " its interval of 60s (journeys/ihub/test_long.py: line 4), so runs would overlap.\n"
        "  Set timeout to 28s or less (2 x 28s + 4s), raise every to 104s, or set confirm to false."
    )
    assert (of_author.file, of_author.key) == ("journeys/jira/test_tight.py", "line 4")
    configuration, apps = load(file, {})
    with pytest.raises(ConfigurationError) as refusal:
        discover(configuration, apps)
    assert [each.file for each in refusal.value.problems] == ["journeys/ihub/test_long.py"]


@pytest.mark.usefixtures("_well_imported")
def test_discover_tells_of_journeys_together_that_differ_in_their_isolation_alone(tmp_path: Path) -> None:
    settings = _LOCAL + '[defaults]\nevery = "60s"\ntimeout = "50s"\n[journey."ihub.run_flow"]\nisolated = true\n'
    (problem,) = _refused(tmp_path, _TWO, settings)
    assert problem.what.startswith("50s for ihub.run_flow, jira.open_issue with its confirm-run and grace needs 104s")


@pytest.mark.usefixtures("_well_imported")
def test_discover_refuses_every_name_that_does_not_exist_at_once(tmp_path: Path) -> None:
    settings = (
        '[targets.local]\nembedded = true\njourneys = ["ihub.nope", "jira"]\n[journey."ihub.runflow"]\nevery = "5m"\n'
    )
    files = {"ihub/app.toml": 'title = "iHub"\n[journey.gone]\nevery = "5m"\n', **_TWO}
    listed = "The journeys are: ihub.run_flow, jira.open_issue."
    assert _refused(tmp_path, files, settings) == (
        Problem(
            "synthetics.toml",
            'journey."ihub.runflow"',
            'there is no journey "ihub.runflow"',
            f"Did you mean ihub.run_flow? {listed}",
        ),
        Problem("synthetics.toml", "targets.local.journeys[0]", 'there is no journey "ihub.nope"', listed),
        Problem("journeys/ihub/app.toml", "journey.gone", 'there is no journey "ihub.gone"', listed),
    )


@pytest.mark.usefixtures("_well_imported")
@pytest.mark.parametrize("content", [a_journey_of("run_flow", title=""), a_journey_of("run_flow") + "def (\n"])
def test_discover_knows_the_journeys_of_a_broken_file(tmp_path: Path, content: str) -> None:
    settings = (
        '[targets.local]\nembedded = true\njourneys = ["ihub.run_flow"]\n[journey."ihub.run_flow"]\nevery = "5m"\n'
    )
    catalogue = _discover(tmp_path, {"ihub/test_run_flow.py": content}, settings)
    assert catalogue.placements == ()
    assert len(catalogue.problems) == 1
    assert catalogue.broken[0].journeys == ("ihub.run_flow",)


@pytest.mark.usefixtures("_well_imported")
def test_check_finds_nothing_where_all_is_well(tmp_path: Path) -> None:
    assert check(a_suite(tmp_path, _TWO), {}) == ()


@pytest.mark.usefixtures("_well_imported")
def test_check_gathers_all_kinds_of_problems_at_once(tmp_path: Path) -> None:
    settings = _LOCAL + '[limits]\ngrace = 2\n[journey."jira.gone"]\nevery = "5m"\n'
    files = {"ihub/app.toml": "title = 5\n", "ihub/test_a.py": "def (\n", "jira/test_b.py": a_journey_of(title="")}
    files |= {"ihub/test_sound.py": a_journey_of("sound", marker='every="60s"')}
    assert [(each.file, each.key) for each in check(a_suite(tmp_path, files, settings), {})] == [
        ("synthetics.toml", "limits.grace"),
        ("journeys/ihub/app.toml", "title"),
        ("synthetics.toml", 'journey."jira.gone"'),
        ("journeys/ihub/test_a.py", "line 1"),
        ("journeys/jira/test_b.py", "line 5"),
    ]


@pytest.mark.usefixtures("_well_imported")
def test_check_looks_at_intervals_as_well(tmp_path: Path) -> None:
    settings = _LOCAL + '[defaults]\nevery = "60s"\n'
    files = {**_TWO, "jira/test_tight.py": a_journey_of("tight", title="")}
    assert [(each.file, each.key) for each in check(a_suite(tmp_path, files, settings), {})] == [
        ("journeys/ihub/test_run_flow.py", "line 4"),
        ("synthetics.toml", "defaults.every"),
        ("journeys/jira/test_tight.py", "line 5"),
    ]


def test_check_stops_where_there_is_no_configuration(tmp_path: Path) -> None:
    assert [each.what for each in check(tmp_path / "synthetics.toml", {})] == ["there is no such file"]


def test_check_goes_on_without_a_folder_of_journeys(tmp_path: Path) -> None:
    file = a_suite(tmp_path, {}, 'journeys = "trips"\nsurprise = 1\n')
    assert [each.key for each in check(file, {})] == ["surprise", "journeys"]


@pytest.mark.usefixtures("_well_imported")
def test_discover_takes_no_method_for_a_journey(tmp_path: Path) -> None:
    content = a_journey_of("run_flow") + "\n\nclass Page:\n    def test_connection(self): ...\n"
    settings = _LOCAL + '[journey."ihub.connection"]\nevery = "5m"\n'
    assert [each.what for each in _refused(tmp_path, {"ihub/test_run_flow.py": content}, settings)] == [
        'there is no journey "ihub.connection"'
    ]
