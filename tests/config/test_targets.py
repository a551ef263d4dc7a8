"""Targets and accounts: what they carry, and what is wrong with them, with file, key, value and mending."""

import shutil
from pathlib import Path

import certifi
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from synthetics.config import values
from synthetics.config.loading import load
from synthetics.config.models import Installation, Rollout, Target
from synthetics.errors import ConfigurationError, Problem
from tests.authoring.tls import Authority
from tests.config.checkout import a_checkout

_REAL = '[accounts.demo]\nemail = "monitor@example.com"\npassword = { env = "DEMO_PASSWORD" }\n'
_SITE = f'{_REAL}[targets.demo]\nsite = "https://a.example"\naccount = "demo"\n'
_PROXY = f'{_SITE}proxy = "http://proxy.example.com:3128"\n'
_TOTP = 'totp_secret = { env = "DEMO_TOTP" }\n'
_ENVIRON = {"DEMO_PASSWORD": "a-password", "P": "a-password"}


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _problems(file: Path) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as refusal:
        load(file, _ENVIRON)
    return refusal.value.problems


@pytest.mark.parametrize(
    ("settings", "key", "what", "mend"),
    [
        pytest.param(
            "[targets.demo]\nproject = 'SYN'\n",
            "targets.demo",
            "it is neither embedded nor has it a site",
            "Write embedded = true, or a site and an account.",
            id="a target that is nowhere",
        ),
        pytest.param(
            f'[targets.demo]\nembedded = true\nsite = "https://a.example"\n{_REAL}',
            "targets.demo",
            "it is embedded and has the site https://a.example",
            "Remove embedded for a real site, or remove site.",
            id="a target that is in two places",
        ),
        pytest.param(
            f'[targets.demo]\nembedded = true\naccount = "demo"\n{_REAL}',
            "targets.demo",
            'it is embedded and has the account "demo", but the stand-in brings its own',
            "Remove account.",
            id="an account for the stand-in",
        ),
        pytest.param(
            '[targets.demo]\nembedded = true\naccount = "nobody"\n',
            "targets.demo",
            'it is embedded and has the account "nobody", but the stand-in brings its own',
            "Remove account.",
            id="an account for the stand-in that does not even exist",
        ),
        pytest.param(
            '[targets.demo]\nsite = "https://a.example"\n',
            "targets.demo",
            "the site https://a.example has no account to sign in with",
            "Write account = and the name of one in [accounts].",
            id="a real site without an account",
        ),
        pytest.param(
            f'[targets.demo]\nsite = "https://a.example"\naccount = "dmeo"\n{_REAL}',
            "targets.demo.account",
            'there is no account "dmeo"',
            "Did you mean demo? The accounts are: demo.",
            id="an account that does not exist",
        ),
        pytest.param(
            f'[targets.demo]\nsite = "https://a.example/"\naccount = "demo"\n{_REAL}',
            "targets.demo.site",
            '"https://a.example/" has a slash at its end',
            "Write https://a.example.",
            id="a site with a slash at its end",
        ),
        pytest.param(
            f'[targets.demo]\nsite = "https://a.example/jira?x=1"\naccount = "demo"\n{_REAL}',
            "targets.demo.site",
            '"https://a.example/jira?x=1" has more than the site in it',
            "Write https://a.example.",
            id="a site with a path",
        ),
        pytest.param(
            f'[targets.demo]\nsite = "a.example"\naccount = "demo"\n{_REAL}',
            "targets.demo.site",
            '"a.example" is not an address of http or https',
            "Write the address alone, such as https://rixter-demo.atlassian.net.",
            id="a site without a scheme",
        ),
        pytest.param(
            f'[targets.demo]\nsite = "http://a.example:port"\naccount = "demo"\n{_REAL}',
            "targets.demo.site",
            '"http://a.example:port" is not an address',
            "Write the address alone, such as https://rixter-demo.atlassian.net.",
            id="a site with words for a port",
        ),
        pytest.param(
            f'[targets.demo]\nsite = "https://me:hunter22@a.example"\naccount = "demo"\n{_REAL}',
            "targets.demo.site",
            "the address has a user name in it",
            "Name an account in `account`, and write the address alone.",
            id="a site with a password in it",
        ),
        pytest.param(
            '[targets.local]\nembedded = true\njourneys = ["ihub", "zendesk"]\n',
            "targets.local.journeys[1]",
            'there is no app "zendesk"',
            "The apps are: ihub.",
            id="a target that takes an app that does not exist",
        ),
        pytest.param(
            '[targets."my site"]\nembedded = true\n',
            'targets."my site"',
            '"my site" is not a name of letters, digits, _, - and .',
            "Call it something like staging-2.",
            id="a target whose name is none",
        ),
        pytest.param(
            '[targets.local]\nembedded = true\nproject = "syn"\n',
            "targets.local.project",
            '"syn" is not the key of a Jira project: capitals, digits and _',
            'Write the key of a Jira project: capitals, digits and _, such as project = "SYN".',
            id="a project's key in small letters",
        ),
        pytest.param(
            '[targets.local]\nembedded = true\nspace = "my space"\n',
            "targets.local.space",
            '"my space" is not the key of a Confluence space: letters and digits, with ~ before it for a person\'s own',
            "Write the key of a Confluence space: letters and digits, with ~ before it for a person's own,"
            ' such as space = "DOC".',
            id="a space's name for its key",
        ),
        pytest.param(
            '[accounts.demo]\npassword = { env = "P" }\n',
            "accounts.demo.email",
            "it is missing",
            'Write email = "monitor@example.com".',
            id="an account without an address",
        ),
        pytest.param(
            '[accounts.demo]\nemail = "m@example.com"\n',
            "accounts.demo",
            "it has neither a password nor an api_token",
            'Write password = { env = "NAME" }, and api_token likewise where REST needs one.',
            id="an account without any secret",
        ),
        pytest.param(
            _SITE + 'rollout = "frist"\n',
            "targets.demo.rollout",
            '"frist" is no rollout',
            "Did you mean first? The rollouts are: first, production.",
            id="a rollout that is misspelt",
        ),
        pytest.param(
            _SITE + "rollout = true\n",
            "targets.demo.rollout",
            "true is true or false, not text in quotes",
            "The rollouts are: first, production.",
            id="a rollout that is no text",
        ),
        pytest.param(
            _SITE + "patience = 0\n",
            "targets.demo.patience",
            "0 is out of range",
            "Write 0.1 or more, such as patience = 1.5.",
            id="no patience at all",
        ),
        pytest.param(
            _SITE + 'proxy = "proxy.example.com:3128"\n',
            "targets.demo.proxy",
            '"proxy.example.com:3128" is not an address of http or https',
            "Write the address alone, such as http://proxy.example.com:3128.",
            id="a proxy without a scheme",
        ),
        pytest.param(
            _SITE + 'proxy = "http://proxy.example.com:3128/"\n',
            "targets.demo.proxy",
            '"http://proxy.example.com:3128/" has a slash at its end',
            "Write http://proxy.example.com:3128.",
            id="a proxy with a slash at its end",
        ),
        pytest.param(
            _SITE + 'proxy = "http://proxy.example.com/way"\n',
            "targets.demo.proxy",
            '"http://proxy.example.com/way" has more than the proxy in it',
            "Write http://proxy.example.com.",
            id="a proxy with a path",
        ),
        pytest.param(
            _SITE + 'proxy = "http://me:hunter22@proxy.example.com"\n',
            "targets.demo.proxy",
            "the address has a user name in it",
            "Write the address alone, and proxy_user and proxy_password beside it.",
            id="a proxy with a password in it",
        ),
        pytest.param(
            _PROXY + 'proxy_user = "robot"\nproxy_password = "hunter22"\n',
            "targets.demo.proxy_password",
            "a secret is written out here",
            'Write { env = "NAME" } or { file = "path" }, and keep the secret itself there.',
            id="a proxy's password written out",
        ),
        pytest.param(
            _PROXY + 'proxy_user = "robot"\n',
            "targets.demo.proxy_user",
            "it has no password",
            'Write proxy_password = { env = "NAME" } beside it.',
            id="a user of a proxy without a password",
        ),
        pytest.param(
            _PROXY + 'proxy_password = { env = "P" }\n',
            "targets.demo.proxy_password",
            "there is no user that it belongs to",
            "Write proxy_user = and the name beside it.",
            id="a password of a proxy without a user",
        ),
        pytest.param(
            _SITE + 'proxy_user = "robot"\nproxy_password = { env = "P" }\n',
            "targets.demo.proxy_user",
            "there is no proxy",
            "Write proxy = and its address as well, or remove what is for a proxy.",
            id="a user and a password of no proxy",
        ),
        pytest.param(
            _SITE + 'ca = "nowhere.pem"\n',
            "targets.demo.ca",
            "there is no file nowhere.pem",
            "Write its path, relative to this file.",
            id="an authority that is not there",
        ),
        pytest.param(
            _SITE + 'ca = "journeys/ihub/app.toml"\n',
            "targets.demo.ca",
            "the file journeys/ihub/app.toml holds no certificate in PEM",
            "Write the path of the certificate of an authority, in PEM.",
            id="an authority that is something else",
        ),
        pytest.param(
            '[targets.demo]\nembedded = true\nproxy = "http://proxy.example.com"\n',
            "targets.demo",
            "it is embedded and has a proxy, but the stand-in runs on this machine",
            "Remove proxy.",
            id="a proxy before the stand-in",
        ),
        pytest.param(
            '[targets.demo]\nembedded = true\n[targets.demo.apps.ihub.base_urls]\napi = "https://api.example.com"\n',
            "targets.demo",
            "it is embedded and has apps, but the stand-in tells itself where they are",
            "Remove its tables apps.NAME.",
            id="other ids for the stand-in",
        ),
        pytest.param(
            _REAL + 'locale = "sv_se.UTF-8"\n',
            "accounts.demo.locale",
            "the value is no locale",
            "Write sv-SE.",
            id="a locale as operating systems write it",
        ),
        pytest.param(
            _REAL + 'locale = "hunter22"\n',
            "accounts.demo.locale",
            "the value is no locale",
            "Write a language and a country, such as en-US or sv-SE.",
            id="a locale that is none",
        ),
        pytest.param(
            _REAL + 'timezone = "Europe/Stokholm"\n',
            "accounts.demo.timezone",
            "the value is no time zone",
            "Did you mean Europe/Stockholm? Write UTC, or an area and a city, such as Europe/Stockholm.",
            id="a time zone that is misspelt",
        ),
        pytest.param(
            _REAL + 'timezone = "../../hunter22"\n',
            "accounts.demo.timezone",
            "the value is no time zone",
            "Write UTC, or an area and a city, such as Europe/Stockholm.",
            id="a time zone that is a path",
        ),
        pytest.param(
            '[accounts.demo]\nemail = "m@example.com"\napi_token = { env = "P" }\ntotp_secret = { env = "P" }\n',
            "accounts.demo",
            "it has a totp_secret, but no password",
            'Write password = { env = "NAME" } as well: a code is asked for after the password.',
            id="one-time codes after no password",
        ),
    ],
)
def test_load_says_what_is_wrong_with_targets_and_accounts(
    tmp_path: Path, settings: str, key: str, what: str, mend: str
) -> None:
    assert _problems(a_checkout(tmp_path, settings)) == (Problem("synthetics.toml", key, what, mend),)


