"""An app's file: what it says comes out whole, and all that is wrong with it is said at once."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from synthetics.config.app import App, Connect, Forge, Framework, Programme, ProgrammeStatus
from synthetics.config.loading import load
from synthetics.config.models import JourneySettings
from synthetics.errors import ConfigurationError, Problem
from tests.config.checkout import a_checkout

_TITLE = 'title = "iHub"\n'
_FORGE = '[forge]\napp = "an-app"\nenvironment = "an-environment"\nready = "#ready"\n'
_CONNECT = '[connect]\naddon_key = "com.example.radar"\nmodules = ["radar-page"]\nready = "#ready"\n'
_URLS = '[base_urls]\napi = "https://api.example.com"\n'
_APPROVED = (
    '[programme]\nname = "cloud-fortified"\nstatus = "approved"\napproved_on = 2026-03-01\n'
    'marketplace_key = "com.example.app"\n'
)


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _problems(file: Path) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as refusal:
        load(file, {})
    return refusal.value.problems


def _app(folder: Path, content: str) -> App:
    return load(a_checkout(folder, ihub=content), {})[1]["ihub"]


def test_app_carries_all_that_its_file_says(tmp_path: Path) -> None:
    content = (
        'title = "iHub"\nframework = "uikit"\nowner = "team@example.com"\nhealth_path = "/health"\n'
        f'{_FORGE}module = "panel"\n{_URLS}admin = "https://example.com/admin"\n{_APPROVED}'
        '[defaults]\ncron = "*/10  8-18 * * MON-FRI"\n[journey.run_flow]\nevery = "5m"\ntimeout = "30s"\n'
        "isolated = true\nconfirm = false\n"
    )
    assert _app(tmp_path, content) == App(
        name="ihub",
        title="iHub",
        owner="team@example.com",
        framework=Framework.UIKIT,
        forge=Forge(app="an-app", environment="an-environment", ready="#ready", module="panel"),
        base_urls={"api": "https://api.example.com", "admin": "https://example.com/admin"},
        health_path="/health",
        programme=Programme(
            name="cloud-fortified",
            status=ProgrammeStatus.APPROVED,
            approved_on=date(2026, 3, 1),
            marketplace_key="com.example.app",
        ),
        defaults=JourneySettings(cron="*/10 8-18 * * MON-FRI"),
        journey={
            "run_flow": JourneySettings(
                every=timedelta(minutes=5), timeout=timedelta(seconds=30), isolated=True, confirm=False
            )
        },
    )


def test_app_of_connect_carries_its_modules(tmp_path: Path) -> None:
    app = _app(tmp_path, _TITLE + _CONNECT)
    assert app.connect == Connect(addon_key="com.example.radar", modules=("radar-page",), ready="#ready")


@pytest.mark.parametrize(
    ("tables", "framework"),
    [
        pytest.param("", Framework.NONE, id="no app at all"),
        pytest.param(_FORGE, Framework.FORGE, id="an app on Forge"),
        pytest.param(_CONNECT, Framework.CONNECT, id="an app on Connect"),
    ],
)
def test_app_shows_up_as_its_tables_tell_where_no_framework_is_said(
    tmp_path: Path, tables: str, framework: Framework
) -> None:
    assert _app(tmp_path, _TITLE + tables).framework is framework


@pytest.mark.parametrize("status", ["suspended", "left"])
def test_app_that_was_approved_once_keeps_the_day(tmp_path: Path, status: str) -> None:
    programme = _app(tmp_path, _TITLE + _APPROVED.replace('"approved"', f'"{status}"')).programme
    assert programme is not None
    assert (programme.status, programme.approved_on) == (status, date(2026, 3, 1))


def test_app_survives_its_way_to_a_worker(tmp_path: Path) -> None:
    app = _app(tmp_path, _TITLE + _CONNECT + _URLS + _APPROVED)
    assert App.model_validate(app.model_dump(mode="json")) == app


@pytest.mark.parametrize(
    ("content", "key", "what", "mend"),
    [
        pytest.param("", "title", "it is missing", 'Write title = "iHub".', id="no title"),
        pytest.param(
            'title = "iHub"\nevery = "5m"\n',
            "every",
            "there is no such key",
            "Remove it: the keys here are base_urls, connect, defaults, forge, framework, health_path, journey, owner,"
            " programme, title.",
            id="a cadence outside defaults",
        ),
        pytest.param(
            'title = "iHub"\n[forge]\napp = "a"\nenvironment = "e"\n',
            "forge.ready",
            "it is missing",
            'Write ready = "[data-testid=app-ready]".',
            id="a Forge app that does not show that it is ready",
        ),
        pytest.param(
            'title = "iHub"\n[journey."ihub.run_flow"]\nevery = "5m"\n',
            'journey."ihub.run_flow"',
            '"ihub.run_flow" has a dot in it',
            "Write [journey.run_flow]: the folder says the app.",
            id="a journey's full name",
        ),
        pytest.param(
            _TITLE + 'framework = "froge"\n',
            "framework",
            '"froge" is no framework',
            "Did you mean forge? The frameworks are: connect, forge, none, uikit.",
            id="a framework that is misspelt",
        ),
        pytest.param(
            _TITLE + 'framework = "uikit"\n',
            "framework",
            'it is "uikit", and there is no [forge]',
            "Write [forge] and where the app is found, or another framework.",
            id="a UI Kit app that is found nowhere",
        ),
        pytest.param(
            _TITLE + 'framework = "none"\n' + _CONNECT,
            "framework",
            'it is "none", and there is a [connect]',
            'Write framework = "connect", or remove [connect].',
            id="no app that is found all the same",
        ),
        pytest.param(
            _TITLE + 'framework = "forge"\n' + _FORGE + _CONNECT,
            "connect",
            "there is a [forge] as well, and an app shows up in one way",
            "Keep one: an app that moves from Connect to Forge is two apps here, each with a folder of its own.",
            id="an app that shows up in two ways",
        ),
        pytest.param(
            _TITLE + 'owner = " "\n',
            "owner",
            '" " is neither a team\'s name nor an e-mail address',
            'Write a team, such as owner = "Integrations", or an e-mail address.',
            id="an owner of blanks",
        ),
        pytest.param(
            _TITLE + 'owner = "someone@nowhere"\n',
            "owner",
            '"someone@nowhere" is no e-mail address',
            'Write a team, such as owner = "Integrations", or an e-mail address.',
            id="an owner with half an address",
        ),
        pytest.param(
            _TITLE + _FORGE + 'module = "release notes"\n',
            "forge.module",
            '"release notes" is not a key of letters, digits, _, - and .',
            'Write a key of letters, digits, _, - and ., such as module = "release-notes".',
            id="a module's title in place of its key",
        ),
        pytest.param(
            _TITLE + _CONNECT.replace('["radar-page"]', "[]"),
            "connect.modules",
            "there is nothing in it",
            'Write one or more, such as modules = ["radar-page", "radar-panel"].',
            id="a Connect app without a module",
        ),
        pytest.param(
            _TITLE + _CONNECT.replace('["radar-page"]', '["radar-page", "a page"]'),
            "connect.modules[1]",
            '"a page" is not a key of letters, digits, _, - and .',
            "Write a key of letters, digits, _, - and ..",
            id="a Connect module's title in place of its key",
        ),
        pytest.param(
            _TITLE + '[base_urls]\napi = "https://api.example.com/v1/"\n',
            "base_urls.api",
            '"https://api.example.com/v1/" has a slash at its end',
            "Write https://api.example.com/v1.",
            id="a base URL with a slash at its end",
        ),
        pytest.param(
            _TITLE + '[base_urls]\napi = "https://api.example.com/v1?x=1"\n',
            "base_urls.api",
            '"https://api.example.com/v1?x=1" has more than a path in it',
            "Write https://api.example.com/v1.",
            id="a base URL with a query",
        ),
        pytest.param(
            _TITLE + '[base_urls]\napi = "ftp://api.example.com"\n',
            "base_urls.api",
            '"ftp://api.example.com" is not an address of http or https',
            "Write an address such as https://api.example.com or https://example.com/api.",
            id="a base URL of another kind",
        ),
        pytest.param(
            _TITLE + '[base_urls]\napi = "https://me:hunter22@api.example.com"\n',
            "base_urls.api",
            "the address has a user name in it",
            "Write the address alone: a health check signs in nowhere.",
            id="a base URL with a password in it",
        ),
        pytest.param(
            _TITLE + '[base_urls]\n"the-api" = "https://api.example.com"\n',
            "base_urls.the-api",
            '"the-api" is no name for a base URL',
            "Call it something like api: letters, digits and _, no digit first.",
            id="a base URL whose name is none",
        ),
        pytest.param(
            _TITLE + '[base_urls]\napi = "https://a.example.com"\nagain = "https://a.example.com"\n',
            "base_urls.again",
            "it is the same as base_urls.api, and would be counted twice",
            "Remove one of them.",
            id="a base URL under two names",
        ),
        pytest.param(
            _TITLE + 'base_urls = "https://a.example.com"\n',
            "base_urls",
            '"https://a.example.com" is text, not a table',
            "Write a table.",
            id="one base URL without a name",
        ),
        pytest.param(
            _TITLE + 'health_path = "https://api.example.com/health"\n' + _URLS,
            "health_path",
            '"https://api.example.com/health" is not a path that begins with one slash',
            "Write one path for all base URLs, such as /health.",
            id="a whole address for a health path",
        ),
        pytest.param(
            _TITLE + 'health_path = "//other.example.com"\n' + _URLS,
            "health_path",
            '"//other.example.com" is not a path that begins with one slash',
            "Write one path for all base URLs, such as /health.",
            id="a health path that leads to another host",
        ),
        pytest.param(
            _TITLE + 'health_path = "/health?deep=1"\n' + _URLS,
            "health_path",
            '"/health?deep=1" has more than a path in it',
            "Write one path for all base URLs, such as /health.",
            id="a health path with a query",
        ),
        pytest.param(
            _TITLE + '[programme]\nname = "cloud-fortified"\n',
            "programme.status",
            "it is missing",
            'Write status = "approved".',
            id="a programme without a status",
        ),
        pytest.param(
            _TITLE + '[programme]\nname = "cloud-fortified"\nstatus = "aproved"\n',
            "programme.status",
            '"aproved" is no status',
            "Did you mean approved? The statuses are: approved, left, preparing, submitted, suspended.",
            id="a status that is misspelt",
        ),
        pytest.param(
            _TITLE + _APPROVED.replace("2026-03-01", '"2026-03-01"'),
            "programme.approved_on",
            '"2026-03-01" is text, not a date',
            "Write a date without quotes, such as 2026-03-01.",
            id="a date in quotes",
        ),
        pytest.param(
            _TITLE + _APPROVED.replace("2026-03-01", "2026-03-01T12:00:00Z"),
            "programme.approved_on",
            "2026-03-01T12:00:00+00:00 is a point in time, not a date",
            "Write a date without quotes, such as 2026-03-01.",
            id="a point in time for a date",
        ),
        pytest.param(
            _TITLE + _APPROVED.replace("approved_on = 2026-03-01\n", ""),
            "programme.approved_on",
            'the status is "approved", and there is no approved_on',
            "Write approved_on = 2026-03-01, or another status.",
            id="approved on no day",
        ),
        pytest.param(
            _TITLE + _APPROVED.replace('marketplace_key = "com.example.app"\n', ""),
            "programme.marketplace_key",
            'the status is "approved", and there is no marketplace_key',
            'Write marketplace_key = "com.example.app", or another status.',
            id="approved without a key",
        ),
        pytest.param(
            _TITLE + _APPROVED.replace('"approved"', '"submitted"'),
            "programme.approved_on",
            'the status is "submitted", so it was not approved yet',
            'Remove it, or write status = "approved".',
            id="approved before its time",
        ),
        pytest.param(
            _TITLE + '[journey.run_flow]\nevery = "5m"\ncron = "0 8 * * *"\n',
            "journey.run_flow.cron",
            "there is every beside it",
            "Keep one of them: every for all day long, cron for certain hours.",
            id="an interval and a cron expression",
        ),
        pytest.param(
            'title = "iHub\n',
            "line 1, column 14",
            "it is not TOML: Illegal character '\\n'",
            "Mend the syntax there, or just before it.",
            id="TOML that does not parse",
        ),
    ],
)
def test_load_says_what_is_wrong_with_an_app_toml(tmp_path: Path, content: str, key: str, what: str, mend: str) -> None:
    file = a_checkout(tmp_path, ihub=content)
    assert _problems(file) == (Problem("journeys/ihub/app.toml", key, what, mend),)


def test_health_path_needs_a_base_url_that_is_told_somewhere(tmp_path: Path) -> None:
    file = a_checkout(tmp_path, radar=_TITLE + 'health_path = "/health"\n')
    assert _problems(file) == (
        Problem(
            "journeys/radar/app.toml",
            "health_path",
            "it is relative to the base URLs, and there are none",
            'Write [base_urls] with a name and an address, such as api = "https://api.example.com".',
        ),
    )


def test_load_says_both_what_is_missing_and_what_is_too_much_for_a_framework(tmp_path: Path) -> None:
    file = a_checkout(tmp_path, ihub=_TITLE + 'framework = "connect"\n' + _FORGE)
    assert [(each.what, each.mend) for each in _problems(file)] == [
        (
            'it is "connect", and there is no [connect]',
            "Write [connect] and where the app is found, or another framework.",
        ),
        ('it is "connect", and there is a [forge]', 'Write framework = "forge" or "uikit", or remove [forge].'),
    ]


def test_load_says_everything_about_an_app_at_once(tmp_path: Path) -> None:
    content = (
        'framework = "none"\nowner = ""\nhealth_path = "health"\n[forge]\napp = "a"\nenvironment = "e"\n'
        '[programme]\nname = "a programme"\nstatus = "approved"\n[defaults]\ncron = "* * * * 8"\n'
    )
    assert [each.key for each in _problems(a_checkout(tmp_path, ihub=content))] == [
        "title",
        "owner",
        "forge.ready",
        "health_path",
        "programme.name",
        "defaults.cron",
        "framework",
        "programme.approved_on",
        "programme.marketplace_key",
    ]
