import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from synthetics.authoring.site_data import SiteData, SiteDataError


class Site:
    """REST as far as issues and pages are made and removed."""

    def __init__(self) -> None:
        self.there: dict[str, dict[str, Any]] = {}
        self.removed: list[str] = []
        self.keeps_everything = False
        self.refuses_to_delete = ""

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if request.method == "POST":
            return self._made(path, json.loads(request.content))
        if path == "/wiki/api/v2/spaces":
            return httpx.Response(200, json={"results": [{"id": "space-" + request.url.params["keys"]}]})
        if path.endswith("/comment"):
            return httpx.Response(200, json={"comments": [{"body": _document("It is ", "time")}]})
        if path not in self.there:
            return httpx.Response(404)
        if request.method == "DELETE":
            return self._deleted(path)
        if request.method == "PUT":
            self.there[path]["fields"] |= json.loads(request.content)["fields"]
        return httpx.Response(200, json=self.there[path])

    def _made(self, collection: str, what: dict[str, Any]) -> httpx.Response:
        name = str(len(self.there) + 1)
        self.there[f"{collection}/{name}"] = what | {"body": {"storage": what.get("body")}}
        return httpx.Response(200, json={"key": name, "id": name})

    def _deleted(self, path: str) -> httpx.Response:
        if path == self.refuses_to_delete:
            return httpx.Response(403)
        self.removed.append(path)
        if not self.keeps_everything:
            del self.there[path]
        return httpx.Response(204)


def _document(*texts: str) -> dict[str, Any]:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text} for text in texts]}
    return {"type": "doc", "content": [paragraph]}


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def made(site: Site) -> Iterator[SiteData]:
    with httpx.Client(transport=httpx.MockTransport(site.answer), base_url="https://x.example") as rest:
        yield SiteData(rest, project="SYN", space="DOC", tag="synthetics-1")


def test_issue_carries_the_tag_and_what_else_is_asked_for(site: Site, made: SiteData) -> None:
    issue = made.create_issue("A journey", customfield_1=3)

    assert site.there["/rest/api/3/issue/1"]["fields"] == {
        "project": {"key": "SYN"},
        "issuetype": {"name": "Task"},
        "summary": "A journey",
        "labels": ["synthetics-1"],
        "customfield_1": 3,
    }
    made.change_issue(issue, summary="Another")
    assert made.issue_fields(issue)["summary"] == "Another"
    assert made.comments_on(issue) == ["It is time"]


def test_page_is_made_in_the_space_of_journeys(site: Site, made: SiteData) -> None:
    page = made.create_page("A journey", "<p>Hello</p>")

    assert site.there["/wiki/api/v2/pages/1"]["spaceId"] == "space-DOC"
    assert made.page_storage(page) == "<p>Hello</p>"


def test_everything_is_removed_the_last_first(site: Site, made: SiteData) -> None:
    made.create_issue("One")
    made.create_page("Two", "")
    made.remove_later(site.removed.append, "something else")

    made.remove()

    assert site.removed == ["something else", "/wiki/api/v2/pages/2", "/rest/api/3/issue/1"]
    assert not site.there


def test_what_cannot_be_removed_keeps_nothing_else_from_removal(site: Site, made: SiteData) -> None:
    made.create_issue("One")
    made.create_issue("Two")
    site.refuses_to_delete = "/rest/api/3/issue/2"

    with pytest.raises(httpx.HTTPStatusError, match="403"):
        made.remove()

    assert site.removed == ["/rest/api/3/issue/1"]


def test_what_is_gone_already_is_no_trouble(site: Site, made: SiteData) -> None:
    made.create_issue("One")
    site.there.clear()

    made.remove()


def test_what_is_deleted_and_still_there_is_told(site: Site, made: SiteData) -> None:
    made.create_issue("One")
    site.keeps_everything = True

    with pytest.raises(SiteDataError, match="/rest/api/3/issue/1 was deleted, and is still there"):
        made.remove()
