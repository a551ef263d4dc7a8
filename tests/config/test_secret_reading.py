"""Secrets come from the environment or from files, and never show in a message."""

from pathlib import Path

import pytest

from synthetics.config.loading import load, read
from synthetics.config.models import Account
from synthetics.errors import Problem
from tests.config.checkout import a_checkout

_LITERAL = "hunter22-and-more"


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _settings(password: str) -> str:
    return (
        '[targets.demo]\nsite = "https://a.example"\naccount = "demo"\n'
        f'[accounts.demo]\nemail = "m@example.com"\npassword = {password}\n'
    )


def _account(file: Path, environ: dict[str, str]) -> Account:
    configuration, _ = load(file, environ)
    assert configuration.unreadable_secrets == {}
    return configuration.accounts["demo"]


def test_secret_is_read_from_the_environment(tmp_path: Path) -> None:
    account = _account(a_checkout(tmp_path, _settings('{ env = "P" }')), {"P": " a secret "})
    assert account.secrets == (" a secret ",)
    assert "a secret" not in repr(account)


@pytest.mark.parametrize(
    ("content", "secret"),
    [
        pytest.param(b"a secret\n", "a secret", id="the line end is not part of it"),
        pytest.param(b"a secret\r\n", "a secret", id="nor one from elsewhere"),
        pytest.param(b" a secret ", " a secret ", id="blanks are"),
    ],
)
def test_secret_is_read_from_a_file_beside_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, secret: str
) -> None:
    file = a_checkout(tmp_path, _settings('{ file = "token" }'))
    (tmp_path / "token").write_bytes(content)
    monkeypatch.chdir("/")
    assert _account(file, {}).secrets == (secret,)


@pytest.mark.parametrize(
    ("reference", "what", "mend"),
    [
        pytest.param(
            '{ env = "NOT_THERE" }',
            "the environment variable NOT_THERE is not set",
            "Set NOT_THERE where this runs, or keep the secret in a file.",
            id="a variable that is not set",
        ),
        pytest.param(
            '{ env = "EMPTY" }',
            "the environment variable EMPTY is empty",
            "Set EMPTY where this runs, or keep the secret in a file.",
            id="a variable that is empty",
        ),
        pytest.param(
            '{ file = "nowhere" }',
            "the file nowhere cannot be read: No such file or directory",
            "Write the secret into that file, readable for the account that runs this.",
            id="a file that is not there",
        ),
        pytest.param(
            '{ file = "empty" }', "the file empty is empty", "Write the secret into it.", id="a file that is empty"
        ),
        pytest.param(
            '{ file = "binary" }', "the file binary is not text in UTF-8", "Write it anew.", id="a file that is no text"
        ),
    ],
)
def test_unreadable_secret_is_no_problem_until_its_target_is_used(
    tmp_path: Path, reference: str, what: str, mend: str
) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    configuration, _ = load(a_checkout(tmp_path, _settings(reference)), {"EMPTY": ""})
    assert configuration.unreadable_secrets == {
        "demo": (Problem("synthetics.toml", "accounts.demo.password", what, mend),)
    }
    assert configuration.accounts["demo"].password is None


@pytest.mark.parametrize(
    ("settings", "key", "what"),
    [
        pytest.param(
            _settings(f'"{_LITERAL}"'), "accounts.demo.password", "a secret is written out here", id="written out"
        ),
        pytest.param(
            _settings(f'["{_LITERAL}"]'),
            "accounts.demo.password",
            "this is no reference to a secret",
            id="written out in a list",
        ),
        pytest.param(
            _settings(f'{{ value = "{_LITERAL}" }}'),
            "accounts.demo.password",
            "this is no reference to a secret",
            id="under another key",
        ),
        pytest.param(
            _settings(f'{{ env = "P", file = "{_LITERAL}" }}'),
            "accounts.demo.password",
            "this is no reference to a secret",
            id="in two places",
        ),
        pytest.param(
            _settings(f'{{ env = "{_LITERAL}" }}'),
            "accounts.demo.password.env",
            "the value is not a variable's name in capitals, digits and _",
            id="in place of the variable's name",
        ),
        pytest.param(
            _settings(f'{{ env = ["{_LITERAL}"] }}'),
            "accounts.demo.password.env",
            "the value is a list, not text in quotes",
            id="in a list of variables",
        ),
        pytest.param(
            _settings('{ env = "P" }') + f'pasword = "{_LITERAL}"\n',
            "accounts.demo.pasword",
            "there is no such key",
            id="under a misspelt key",
        ),
        pytest.param(
            f'password = "{_LITERAL}"\n' + _settings('{ env = "P" }'),
            "password",
            "there is no such key",
            id="outside of its account",
        ),
        pytest.param(
            f'[accounts]\ndemo = "{_LITERAL}"\n', "accounts.demo", "the value is text, not a table", id="for an account"
        ),
        pytest.param(f'accounts = "{_LITERAL}"\n', "accounts", "the value is text, not a table", id="for all accounts"),
    ],
)
def test_secret_in_the_wrong_place_is_refused_and_never_shown(
    tmp_path: Path, settings: str, key: str, what: str
) -> None:
    reading = read(a_checkout(tmp_path, settings), {"P": "a secret"})
    assert [(each.key, each.what) for each in reading.problems] == [(key, what)]
    assert _LITERAL not in str(reading.problems)
    assert _LITERAL not in repr(reading)


def test_literal_secret_is_told_how_to_write_it(tmp_path: Path) -> None:
    reading = read(a_checkout(tmp_path, _settings(f'"{_LITERAL}"')), {})
    assert [each.mend for each in reading.problems] == [
        'Write { env = "NAME" } or { file = "path" }, and keep the secret itself there.'
    ]
