"""The macro as a person sees it, on a page and in the editor."""

from playwright.sync_api import Locator, Page

from synthetics.authoring.fixtures import AppScope

TITLE = "Release Notes"


class ReleaseNotes:
    """The macro on a page.

    Args:
        app: The app's scope, as ``app_frame()`` gives it.
    """

    def __init__(self, app: AppScope) -> None:
        self._app = app

    @property
    def heading(self) -> Locator:
        """What stands above the versions."""
        return self._app.get_by_role("heading", level=1)

    @property
    def versions(self) -> Locator:
        """The versions, the newest first."""
        return self._app.get_by_role("list", name="Versions").get_by_role("heading", level=2)


class MacroInEditor:
    """The macro in Confluence's editor.

    Args:
        page: The page, in the editor.
    """

    def __init__(self, page: Page) -> None:
        self._macro = page.get_by_role("region", name=f"{TITLE} macro")
        self._panel = page.get_by_role("complementary", name=f"Configure {TITLE}")

    @property
    def summary(self) -> Locator:
        """What the editor tells of the macro's settings."""
        return self._macro

    def configure(self, *, heading: str, versions: int) -> None:
        """Set what stands above the versions, and how many there are."""
        self._macro.get_by_role("button", name=f"Edit {TITLE}").click()
        self._panel.get_by_label("Heading").fill(heading)
        self._panel.get_by_label("Number of versions").fill(str(versions))
        self._panel.get_by_role("button", name="Save").click()
