"""``status_page`` of a target: where the host says itself how it is."""

from pathlib import Path

import pytest

from synthetics.config.loading import load
from synthetics.errors import ConfigurationError
from tests.config.checkout import a_checkout

_SITE = (
    '[accounts.demo]\nemail = "monitor@example.com"\npassword = { env = "P" }\n'
    '[targets.demo]\nsite = "https://a.example"\naccount = "demo"\n'
)
_ENVIRON = {"P": "a-password"}


def test_status_page_goes_with_its_site_and_nobody_has_to_tell_one(tmp_path: Path) -> None:
    with_page = a_checkout(tmp_path / "with", f'{_SITE}status_page = "https://status.example"\n')
    without = a_checkout(tmp_path / "without", _SITE)
    assert load(with_page, _ENVIRON)[0].site("demo").status_page == "https://status.example"
    assert load(without, _ENVIRON)[0].site("demo").status_page is None


@pytest.mark.parametrize(
    ("settings", "key", "what", "mend"),
    [
        pytest.param(
            '[targets.demo]\nembedded = true\nstatus_page = "https://status.example"\n',
            "targets.demo",
            "it is embedded and has a status_page, but the stand-in brings its own",
            "Remove status_page.",
            id="for the stand-in",
        ),
        pytest.param(
            f'{_SITE}status_page = "https://status.example/api/v2"\n',
            "targets.demo.status_page",
            '"https://status.example/api/v2" has more than the status page in it',
            "Write https://status.example.",
            id="with a path",
        ),
        pytest.param(
            f'{_SITE}status_page = "https://me:hunter22@status.example"\n',
            "targets.demo.status_page",
            "the address has a user name in it",
            "Write the address alone: a status page is read without signing in.",
            id="with a password in it",
        ),
        pytest.param(
            f'{_SITE}status_page = "status.example"\n',
            "targets.demo.status_page",
            '"status.example" is not an address of http or https',
            "Write the address alone, such as https://status.example.com.",
            id="without a scheme",
        ),
    ],
)
def test_status_page_that_cannot_be_one_is_refused(
    tmp_path: Path, settings: str, key: str, what: str, mend: str
) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load(a_checkout(tmp_path, settings), _ENVIRON)
    assert [(each.key, each.what, each.mend) for each in refusal.value.problems] == [(key, what, mend)]
