"""iHub as a person sees it.

Roles and names first: where the live product disagrees, this is the place to mend.
"""

from playwright.sync_api import Locator, expect

from synthetics.authoring.fixtures import AppScope

SECTIONS = ("Configuration", "Triggers", "Execution Log")


class AdminPage:
    """iHub's admin page.

    Args:
        app: The app's scope, as ``app_frame()`` gives it.
    """

    def __init__(self, app: AppScope) -> None:
        self._app = app

    def section(self, name: str) -> Locator:
        """The tab of a section."""
        return self._app.get_by_role("tab", name=name, exact=True)

    def open_section(self, name: str) -> Locator:
        """Open a section, and give what it shows."""
        self.section(name).click()
        return self._app.get_by_role("tabpanel", name=name, exact=True)

    def flow(self, name: str) -> Locator:
        """The row of a flow in the list of flows."""
        return self._app.get_by_role("table", name="Flows", exact=True).get_by_role("row").filter(has_text=name)

    def create_flow(self, name: str, *, label: str, comment: str) -> None:
        """Make a flow that comments on each new issue with a label."""
        self._app.get_by_role("button", name="Create flow").click()
        form = self._app.get_by_role("form", name="New flow")
        form.get_by_label("Name", exact=True).fill(name)
        form.get_by_label("Filter by label").fill(label)
        form.get_by_label("Comment text").fill(comment)
        form.get_by_role("button", name="Save").click()

    def delete_flow(self, name: str) -> None:
        """Delete a flow, where it is there."""
        if self.flow(name).count():
            self._app.get_by_role("button", name=f"Delete flow {name}").click()
            self._app.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(self.flow(name)).to_have_count(0)
