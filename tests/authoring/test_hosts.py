from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from synthetics.authoring.hosts.confluence import Confluence
from synthetics.authoring.hosts.jira import Jira
from synthetics.authoring.hosts.site import SiteError
from synthetics.config.app import App, Connect, Forge
from synthetics.config.models import Target
from synthetics.errors import CallerError
from tests.authoring.conftest import SITE, Serve

CONNECT = Connect(addon_key="com.radar", modules=("radar-page", "radar-panel"), ready="x")
RADAR = App(name="radar", title="Radar", connect=CONNECT)
NOTES = App(
    name="notes", title="Notes & more", forge=Forge(app="app-1", environment="env-1", ready="x", module="notes-macro")
)
NO_APP = App(name="host", title="Host")
TITLE = "<h1 id=title-text>A page</h1>"


@pytest.mark.parametrize(
    ("app", "module", "address"),
    [
        pytest.param(NOTES, None, "/jira/software/projects/SYN/apps/app-1/env-1", id="Forge"),
        pytest.param(RADAR, None, "/plugins/servlet/ac/com.radar/radar-page?project.key=SYN", id="Connect"),
        pytest.param(RADAR, "other", "/plugins/servlet/ac/com.radar/other?project.key=SYN", id="another module"),
    ],
)
def test_project_page_of_an_app_is_opened_where_its_framework_has_it(  # noqa: PLR0913, PLR0917  fixtures
    page: Page, serve: Serve, site: Target, app: App, module: str | None, address: str
) -> None:
    serve({SITE + address.partition("?")[0]: "<p>App</p>"})

    Jira(page, site, app).open_app_project_page(module)

    expect(page).to_have_url(SITE + address)


def test_issue_is_moved_by_the_menu_of_its_status(page: Page, serve: Serve, site: Target) -> None:
    serve(
        {
            f"{SITE}/": """<div data-testid="issue.views.issue-base.foundation.status">
                <button aria-label="To Do - Change status" onclick="menu.hidden = false">To Do</button></div>
                <div id=menu role=menu hidden><button role=menuitem
                  onclick="document.title = 'moved'">Start work In Progress</button></div>"""
        }
    )
    page.goto(f"{SITE}/")

    Jira(page, site, NOTES).move_issue("Start work")

    expect(page).to_have_title("moved")


@pytest.mark.parametrize(
    ("open_it", "address"),
    [
        pytest.param(lambda host: host.open_space(), "/wiki/spaces/SYN/overview", id="the space"),
        pytest.param(lambda host: host.open_page("7"), "/wiki/pages/viewpage.action?pageId=7", id="a page"),
        pytest.param(lambda host: host.edit_page("7"), "/wiki/spaces/SYN/pages/edit-v2/7", id="the editor"),
    ],
)
def test_place_in_confluence_is_open_once_its_title_is_shown(
    page: Page, serve: Serve, site: Target, open_it: Callable[[Confluence], None], address: str
) -> None:
    serve({SITE + address.partition("?")[0]: TITLE + "<input data-testid=editor-title>"})

    open_it(Confluence(page, site, NOTES))

    expect(page).to_have_url(SITE + address)


def test_confluence_that_is_down_is_told(page: Page, serve: Serve, site: Target) -> None:
    serve({f"{SITE}/wiki/spaces/SYN/overview": (503, "later")})

    with pytest.raises(SiteError, match="The site answered 503"):
        Confluence(page, site, NOTES).open_space()


def test_macro_has_the_apps_ids_and_its_settings_escaped(page: Page, site: Target) -> None:
    storage = Confluence(page, site, NOTES).macro(project="SYN", heading='<"Hi">')

    assert "app-1/env-1/static/notes-macro</ac:adf-attribute>" in storage
    assert "Notes &amp; more" in storage
    assert '<ac:adf-parameter key="heading">&lt;&quot;Hi&quot;&gt;</ac:adf-parameter>' in storage


def test_two_macros_on_a_page_have_names_of_their_own(page: Page, site: Target) -> None:
    confluence = Confluence(page, site, NOTES)

    assert confluence.macro() != confluence.macro()


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        pytest.param(
            lambda page, site: Jira(page, site, NO_APP).open_app_project_page(),
            r"journeys/host/app\.toml has neither \[forge\] nor \[connect\]",
            id="a page in a project",
        ),
        pytest.param(
            lambda page, site: Jira(page, site, RADAR).open_app_admin_page(),
            r"journeys/radar/app\.toml has no \[forge\]",
            id="a page in Jira",
        ),
        pytest.param(
            lambda page, site: Confluence(page, site, RADAR).macro(),
            r"journeys/radar/app\.toml has no \[forge\] with a module",
            id="a macro",
        ),
    ],
)
def test_app_without_such_a_place_is_told(
    page: Page, site: Target, ask: Callable[[Page, Target], None], said: str
) -> None:
    with pytest.raises(CallerError, match=said):
        ask(page, site)
