"""What the site knows: one project, its issues and their comments. No I/O, and time comes in as an argument."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

Adf = Mapping[str, Any]


class NotFoundError(Exception):
    """There is no such issue or comment."""


class UserKind(StrEnum):
    """Who acts: a person or an app."""

    PERSON = "atlassian"
    APP = "app"


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """Somebody who can be seen on the site.

    Args:
        account_id: The site's own identifier.
        name: The name as shown.
        email: The address to sign in with; None for those who cannot.
        kind: A person or an app.
    """

    account_id: str
    name: str
    email: str | None = None
    kind: UserKind = UserKind.PERSON

    @property
    def initials(self) -> str:
        """One or two letters for the avatar."""
        words = self.name.split()
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """The project.

    Args:
        id: The number that REST shows, as text.
        key: The key that its issues' keys begin with.
        name: The name as shown.
        lead: Who leads it.
    """

    id: str
    key: str
    name: str
    lead: User


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """A comment on an issue.

    Args:
        id: The number that REST shows, as text.
        author: Who wrote it.
        body: What it says, as an Atlassian document.
        created: When, UTC.
    """

    id: str
    author: User
    body: Adf
    created: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """An issue. Its id and key are given by the site.

    Args:
        summary: One line.
        description: An Atlassian document, or None.
        issue_type: One of ``ISSUE_TYPES``.
        labels: In the order they were given.
        creator: Who made it.
        created: When, UTC.
        status: One of ``STATUSES``.
        assignee: Who works on it, or None.
        comments: The oldest first.
        id: The number that REST shows, as text.
        key: ``SYN-1``.
    """

    summary: str
    description: Adf | None
    issue_type: str
    labels: tuple[str, ...]
    creator: User
    created: datetime
    status: str = "To Do"
    assignee: User | None = None
    comments: tuple[Comment, ...] = ()
    id: str = ""
    key: str = ""


ISSUE_TYPES = ("Task", "Bug", "Story")
STATUSES = ("To Do", "In Progress", "Done")


@dataclass(kw_only=True)
class Jira:
    """The site's data.

    Args:
        project: The one project.
        users: Everybody.
    """

    project: Project
    users: tuple[User, ...]
    _issues: dict[str, Issue] = field(default_factory=dict)
    _issues_made: int = 0
    _comments_made: int = 0

    def user(self, account_id: str) -> User | None:
        """The user of this identifier, if there is one."""
        return next((user for user in self.users if user.account_id == account_id), None)

    def user_by_email(self, email: str) -> User | None:
        """The user who signs in with this address, if there is one; capitals do not matter."""
        wanted = email.strip().casefold()
        return next((user for user in self.users if user.email is not None and user.email.casefold() == wanted), None)

    def issues(self) -> tuple[Issue, ...]:
        """Every issue, the oldest first."""
        return tuple(self._issues.values())

    def issue(self, key_or_id: str) -> Issue:
        """One issue.

        Args:
            key_or_id: ``SYN-1`` in any capitals, or the number.

        Returns:
            The issue.

        Raises:
            NotFoundError: There is none of this name.
        """
        found = self._issues.get(key_or_id.upper())
        if found is None:
            found = next((issue for issue in self._issues.values() if issue.id == key_or_id), None)
        if found is None:
            raise NotFoundError(key_or_id)
        return found

    def create_issue(self, issue: Issue) -> Issue:
        """Keep a new issue.

        Args:
            issue: All of it but its id and key; those it has are ignored.

        Returns:
            The issue with its id and key. No key is given twice, even after a deletion.
        """
        self._issues_made += 1
        made = replace(issue, id=str(10_000 + self._issues_made), key=f"{self.project.key}-{self._issues_made}")
        self._issues[made.key] = made
        return made

    def delete_issue(self, key_or_id: str) -> None:
        """Forget an issue and its comments; raises NotFoundError where there is none."""
        del self._issues[self.issue(key_or_id).key]

    def add_comment(self, key_or_id: str, author: User, body: Adf, now: datetime) -> Comment:
        """Add a comment at the end; raises NotFoundError where there is no such issue."""
        issue = self.issue(key_or_id)
        self._comments_made += 1
        comment = Comment(id=str(20_000 + self._comments_made), author=author, body=body, created=now)
        self._issues[issue.key] = replace(issue, comments=(*issue.comments, comment))
        return comment

    def delete_comment(self, key_or_id: str, comment_id: str) -> None:
        """Forget a comment; raises NotFoundError where there is no such issue or comment."""
        issue = self.issue(key_or_id)
        left = tuple(comment for comment in issue.comments if comment.id != comment_id)
        if len(left) == len(issue.comments):
            raise NotFoundError(comment_id)
        self._issues[issue.key] = replace(issue, comments=left)


def labels_of(issues: Iterable[Issue]) -> tuple[str, ...]:
    """Every label in use, sorted."""
    return tuple(sorted({label for issue in issues for label in issue.labels}))
