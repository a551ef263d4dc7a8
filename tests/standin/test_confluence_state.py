"""Confluence's data."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from synthetics.standin.confluence_seed import seeded_confluence
from synthetics.standin.confluence_state import Confluence, NoSuchPageError, Page, TitleTakenError, VersionError
from synthetics.standin.persona import DEFAULT

_NOW = datetime(2026, 3, 1, tzinfo=UTC)
_USER = DEFAULT.accounts[0].user


@pytest.fixture
def confluence() -> Confluence:
    return seeded_confluence(DEFAULT)


def _page(title: str = "A page", parent_id: str | None = None) -> Page:
    return Page(
        title=title, body="<p>x</p>", author=_USER, created=_NOW, editor=_USER, edited=_NOW, parent_id=parent_id
    )


def test_seed_is_the_same_every_time(confluence: Confluence) -> None:
    assert confluence == seeded_confluence(DEFAULT)
    assert confluence.page(confluence.space.homepage_id).title == "Synthetics home"
    assert [page.title for page in confluence.below(confluence.space.homepage_id)] == [
        "Release notes",
        "How we release",
    ]


def test_no_id_is_given_twice(confluence: Confluence) -> None:
    first = confluence.create(_page())
    confluence.delete(first.id)
    assert confluence.create(_page()).id != first.id


def test_title_is_taken_once_in_the_space(confluence: Confluence) -> None:
    made = confluence.create(_page())
    with pytest.raises(TitleTakenError):
        confluence.create(_page())
    with pytest.raises(TitleTakenError):
        confluence.update(replace(made, title="Release notes", version=2))
    assert confluence.update(replace(made, version=2)).version == 2


@pytest.mark.parametrize("version", [0, 1, 3])
def test_version_must_be_the_next_one(confluence: Confluence, version: int) -> None:
    made = confluence.create(_page())
    with pytest.raises(VersionError, match=rf"Current Version: \[1\]. Provided version: \[{version}\]"):
        confluence.update(replace(made, version=version))
    assert confluence.page(made.id) == made


def test_pages_below_a_deleted_one_move_up(confluence: Confluence) -> None:
    above = confluence.create(_page(parent_id=confluence.space.homepage_id))
    below = confluence.create(_page("Below", above.id))
    confluence.delete(above.id)
    assert confluence.page(below.id).parent_id == confluence.space.homepage_id
    with pytest.raises(NoSuchPageError):
        confluence.page(above.id)


def test_page_stands_below_an_existing_one(confluence: Confluence) -> None:
    with pytest.raises(NoSuchPageError):
        confluence.create(_page(parent_id="1"))
