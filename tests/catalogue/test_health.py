"""Health journeys: one for each base URL that has an address, by the programme's rule, and told where that is wrong."""

from pathlib import Path

import pytest

from synthetics.catalogue import Catalogue, check
from synthetics.errors import ConfigurationError
from synthetics.record import Kind
from tests.catalogue.folder_of_journeys import a_journey_of, a_suite, discovered

APP = (
    'title = "Radar"\nhealth_path = "/up"\n[base_urls]\napi = "https://api.example"\nhooks = "https://hooks.example"\n'
)
REAL = (
    '[targets.one]\nsite = "https://one.example"\naccount = "robot"\n{one}'
    '[targets.two]\nsite = "https://two.example"\naccount = "robot"\n{two}'
    '[accounts.robot]\nemail = "a@example.com"\npassword = {{ env = "NOBODYS" }}\n'
)


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _suite(folder: Path, app: str = APP, settings: str = "", **files: str) -> Path:
    return a_suite(folder, {"radar/app.toml": app, **files}, settings or "[targets.local]\nembedded = true\n")


def _health(catalogue: Catalogue) -> list[tuple[str, str]]:
    return [(each.journey.name, each.target) for each in catalogue.placements if each.journey.kind is Kind.HEALTH]


def test_every_base_url_has_a_health_journey_by_the_programmes_rule(tmp_path: Path) -> None:
    catalogue = discovered(_suite(tmp_path, settings='[defaults]\nevery = "10m"\ntimeout = "9s"\nisolated = true\n'))
    assert [each.name for each in catalogue.journeys] == ["radar.health_api", "radar.health_hooks"]
    journey = catalogue.journeys[0]
    assert (journey.kind, journey.every_ms, journey.timeout_ms, journey.isolated) == (Kind.HEALTH, 60_000, 3_000, False)
    assert (journey.steps, journey.base_url, journey.title) == (
        ("GET /up",),
        "api",
        "Radar answers its health check at api",
    )
    assert journey.file == tmp_path / "journeys" / "radar" / "app.toml"


def test_app_without_a_health_path_has_no_health_journey(tmp_path: Path) -> None:
    catalogue = discovered(_suite(tmp_path, app=APP.replace('health_path = "/up"\n', "")))
    assert _health(catalogue) == []


def test_health_journey_is_where_its_base_url_has_an_address(tmp_path: Path) -> None:
    settings = REAL.format(
        one='[targets.one.apps.radar.base_urls]\nstaging = "https://staging.example"\n',
        two='journeys = ["radar.health_api"]\n',
    )
    catalogue = discovered(_suite(tmp_path, settings=settings))
    assert _health(catalogue) == [
        ("radar.health_api", "one"),
        ("radar.health_api", "two"),
        ("radar.health_hooks", "one"),
        ("radar.health_staging", "one"),
    ]


def test_standin_brings_the_services_of_its_own_apps(tmp_path: Path) -> None:
    files = {"ihub/app.toml": 'title = "iHub"\nhealth_path = "/health"\n'}
    assert _health(discovered(a_suite(tmp_path, files))) == [("ihub.health_backend", "local")]


def test_health_journey_is_told_something_else_only_by_its_own_name(tmp_path: Path) -> None:
    app = APP + '[journey.health_api]\nevery = "2m"\nconfirm = false\n'
    settings = '[targets.local]\nembedded = true\n[journey."radar.health_hooks"]\ntimeout = "2s"\n'
    api, hooks = discovered(_suite(tmp_path, app, settings)).journeys
    assert (api.every_ms, api.timeout_ms, api.confirms) == (120_000, 3_000, False)
    assert (hooks.every_ms, hooks.timeout_ms, hooks.confirms) == (60_000, 2_000, True)


@pytest.mark.parametrize(
    ("app", "key", "what"),
    [
        pytest.param(
            APP + "[journey.health_api]\nisolated = true\n",
            "journey.health_api.isolated",
            "radar.health_api is made without a browser and without a worker",
            id="a worker of its own",
        ),
        pytest.param(
            APP + '[journey.health_api]\nevery = "5s"\n',
            "journey.health_api.every",
            "3s for radar.health_api with its confirm-run and grace needs 6s",
            id="an interval that its confirm-run does not fit into",
        ),
        pytest.param(
            APP + '[journey.health_gone]\nevery = "2m"\n',
            "journey.health_gone",
            'there is no journey "radar.health_gone"',
            id="a base URL that is not there",
        ),
    ],
)
def test_what_makes_no_sense_for_a_health_journey_is_refused(tmp_path: Path, app: str, key: str, what: str) -> None:
    file = _suite(tmp_path, app)
    with pytest.raises(ConfigurationError) as refusal:
        discovered(file)
    (problem,) = refusal.value.problems
    assert problem.what.startswith(what)
    assert check(file, {}) == (problem,)
    assert (problem.file, problem.key) == ("journeys/radar/app.toml", key) or "needs 6s" in what


def test_journey_of_a_file_with_the_name_of_a_health_journey_is_refused(tmp_path: Path) -> None:
    file = _suite(tmp_path, **{"radar/test_up.py": a_journey_of("health_api")})
    (problem,) = check(file, {})
    assert "test_health_api has that name already" in problem.what


def test_health_journeys_are_selected_like_others(tmp_path: Path) -> None:
    catalogue = discovered(_suite(tmp_path, **{"radar/test_flow.py": a_journey_of("flow")}))
    assert [each.name for each in catalogue.select(["radar.health_api"]).journeys] == ["radar.health_api"]
    assert len(catalogue.select(["radar"]).journeys) == 3
