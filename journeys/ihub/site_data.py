"""What iHub's journeys make on the site, and what REST knows of it."""

from contextlib import ExitStack
from http import HTTPStatus

from journeys.ihub.pages import AdminPage
from synthetics.authoring.fixtures import AppFrame, Jira, Rest


class SiteData:
    """Makes what a journey needs, marked with the run's tag, and removes it when the journey is over.

    Args:
        jira: Jira in the browser, since flows can be deleted on the app's page only.
        app_frame: The app in it.
        rest: The site's REST interface.
        tag: A word that no other run has.
    """

    def __init__(self, jira: Jira, app_frame: AppFrame, rest: Rest, tag: str) -> None:
        self._jira = jira
        self._app_frame = app_frame
        self._rest = rest
        self._removals = ExitStack()
        self.tag = tag

    def expect_flow(self, name: str) -> None:
        """A flow of this name is about to be made: it is removed in the end, even if its making breaks half way."""
        self._removals.callback(self._remove_flow, name)

    def create_issue(self, summary: str) -> str:
        """Make an issue that is labelled with the tag, and give its key."""
        fields = {
            "project": {"key": self._jira.project},
            "issuetype": {"name": "Task"},
            "summary": summary,
            "labels": [self.tag],
        }
        answer = self._rest.post("/rest/api/3/issue", json={"fields": fields}).raise_for_status()
        issue = str(answer.json()["key"])
        self._removals.callback(self._remove_issue, issue)
        return issue

    def comments_on(self, issue: str) -> list[str]:
        """What the comments on an issue say."""
        answer = self._rest.get(f"/rest/api/3/issue/{issue}/comment").raise_for_status()
        return [_text(comment["body"]) for comment in answer.json()["comments"]]

    def remove(self) -> None:
        """Remove it all, the last first; what cannot be removed keeps nothing else from removal."""
        self._removals.close()

    def _remove_flow(self, name: str) -> None:
        self._jira.open_app_admin_page()
        AdminPage(self._app_frame()).delete_flow(name)

    def _remove_issue(self, issue: str) -> None:
        self._rest.delete(f"/rest/api/3/issue/{issue}").raise_for_status()
        assert self._rest.get(f"/rest/api/3/issue/{issue}").status_code == HTTPStatus.NOT_FOUND


def _text(node: dict[str, object]) -> str:
    """The plain text of a document in Atlassian's format."""
    content = node.get("content", [])
    assert isinstance(content, list)
    return str(node.get("text", "")) + "".join(_text(each) for each in content)
