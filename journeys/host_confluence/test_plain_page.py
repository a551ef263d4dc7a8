"""The control: a plain page, with no app on the way."""

import pytest
from playwright.sync_api import expect

from synthetics.authoring.fixtures import Confluence, SiteData, Step


@pytest.mark.journey(every="5m", timeout="60s")
def test_plain_page(confluence: Confluence, site_data: SiteData, step: Step) -> None:
    """The homepage of a space is found and opened."""
    with step("Ask REST for the space's homepage"):
        page = site_data.homepage()

    with step("Open the space"):
        confluence.open_space()
        expect(confluence.title).to_have_text(page["title"])

    with step("Open the page"):
        confluence.open_page(page["id"])
        expect(confluence.title).to_have_text(page["title"])
        expect(confluence.content).not_to_be_empty()
