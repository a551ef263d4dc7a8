"""What a journey makes on a site, over REST: marked with its run, and removed again whatever becomes of the journey."""

from collections.abc import Callable
from contextlib import ExitStack
from http import HTTPStatus
from typing import Any

import httpx

from synthetics.errors import SyntheticsError

ISSUE = "/rest/api/3/issue/{issue}"
PAGE = "/wiki/api/v2/pages/{page}"

# A second removal must not fail because of the first: the journey, or somebody else, may have removed it already.
_GONE = HTTPStatus.NOT_FOUND


class SiteDataError(SyntheticsError):
    """What a journey works with on the site is not there, or could not be removed."""


class SiteData:
    """Makes what a journey needs, and knows how to remove it.

    Args:
        rest: The site's REST interface.
        project: The key of the Jira project in which journeys work.
        space: The key of the Confluence space in which they do.
        tag: A word that no other run has.
    """

    def __init__(self, rest: httpx.Client, project: str, space: str, tag: str) -> None:
        self.tag = tag
        self._rest = rest
        self._project = project
        self._space = space
        self._removals = ExitStack()

    # Jira.

    def create_issue(self, summary: str, **fields: Any) -> str:
        """Make an issue that is labelled with the tag.

        Args:
            summary: Its summary.
            fields: Other fields as REST has them.

        Returns:
            Its key, such as ``SYN-7``.
        """
        given = {
            "project": {"key": self._project},
            "issuetype": {"name": "Task"},
            "summary": summary,
            "labels": [self.tag],
        }
        answer = self._rest.post("/rest/api/3/issue", json={"fields": given | fields}).raise_for_status()
        issue = str(answer.json()["key"])
        self.remove_later(self._remove, ISSUE.format(issue=issue))
        return issue

    def change_issue(self, issue: str, **fields: Any) -> None:
        """Change fields of an issue.

        Args:
            issue: Its key.
            fields: The fields as REST has them.
        """
        self._rest.put(ISSUE.format(issue=issue), json={"fields": fields}).raise_for_status()

    def issue_fields(self, issue: str) -> dict[str, Any]:
        """Every field of an issue, as REST has them.

        Args:
            issue: Its key.
        """
        fields: dict[str, Any] = self._rest.get(ISSUE.format(issue=issue)).raise_for_status().json()["fields"]
        return fields

    def oldest_issue(self) -> tuple[str, dict[str, Any]]:
        """The issue of the project that has been there for longest: its key, and its summary and status.

        Raises:
            SiteDataError: Where the project has none.
        """
        jql = f"project = {self._project} ORDER BY created ASC"
        query = {"jql": jql, "fields": "summary,status", "maxResults": "1"}
        answer = self._rest.get("/rest/api/3/search/jql", params=query).raise_for_status()
        for issue in answer.json()["issues"]:
            return str(issue["key"]), issue["fields"]
        raise SiteDataError(f"The project {self._project} has no issue that this account can see.")

    def comments_on(self, issue: str) -> list[str]:
        """What the comments on an issue say, the oldest first.

        Args:
            issue: Its key.
        """
        answer = self._rest.get(f"{ISSUE.format(issue=issue)}/comment").raise_for_status()
        return [_text(comment["body"]) for comment in answer.json()["comments"]]

    # Confluence.

    def create_page(self, title: str, storage: str) -> str:
        """Make a page in the space of journeys.

        Args:
            title: Its title, which no other page of the space may have: the tag should be in it.
            storage: What stands on it, in Confluence's storage format.

        Returns:
            Its id.

        Raises:
            SiteDataError: Where there is no such space.
        """
        page = {
            "spaceId": self._space_fields()["id"],
            "status": "current",
            "title": title,
            "body": {"representation": "storage", "value": storage},
        }
        page_id = str(self._rest.post("/wiki/api/v2/pages", json=page).raise_for_status().json()["id"])
        self.remove_later(self._remove, PAGE.format(page=page_id))
        return page_id

    def homepage(self) -> dict[str, Any]:
        """The homepage of the space of journeys, as REST has it: its id and title among other things.

        Raises:
            SiteDataError: Where there is no such space, or it has no homepage.
        """
        homepage = self._space_fields().get("homepageId")
        if homepage is None:
            raise SiteDataError(f"The space {self._space} has no homepage that this account can see.")
        fields: dict[str, Any] = self._rest.get(PAGE.format(page=homepage)).raise_for_status().json()
        return fields

    def _space_fields(self) -> dict[str, Any]:
        answer = self._rest.get("/wiki/api/v2/spaces", params={"keys": self._space}).raise_for_status()
        for space in answer.json()["results"]:
            fields: dict[str, Any] = space
            return fields
        raise SiteDataError(f"There is no space {self._space} that this account can see.")

    def page_storage(self, page: str) -> str:
        """What stands on a page, in Confluence's storage format.

        Args:
            page: Its id.
        """
        answer = self._rest.get(PAGE.format(page=page), params={"body-format": "storage"}).raise_for_status()
        return str(answer.json()["body"]["storage"]["value"])

    # Both.

    def remove_later(self, removal: Callable[..., None], *args: Any) -> None:
        """Remember how something is removed; best said before it is made, in case its making breaks half way.

        Args:
            removal: What removes it, and does not mind if it is not there.
            args: What that is called with.
        """
        self._removals.callback(removal, *args)

    def remove(self) -> None:
        """Remove it all, the last first; what cannot be removed keeps nothing else from removal."""
        self._removals.close()

    def _remove(self, path: str) -> None:
        answer = self._rest.delete(path)
        if answer.status_code != _GONE:
            answer.raise_for_status()
        left = self._rest.get(path).status_code
        if left != _GONE:
            raise SiteDataError(f"{path} was deleted, and is still there: the site answers {left}.")


def _text(node: dict[str, Any]) -> str:
    """The plain text of a document in Atlassian's format."""
    return str(node.get("text", "")) + "".join(_text(each) for each in node.get("content", ()))
