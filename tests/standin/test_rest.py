"""REST v3, over HTTP."""

from http import HTTPStatus
from typing import Any

import httpx
import pytest

from tests.standin.started import Standin, a_document, an_issue

_MISSING = "Issue does not exist or you do not have permission to see it."


def _errors(answer: httpx.Response, status: HTTPStatus) -> tuple[list[str], dict[str, str]]:
    assert answer.status_code == status
    assert set(answer.json()) == {"errorMessages", "errors"}
    return answer.json()["errorMessages"], answer.json()["errors"]


def _make(rest: httpx.Client, **fields: Any) -> str:
    answer = rest.post("/rest/api/3/issue", json=an_issue(**fields))
    assert answer.status_code == HTTPStatus.CREATED, answer.text
    key: str = answer.json()["key"]
    return key


def test_myself_is_the_seeded_account(rest: httpx.Client, standin: Standin) -> None:
    me = rest.get("/rest/api/3/myself").json()
    assert me["emailAddress"] == standin.email
    assert me["accountType"] == "atlassian"


@pytest.mark.parametrize(
    "path", ["myself", "issue/SYN-1", "issue/SYN-1/comment", "search/jql", "project/SYN", "nothing"]
)
def test_every_address_asks_who_is_there(standin: Standin, path: str) -> None:
    answer = httpx.get(f"{standin.site}/rest/api/3/{path}", trust_env=False)
    assert _errors(answer, HTTPStatus.UNAUTHORIZED)[0] == ["Client must be authenticated to access this resource."]


@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param("Basic bm90IHRoZSB0b2tlbg==", id="another account"),
        pytest.param("Basic %%%", id="not base64"),
        pytest.param("Bearer a.b.c", id="a forged app token"),
    ],
)
def test_wrong_credentials_are_refused(standin: Standin, authorization: str) -> None:
    headers = {"Authorization": authorization}
    answer = httpx.get(f"{standin.site}/rest/api/3/myself", headers=headers, trust_env=False)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_password_is_no_api_token(standin: Standin) -> None:
    auth = (standin.email, standin.password)
    answer = httpx.get(f"{standin.site}/rest/api/3/myself", auth=auth, trust_env=False)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_project_is_found_by_key_and_id(rest: httpx.Client) -> None:
    project = rest.get("/rest/api/3/project/SYN").json()
    assert (project["name"], project["key"]) == ("Synthetics", "SYN")
    assert rest.get(f"/rest/api/3/project/{project['id']}").json() == project
    messages, _ = _errors(rest.get("/rest/api/3/project/NOPE"), HTTPStatus.NOT_FOUND)
    assert messages == ["No project could be found with key 'NOPE'."]


def test_issue_comes_back_as_it_was_made_and_goes(rest: httpx.Client) -> None:
    key = _make(rest, summary="A summary", labels=["one", "two", "one"], description=a_document("Words"))
    fields = rest.get(f"/rest/api/3/issue/{key}").json()["fields"]
    assert fields["summary"] == "A summary"
    assert fields["description"] == a_document("Words")
    assert fields["labels"] == ["one", "two"]
    assert fields["issuetype"]["name"] == "Task"
    assert fields["project"]["key"] == "SYN"
    assert fields["status"]["name"] == "To Do"
    assert fields["creator"]["displayName"] == "Synthetic Journeys"
    assert fields["created"].endswith("+0000")
    assert rest.delete(f"/rest/api/3/issue/{key}").status_code == HTTPStatus.NO_CONTENT
    assert _errors(rest.get(f"/rest/api/3/issue/{key}"), HTTPStatus.NOT_FOUND)[0] == [_MISSING]


def test_issue_shows_only_the_fields_asked_for(rest: httpx.Client) -> None:
    fields = rest.get("/rest/api/3/issue/SYN-1", params={"fields": "summary,labels"}).json()["fields"]
    assert set(fields) == {"summary", "labels"}


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        pytest.param({"summary": " "}, "summary", "You must specify a summary of the issue.", id="no summary"),
        pytest.param({"summary": "s" * 256}, "summary", "The summary is 256 characters long", id="a long summary"),
        pytest.param({"summary": "a\nb"}, "summary", "contains newline characters", id="two lines"),
        pytest.param({"project": {"key": "NO"}}, "project", "Specify a valid project ID or key.", id="no such project"),
        pytest.param({"issuetype": {"name": "Epic"}}, "issuetype", "Specify an issue type.", id="no such type"),
        pytest.param({"description": "text"}, "description", "must be an Atlassian Document", id="text is no document"),
        pytest.param({"labels": ["a b"]}, "labels", "The label 'a b' contains spaces", id="a label with a space"),
        pytest.param({"labels": "a"}, "labels", "Labels must be a list of strings.", id="labels are no list"),
    ],
)
def test_issue_is_refused_with_its_field(rest: httpx.Client, fields: dict[str, Any], field: str, said: str) -> None:
    _, errors = _errors(rest.post("/rest/api/3/issue", json=an_issue(**fields)), HTTPStatus.BAD_REQUEST)
    assert list(errors) == [field]
    assert said in errors[field]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(b"{", "There was an error parsing JSON.", id="no JSON"),
        pytest.param(b"[]", "There was an error parsing JSON.", id="no object"),
        pytest.param(b"{}", "The request needs an object named 'fields'.", id="no fields"),
    ],
)
def test_issue_is_refused_with_an_unreadable_body(rest: httpx.Client, body: bytes, said: str) -> None:
    messages, _ = _errors(rest.post("/rest/api/3/issue", content=body), HTTPStatus.BAD_REQUEST)
    assert messages[0].startswith(said)


