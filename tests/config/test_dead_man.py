"""``[dead_man]``, and what has to be free for a run: what is read, what is refused, and what is never shown."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from synthetics.config.loading import load
from synthetics.config.models import DeadMan, Limits
from synthetics.errors import ConfigurationError
from tests.config.checkout import a_checkout

URL = "https://alarm.example.com/ping/5up3r-s3cr3t"


def test_load_knows_no_dead_man_where_nothing_is_said(tmp_path: Path) -> None:
    assert load(a_checkout(tmp_path, ""), {})[0].dead_man is None


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param(f'url = "{URL}"', id="written out"),
        pytest.param('url = { env = "PING_URL" }', id="in the environment"),
        pytest.param('url = { file = "ping_url" }', id="in a file beside synthetics.toml"),
    ],
)
def test_load_reads_the_dead_man_s_address_as_a_secret(tmp_path: Path, setting: str) -> None:
    file = a_checkout(tmp_path, f'[dead_man]\n{setting}\nevery = "30s"\n')
    (tmp_path / "ping_url").write_text(f"{URL}\n", encoding="utf-8")

    configuration = load(file, {"PING_URL": URL})[0]

    assert configuration.dead_man == DeadMan(url=SecretStr(URL), every=timedelta(seconds=30))
    assert configuration.secrets == (URL,), "so every record and file is scrubbed of it"
    assert URL not in repr(configuration)


@pytest.mark.parametrize(
    ("kept", "what"),
    [
        pytest.param({}, "the environment variable PING_URL is not set", id="nothing is kept there"),
        pytest.param(
            {"PING_URL": "5up3r-s3cr3t"},
            "what is kept there is not an address of http or https",
            id="no address is kept there",
        ),
    ],
)
def test_load_leaves_it_to_the_service_to_refuse_an_address_that_cannot_be_read(
    tmp_path: Path, kept: dict[str, str], what: str
) -> None:
    """A pipeline that makes single runs needs no alarm."""
    dead_man = load(a_checkout(tmp_path, '[dead_man]\nurl = { env = "PING_URL" }\n'), kept)[0].dead_man

    assert dead_man is not None
    assert dead_man.url is None
    (problem,) = dead_man.problems
    assert (problem.key, problem.what) == ("dead_man.url", what)


@pytest.mark.parametrize(
    ("table", "key", "what"),
    [
        pytest.param(
            '[dead_man]\nurl = "5up3r-s3cr3t"',
            "dead_man.url",
            "the value is not an address of http or https",
            id="an address without a scheme",
        ),
        pytest.param(
            "[dead_man]\nurl = 5", "dead_man.url", "this is no address, and no reference to one", id="no text at all"
        ),
        pytest.param(
            '[dead_man]\nurl = { env = "5up3r-s3cr3t" }',
            "dead_man.url.env",
            "the value is not a variable's name in capitals, digits and _",
            id="a secret in the place of a variable's name",
        ),
        pytest.param('[dead_man]\nevery = "1m"', "dead_man.url", "it is missing", id="no address"),
        pytest.param(
            f'dead_man = "{URL}"', "dead_man", "the value is text, not a table", id="an address in the place of a table"
        ),
    ],
)
def test_load_refuses_what_is_no_address_and_never_shows_it(tmp_path: Path, table: str, key: str, what: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load(a_checkout(tmp_path, f"{table}\n[targets.demo]\nsite = 1\n"), {})

    first, *others = refusal.value.problems
    assert (first.key, first.what) == (key, what)
    assert others, "what is wrong elsewhere is told as well"
    assert "5up3r" not in str(refusal.value)


def test_load_reads_what_has_to_be_free_for_a_run(tmp_path: Path) -> None:
    settings = '[limits]\nmemory_free = "512MB"\ndisk_free = "1GiB"\n'

    limits = load(a_checkout(tmp_path, settings), {})[0].limits

    assert limits == Limits(memory_free_bytes=512_000_000, disk_free_bytes=1024**3)
    assert load(a_checkout(tmp_path / "other", ""), {})[0].limits == Limits()
