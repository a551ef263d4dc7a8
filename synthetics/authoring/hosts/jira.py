"""Jira, as a person sees it."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from synthetics.authoring.hosts.site import open_page
from synthetics.config.app import App
from synthetics.config.models import Target
from synthetics.errors import CallerError


@dataclass(frozen=True, slots=True)
class Selectors:
    """Every selector and address of Jira: where the live product disagrees, this is the line to mend."""

    home: str = "/jira/your-work"
    signed_in: str = (
        'nav[aria-label="Primary"], [data-testid="atlassian-navigation"], [data-testid="page-layout.top-nav"]'
    )
    project: str = "/jira/software/projects/{project}/issues"
    issue: str = "/browse/{issue}"
    app_admin: str = "/jira/apps/{app}/{environment}"
    app_project: str = "/jira/software/projects/{project}/apps/{app}/{environment}"
    connect_project: str = "/plugins/servlet/ac/{addon_key}/{module}?project.key={project}"
    summary: str = '[data-testid="issue.views.issue-base.foundation.summary.heading"]'
    status: str = '[data-testid^="issue.views.issue-base.foundation.status"]'
    change_status: re.Pattern[str] = re.compile(r"Change status$")
    comments: str = '[data-testid="issue.activity.comments-list"]'
    build: str = 'meta[name="application-build"], meta[name="ajs-build-number"]'


JIRA = Selectors()


class Jira:
    """Jira on a signed-in page.

    Args:
        page: The page.
        target: The site.
        app: The app that the journey is about.
    """

    def __init__(self, page: Page, target: Target, app: App) -> None:
        self.page = page
        self._target = target
        self._app = app

    @property
    def project(self) -> str:
        """The key of the project in which journeys work."""
        return self._target.project

    def open_project(self) -> None:
        """Open the project's list of issues."""
        self._open(JIRA.project.format(project=self.project))

    def open_issue(self, issue: str) -> None:
        """Open an issue and wait until its summary is shown.

        Args:
            issue: Its key, such as ``SYN-1``.
        """
        self._open(JIRA.issue.format(issue=issue))
        expect(self.summary).to_be_visible()

    def open_app_admin_page(self) -> None:
        """Open the app's own page; ``app_frame()`` then waits for the app in it.

        Raises:
            CallerError: Where the journey's app is no Forge app.
        """
        forge = self._app.forge
        if forge is None:
            raise CallerError(f"journeys/{self._app.name}/app.toml has no [forge], so the app has no page in Jira.")
        self._open(JIRA.app_admin.format(app=forge.app, environment=forge.environment))

    def open_app_project_page(self, module: str | None = None) -> None:
        """Open the app's page in the project; ``app_frame()`` then waits for the app in it.

        Args:
            module: The key of the module, for a Connect app; without it its first.

        Raises:
            CallerError: Where the journey is about no app.
        """
        forge, connect = self._app.forge, self._app.connect
        if forge is not None:
            path = JIRA.app_project.format(project=self.project, app=forge.app, environment=forge.environment)
        elif connect is not None:
            module = module or connect.modules[0]
            path = JIRA.connect_project.format(addon_key=connect.addon_key, module=module, project=self.project)
        else:
            raise CallerError(
                f"journeys/{self._app.name}/app.toml has neither [forge] nor [connect], so it has no page in a project."
            )
        self._open(path)

    def add_to_issue(self, panel: str) -> None:
        """Add an app's panel to the issue that is open, as its button above the description does.

        Args:
            panel: What the button says.
        """
        self.page.get_by_role("button", name=panel, exact=True).click()

    def move_issue(self, transition: str) -> None:
        """Move the issue that is open along its workflow.

        Args:
            transition: The transition's name, such as ``Start work``.
        """
        self.status.get_by_role("button", name=JIRA.change_status).click()
        self.page.get_by_role("menuitem", name=transition).click()

    def issue_link(self, issue: str) -> Locator:
        """The link to an issue, in a list of issues.

        Args:
            issue: Its key.
        """
        return self.page.get_by_role("link", name=issue, exact=True)

    @property
    def navigation(self) -> Locator:
        """The bar with which a signed-in person goes from place to place."""
        return self.page.locator(JIRA.signed_in).filter(visible=True).first

    @property
    def summary(self) -> Locator:
        """The summary of the issue that is open."""
        return self.page.locator(JIRA.summary)

    @property
    def status(self) -> Locator:
        """The status of the issue that is open."""
        return self.page.locator(JIRA.status).first

    def comment(self, text: str) -> Locator:
        """A comment on the issue that is open.

        Args:
            text: What it says, or a part of that.
        """
        return self.page.locator(JIRA.comments).get_by_text(text)

    def build(self) -> str | None:
        """The build that the page says it is, or None."""
        meta = self.page.locator(JIRA.build).first
        return meta.get_attribute("content") if meta.count() else None

    def _open(self, path: str) -> None:
        open_page(self.page, self._target.site + path)
