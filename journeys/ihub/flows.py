"""What iHub's journeys make on the site."""

from journeys.ihub.pages import AdminPage
from synthetics.authoring.fixtures import AppFrame, Jira, SiteData


class Flows:
    """Flows that a journey makes on the app's page, which is the one place where they can be deleted again.

    Args:
        jira: Jira in the browser.
        app_frame: The app in it.
        site_data: What else the journey makes; the flows are removed with it.
    """

    def __init__(self, jira: Jira, app_frame: AppFrame, site_data: SiteData) -> None:
        self._jira = jira
        self._app_frame = app_frame
        self._site_data = site_data

    def expect(self, name: str) -> None:
        """A flow of this name is about to be made: it is removed in the end, even if its making breaks half way."""
        self._site_data.remove_later(self._remove, name)

    def _remove(self, name: str) -> None:
        self._jira.open_app_admin_page()
        AdminPage(self._app_frame()).delete_flow(name)
