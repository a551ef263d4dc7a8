"""The control: an app that does nothing but call one function."""

import pytest
from playwright.sync_api import expect

from synthetics.authoring.fixtures import AppFrame, Jira, Step


@pytest.mark.journey(every="5m", timeout="60s")
def test_heartbeat(jira: Jira, app_frame: AppFrame, step: Step) -> None:
    """An app that does nothing is mounted, and its one call is answered."""
    with step("Open the app's page"):
        jira.open_app_admin_page()
        app = app_frame()

    with step("See that its call was answered"):
        expect(app.get_by_role("heading", name="Heartbeat")).to_be_visible()
        expect(app.get_by_role("status")).to_have_text("Alive")
