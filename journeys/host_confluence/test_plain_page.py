"""The control: a plain page, with no app on the way."""

import pytest
from playwright.sync_api import expect

from synthetics.authoring.fixtures import Confluence, Rest, Step


@pytest.mark.journey(every="5m", timeout="60s")
def test_plain_page(confluence: Confluence, rest: Rest, step: Step) -> None:
    """The homepage of a space is found and opened."""
    with step("Ask REST for the space's homepage"):
        answer = rest.get("/wiki/api/v2/spaces", params={"keys": confluence.space}).raise_for_status()
        homepage = answer.json()["results"][0]["homepageId"]
        page = rest.get(f"/wiki/api/v2/pages/{homepage}").raise_for_status().json()

    with step("Open the space"):
        confluence.open_space()
        expect(confluence.title).to_have_text(page["title"])

    with step("Open the page"):
        confluence.open_page(page["id"])
        expect(confluence.title).to_have_text(page["title"])
        expect(confluence.content).not_to_be_empty()
