"""Team Radar as a person sees it."""

from playwright.sync_api import Locator

from synthetics.authoring.fixtures import AppScope

PAGE = "radar-page"
PANEL = "radar-panel"


class Radar:
    """The page in the project.

    Args:
        app: The app's scope, as ``app_frame(PAGE)`` gives it.
    """

    def __init__(self, app: AppScope) -> None:
        self._app = app

    def issue(self, key: str) -> Locator:
        """The row of an issue."""
        key_cell = self._app.get_by_role("cell", name=key, exact=True)
        return self._app.get_by_role("table", name="Issues on the radar").get_by_role("row").filter(has=key_cell)

    def refresh(self) -> None:
        """Ask for what has changed since."""
        self._app.get_by_role("button", name="Refresh").click()


class IssuePanel:
    """The panel on an issue.

    Args:
        app: The app's scope, as ``app_frame(PANEL)`` gives it.
    """

    def __init__(self, app: AppScope) -> None:
        self._facts = app.get_by_label("Facts")

    def fact(self, name: str) -> Locator:
        """What the panel says of the issue under a name."""
        return self._facts.locator("div").filter(has_text=name).get_by_role("definition")
