"""The fixtures that iHub's journeys share."""

from collections.abc import Iterator

import pytest

from journeys.ihub.flows import Flows
from synthetics.authoring.fixtures import AppFrame, Jira, Rest, SiteData, Step, Target


@pytest.fixture
def site_data(jira: Jira, rest: Rest, target: Target, run_tag: str, step: Step) -> Iterator[SiteData]:
    """What the journey makes on the site; removed while Jira is still open, since flows are removed in the browser."""
    made = SiteData(rest, project=jira.project, space=target.space, tag=run_tag)
    yield made
    with step("Clean up"):
        made.remove()


@pytest.fixture
def flows(jira: Jira, app_frame: AppFrame, site_data: SiteData) -> Flows:
    """The flows that the journey makes."""
    return Flows(jira, app_frame, site_data)
