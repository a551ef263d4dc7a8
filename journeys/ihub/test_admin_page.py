"""iHub's admin page."""

import pytest
from playwright.sync_api import expect

from journeys.ihub.pages import SECTIONS, AdminPage
from synthetics.authoring.fixtures import AppFrame, Jira, Step


@pytest.mark.journey(
    every="5m", timeout="60s", invisible={"wrong_data": "It looks at the sections, and at nothing that stands in them."}
)
def test_admin_page(jira: Jira, app_frame: AppFrame, step: Step) -> None:
    """The admin page shows its three sections."""
    with step("Open the admin page"):
        jira.open_app_admin_page()
        admin = AdminPage(app_frame())

    with step("See the three sections"):
        for name in SECTIONS:
            expect(admin.section(name)).to_be_visible()

    with step("Open each section"):
        for name in SECTIONS:
            expect(admin.open_section(name).get_by_role("heading").first).to_be_visible()
