"""The control: a plain issue, with no app on the way."""

import pytest
from playwright.sync_api import expect

from synthetics.authoring.fixtures import Jira, SiteData, Step


@pytest.mark.journey(every="5m", timeout="60s", invisible={"gateway_down": "It looks at nothing of an app."})
def test_plain_issue(jira: Jira, site_data: SiteData, step: Step) -> None:
    """A plain issue is found and opened."""
    with step("Ask REST for the oldest issue"):
        issue, fields = site_data.oldest_issue()

    with step("Open the project"):
        jira.open_project()
        expect(jira.issue_link(issue)).to_be_visible()

    with step("Open the issue"):
        jira.open_issue(issue)
        expect(jira.summary).to_have_text(fields["summary"])
        expect(jira.status).to_contain_text(fields["status"]["name"], ignore_case=True)
