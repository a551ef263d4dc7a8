import base64

import httpx
import pytest

from synthetics.authoring.marking import marked
from synthetics.authoring.network import is_loopback
from synthetics.authoring.rest import open_rest
from synthetics.config.models import Account, Target
from synthetics.errors import CallerError


@pytest.fixture
def target() -> Target:
    account = Account.model_validate({"email": "robot@example.com", "api_token": "a-token"})
    return Target(name="dfr", site="http://127.0.0.1:9", account=account)


def test_request_is_signed_marked_and_told_before_it_is_made(target: Target) -> None:
    """Nobody listens on port 9: what is told was told before."""
    asked: list[str] = []

    with open_rest(target, asked.append) as rest:
        request = rest.build_request("GET", "/rest/api/3/myself")
        with pytest.raises(httpx.ConnectError) as raised:
            rest.get("/rest/api/3/myself")

    assert asked == ["http://127.0.0.1:9/rest/api/3/myself"]
    signed = raised.value.request.headers["authorization"]
    assert base64.b64decode(signed.removeprefix("Basic ")) == b"robot@example.com:a-token"
    assert request.headers["user-agent"] == "rixter-synthetics/0.1"


def test_rest_has_time_outs_of_its_own(target: Target) -> None:
    with open_rest(target, lambda _url: None) as rest:
        assert rest.timeout == httpx.Timeout(10.0, connect=5.0)


def test_account_without_api_token_is_told_where_to_add_it() -> None:
    target = Target(name="dfr", site="https://x.example", account=Account(email="robot@example.com"))

    with pytest.raises(CallerError, match=r"target dfr has no api_token.*\n.*synthetics\.toml"):
        open_rest(target, lambda _url: None)


@pytest.mark.parametrize(
    ("site", "loopback"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://localhost:8080", True),
        ("http://[::1]:8080", True),
        ("http://site.localhost", True),
        ("https://rixter.atlassian.net", False),
        ("https://localhost.example.com", False),
    ],
)
def test_site_on_this_machine_is_not_asked_through_a_proxy(site: str, *, loopback: bool) -> None:
    assert is_loopback(site) is loopback


def test_user_agent_is_marked_once() -> None:
    assert marked("Mozilla/5.0") == "Mozilla/5.0 rixter-synthetics/0.1"
    assert marked(marked("Mozilla/5.0")) == "Mozilla/5.0 rixter-synthetics/0.1"