def test_load_says_everything_about_a_target_at_once(tmp_path: Path) -> None:
    settings = f"{_SITE}rollout = 1\nproxy = ''\nca = 'nowhere.pem'\n[targets.other]\nembedded = true\nca = 5\n"
    assert [each.key for each in _problems(a_checkout(tmp_path, settings))] == [
        "targets.demo.rollout",
        "targets.demo.proxy",
        "targets.other.ca",
        "targets.demo.ca",
    ]


def test_load_gives_a_real_site_all_that_is_said_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    shutil.copy(certifi.where(), tmp_path / "here" / "authority.pem")
    settings = (
        f"{_REAL}{_TOTP}locale = 'sv-SE'\ntimezone = 'Europe/Stockholm'\n"
        "[targets.demo]\nsite = 'https://a.example'\naccount = 'demo'\nproject = 'DEMO'\nspace = 'DOC'\n"
        "rollout = 'first'\n"
        "proxy = 'http://proxy.example.com:3128'\nproxy_user = 'robot'\nproxy_password = { env = 'P' }\n"
        "ca = 'authority.pem'\n[targets.demo.apps.ihub.base_urls]\napi = 'https://api.example.com'\n"
    )
    file = a_checkout(tmp_path / "here", settings)
    monkeypatch.chdir("/")

    environ = {"DEMO_PASSWORD": "a-password", "DEMO_TOTP": "JBSWY3DPEHPK3PXP", "P": "the-proxys-password"}
    configuration, _ = load(file, environ)

    assert configuration.site("demo") == Target(
        name="demo",
        site="https://a.example",
        account=configuration.accounts["demo"],
        project="DEMO",
        space="DOC",
        rollout=Rollout.FIRST,
        proxy="http://proxy.example.com:3128",
        proxy_user="robot",
        proxy_password=SecretStr("the-proxys-password"),
        ca=tmp_path / "here" / "authority.pem",
        apps={"ihub": Installation(base_urls={"api": "https://api.example.com"})},
    )
    assert set(configuration.secrets) == {"a-password", "JBSWY3DPEHPK3PXP", "the-proxys-password"}
    account = configuration.accounts["demo"]
    assert (account.locale, account.timezone) == ("sv-SE", "Europe/Stockholm")
    assert account.secrets == ("a-password", "JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in repr(configuration)


@pytest.mark.parametrize(
    ("said", "space"),
    [
        pytest.param("", "SYN", id="nothing is said"),
        pytest.param("project = 'DEMO'\n", "DEMO", id="the project's key"),
        pytest.param("project = 'DEMO'\nspace = 'doc2'\n", "doc2", id="a key of its own"),
        pytest.param("space = '~712020ab'\n", "~712020ab", id="a person's own space"),
    ],
)
def test_load_takes_the_projects_key_for_the_space_unless_one_is_said(tmp_path: Path, said: str, space: str) -> None:
    configuration, _ = load(a_checkout(tmp_path, _SITE + said), _ENVIRON)
    assert configuration.targets["demo"].space == space
    assert configuration.site("demo").space == space


def test_load_takes_a_browser_in_american_english_and_utc_where_nothing_is_said(tmp_path: Path) -> None:
    configuration, _ = load(a_checkout(tmp_path, _SITE), _ENVIRON)
    account, target = configuration.accounts["demo"], configuration.targets["demo"]
    assert (account.locale, account.timezone) == ("en-US", "UTC")
    assert (account.totp_secret, target.rollout, target.proxy, target.ca) == (None, None, None, None)


@pytest.mark.parametrize("locale", ["en-US", "sv-SE", "de", "fil-PH", "zh-Hant-TW", "es-419"])
def test_load_takes_locales_as_browsers_name_them(tmp_path: Path, locale: str) -> None:
    configuration, _ = load(a_checkout(tmp_path, f'{_REAL}locale = "{locale}"\n'), _ENVIRON)
    assert configuration.accounts["demo"].locale == locale


def test_load_knows_utc_on_a_machine_without_any_time_zones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "available_timezones", set[str])
    configuration, _ = load(a_checkout(tmp_path, f'{_REAL}timezone = "UTC"\n'), _ENVIRON)
    assert configuration.accounts["demo"].timezone == "UTC"