def test_comment_comes_back_and_goes(rest: httpx.Client) -> None:
    made = rest.post("/rest/api/3/issue/SYN-3/comment", json={"body": a_document("Done.")})
    assert made.status_code == HTTPStatus.CREATED
    page = rest.get("/rest/api/3/issue/SYN-3/comment").json()
    assert page["total"] == 1
    assert page["comments"] == [made.json()]
    assert page["comments"][0]["body"] == a_document("Done.")
    address = f"/rest/api/3/issue/SYN-3/comment/{made.json()['id']}"
    assert rest.delete(address).status_code == HTTPStatus.NO_CONTENT
    assert _errors(rest.delete(address), HTTPStatus.NOT_FOUND)[0][0].startswith("Can not find a comment for the id")


def test_comments_come_in_pages(rest: httpx.Client) -> None:
    page = rest.get("/rest/api/3/issue/SYN-1/comment", params={"startAt": 1, "maxResults": 5}).json()
    assert (page["total"], len(page["comments"])) == (2, 1)
    answer = rest.get("/rest/api/3/issue/SYN-1/comment", params={"startAt": "x"})
    assert _errors(answer, HTTPStatus.BAD_REQUEST)[0] == ["startAt is 'x'; it must be a whole number from 0."]


@pytest.mark.parametrize("body", [{}, {"body": "text"}, {"body": {"type": "doc", "version": 1, "content": []}}])
def test_comment_without_a_document_is_refused(rest: httpx.Client, body: dict[str, Any]) -> None:
    _, errors = _errors(rest.post("/rest/api/3/issue/SYN-1/comment", json=body), HTTPStatus.BAD_REQUEST)
    assert errors == {"comment": "Comment body is not valid!"}


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_comment_of_a_missing_issue_is_not_found(rest: httpx.Client, method: str) -> None:
    path = "/rest/api/3/issue/SYN-999/comment" + ("/1" if method == "DELETE" else "")
    assert _errors(rest.request(method, path), HTTPStatus.NOT_FOUND)[0] == [_MISSING]


def test_search_shows_only_ids_unless_fields_are_asked_for(rest: httpx.Client) -> None:
    bare = rest.get("/rest/api/3/search/jql", params={"jql": "key = SYN-1"}).json()
    assert bare == {"issues": [{"id": "10001"}], "isLast": True}
    body = {"jql": "key = SYN-1", "fields": ["summary"]}
    found = rest.post("/rest/api/3/search/jql", json=body).json()["issues"][0]
    assert (found["key"], set(found["fields"])) == ("SYN-1", {"summary"})
    full = rest.post("/rest/api/3/search/jql", json={**body, "fields": ["*all"]}).json()["issues"][0]
    assert "comment" in full["fields"]


def test_search_finds_by_label_over_pages(rest: httpx.Client) -> None:
    keys = {_make(rest, labels=["paged"]) for _ in range(3)}
    asked: dict[str, Any] = {"jql": "project = SYN AND labels = paged", "fields": "key", "maxResults": 2}
    first = rest.get("/rest/api/3/search/jql", params=asked).json()
    assert not first["isLast"]
    second = rest.get("/rest/api/3/search/jql", params={**asked, "nextPageToken": first["nextPageToken"]}).json()
    assert second["isLast"]
    assert {issue["key"] for page in (first, second) for issue in page["issues"]} == keys


def test_search_says_what_is_not_supported(rest: httpx.Client) -> None:
    answer = rest.get("/rest/api/3/search/jql", params={"jql": "text ~ order"})
    assert "'text ~ order' is not supported here" in _errors(answer, HTTPStatus.BAD_REQUEST)[0][0]


def test_unknown_address_is_not_found_in_the_same_shape(rest: httpx.Client) -> None:
    messages, _ = _errors(rest.get("/rest/api/3/nothing"), HTTPStatus.NOT_FOUND)
    assert messages == ["There is nothing at /rest/api/3/nothing."]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, HTTPStatus.FORBIDDEN, id="a write from nowhere"),
        pytest.param({"Origin": "http://elsewhere.example"}, HTTPStatus.FORBIDDEN, id="a write from another site"),
        pytest.param({"X-Atlassian-Token": "no-check"}, HTTPStatus.CREATED, id="a header no form can send"),
    ],
)
def test_session_writes_only_from_the_site_itself(
    standin: Standin, headers: dict[str, str], status: HTTPStatus
) -> None:
    with standin.signed_in() as client:
        assert client.get("/rest/api/3/myself").status_code == HTTPStatus.OK
        assert client.post("/rest/api/3/issue", json=an_issue(), headers=headers).status_code == status
        own = client.post("/rest/api/3/issue", json=an_issue(), headers={"Origin": standin.site})
        assert own.status_code == HTTPStatus.CREATED
