"""The control: a plain issue, with no app on the way."""

import pytest
from playwright.sync_api import expect

from synthetics.authoring.fixtures import Jira, Rest, Step


@pytest.mark.journey(every="5m", timeout="60s")
def test_plain_issue(jira: Jira, rest: Rest, step: Step) -> None:
    """A plain issue is found and opened."""
    with step("Ask REST for the oldest issue"):
        query = {"jql": f"project = {jira.project} ORDER BY created ASC", "fields": "summary,status", "maxResults": "1"}
        answer = rest.get("/rest/api/3/search/jql", params=query).raise_for_status()
        issue = answer.json()["issues"][0]

    with step("Open the project"):
        jira.open_project()
        expect(jira.issue_link(issue["key"])).to_be_visible()

    with step("Open the issue"):
        jira.open_issue(issue["key"])
        expect(jira.summary).to_have_text(issue["fields"]["summary"])
        expect(jira.status).to_contain_text(issue["fields"]["status"]["name"], ignore_case=True)
