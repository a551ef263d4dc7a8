"""iHub's flows: made, listed, and run by an event of Jira."""

import pytest
from playwright.sync_api import expect

from journeys.ihub.pages import AdminPage
from journeys.ihub.site_data import SiteData
from synthetics.authoring.fixtures import AppFrame, Jira, Step


@pytest.mark.journey(every="5m", timeout="60s")
def test_create_flow(jira: Jira, app_frame: AppFrame, site_data: SiteData, step: Step) -> None:
    """A flow is created and listed."""
    name = site_data.tag

    with step("Open the admin page"):
        jira.open_app_admin_page()
        admin = AdminPage(app_frame())

    with step("Create a flow"):
        site_data.expect_flow(name)
        admin.create_flow(name, label=site_data.tag, comment="Hello from {{flow.name}}")

    with step("See it in the list"):
        expect(admin.flow(name)).to_contain_text("Enabled")

    # REST knows nothing of flows. Independent of what the form showed is a page that is loaded anew, which asks the
    # app's backend, and there a section that had no part in the making.
    with step("See it on a fresh page"):
        jira.open_app_admin_page()
        triggers = AdminPage(app_frame()).open_section("Triggers")
        expect(triggers.get_by_role("row").filter(has_text=name)).to_contain_text("Issue created")


@pytest.mark.journey(every="5m", timeout="60s")
def test_run_flow(jira: Jira, app_frame: AppFrame, site_data: SiteData, step: Step) -> None:
    """An issue event starts a flow, and its effect shows in Jira."""
    name = site_data.tag

    with step("Create a flow"):
        jira.open_app_admin_page()
        admin = AdminPage(app_frame())
        site_data.expect_flow(name)
        admin.create_flow(name, label=site_data.tag, comment="Hello from {{flow.name}}")
        expect(admin.flow(name)).to_be_visible()

    with step("Create an issue with the flow's label"):
        issue = site_data.create_issue(f"Journey {name}")

    with step("See the flow's comment on the issue"):
        jira.open_issue(issue)
        expect(jira.comment(f"Hello from {name}")).to_be_visible()

    with step("Find the comment over REST"):
        assert site_data.comments_on(issue) == [f"Hello from {name}"]
