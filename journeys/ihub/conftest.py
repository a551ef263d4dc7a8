"""The fixture that iHub's journeys share."""

from collections.abc import Iterator

import pytest

from journeys.ihub.site_data import SiteData
from synthetics.authoring.fixtures import AppFrame, Jira, Rest, Step


@pytest.fixture
def site_data(jira: Jira, app_frame: AppFrame, rest: Rest, run_tag: str, step: Step) -> Iterator[SiteData]:
    """What the journey makes on the site; removed afterwards, whatever becomes of the journey."""
    made = SiteData(jira, app_frame, rest, run_tag)
    yield made
    with step("Clean up"):
        made.remove()