@pytest.mark.parametrize(("said", "patience"), [("patience = 0.4", 0.4), ("", 1.0)])
def test_load_gives_a_target_the_patience_that_is_said_of_it(tmp_path: Path, said: str, patience: float) -> None:
    file = a_checkout(tmp_path, f"[targets.hurried]\nembedded = true\n{said}\n")
    assert load(file, {})[0].targets["hurried"].patience == patience


@pytest.mark.parametrize(("said", "kept"), [("", True), ("keep_session = false", False)])
def test_load_gives_a_target_its_word_on_keeping_sessions(tmp_path: Path, said: str, kept: bool) -> None:  # noqa: FBT001  a plain fact
    configuration, _ = load(a_checkout(tmp_path, f"{_SITE}{said}\n"), _ENVIRON)
    assert configuration.site("demo").keep_session is kept


def test_load_takes_a_rollout_of_the_standin_as_well(tmp_path: Path) -> None:
    file = a_checkout(tmp_path, '[targets.dfr]\nembedded = true\nrollout = "first"\n')
    assert load(file, {})[0].targets["dfr"].rollout is Rollout.FIRST


def test_site_refuses_the_standin_which_has_no_address_before_it_runs(tmp_path: Path) -> None:
    configuration, _ = load(a_checkout(tmp_path), {})
    with pytest.raises(ValueError, match="the target embedded has no site or no account"):
        configuration.site("embedded")


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param("jbsw y3dp ehpk 3pxp", id="in groups of small letters"),
        pytest.param("JBSWY3DPEHPK3PXP====", id="padded"),
    ],
)
def test_totp_secret_is_read_as_sites_show_it(tmp_path: Path, kept: str) -> None:
    configuration, _ = load(a_checkout(tmp_path, _REAL + _TOTP), _ENVIRON | {"DEMO_TOTP": kept})
    assert configuration.unreadable_secrets == {}
    assert configuration.accounts["demo"].secrets == ("a-password", "JBSWY3DPEHPK3PXP")


