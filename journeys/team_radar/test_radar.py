"""The page in the project and the panel on an issue."""

import pytest
from playwright.sync_api import expect

from journeys.team_radar.pages import PAGE, PANEL, IssuePanel, Radar
from synthetics.authoring.fixtures import AppFrame, Jira, SiteData, Step


@pytest.mark.journey(
    every="5m",
    timeout="60s",
    invisible={"markup_changed": "Its frame has Connect's classes and needs no test id."},
)
def test_project_page(jira: Jira, app_frame: AppFrame, site_data: SiteData, step: Step) -> None:
    """The page in the project shows its issues, which it gets from Jira through the host."""
    summary = f"Journey {site_data.tag}"

    with step("Create an issue"):
        issue = site_data.create_issue(summary)

    with step("Open the page"):
        jira.open_app_project_page(PAGE)
        radar = Radar(app_frame(PAGE))

    with step("See the issue on the radar"):
        expect(radar.issue(issue)).to_contain_text(summary)
        expect(radar.issue(issue)).to_contain_text("Next")

    with step("Change the issue over REST"):
        site_data.change_issue(issue, summary=f"{summary}, changed")
        assert site_data.issue_fields(issue)["summary"] == f"{summary}, changed"

    with step("Refresh and see the change"):
        radar.refresh()
        expect(radar.issue(issue)).to_contain_text(f"{summary}, changed")


@pytest.mark.journey(
    every="5m", timeout="60s", invisible={"gateway_down": "A Connect app calls no function through the gateway."}
)
def test_issue_panel(jira: Jira, app_frame: AppFrame, site_data: SiteData, step: Step) -> None:
    """The panel on an issue shows the facts that the team looks at."""
    with step("Create an issue"):
        issue = site_data.create_issue(f"Journey {site_data.tag}")

    with step("Open the issue"):
        jira.open_issue(issue)
        panel = IssuePanel(app_frame(PANEL))

    with step("See the facts"):
        expect(panel.fact("Issue")).to_have_text(issue)
        expect(panel.fact("Ring")).to_have_text("Next")

    with step("Compare them with REST"):
        fields = site_data.issue_fields(issue)
        expect(panel.fact("Type")).to_have_text(fields["issuetype"]["name"])
        expect(panel.fact("Comments")).to_have_text(str(len(site_data.comments_on(issue))))
