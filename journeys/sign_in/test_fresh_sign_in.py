"""The control: the account signs in afresh, as nobody with a kept session does."""

import pytest
from playwright.sync_api import expect

from synthetics.authoring.fixtures import Jira, Step


# Rarely: each time is a new device to the sign-in service, which counts them.
@pytest.mark.fresh_session
@pytest.mark.journey(
    every="1h",
    timeout="60s",
    confirm=False,
    invisible={"markup_changed": "It looks at the navigation alone, which keeps its marks."},
)
def test_fresh_sign_in(jira: Jira, step: Step) -> None:
    """The account signs in through the form, and the site knows it on the next page as well."""
    with step("See the home page"):
        expect(jira.navigation).to_be_visible()

    with step("Open the project"):
        jira.open_project()
        expect(jira.navigation).to_be_visible()
