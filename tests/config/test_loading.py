"""The configuration is read whole, and all that is wrong with it is said at once, with file, key, value and mending."""

from datetime import timedelta
from pathlib import Path

import pytest

from synthetics.config.loading import load, read
from synthetics.config.models import JourneySettings, Limits, TargetSettings
from synthetics.errors import ConfigurationError, Problem
from tests.config.checkout import a_checkout

_REAL = '[accounts.demo]\nemail = "monitor@example.com"\npassword = { env = "DEMO_PASSWORD" }\n'
_WHOLE = """
location = "frankfurt"
journeys = "journeys"
storage = "../storage"

[limits]
concurrency = 4
grace = "5s"
drain = "20s"

[web]
host = "0.0.0.0"
port = 9000

[browser]
executable = "bin/chromium"

[defaults]
every = "10m"
isolated = true

[journey."ihub.run_flow"]
timeout = "45s"
isolated = false
confirm = false

[targets.local]
embedded = true

[targets.demo]
site = "https://rixter-demo.atlassian.net"
account = "demo"
project = "DEMO"
journeys = ["ihub"]

[accounts.demo]
email = "monitor@example.com"
password = { env = "DEMO_PASSWORD" }
api_token = { file = "token" }
"""
_APP = """
title = "iHub"
[forge]
app = "an-app"
environment = "an-environment"
ready = "[data-testid=ready]"
[defaults]
every = "2m"
[journey.run_flow]
timeout = "30s"
"""


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _problems(file: Path, environ: dict[str, str] | None = None) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as refusal:
        load(file, environ or {})
    return refusal.value.problems


