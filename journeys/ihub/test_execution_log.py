"""Where iHub tells what its flows did."""

import pytest
from playwright.sync_api import expect

from journeys.ihub.flows import Flows
from journeys.ihub.pages import ISSUE_PANEL, AdminPage, Flow, executions
from synthetics.authoring.fixtures import AppFrame, Jira, SiteData, Step


@pytest.mark.journey(every="5m", timeout="60s")
def test_failed_flow(jira: Jira, app_frame: AppFrame, site_data: SiteData, flows: Flows, step: Step) -> None:
    """The execution log shows that a flow failed, and why."""
    name = site_data.tag
    missing = f"{jira.project}-999999"

    with step("Create a flow that cannot do its work"):
        jira.open_app_admin_page()
        admin = AdminPage(app_frame())
        flows.expect(name)
        admin.create_flow(Flow(name=name, label=site_data.tag, issue=missing, comment="Nobody will read this"))

    with step("Create an issue with the flow's label"):
        issue = site_data.create_issue(f"Journey {name}")

    with step("See the failure and its reason in the execution log"):
        run = executions(admin.open_section("Execution Log")).filter(has_text=name)
        expect(run).to_contain_text("Failed")
        expect(run).to_contain_text("404")
        expect(run).to_contain_text(missing)

    with step("Find no comment over REST"):
        assert site_data.comments_on(issue) == []


@pytest.mark.journey(every="5m", timeout="60s")
def test_issue_panel(jira: Jira, app_frame: AppFrame, site_data: SiteData, flows: Flows, step: Step) -> None:
    """The panel on an issue shows the flows that ran for it."""
    name = site_data.tag

    with step("Create a flow"):
        jira.open_app_admin_page()
        flows.expect(name)
        AdminPage(app_frame()).create_flow(Flow(name=name, label=site_data.tag, comment="Hello from {{flow.name}}"))

    with step("Create an issue with the flow's label"):
        issue = site_data.create_issue(f"Journey {name}")

    with step("Open the panel on the issue"):
        jira.open_issue(issue)
        expect(jira.comment(f"Hello from {name}")).to_be_visible()
        jira.add_to_issue(ISSUE_PANEL)
        panel = app_frame(ISSUE_PANEL)

    with step("See the flow's run in it"):
        expect(executions(panel).filter(has_text=name)).to_contain_text("Success")

    with step("Find the flow's comment over REST"):
        assert site_data.comments_on(issue) == [f"Hello from {name}"]
