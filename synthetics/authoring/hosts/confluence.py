"""Confluence, as a person sees it."""

import html
import uuid
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from synthetics.authoring.hosts.site import open_page
from synthetics.config.app import App
from synthetics.config.models import Target
from synthetics.errors import CallerError


@dataclass(frozen=True, slots=True)
class Selectors:
    """Every selector and address of Confluence: where the live product disagrees, this is the line to mend."""

    home: str = "/wiki/home"
    signed_in: str = 'nav[aria-label="Primary"], [data-testid="page-layout.top-nav"], #AkTopNav'
    space: str = "/wiki/spaces/{space}/overview"
    # By id alone: the address that people see has the page's title in it.
    page: str = "/wiki/pages/viewpage.action?pageId={page}"
    editor: str = "/wiki/spaces/{space}/pages/edit-v2/{page}"
    title: str = '#title-text, [data-testid="title-text"]'
    content: str = "#main-content"
    edited_title: str = '[data-testid="editor-title"]'
    publish: str = '[data-testid="publish-button"], #publish-button'
    build: str = 'meta[name="application-build"], meta[name="ajs-version-number"]'


CONFLUENCE = Selectors()

#: A macro of a Forge app in the storage format.
_MACRO = (
    '<ac:adf-extension><ac:adf-node type="extension">'
    '<ac:adf-attribute key="extension-key">{app}/{environment}/static/{module}</ac:adf-attribute>'
    '<ac:adf-attribute key="extension-type">com.atlassian.ecosystem</ac:adf-attribute>'
    '<ac:adf-attribute key="parameters">'
    '<ac:adf-parameter key="local-id">{local_id}</ac:adf-parameter>'
    '<ac:adf-parameter key="extension-id">'
    "ari:cloud:ecosystem::extension/{app}/{environment}/static/{module}</ac:adf-parameter>"
    '<ac:adf-parameter key="extension-title">{title}</ac:adf-parameter>'
    '<ac:adf-parameter key="guest-params">{settings}</ac:adf-parameter>'
    "</ac:adf-attribute></ac:adf-node></ac:adf-extension>"
)
_SETTING = '<ac:adf-parameter key="{name}">{value}</ac:adf-parameter>'


class Confluence:
    """Confluence on a signed-in page.

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
    def space(self) -> str:
        """The key of the space in which journeys work."""
        return self._target.space

    def open_space(self) -> None:
        """Open the space, at its overview."""
        self._open(CONFLUENCE.space.format(space=self.space))
        expect(self.title).to_be_visible()

    def open_page(self, page: str) -> None:
        """Open a page and wait until its title is shown.

        Args:
            page: Its id.
        """
        self._open(CONFLUENCE.page.format(page=page))
        expect(self.title).to_be_visible()

    def edit_page(self, page: str) -> None:
        """Open a page in the editor.

        Args:
            page: Its id.
        """
        self._open(CONFLUENCE.editor.format(space=self.space, page=page))
        expect(self.page.locator(CONFLUENCE.edited_title).first).to_be_visible()

    def publish(self) -> None:
        """Publish what stands in the editor, and wait until the page shows it."""
        self.page.locator(CONFLUENCE.publish).first.click()
        expect(self.title).to_be_visible()

    def page_link(self, title: str) -> Locator:
        """The link to a page, in the space's tree of pages.

        Args:
            title: The page's title.
        """
        return self.page.get_by_role("navigation").get_by_role("link", name=title, exact=True)

    @property
    def title(self) -> Locator:
        """The title of the page that is open."""
        return self.page.locator(CONFLUENCE.title).first

    @property
    def content(self) -> Locator:
        """What stands on the page that is open."""
        return self.page.locator(CONFLUENCE.content).first

    def macro(self, **settings: str) -> str:
        """The app's macro in the storage format, for a page that a journey makes.

        Args:
            settings: What the macro is configured with.

        Raises:
            CallerError: Where the journey's app has no macro.
        """
        forge = self._app.forge
        if forge is None or forge.module is None:
            raise CallerError(
                f"journeys/{self._app.name}/app.toml has no [forge] with a module, so there is no macro to put in."
            )
        return _MACRO.format(
            app=forge.app,
            environment=forge.environment,
            module=forge.module,
            local_id=uuid.uuid4(),
            title=html.escape(self._app.title),
            settings="".join(
                _SETTING.format(name=html.escape(name), value=html.escape(value)) for name, value in settings.items()
            ),
        )

    def build(self) -> str | None:
        """The build that the page says it is, or None."""
        meta = self.page.locator(CONFLUENCE.build).first
        return meta.get_attribute("content") if meta.count() else None

    def _open(self, path: str) -> None:
        open_page(self.page, self._target.site + path)
