"""REST v3: files that are attached to an issue."""

from http import HTTPStatus
from typing import Any

import httpx
import pytest

from synthetics.standin.rest_attachments import MOST_BYTES
from tests.standin.started import Standin, an_issue

_UNCHECKED = {"X-Atlassian-Token": "no-check"}
_PLAIN = ("notes åäö.txt", b"\x00one\r\ntwo", "text/plain")


@pytest.fixture
def key(rest: httpx.Client) -> str:
    made: str = rest.post("/rest/api/3/issue", json=an_issue()).json()["key"]
    return made


def _attach(rest: httpx.Client, key: str, **asked: Any) -> httpx.Response:
    return rest.post(f"/rest/api/3/issue/{key}/attachments", **{"headers": _UNCHECKED, **asked})


def test_file_comes_back_as_it_was_attached(rest: httpx.Client, standin: Standin, key: str) -> None:
    attached = _attach(rest, key, files={"file": _PLAIN})
    assert attached.status_code == HTTPStatus.OK
    (made,) = attached.json()
    assert (made["filename"], made["size"], made["mimeType"]) == (_PLAIN[0], len(_PLAIN[1]), "text/plain")
    assert made["author"]["displayName"] == "Synthetic Journeys"
    content = rest.get(made["content"])
    assert content.content == _PLAIN[1]
    # Nothing that somebody attached is ever run as a page of the site's.
    assert content.headers["content-disposition"].startswith("attachment;")
    assert httpx.get(made["content"], trust_env=False).status_code == HTTPStatus.UNAUTHORIZED


def test_several_files_are_attached_at_once(rest: httpx.Client, key: str) -> None:
    files = [("file", ("one", b"1", "text/plain")), ("file", ("two", b"2", "text/plain"))]
    assert [each["filename"] for each in _attach(rest, key, files=files).json()] == ["one", "two"]


def test_files_go_with_their_issue(rest: httpx.Client, key: str) -> None:
    (made,) = _attach(rest, key, files={"file": _PLAIN}).json()
    rest.delete(f"/rest/api/3/issue/{key}").raise_for_status()
    assert rest.get(made["content"]).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        pytest.param({"files": {"file": _PLAIN}, "headers": {}}, 403, id="without the header against forgery"),
        pytest.param({"files": {"other": _PLAIN}}, 400, id="a part of another name"),
        pytest.param({"data": {"file": "text"}}, 400, id="no file"),
        pytest.param({"json": {"file": "text"}}, 400, id="no form"),
        pytest.param({"files": {"file": ("large", bytes(MOST_BYTES + 1), "text/plain")}}, 413, id="too large"),
    ],
)
def test_what_is_no_attachment_is_refused(rest: httpx.Client, key: str, asked: dict[str, Any], status: int) -> None:
    assert _attach(rest, key, **asked).status_code == status


def test_nothing_is_attached_to_an_issue_that_is_not_there(rest: httpx.Client) -> None:
    assert _attach(rest, "SYN-999", files={"file": _PLAIN}).status_code == HTTPStatus.NOT_FOUND
