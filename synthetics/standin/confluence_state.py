"""What Confluence knows: one space and its pages. No I/O, and time comes in as an argument."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from synthetics.standin.state import User


class NoSuchPageError(Exception):
    """There is no such page, or no such space."""


class TitleTakenError(Exception):
    """The space has another page of this title."""


class VersionError(Exception):
    """The page was changed by somebody else in between.

    Args:
        current: The version it has, from 1.
        given: The version that the writer gave.
    """

    def __init__(self, current: int, given: int) -> None:
        super().__init__(
            f"Version must be incremented when updating a page. Current Version: [{current}]. "
            f"Provided version: [{given}]"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Space:
    """The space.

    Args:
        id: The number that REST shows, as text.
        key: The key in its addresses.
        name: The name as shown.
        description: What it is for, in a sentence.
        owner: Who looks after it.
        created: When, UTC.
        homepage_id: The page that its overview shows.
    """

    id: str
    key: str
    name: str
    description: str
    owner: User
    created: datetime
    homepage_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page. Its id is given by the site.

    Args:
        title: One line.
        body: What it says, in the storage format.
        author: Who made it.
        created: When, UTC.
        editor: Who wrote this version.
        edited: When this version was written, UTC.
        version: From 1.
        parent_id: The page above it in the tree, if there is one.
        message: What the editor said of this version.
        id: The number that REST shows, as text.
    """

    title: str
    body: str
    author: User
    created: datetime
    editor: User
    edited: datetime
    version: int = 1
    parent_id: str | None = None
    message: str = ""
    id: str = ""


@dataclass(kw_only=True)
class Confluence:
    """Confluence's data.

    Args:
        space: The one space.
        used_up: How many pages there have been before: their ids are not given again.
    """

    space: Space
    used_up: int = 0
    _pages: dict[str, Page] = field(default_factory=dict)
    _pages_made: int = 0

    def pages(self) -> tuple[Page, ...]:
        """Every page, the oldest first."""
        return tuple(self._pages.values())

    def page(self, page_id: str) -> Page:
        """One page; raises NoSuchPageError where there is none of this id."""
        if page_id not in self._pages:
            raise NoSuchPageError(page_id)
        return self._pages[page_id]

    def below(self, page_id: str | None) -> tuple[Page, ...]:
        """The pages right below another one, or below none, the oldest first."""
        return tuple(page for page in self._pages.values() if page.parent_id == page_id)

    def create(self, page: Page) -> Page:
        """Keep a new page.

        Args:
            page: All of it but its id, which is ignored.

        Returns:
            The page with its id. No id is given twice, even after a deletion.

        Raises:
            TitleTakenError: There is a page of this title.
            NoSuchPageError: The page that it should stand below does not exist.
        """
        self._check_title(page.title, own_id=None)
        if page.parent_id is not None:
            self.page(page.parent_id)
        self._pages_made += 1
        made = replace(page, id=str(65_600 + self.used_up + self._pages_made))
        self._pages[made.id] = made
        return made

    def update(self, page: Page) -> Page:
        """Write the next version of a page.

        Args:
            page: The page as it should be; its version is one more than the one that its writer read.

        Returns:
            The page.

        Raises:
            NoSuchPageError: There is none of its id.
            TitleTakenError: Another page has its title.
            VersionError: It was not the latest version that its writer read.
        """
        current = self.page(page.id)
        if page.version != current.version + 1:
            raise VersionError(current.version, page.version)
        self._check_title(page.title, own_id=page.id)
        self._pages[page.id] = page
        return page

    def delete(self, page_id: str) -> None:
        """Forget a page; those below it move up. Raises NoSuchPageError where there is none."""
        gone = self.page(page_id)
        del self._pages[page_id]
        for page in self.below(page_id):
            self._pages[page.id] = replace(page, parent_id=gone.parent_id)

    def _check_title(self, title: str, *, own_id: str | None) -> None:
        if any(page.title == title and page.id != own_id for page in self._pages.values()):
            raise TitleTakenError(title)
