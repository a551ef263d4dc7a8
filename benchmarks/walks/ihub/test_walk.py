"""The journey that every form of the benchmarks walks, in ours; signing in is its first step, made by the fixture."""

import pytest
from playwright.sync_api import expect

from synthetics.authoring.fixtures import AppFrame, Jira, Rest, Step


@pytest.mark.journey(every="5m", timeout="60s")
def test_walk(jira: Jira, app_frame: AppFrame, rest: Rest, step: Step) -> None:
    """The admin page shows its sections, and the first issue is listed."""
    with step("Open the admin page"):
        jira.open_app_admin_page()
        app = app_frame()

    with step("Open each section"):
        for name in ("Configuration", "Triggers", "Execution Log"):
            app.get_by_role("tab", name=name, exact=True).click()
            expect(app.get_by_role("tabpanel", name=name, exact=True).get_by_role("heading").first).to_be_visible()

    with step("See the first issue in the project's list"):
        jira.open_project()
        expect(jira.issue_link(f"{jira.project}-1").first).to_be_visible()

    with step("Find it over REST"):
        assert rest.get(f"/rest/api/3/issue/{jira.project}-1").json()["key"] == f"{jira.project}-1"
