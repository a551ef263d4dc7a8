"""Team Radar's server, and the tokens between it and the site."""

import re
from html import unescape
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from synthetics.standin.connect_installation import ConnectInstallation
from synthetics.standin.persona import DEFAULT
from synthetics.standin.tokens import TokenError
from tests.standin.started import Standin

_ADDON = DEFAULT.addon_key
_PAGE = f"/plugins/servlet/ac/{_ADDON}/radar-page?project.key=SYN"
_PANEL = f"/plugins/servlet/ac/{_ADDON}/radar-panel?project.key=SYN&issue.key=SYN-1"


def _installed(shared_secret: bytes) -> ConnectInstallation:
    return ConnectInstallation(addon_key=_ADDON, client_key="a site", origin="http://app", shared_secret=shared_secret)


def _renewed(standin: Standin, path: str) -> httpx.Response:
    with standin.signed_in() as client:
        return client.post(path, headers={"Origin": standin.site})


def test_token_tells_who_looks_at_what_and_is_for_this_app_alone() -> None:
    user = DEFAULT.accounts[0].user
    installation = _installed(b"one")
    claims = installation.claims(installation.token(user, {"jira": {}}))
    assert (claims["sub"], claims["aud"], claims["context"]) == (user.account_id, _ADDON, {"jira": {}})
    other = _installed(b"other")
    with pytest.raises(TokenError, match="signature"):
        other.claims(installation.token(user, {}))
    assert "one" not in repr(installation)


def test_description_names_the_frame_and_carries_the_token(standin: Standin) -> None:
    extension = _renewed(standin, _PANEL).raise_for_status().json()
    address = urlsplit(extension["url"])
    assert f"{address.scheme}://{address.netloc}" == extension["origin"] == standin.connect
    assert address.path == "/radar-panel"
    asked = parse_qs(address.query, keep_blank_values=True)
    assert (asked["issue.key"], asked["project.key"], asked["xdm_e"]) == (["SYN-1"], ["SYN"], [standin.site])
    assert extension["context"] == {
        "jira": {"project": {"id": "10000", "key": "SYN"}, "issue": {"id": "10001", "key": "SYN-1"}}
    }
    assert httpx.get(extension["url"], trust_env=False).status_code == HTTPStatus.OK


def test_token_of_the_bridge_opens_the_apps_own_server(standin: Standin) -> None:
    extension = _renewed(standin, _PAGE).json()
    token = _renewed(standin, extension["tokenPath"]).json()["token"]
    headers = {"Authorization": f"JWT {token}"}
    answer = httpx.get(f"{standin.connect}/api/rings", headers=headers, trust_env=False)
    assert answer.json()["rings"]["In Progress"] == "Now"


@pytest.mark.parametrize("authorization", ["", "JWT a.b.c", "Bearer a.b.c"])
def test_apps_own_server_refuses_whom_it_does_not_know(standin: Standin, authorization: str) -> None:
    headers = {"Authorization": authorization}
    answer = httpx.get(f"{standin.connect}/api/rings", headers=headers, trust_env=False)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("query", ["", "?jwt=a.b.c"])
def test_view_is_refused_without_a_token_of_the_site(standin: Standin, query: str) -> None:
    answer = httpx.get(f"{standin.connect}/radar-page{query}", trust_env=False)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert "could not be opened" in answer.text


def test_view_can_be_held_by_the_site_alone(standin: Standin) -> None:
    answer = httpx.get(_renewed(standin, _PAGE).json()["url"], trust_env=False)
    assert f"frame-ancestors {standin.site};" in answer.headers["content-security-policy"]


def test_app_tells_what_it_is_and_that_it_is_well(standin: Standin) -> None:
    descriptor = httpx.get(f"{standin.connect}/atlassian-connect.json", trust_env=False).json()
    assert (descriptor["key"], descriptor["baseUrl"]) == (_ADDON, standin.connect)
    assert httpx.get(f"{standin.connect}/health", trust_env=False).json()["status"] == "ok"


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/plugins/servlet/ac/com.other/radar-page", id="another app"),
        pytest.param(f"/plugins/servlet/ac/{_ADDON}/nothing", id="no such module"),
        pytest.param(f"/plugins/servlet/ac/{_ADDON}/radar-page?project.key=NOPE", id="no such project"),
        pytest.param(f"/plugins/servlet/ac/{_ADDON}/radar-panel", id="a panel of no issue"),
        pytest.param(f"/plugins/servlet/ac/{_ADDON}/radar-panel?issue.key=SYN-999", id="no such issue"),
    ],
)
def test_unknown_module_is_not_found(standin: Standin, path: str) -> None:
    with standin.signed_in() as client:
        assert client.get(path).status_code == HTTPStatus.NOT_FOUND
        assert client.post(path, headers={"Origin": standin.site}).status_code == HTTPStatus.NOT_FOUND


def test_tokens_are_given_to_the_sites_own_pages_only(standin: Standin) -> None:
    assert httpx.post(standin.site + _PAGE, trust_env=False).status_code == HTTPStatus.UNAUTHORIZED
    with standin.signed_in() as client:
        elsewhere = {"Origin": "http://elsewhere.example"}
        assert client.post(_PAGE, headers=elsewhere).status_code == HTTPStatus.FORBIDDEN


def test_page_carries_its_description(standin: Standin) -> None:
    with standin.signed_in() as client:
        page = client.get(_PAGE)
    assert f"frame-src {standin.cdn} {standin.connect};" in page.headers["content-security-policy"]
    assert re.search(r'class="connect-extension">\{"addonKey": "com.rixter.team-radar"', unescape(page.text))
