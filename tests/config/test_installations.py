"""How apps are on single sites: what goes before their ``app.toml``, and what is wrong with it."""

from pathlib import Path

import pytest

from synthetics.config.app import App, Connect, Forge
from synthetics.config.loading import load
from synthetics.config.models import Account, Installation, Target
from synthetics.errors import CallerError, ConfigurationError, Problem
from tests.config.checkout import a_checkout

_DEMO = (
    '[accounts.demo]\nemail = "monitor@example.com"\npassword = { env = "P" }\n'
    '[targets.demo]\nsite = "https://a.example"\naccount = "demo"\n'
)
_ENVIRON = {"P": "a-password"}
_FORGE = 'title = "iHub"\n[forge]\napp = "an-app"\nenvironment = "one"\nready = "#ready"\n'
_CONNECT = 'title = "Radar"\n[connect]\naddon_key = "com.example.radar"\nmodules = ["page"]\nready = "#ready"\n'
_NONE = 'title = "Jira"\n'
_APPS = {"ihub": _FORGE, "radar": _CONNECT, "host_jira": _NONE}
_NO_IDS = 'title = "iHub"\n[forge]\nready = "#ready"\n'


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _problems(file: Path) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as refusal:
        load(file, _ENVIRON)
    return refusal.value.problems


def _target(**apps: Installation) -> Target:
    return Target(name="demo", site="https://a.example", account=Account(email="monitor@example.com"), apps=apps)


def _loaded(folder: Path, tables: str, **apps: str) -> dict[str, App]:
    """The apps as they are on the target ``demo``."""
    configuration, found = load(a_checkout(folder, _DEMO + tables, **apps), _ENVIRON)
    target = configuration.site("demo")
    return {name: app.on(target) for name, app in found.items()}


def test_what_a_target_says_of_an_app_goes_before_its_app_toml_for_that_target_alone(tmp_path: Path) -> None:
    tables = (
        '[targets.demo.apps.ihub]\nenvironment = "two"\nmodule = "panel"\n'
        '[targets.demo.apps.ihub.base_urls]\napi = "https://api.a.example"\nadmin = "https://admin.a.example"\n'
        '[targets.demo.apps.radar]\naddon_key = "com.example.radar.staging"\nready = "#here"\n'
        '[targets.other]\nsite = "https://b.example"\naccount = "demo"\n'
    )
    apps = _APPS | {"ihub": _FORGE + '[base_urls]\napi = "https://api.example"\nhooks = "https://hooks.example"\n'}
    configuration, found = load(a_checkout(tmp_path, _DEMO + tables, **apps), _ENVIRON)

    ihub, radar = (found[name].on(configuration.site("demo")) for name in ("ihub", "radar"))

    assert ihub.forge == Forge(app="an-app", environment="two", ready="#ready", module="panel")
    assert ihub.base_urls == {
        "api": "https://api.a.example",
        "admin": "https://admin.a.example",
        "hooks": "https://hooks.example",
    }
    assert radar.connect == Connect(addon_key="com.example.radar.staging", modules=("page",), ready="#here")
    assert [found[name].on(configuration.site("other")) for name in found] == list(found.values())


def test_app_that_is_asked_for_twice_is_the_same() -> None:
    app = App(name="ihub", title="iHub", forge=Forge(app="an-app", environment="one", ready="#ready"))
    target = _target(ihub=Installation(environment="two", base_urls={"api": "https://a.example"}))
    assert app.on(target).on(target) == app.on(target) != app


def test_ids_may_stand_with_the_targets_alone(tmp_path: Path) -> None:
    tables = '[targets.demo.apps.ihub]\napp = "another-app"\nenvironment = "two"\n'
    assert _loaded(tmp_path, tables, ihub=_NO_IDS)["ihub"].forge == Forge(
        app="another-app", environment="two", ready="#ready"
    )


def test_id_that_nobody_tells_is_told_of_each_real_site_that_the_app_runs_on(tmp_path: Path) -> None:
    settings = _DEMO + (
        '[targets.demo.apps.ihub]\napp = "an-app"\n'
        '[targets.bare]\nsite = "https://b.example"\naccount = "demo"\njourneys = ["ihub.run_flow"]\n'
        '[targets.without]\nsite = "https://c.example"\naccount = "demo"\njourneys = ["radar"]\n'
        "[targets.standin]\nembedded = true\n"
    )
    problems = _problems(a_checkout(tmp_path, settings, ihub=_NO_IDS, radar=_CONNECT))
    assert [each.key for each in problems] == [
        "targets.demo.apps.ihub.environment",
        "targets.bare.apps.ihub.app",
        "targets.bare.apps.ihub.environment",
    ]
    assert problems[0] == Problem(
        "synthetics.toml",
        "targets.demo.apps.ihub.environment",
        "it is missing: journeys/ihub/app.toml has no [forge] environment, so each target has to tell it",
        'Write [targets.demo.apps.ihub] with environment = "b7a1c9de-53f4-4e02-a7a4-0c6a3f1f9d21", as in the app\'s'
        " address there.",
    )


