"""How Confluence's REST shows things."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from synthetics.standin.confluence_state import Page, Space
from synthetics.standin.state import User, UserKind


def page_path(space: Space, page: Page) -> str:
    """Where a page is seen, below ``/wiki``."""
    return f"/spaces/{space.key}/pages/{page.id}/{slug(page.title)}"


def slug(title: str) -> str:
    """A title as the last part of an address: ``Release+notes``."""
    return "+".join(re.findall(r"[\w.-]+", title)) or "page"


class ConfluenceShapes:
    """Makes REST's objects.

    Args:
        origin: The site's origin.
        space: The space.
    """

    def __init__(self, origin: str, space: Space) -> None:
        self._base = f"{origin}/wiki"
        self._space = space

    def user(self, user: User) -> dict[str, Any]:
        """The user who is asking."""
        return {
            "type": "known",
            "accountId": user.account_id,
            "accountType": user.kind.value,
            "email": user.email or "",
            "publicName": user.name,
            "displayName": user.name,
            "isExternalCollaborator": False,
            "isGuest": False,
            "timeZone": None if user.kind is UserKind.APP else "Europe/Stockholm",
            "_links": {"base": self._base, "self": f"{self._base}/rest/api/user?accountId={user.account_id}"},
        }

    def space(self) -> dict[str, Any]:
        """The space."""
        return {
            "id": self._space.id,
            "key": self._space.key,
            "name": self._space.name,
            "type": "global",
            "status": "current",
            "authorId": self._space.owner.account_id,
            "createdAt": moment(self._space.created),
            "homepageId": self._space.homepage_id,
            "description": None,
            "_links": {"webui": f"/spaces/{self._space.key}"},
        }

    def page(self, page: Page, *, body: bool) -> dict[str, Any]:
        """A page.

        Args:
            page: The page.
            body: Whether what it says is shown.

        Returns:
            The object.
        """
        return {
            "id": page.id,
            "status": "current",
            "title": page.title,
            "spaceId": self._space.id,
            "parentId": page.parent_id,
            "parentType": None if page.parent_id is None else "page",
            "authorId": page.author.account_id,
            "ownerId": page.author.account_id,
            "createdAt": moment(page.created),
            "version": {
                "number": page.version,
                "message": page.message,
                "minorEdit": False,
                "authorId": page.editor.account_id,
                "createdAt": moment(page.edited),
            },
            "body": {"storage": {"representation": "storage", "value": page.body}} if body else {},
            "_links": {
                "base": self._base,
                "webui": page_path(self._space, page),
                "editui": f"/spaces/{self._space.key}/pages/edit-v2/{page.id}",
            },
        }

    def listed(self, results: Sequence[dict[str, Any]], following: str | None = None) -> dict[str, Any]:
        """Results, with the path of the next ones where there are more."""
        links = {"base": self._base, **({} if following is None else {"next": following})}
        return {"results": list(results), "_links": links}


def moment(when: datetime) -> str:
    """A moment as Confluence writes it: ``2026-01-12T08:30:00.000Z``."""
    when = when.astimezone(UTC)
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z"
