"""The panel on an issue."""

import pytest
from playwright.sync_api import expect

from synthetics.authoring.fixtures import AppFrame, Jira, Rest, SiteData, Step

#: The fields with an issue's story points, in projects of either kind. Each site has a number of its own for them.
STORY_POINTS = ("Story point estimate", "Story Points")
GOOD_SIZE = 3


@pytest.mark.journey(every="5m", timeout="60s")
def test_panel(jira: Jira, app_frame: AppFrame, rest: Rest, site_data: SiteData, step: Step) -> None:
    """The panel tells whether an issue's estimate is a good one, and again after it has changed."""
    with step("Create an issue without story points"):
        issue = site_data.create_issue(f"Journey {site_data.tag}")

    with step("See on the issue that they are missing"):
        jira.open_issue(issue)
        panel = app_frame()
        expect(panel.get_by_text("has no story points")).to_be_visible()

    with step("Set story points over REST"):
        fields = {each["name"]: each["id"] for each in rest.get("/rest/api/3/field").raise_for_status().json()}
        story_points = next(fields[name] for name in STORY_POINTS if name in fields)
        site_data.change_issue(issue, **{story_points: GOOD_SIZE})
        assert site_data.issue_fields(issue)[story_points] == GOOD_SIZE

    with step("Check again"):
        panel.get_by_role("button", name="Check again").click()
        expect(panel.get_by_text(f"has {GOOD_SIZE} story points")).to_be_visible()
        expect(panel.get_by_text("Good", exact=True)).to_be_visible()