def test_load_reads_everything(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    file = a_checkout(tmp_path / "here", _WHOLE, ihub=_APP)
    (tmp_path / "here" / "token").write_text("a-token\n", encoding="utf-8")
    configuration, apps = load(file, {"DEMO_PASSWORD": "a-password"})
    assert configuration.file == file
    assert configuration.location == "frankfurt"
    assert configuration.journeys_folder == tmp_path / "here" / "journeys"
    assert configuration.storage == tmp_path / "storage"
    assert configuration.limits.concurrency == 4
    assert configuration.limits.grace == timedelta(seconds=5)
    assert configuration.limits.drain == timedelta(seconds=20)
    assert (configuration.web.host, configuration.web.port) == ("0.0.0.0", 9000)  # noqa: S104  nothing listens
    assert configuration.browser.executable == tmp_path / "here" / "bin" / "chromium"
    assert configuration.defaults == JourneySettings(every=timedelta(minutes=10), isolated=True)
    assert configuration.journey == {
        "ihub.run_flow": JourneySettings(timeout=timedelta(seconds=45), isolated=False, confirm=False)
    }
    assert configuration.targets["local"] == TargetSettings(embedded=True)
    assert configuration.targets["demo"].journeys == ("ihub",)
    assert configuration.accounts["demo"].secrets == ("a-password", "a-token")
    assert configuration.unreadable_secrets == {}
    assert configuration.default_target == "local"
    app = apps["ihub"]
    assert (app.name, app.title) == ("ihub", "iHub")
    assert app.forge is not None
    assert (app.forge.app, app.forge.environment, app.forge.ready) == (
        "an-app",
        "an-environment",
        "[data-testid=ready]",
    )
    assert app.defaults == JourneySettings(every=timedelta(minutes=2))
    assert app.journey == {"run_flow": JourneySettings(timeout=timedelta(seconds=30))}


def test_load_takes_paths_relative_to_the_file_not_to_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there").mkdir()
    a_checkout(tmp_path / "there")
    monkeypatch.chdir(tmp_path)
    configuration, _ = load(Path("there/synthetics.toml"), {})
    assert configuration.file == tmp_path / "there" / "synthetics.toml"
    assert configuration.journeys_folder == tmp_path / "there" / "journeys"
    assert configuration.storage == tmp_path / "there" / "var"


def test_load_reads_the_limits_of_workers(tmp_path: Path) -> None:
    settings = '[limits]\nworker_runs = 7\nworker_age = "30m"\nworker_memory = "1GiB"\nworker_processes = 60\n'
    configuration, _ = load(a_checkout(tmp_path, settings), {})
    assert configuration.limits == Limits(
        worker_runs=7, worker_age=timedelta(minutes=30), worker_memory_bytes=1024**3, worker_processes=60
    )
    (tmp_path / "unsaid").mkdir()
    assert load(a_checkout(tmp_path / "unsaid"), {})[0].limits == Limits()


def test_load_gives_the_standin_where_no_target_is_named(tmp_path: Path) -> None:
    configuration, _ = load(a_checkout(tmp_path), {})
    assert configuration.targets == {"embedded": TargetSettings(embedded=True)}
    assert configuration.default_target == "embedded"


@pytest.mark.parametrize(
    ("settings", "key", "what", "mend"),
    [
        pytest.param(
            "limits = [1\n",
            "line 2, column 1",
            "it is not TOML: Unclosed array",
            "Mend the syntax there, or just before it.",
            id="TOML that does not parse",
        ),
        pytest.param(
            "[limits]\nconcurency = 3\n",
            "limits.concurency",
            "there is no such key",
            "Did you mean concurrency? The keys here are concurrency, disk_free, drain, grace, memory_free, worker_age,"
            " worker_memory, worker_processes, worker_runs.",
            id="an unknown key near a known one",
        ),
        pytest.param(
            "colour = 'red'\n",
            "colour",
            "there is no such key",
            "Remove it: the keys here are accounts, attestations, browser, dead_man, defaults, journey, journeys,"
            " limits, location, retention, slo, storage, targets, web.",
            id="an unknown key like none",
        ),
        pytest.param(
            '[journey.ihub.run_flow]\nevery = "5m"\n',
            "journey.ihub.run_flow",
            "there is no such key",
            'Write [journey."ihub.run_flow"] for a journey, or one of: confirm, cron, every, isolated, timeout.',
            id="a journey's name without quotes",
        ),
        pytest.param(
            '[limits]\nconcurrency = "two"\n',
            "limits.concurrency",
            '"two" is text, not a whole number',
            "Write a whole number, such as concurrency = 2.",
            id="text for a number",
        ),
        pytest.param(
            "[limits]\nconcurrency = true\n",
            "limits.concurrency",
            "true is true or false, not a whole number",
            "Write a whole number, such as concurrency = 2.",
            id="a truth for a number",
        ),
        pytest.param(
            '[defaults]\nisolated = "yes"\n',
            "defaults.isolated",
            '"yes" is text, not true or false',
            "Write true or false, such as isolated = true.",
            id="text for a truth",
        ),
        pytest.param(
            '[journey."ihub.run_flow"]\nconfirm = 0\n',
            'journey."ihub.run_flow".confirm',
            "0 is a whole number, not true or false",
            "Write true or false, such as confirm = false.",
            id="a number for a truth",
        ),
        pytest.param(
            "[limits]\nworker_runs = 0\n",
            "limits.worker_runs",
            "0 is out of range",
            "Write more than 0, such as worker_runs = 100.",
            id="a worker without a run",
        ),
        pytest.param(
            "[limits]\nworker_age = 3600\n",
            "limits.worker_age",
            "3600 is a whole number, not a duration",
            'Write text with a unit, such as "3600s".',
            id="an age without a unit",
        ),
        pytest.param(
            '[limits]\nworker_memory = "much"\n',
            "limits.worker_memory",
            '"much" is not a size',
            'Write a number and a unit, such as "500MB", "5GB" or "1.5TB".',
            id="a size that is none",
        ),
        pytest.param(
            '[limits]\nworker_processes = "few"\n',
            "limits.worker_processes",
            '"few" is text, not a whole number',
            "Write a whole number, such as worker_processes = 100.",
            id="text for a number of processes",
        ),
        pytest.param(
            "limits = 5\n", "limits", "5 is a whole number, not a table", "Write a table.", id="a number for a table"
        ),
        pytest.param(
            "location = 1979-05-27\n",
            "location",
            "1979-05-27 is a date or a time, not text in quotes",
            'Write text in quotes, such as location = "frankfurt".',
            id="a date for text",
        ),
        pytest.param(
            "location = 'near the\\tlake'\n",
            "location",
            '"near the\\\\tlake" is not a name of letters, digits, _, - and .',
            'Write a name of letters, digits, _, - and ., such as location = "frankfurt".',
            id="a location that is no name",
        ),
        pytest.param(
            'storage = ""\n', "storage", "it is empty", 'Write text, such as storage = "var".', id="an empty path"
        ),
        pytest.param(
            "[limits]\nconcurrency = 0\n",
            "limits.concurrency",
            "0 is out of range",
            "Write more than 0, such as concurrency = 2.",
            id="nothing at once",
        ),
        pytest.param(
            "[web]\nport = 65536\n",
            "web.port",
            "65536 is out of range",
            "Write 65535 or less, such as port = 9780.",
            id="a port that does not exist",
        ),
        pytest.param(
            "[defaults]\ntimeout = 90\n",
            "defaults.timeout",
            "90 is a whole number, not a duration",
            'Write text with a unit, such as "90s".',
            id="a duration without a unit",
        ),
        pytest.param(
            "[defaults]\ntimeout = 1.5\n",
            "defaults.timeout",
            "1.5 is a number, not a duration",
            'Write text with a unit, such as "90s", "5m" or "1h30m".',
            id="a duration as a broken number",
        ),
        pytest.param(
            '[limits]\ngrace = "0s"\n',
            "limits.grace",
            '"0s" is no time at all, and a duration is more than zero',
            'Write whole numbers with units, such as "90s", "5m" or "1h30m".',
            id="a duration of nothing",
        ),
        pytest.param(
            '[journey."ihub.run_flow"]\nevery = "5 minutes"\n',
            'journey."ihub.run_flow".every',
            '"5 minutes" is not a duration',
            'Write whole numbers with units, such as "90s", "5m" or "1h30m".',
            id="a duration in words",
        ),
        pytest.param(
            '[defaults]\ncron = "*/10 8-18 * * 1-5"\nevery = "5m"\n',
            "defaults.cron",
            "there is every beside it",
            "Keep one of them: every for all day long, cron for certain hours.",
            id="an interval and a cron expression",
        ),
        pytest.param(
            '[journey."ihub.run_flow"]\ncron = "*/10 8-18 * *"\n',
            'journey."ihub.run_flow".cron',
            '"*/10 8-18 * *" has 4 fields, not five',
            "Write five fields, in UTC: minute, hour, day of the month, month, day of the week,"
            ' such as "*/10 8-18 * * 1-5" for each ten minutes of a working day.',
            id="a cron expression with a field too few",
        ),
        pytest.param(
            "[defaults]\ncron = 10\n",
            "defaults.cron",
            "10 is a whole number, not text in quotes",
            'Write text in quotes, such as cron = "*/10 8-18 * * 1-5".',
            id="a number for a cron expression",
        ),
        pytest.param(
            '[journey."ihb.run_flow"]\nevery = "5m"\n',
            'journey."ihb.run_flow"',
            'there is no app "ihb"',
            "Did you mean ihub? The apps are: ihub.",
            id="the cadence of an app that does not exist",
        ),
        pytest.param(
            '[journey.ihub]\nevery = "5m"\n',
            "journey.ihub",
            '"ihub" is not a journey\'s full name',
            'Write the app and the journey, such as [journey."ihub.run_flow"]; [defaults] is for all of them.',
            id="the cadence of a whole app",
        ),
    ],
)
def test_load_says_what_is_wrong_with_synthetics_toml(
    tmp_path: Path, settings: str, key: str, what: str, mend: str
) -> None:
    file = a_checkout(tmp_path, settings)
    assert _problems(file, {"DEMO_PASSWORD": "a-password", "P": "a-password"}) == (
        Problem("synthetics.toml", key, what, mend),
    )


def test_load_says_everything_at_once_and_nothing_that_is_not_so(tmp_path: Path) -> None:
    settings = (
        "surprise = 1\n[limits]\nconcurrency = 'x'\ngrace = 3\n"
        # A target with something wrong in it is not also blamed for what may follow from that.
        "[targets.demo]\nsite = 5\naccount = 'demo'\n"
        "[targets.other]\nsite = 'https://a.example'\naccount = 'broken'\n"
        "[accounts.broken]\nemail = 'm@example.com'\npassword = 'hunter22'\n"
    )
    file = a_checkout(tmp_path, settings, ihub="", zendesk='title = "Zendesk"\n[defaults]\nevery = 5\n')
    assert [(each.file, each.key) for each in _problems(file)] == [
        ("synthetics.toml", "limits.concurrency"),
        ("synthetics.toml", "limits.grace"),
        ("synthetics.toml", "targets.demo.site"),
        ("synthetics.toml", "accounts.broken.password"),
        ("synthetics.toml", "surprise"),
        ("journeys/ihub/app.toml", "title"),
        ("journeys/zendesk/app.toml", "defaults.every"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("x = " + "9" * 10_000, id="a number that Python does not read"),
        pytest.param("x = " + "[" * 100_000, id="more brackets than Python counts"),
    ],
)
def test_load_says_what_python_has_no_patience_for(tmp_path: Path, content: str) -> None:
    (problem,) = _problems(a_checkout(tmp_path, content))
    assert problem.what.startswith("it is not TOML: ")
    assert problem.mend == "Write shorter numbers and flatter lists."


def test_load_says_that_there_is_no_file(tmp_path: Path) -> None:
    assert _problems(tmp_path / "nowhere.toml") == (
        Problem("nowhere.toml", "", "there is no such file", "Make it, or name another one with --config PATH."),
    )


def test_load_says_that_the_path_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (problem,) = _problems(tmp_path / "a")
    assert problem == Problem("a", "", "it cannot be read: Is a directory", "Name a file that can be read.")


def test_load_says_that_a_file_is_not_utf8(tmp_path: Path) -> None:
    file = a_checkout(tmp_path)
    file.write_bytes(b"# \xff")
    assert _problems(file) == (Problem("synthetics.toml", "byte 3", "it is not text in UTF-8", "Save it as UTF-8."),)


def test_load_says_that_the_folder_of_journeys_is_missing(tmp_path: Path) -> None:
    file = a_checkout(tmp_path, 'journeys = "trips"\n')
    mend = "Write the folder of journeys, relative to this file."
    assert _problems(file) == (Problem("synthetics.toml", "journeys", "there is no folder trips", mend),)


def test_load_does_not_look_for_a_folder_that_is_no_path(tmp_path: Path) -> None:
    file = a_checkout(tmp_path, "journeys = 5\n")
    (tmp_path / "journeys" / "ihub" / "app.toml").unlink()
    assert [each.what for each in _problems(file)] == ["5 is a whole number, not text in quotes"]


def test_load_says_that_a_folder_cannot_be_an_app(tmp_path: Path) -> None:
    file = a_checkout(tmp_path, **{"my-app": 'title = "x"\n'})
    what = "the folder's name \"my-app\" is no app's name"
    mend = "Rename the folder: small letters, digits and _, a letter first."
    assert _problems(file) == (Problem("journeys/my-app/app.toml", "", what, mend),)


def test_load_names_a_file_elsewhere_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    file = a_checkout(tmp_path / "a", "x = 1\n")
    monkeypatch.chdir(tmp_path / "b")
    assert [each.file for each in _problems(Path("../a/synthetics.toml"))] == [str(file)]


def test_read_gives_what_is_sound_beside_the_problems(tmp_path: Path) -> None:
    file = a_checkout(tmp_path, "[limits]\nconcurrency = 'x'\ngrace = '7s'\n", ihub="", jira='title = "Jira"\n')
    reading = read(file, {})
    assert reading.configuration is not None
    assert reading.configuration.limits.grace == timedelta(seconds=7)
    assert sorted(reading.apps) == ["jira"]
    assert len(reading.problems) == 2
