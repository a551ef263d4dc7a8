import os
from pathlib import Path

import pytest

from synthetics.authoring import nss_database
from synthetics.authoring.trust import refuse_untrusting, trusting
from synthetics.config.models import Account, Target
from synthetics.errors import CallerError
from tests.authoring.tls import Authority


@pytest.fixture
def target(tmp_path: Path) -> Target:
    file = tmp_path / "authorities.pem"
    file.write_bytes(Authority("One").pem + Authority("Another").pem)
    return Target(name="dfr", site="https://x.example", account=Account(email="robot@example.com"), ca=file)


def test_browser_has_a_home_of_its_own_as_long_as_it_is_there(target: Target) -> None:
    with trusting(target, "chromium") as environment:
        assert environment is not None
        home = Path(environment["HOME"])
        written = (home / ".pki/nssdb/cert9.db").read_bytes()

    assert b"One" in written
    assert b"Another" in written
    assert not home.exists()
    assert environment == {**os.environ, "HOME": str(home)}


def test_browser_is_left_alone_where_the_usual_authorities_are_enough(target: Target) -> None:
    with trusting(target.model_copy(update={"ca": None}), "firefox") as environment:
        assert environment is None


@pytest.mark.parametrize(
    ("browser", "platform", "what"),
    [
        pytest.param("firefox", "linux", "firefox cannot be made to trust it", id="another browser"),
        pytest.param("chromium", "darwin", "Chromium on darwin cannot be made to trust it", id="another system"),
    ],
)
def test_browser_that_cannot_be_made_to_trust_is_refused(
    target: Target, browser: str, platform: str, what: str
) -> None:
    with pytest.raises(CallerError, match=f"The target dfr has a ca, and {what}"):
        refuse_untrusting(target, browser, platform)


def test_authorities_that_are_gone_since_the_configuration_was_read_are_told(target: Target) -> None:
    assert target.ca is not None
    target.ca.unlink()

    with (
        pytest.raises(CallerError, match="The target dfr has a ca, and there is no file"),
        trusting(target, "chromium"),
    ):
        pass


def test_system_without_nss_is_told_what_to_install(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Path(nss_database.__file__).read_text().replace("libnss3.so", "libnss-of-nobody.so")
    elsewhere = tmp_path / "nss_database.py"
    elsewhere.write_text(text)
    monkeypatch.setattr(nss_database, "__file__", str(elsewhere))

    with (
        pytest.raises(CallerError, match=r"libnss-of-nobody\.so: cannot open .*\n.*`sudo apt-get install libnss3`"),
        trusting(target, "chromium"),
    ):
        pass
