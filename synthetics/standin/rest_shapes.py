"""How REST v3 shows things."""

from datetime import datetime
from typing import Any

from synthetics.standin.state import Attachment, Comment, Issue, Project, Transition, User

_CATEGORIES = {"To Do": ("new", "blue-gray"), "In Progress": ("indeterminate", "yellow"), "Done": ("done", "green")}
_STATUS_IDS = {"To Do": "10000", "In Progress": "10001", "Done": "10002"}
_FIELDS = {
    "summary": "Summary",
    "description": "Description",
    "labels": "Labels",
    "issuetype": "Issue Type",
    "project": "Project",
    "status": "Status",
    "assignee": "Assignee",
    "creator": "Creator",
    "reporter": "Reporter",
    "created": "Created",
    "comment": "Comment",
}
TYPE_IDS = {"Task": "10001", "Bug": "10002", "Story": "10003"}


class Shapes:
    """Makes REST's objects.

    Args:
        origin: The site's origin, for the addresses in them.
        story_points: The field that holds an issue's story points.
    """

    def __init__(self, origin: str, story_points: str) -> None:
        self._story_points = story_points
        self._rest = f"{origin}/rest/api/3"

    def user(self, user: User) -> dict[str, Any]:
        """A user as seen by others."""
        return {
            "self": f"{self._rest}/user?accountId={user.account_id}",
            "accountId": user.account_id,
            "accountType": user.kind.value,
            "displayName": user.name,
            "active": True,
            "timeZone": "Europe/Stockholm",
            **({"emailAddress": user.email} if user.email else {}),
        }

    def project(self, project: Project) -> dict[str, Any]:
        """The project."""
        return {
            "self": f"{self._rest}/project/{project.id}",
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "simplified": True,
            "style": "next-gen",
        }

    def project_in_full(self, project: Project) -> dict[str, Any]:
        """The project with its lead and its types of issues."""
        return {
            **self.project(project),
            "lead": self.user(project.lead),
            "issueTypes": [self.issue_type(name) for name in TYPE_IDS],
        }

    def issue_type(self, name: str) -> dict[str, Any]:
        """A type of issue."""
        type_id = TYPE_IDS[name]
        return {"self": f"{self._rest}/issuetype/{type_id}", "id": type_id, "name": name, "subtask": False}

    def status(self, name: str) -> dict[str, Any]:
        """A status."""
        key, colour = _CATEGORIES[name]
        return {
            "self": f"{self._rest}/status/{_STATUS_IDS[name]}",
            "id": _STATUS_IDS[name],
            "name": name,
            "statusCategory": {"key": key, "colorName": colour, "name": name},
        }

    def fields(self) -> list[dict[str, Any]]:
        """The fields of issues: each site has numbers of its own for those that Jira does not bring itself."""
        custom = {"type": "number", "custom": "com.pyxis.greenhopper.jira:jsw-story-points"}
        number = self._story_points.rpartition("_")[2]
        return [
            *({"id": key, "key": key, "name": name, "custom": False} for key, name in _FIELDS.items()),
            {
                "id": self._story_points,
                "key": self._story_points,
                "name": "Story point estimate",
                "custom": True,
                "schema": {**custom, "customId": int(number)},
            },
        ]

    def transition(self, transition: Transition) -> dict[str, Any]:
        """A transition that can be taken."""
        return {
            "id": transition.id,
            "name": transition.name,
            "to": self.status(transition.to),
            "hasScreen": False,
            "isAvailable": True,
            "isConditional": False,
            "isGlobal": False,
            "isInitial": False,
        }

    def created(self, issue: Issue) -> dict[str, Any]:
        """What the request that made an issue is answered with."""
        return {"id": issue.id, "key": issue.key, "self": f"{self._rest}/issue/{issue.id}"}

    def issue(self, issue: Issue, project: Project, wanted: frozenset[str] | None = None) -> dict[str, Any]:
        """An issue.

        Args:
            issue: The issue.
            project: Its project.
            wanted: The names of the fields to show; None for all.

        Returns:
            The object.
        """
        fields = {
            "summary": issue.summary,
            "description": issue.description,
            "labels": list(issue.labels),
            "issuetype": self.issue_type(issue.issue_type),
            "project": self.project(project),
            "status": self.status(issue.status),
            "assignee": None if issue.assignee is None else self.user(issue.assignee),
            "creator": self.user(issue.creator),
            "reporter": self.user(issue.creator),
            self._story_points: issue.story_points,
            "created": moment(issue.created),
            "comment": self.comments(issue, 0, len(issue.comments)),
        }
        shown = fields if wanted is None else {name: value for name, value in fields.items() if name in wanted}
        return {**self.created(issue), "fields": shown}

    def comments(self, issue: Issue, start: int, most: int) -> dict[str, Any]:
        """A page of an issue's comments, the oldest first."""
        shown = issue.comments[start : start + most]
        return {
            "startAt": start,
            "maxResults": most,
            "total": len(issue.comments),
            "comments": [self.comment(issue, comment) for comment in shown],
        }

    def comment(self, issue: Issue, comment: Comment) -> dict[str, Any]:
        """A comment."""
        return {
            "self": f"{self._rest}/issue/{issue.id}/comment/{comment.id}",
            "id": comment.id,
            "author": self.user(comment.author),
            "updateAuthor": self.user(comment.author),
            "body": comment.body,
            "created": moment(comment.created),
            "updated": moment(comment.created),
            "jsdPublic": True,
        }

    def attachment(self, attachment: Attachment) -> dict[str, Any]:
        """A file that is attached to an issue."""
        return {
            "self": f"{self._rest}/attachment/{attachment.id}",
            "id": attachment.id,
            "filename": attachment.name,
            "author": self.user(attachment.author),
            "created": moment(attachment.created),
            "size": len(attachment.content),
            "mimeType": attachment.media_type,
            "content": f"{self._rest}/attachment/content/{attachment.id}",
        }


def moment(when: datetime) -> str:
    """A moment as Jira writes it: ``2026-01-12T08:30:00.000+0000``."""
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}{when:%z}"