def test_id_that_the_standin_does_not_tell_either_is_told_before_anything_runs() -> None:
    app = App(name="ihub", title="iHub", forge=Forge(ready="#ready"))
    with pytest.raises(CallerError, match=r"ihub has no app and no environment on the target demo\.\n.*\[forge\]"):
        app.on(_target())


@pytest.mark.parametrize(
    ("tables", "key", "what", "mend"),
    [
        pytest.param(
            '[targets.demo.apps.ihbu]\napp = "an-app"\n',
            "targets.demo.apps.ihbu",
            'there is no app "ihbu"',
            "Did you mean ihub? The apps are: host_jira, ihub, radar.",
            id="an app that does not exist",
        ),
        pytest.param(
            '[targets.demo.apps.ihub]\naddon_key = "com.example"\n',
            "targets.demo.apps.ihub.addon_key",
            "ihub is a Forge app, which has no addon_key",
            "Remove it: of this app can be said app, base_urls, environment, module, ready.",
            id="a Connect app's key for a Forge app",
        ),
        pytest.param(
            '[targets.demo.apps.radar]\nenvironment = "two"\n',
            "targets.demo.apps.radar.environment",
            "radar is a Connect app, which has no environment",
            "Remove it: of this app can be said addon_key, base_urls, ready.",
            id="an environment for a Connect app",
        ),
        pytest.param(
            '[targets.demo.apps.host_jira]\nready = "#ready"\n',
            "targets.demo.apps.host_jira.ready",
            "host_jira is no app at all, which has no ready",
            "Remove it: of this app can be said base_urls.",
            id="a marker of no app",
        ),
        pytest.param(
            '[targets.demo.apps.ihub]\napp = "ari:cloud:ecosystem::app/2f1c6f0e"\n',
            "targets.demo.apps.ihub.app",
            '"ari:cloud:ecosystem::app/2f1c6f0e" is not a key of letters, digits, _, - and .',
            'Write a key of letters, digits, _, - and ., such as app = "2f1c6f0e-8d0b-4c55-9d1d-1f6d4b6f2a10".',
            id="more than the id",
        ),
        pytest.param(
            '[targets.demo.apps.ihub]\nenvironement = "two"\n',
            "targets.demo.apps.ihub.environement",
            "there is no such key",
            "Did you mean environment? The keys here are addon_key, app, base_urls, environment, module, ready.",
            id="a key that is misspelt",
        ),
        pytest.param(
            '[targets.demo.apps.ihub.base_urls]\n"the-api" = "https://api.example.com"\n',
            "targets.demo.apps.ihub.base_urls.the-api",
            '"the-api" is no name for a base URL',
            "Call it something like api: letters, digits and _, no digit first.",
            id="a base URL whose name is none",
        ),
        pytest.param(
            '[targets.demo.apps.ihub.base_urls]\napi = "https://a.example"\nagain = "https://a.example"\n',
            "targets.demo.apps.ihub.base_urls.again",
            "it is the same as targets.demo.apps.ihub.base_urls.api, and would be counted twice",
            "Remove one of them.",
            id="a base URL that is there twice",
        ),
        pytest.param(
            '[targets.demo.apps.ihub.base_urls]\napi = "https://api.example.com/"\n',
            "targets.demo.apps.ihub.base_urls.api",
            '"https://api.example.com/" has a slash at its end',
            "Write https://api.example.com.",
            id="a base URL with a slash at its end",
        ),
        pytest.param(
            "[targets.demo.apps]\nihub = 5\n",
            "targets.demo.apps.ihub",
            "5 is a whole number, not a table",
            "Write a table.",
            id="a number in place of a table",
        ),
    ],
)
def test_load_says_what_is_wrong_with_an_app_on_a_site(
    tmp_path: Path, tables: str, key: str, what: str, mend: str
) -> None:
    assert _problems(a_checkout(tmp_path, _DEMO + tables, **_APPS)) == (Problem("synthetics.toml", key, what, mend),)


def test_load_says_everything_about_the_apps_of_a_target_at_once(tmp_path: Path) -> None:
    """What is wrong with one value hides neither what is wrong beside it nor what is wrong in the app's own file."""
    tables = (
        "[targets.demo.apps.ihub]\napp = 5\naddon_key = 'com.example'\n[targets.demo.apps.ihub.base_urls]\n1 = 'x'\n"
        "[targets.demo.apps.nobody]\nready = '#x'\n[targets.demo.apps.broken]\naddon_key = 'com.example'\n"
    )
    problems = _problems(a_checkout(tmp_path, _DEMO + tables, **_APPS, broken="titel = 'x'\n"))
    assert [each.key for each in problems] == [
        "targets.demo.apps.ihub.app",
        "targets.demo.apps.ihub.base_urls.1",
        "targets.demo.apps.ihub.addon_key",
        "targets.demo.apps.ihub.base_urls.1",
        "targets.demo.apps.nobody",
        "title",
        "titel",
    ]
