"""What the site knows: one project, its issues and their comments. No I/O, and time comes in as an argument."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

Adf = Mapping[str, Any]


class NotFoundError(Exception):
    """There is no such issue, comment or file."""


class TransitionError(Exception):
    """The issue's status has no such transition."""


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
class Attachment:
    """A file that is attached to an issue.

    Args:
        id: The number that REST shows, as text.
        issue_id: The issue's number.
        name: The file's name.
        media_type: What it holds, as its sender said.
        content: What it holds.
        author: Who attached it.
        created: When, UTC.
    """

    id: str
    issue_id: str
    name: str
    media_type: str
    content: bytes
    author: User
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
        story_points: How large it is thought to be, or None.
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
    story_points: float | None = None
    comments: tuple[Comment, ...] = ()
    id: str = ""
    key: str = ""


ISSUE_TYPES = ("Task", "Bug", "Story")
STATUSES = ("To Do", "In Progress", "Done")


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """A step of the workflow.

    Args:
        id: The number that REST shows, as text.
        name: What the step is called.
        source: The status in which it can be taken.
        to: The status to which it leads.
    """

    id: str
    name: str
    source: str
    to: str


WORKFLOW = (
    Transition(id="11", name="Start work", source="To Do", to="In Progress"),
    Transition(id="21", name="Finish", source="In Progress", to="Done"),
    Transition(id="31", name="Stop work", source="In Progress", to="To Do"),
    Transition(id="41", name="Reopen", source="Done", to="To Do"),
)


@dataclass(kw_only=True)
class Jira:
    """The site's data.

    Args:
        project: The one project.
        users: Everybody.
        used_up: How many issues, comments and files there have been before: their numbers are not given again.
    """

    project: Project
    users: tuple[User, ...]
    used_up: int = 0
    _issues: dict[str, Issue] = field(default_factory=dict)
    _issues_made: int = 0
    _comments_made: int = 0
    _attachments: dict[str, Attachment] = field(default_factory=dict)
    _attachments_made: int = 0

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
        number = self.used_up + self._issues_made
        made = replace(issue, id=str(10_000 + number), key=f"{self.project.key}-{number}")
        self._issues[made.key] = made
        return made

    def edit_issue(self, key_or_id: str, **changes: Any) -> Issue:
        """Change fields of an issue; raises NotFoundError where there is none."""
        edited = replace(self.issue(key_or_id), **changes)
        self._issues[edited.key] = edited
        return edited

    def take_transition(self, key_or_id: str, transition_id: str) -> Transition:
        """Lead an issue to its next status.

        Args:
            key_or_id: Which issue.
            transition_id: Which of the transitions that its status has.

        Returns:
            The transition that was taken.

        Raises:
            NotFoundError: There is no such issue.
            TransitionError: The issue's status has no such transition.
        """
        issue = self.issue(key_or_id)
        taken = next((each for each in transitions_of(issue) if each.id == transition_id), None)
        if taken is None:
            raise TransitionError(transition_id)
        self._issues[issue.key] = replace(issue, status=taken.to)
        return taken

    def delete_issue(self, key_or_id: str) -> None:
        """Forget an issue, its comments and its files; raises NotFoundError where there is none."""
        gone = self._issues.pop(self.issue(key_or_id).key)
        self._attachments = {each.id: each for each in self._attachments.values() if each.issue_id != gone.id}

    def take_away(self, issues: Iterable[Issue]) -> None:
        """Let these issues be gone; those that are gone already stay so."""
        for issue in issues:
            self._issues.pop(issue.key, None)

    def give_back(self, issues: Iterable[Issue]) -> None:
        """Let these issues be there again, before all others."""
        self._issues = {**{issue.key: issue for issue in issues}, **self._issues}

    def add_comment(self, key_or_id: str, author: User, body: Adf, now: datetime) -> Comment:
        """Add a comment at the end; raises NotFoundError where there is no such issue."""
        issue = self.issue(key_or_id)
        self._comments_made += 1
        comment = Comment(id=str(20_000 + self.used_up + self._comments_made), author=author, body=body, created=now)
        self._issues[issue.key] = replace(issue, comments=(*issue.comments, comment))
        return comment

    def delete_comment(self, key_or_id: str, comment_id: str) -> None:
        """Forget a comment; raises NotFoundError where there is no such issue or comment."""
        issue = self.issue(key_or_id)
        left = tuple(comment for comment in issue.comments if comment.id != comment_id)
        if len(left) == len(issue.comments):
            raise NotFoundError(comment_id)
        self._issues[issue.key] = replace(issue, comments=left)

    def attach(self, key_or_id: str, attachment: Attachment) -> Attachment:
        """Attach a file.

        Args:
            key_or_id: The issue.
            attachment: All of it but its own id and its issue's; those it has are ignored.

        Returns:
            The attachment with its ids.

        Raises:
            NotFoundError: There is no such issue.
        """
        issue = self.issue(key_or_id)
        self._attachments_made += 1
        number = 30_000 + self.used_up + self._attachments_made
        made = replace(attachment, id=str(number), issue_id=issue.id)
        self._attachments[made.id] = made
        return made

    def attachment(self, attachment_id: str) -> Attachment:
        """One file; raises NotFoundError where there is none of this id."""
        if attachment_id not in self._attachments:
            raise NotFoundError(attachment_id)
        return self._attachments[attachment_id]


def transitions_of(issue: Issue) -> tuple[Transition, ...]:
    """The transitions that can be taken from the issue's status."""
    return tuple(transition for transition in WORKFLOW if transition.source == issue.status)


def labels_of(issues: Iterable[Issue]) -> tuple[str, ...]:
    """Every label in use, sorted."""
    return tuple(sorted({label for issue in issues for label in issue.labels}))
