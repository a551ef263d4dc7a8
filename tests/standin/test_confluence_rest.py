"""Confluence's REST, over HTTP."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from tests.standin.started import Standin

_PAGES = "/wiki/api/v2/pages"
_SPACE = "32801"


def _asked(title: str = "Made by a test", value: str = "<p>Words</p>", **more: Any) -> dict[str, Any]:
    body = {"representation": "storage", "value": value}
    return {"spaceId": _SPACE, "status": "current", "title": title, "body": body, **more}


def _error(answer: httpx.Response, status: HTTPStatus) -> str:
    assert answer.status_code == status, answer.text
    (error,) = answer.json()["errors"]
    assert error["status"] == status
    assert set(error) == {"status", "code", "title", "detail"}
    title: str = error["title"]
    return title


@pytest.fixture
def page(rest: httpx.Client) -> Iterator[dict[str, Any]]:
    made: dict[str, Any] = rest.post(_PAGES, json=_asked()).raise_for_status().json()
    yield made
    rest.delete(f"{_PAGES}/{made['id']}")


def _update(page: dict[str, Any], number: int, **more: Any) -> dict[str, Any]:
    return {**_asked(page["title"]), "id": page["id"], "version": {"number": number}, **more}


def test_page_comes_back_as_it_was_made_and_goes(rest: httpx.Client, page: dict[str, Any]) -> None:
    assert (page["title"], page["spaceId"], page["parentId"]) == ("Made by a test", _SPACE, "65601")
    assert page["version"]["number"] == 1
    address = f"{_PAGES}/{page['id']}"
    assert rest.get(address).json()["body"] == {}
    shown = rest.get(address, params={"body-format": "storage"}).json()
    assert shown["body"]["storage"] == {"representation": "storage", "value": "<p>Words</p>"}
    assert rest.get("/wiki" + shown["_links"]["webui"]).is_redirect
    assert rest.delete(address).status_code == HTTPStatus.NO_CONTENT
    assert _error(rest.get(address), HTTPStatus.NOT_FOUND) == "Not Found"


def test_homepage_stays(rest: httpx.Client) -> None:
    said = _error(rest.delete(f"{_PAGES}/65601"), HTTPStatus.BAD_REQUEST)
    assert said == "The homepage of a space cannot be deleted."


def test_update_needs_the_next_version(rest: httpx.Client, page: dict[str, Any]) -> None:
    address = f"{_PAGES}/{page['id']}"
    updated = rest.put(address, json=_update(page, 2, version={"number": 2, "message": "Mended"})).json()
    assert (updated["version"]["number"], updated["version"]["message"]) == (2, "Mended")
    said = _error(rest.put(address, json=_update(page, 2)), HTTPStatus.CONFLICT)
    assert said.endswith("Current Version: [2]. Provided version: [2]")
    assert _error(rest.put(address, json=_update(page, 3, id="1")), HTTPStatus.BAD_REQUEST).startswith("The id")
    no_number = _update(page, 3, version={})
    assert _error(rest.put(address, json=no_number), HTTPStatus.BAD_REQUEST).endswith("version.number.")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param(_asked(title=" "), "A page needs a title.", id="no title"),
        pytest.param(_asked(title="t" * 256), "The title is 256 characters long; 255 are allowed.", id="a long title"),
        pytest.param(_asked(title="Release notes"), "A page with this title already exists", id="a taken title"),
        pytest.param(_asked(value="<p>"), "Error parsing xhtml", id="not well-formed"),
        pytest.param({**_asked(), "body": "text"}, "The body needs the representation", id="text is no body"),
        pytest.param({**_asked(), "spaceId": "1"}, "There is no space with the spaceId '1'.", id="no such space"),
        pytest.param(_asked(parentId="1"), "There is no page with the parentId '1'.", id="no such parent"),
        pytest.param(_asked(status="draft"), "The status 'draft' is not supported here", id="a draft"),
    ],
)
def test_page_is_refused_with_the_reason(rest: httpx.Client, asked: dict[str, Any], said: str) -> None:
    assert _error(rest.post(_PAGES, json=asked), HTTPStatus.BAD_REQUEST).startswith(said)


@pytest.mark.parametrize("content", [b"{", b"[]"])
def test_unreadable_body_is_refused(rest: httpx.Client, content: bytes) -> None:
    _error(rest.post(_PAGES, content=content), HTTPStatus.BAD_REQUEST)


def test_pages_are_found_by_title_and_in_pages(rest: httpx.Client) -> None:
    (found,) = rest.get(_PAGES, params={"title": "Release notes", "body-format": "storage"}).json()["results"]
    assert found["id"] == "65602"
    assert "ac:adf-extension" in found["body"]["storage"]["value"]
    first = rest.get(_PAGES, params={"space-id": _SPACE, "limit": 2}).json()
    assert len(first["results"]) == 2
    second = rest.get(first["_links"]["next"]).json()
    assert {page["id"] for page in second["results"]}.isdisjoint(page["id"] for page in first["results"])
    assert rest.get(f"/wiki/api/v2/spaces/{_SPACE}/pages").json()["results"][0]["id"] == "65601"
    assert rest.get(_PAGES, params={"space-id": "1"}).json()["results"] == []
    assert _error(rest.get(_PAGES, params={"limit": "x"}), HTTPStatus.BAD_REQUEST).startswith("limit is 'x'")
    asked = {"body-format": "view"}
    assert _error(rest.get(f"{_PAGES}/65601", params=asked), HTTPStatus.BAD_REQUEST).endswith("'storage' is.")


def test_space_is_found_by_key_and_id(rest: httpx.Client) -> None:
    (space,) = rest.get("/wiki/api/v2/spaces", params={"keys": "SYN"}).json()["results"]
    assert (space["id"], space["name"], space["homepageId"]) == (_SPACE, "Synthetics", "65601")
    assert rest.get(f"/wiki/api/v2/spaces/{_SPACE}").json() == space
    assert rest.get("/wiki/api/v2/spaces", params={"keys": "NO"}).json()["results"] == []
    _error(rest.get("/wiki/api/v2/spaces/1"), HTTPStatus.NOT_FOUND)


def test_current_user_is_the_one_who_asks(rest: httpx.Client, standin: Standin) -> None:
    user = rest.get("/wiki/rest/api/user/current").json()
    assert (user["email"], user["displayName"]) == (standin.email, "Synthetic Journeys")
    assert user["accountId"] == rest.get("/rest/api/3/myself").json()["accountId"]


@pytest.mark.parametrize("path", ["api/v2/pages", "api/v2/pages/65601", "api/v2/spaces", "rest/api/user/current"])
def test_every_address_asks_who_is_there(standin: Standin, path: str) -> None:
    answer = httpx.get(f"{standin.site}/wiki/{path}", trust_env=False)
    assert _error(answer, HTTPStatus.UNAUTHORIZED) == "Unauthorized"


def test_unknown_address_is_not_found_in_the_same_shape(rest: httpx.Client) -> None:
    assert _error(rest.get("/wiki/api/v2/nothing"), HTTPStatus.NOT_FOUND).endswith("/wiki/api/v2/nothing.")


def test_session_writes_only_from_the_site_itself(standin: Standin) -> None:
    with standin.signed_in() as client:
        assert _error(client.post(_PAGES, json=_asked()), HTTPStatus.FORBIDDEN) == "XSRF check failed"
        own = client.post(_PAGES, json=_asked(), headers={"Origin": standin.site})
        address = f"{_PAGES}/{own.raise_for_status().json()['id']}"
        assert client.delete(address, headers={"X-Atlassian-Token": "no-check"}).is_success


def test_site_at_503_says_so_in_json(rest: httpx.Client, standin: Standin) -> None:
    with standin.fault("site_503"):
        for path in (f"{_PAGES}/65601", "/wiki/rest/api/user/current"):
            answer = rest.get(path)
            assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
            assert answer.headers["content-type"] == "application/json"