@pytest.mark.parametrize(
    "kept", [pytest.param("123456", id="a code in place of the secret"), pytest.param("= =", id="nothing but padding")]
)
def test_totp_secret_that_is_none_is_told_when_it_is_used(tmp_path: Path, kept: str) -> None:
    configuration, _ = load(a_checkout(tmp_path, _REAL + _TOTP), _ENVIRON | {"DEMO_TOTP": kept})
    assert configuration.unreadable_secrets == {
        "demo": (
            Problem(
                "synthetics.toml",
                "accounts.demo.totp_secret",
                "what is kept there is no secret for one-time codes (base32)",
                "Keep the secret itself there, letters and the digits 2 to 7, and not a code made of it.",
            ),
        )
    }
    assert configuration.accounts["demo"].totp_secret is None


def test_password_of_a_proxy_that_cannot_be_read_is_told_of_the_targets_that_need_it(tmp_path: Path) -> None:
    settings = (
        f'{_PROXY}proxy_user = "robot"\nproxy_password = {{ env = "NOWHERE" }}\n'
        '[targets.other]\nsite = "https://b.example"\naccount = "demo"\n'
    )
    configuration, _ = load(a_checkout(tmp_path, settings), _ENVIRON)
    what = "the environment variable NOWHERE is not set"
    assert [(each.key, each.what) for each in configuration.unreadable_for("demo")] == [
        ("targets.demo.proxy_password", what)
    ]
    assert configuration.unreadable_for("other") == ()


def test_certificate_of_a_server_is_no_authority(tmp_path: Path) -> None:
    """OpenSSL would trust it for that server, and the browser would not: one of them would be wrong about the site."""
    key = ec.generate_private_key(ec.SECP256R1())
    authority = Authority("Somebody")
    (tmp_path / "two.pem").write_bytes(authority.pem + authority.certificate("a.example", key))
    [problem] = _problems(a_checkout(tmp_path, f'{_SITE}ca = "two.pem"\n'))
    assert (problem.key, problem.what) == (
        "targets.demo.ca",
        "the file two.pem holds a certificate that is no authority's",
    )
