"""Confluence's pages, its editor and a macro on a page, in a browser."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import FrameLocator, Page, expect

from synthetics.standin.confluence_seed import seeded_macro
from synthetics.standin.forge_apps import RELEASE_NOTES
from tests.standin.started import Standin

_MACRO = (
    "[data-testid=ForgeExtensionContainer] [data-testid=hosted-resources-iframe-container]"
    " > iframe[data-testid=hosted-resources-iframe]"
)
_PAGES = "/wiki/api/v2/pages"


def _app(page: Page) -> FrameLocator:
    return page.frame_locator(_MACRO)


def _made(rest: httpx.Client, title: str, value: str) -> str:
    body = {"representation": "storage", "value": value}
    page = rest.post(_PAGES, json={"spaceId": "32801", "title": title, "body": body}).raise_for_status()
    made: str = page.json()["id"]
    return made


def _stored(rest: httpx.Client, page_id: str) -> str:
    shown = rest.get(f"{_PAGES}/{page_id}", params={"body-format": "storage"}).raise_for_status().json()
    value: str = shown["body"]["storage"]["value"]
    return value


@pytest.fixture
def page_with_macro(rest: httpx.Client) -> Iterator[str]:
    macro = seeded_macro(RELEASE_NOTES, "SYN", "11111111-2222-4333-8444-555555555555").storage()
    made = _made(rest, "With a macro", f"<p>Some <strong>bold</strong> words</p>{macro}")
    yield made
    rest.delete(f"{_PAGES}/{made}").raise_for_status()


def test_navigation_leads_to_every_page(signed_in_page: Page) -> None:
    heading = signed_in_page.get_by_role("heading", level=1)
    signed_in_page.goto("/wiki")
    expect(heading).to_have_text("Home")
    signed_in_page.get_by_role("link", name="What the team of Synthetics writes down.").click()
    expect(heading).to_have_text("Synthetics home")
    side = signed_in_page.get_by_role("navigation", name="Synthetics")
    side.get_by_role("link", name="How we release").click()
    expect(heading).to_have_text("How we release")
    expect(signed_in_page.get_by_test_id("page-content")).to_contain_text("never before a holiday")
    side.get_by_role("link", name="Space settings").click()
    expect(signed_in_page.get_by_role("region", name="Space details")).to_contain_text("Eva Sandell")
    expect(signed_in_page.get_by_role("table", name="Apps in this space")).to_contain_text("Release Notes")


def test_page_needs_sign_in_and_is_shown_afterwards(standin: Standin) -> None:
    with standin.browserless() as client:
        asked = client.get("/wiki/pages/viewpage.action?pageId=65602", follow_redirects=False)
    assert asked.headers["location"].startswith(f"{standin.signin}/login?continue=")
    assert asked.headers["location"].endswith("viewpage.action%3FpageId%3D65602")


def test_missing_page_is_a_page_of_its_own(signed_in_page: Page) -> None:
    answer = signed_in_page.goto("/wiki/pages/viewpage.action?pageId=1")
    assert answer is not None
    assert answer.status == 404
    expect(signed_in_page.get_by_role("heading", level=1)).to_contain_text("find that page")


def test_macro_shows_the_project_of_its_configuration(signed_in_page: Page) -> None:
    signed_in_page.goto("/wiki/pages/viewpage.action?pageId=65602")
    app = _app(signed_in_page)
    app.get_by_test_id("release-notes-ready").wait_for()
    expect(app.get_by_role("heading", level=1)).to_have_text("Release notes of Synthetics")
    expect(app.get_by_role("list", name="Versions").locator("> li")).to_have_count(3)
    frame = signed_in_page.locator(_MACRO).element_handle().content_frame()
    assert frame is not None
    context = frame.evaluate("() => window.__bridge.callBridge('getContext')")
    extension = context["extension"]
    assert (extension["type"], extension["config"]) == ("macro", {"project": "SYN"})
    assert (extension["content"]["id"], extension["space"]["key"]) == ("65602", "SYN")


def test_only_the_content_element_scrolls(signed_in_page: Page) -> None:
    signed_in_page.goto("/wiki/pages/viewpage.action?pageId=65602")
    _app(signed_in_page).get_by_test_id("release-notes-ready").wait_for()
    assert signed_in_page.evaluate(
        """() => {
            const main = document.getElementById("AkMainContent");
            window.scrollTo(0, 500);
            main.scrollTo(0, 150);
            return [window.scrollY, main.scrollTop];
        }"""
    ) == [0, 150]


def test_macro_keeps_the_settings_of_its_panel(signed_in_page: Page, rest: httpx.Client, page_with_macro: str) -> None:
    page = signed_in_page
    page.goto(f"/wiki/pages/viewpage.action?pageId={page_with_macro}")
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Edit Release Notes").click()
    panel = page.get_by_role("complementary", name="Configure Release Notes")
    expect(panel.get_by_label("Project key")).to_have_value("SYN")
    panel.get_by_label("Heading").fill('New & "better" <b>')
    panel.get_by_label("Number of versions").fill("1")
    panel.get_by_role("button", name="Save").click()
    expect(page.get_by_test_id("editor-macro")).to_contain_text("Number of versions: 1")
    page.get_by_role("button", name="Update").click()
    app = _app(page)
    expect(app.get_by_role("heading", level=1)).to_have_text('New & "better" <b>')
    expect(app.get_by_role("list", name="Versions").locator("> li")).to_have_count(1)
    expect(page.get_by_test_id("page-byline")).to_contain_text("Version 2")
    # What nobody touched in the editor is still what it was.
    assert _stored(rest, page_with_macro).startswith("<p>Some <strong>bold</strong> words</p><ac:adf-extension>")


def test_panel_that_is_cancelled_changes_nothing(signed_in_page: Page, page_with_macro: str) -> None:
    page = signed_in_page
    page.goto(f"/wiki/spaces/SYN/pages/edit-v2/{page_with_macro}")
    page.get_by_role("button", name="Edit Release Notes").click()
    panel = page.get_by_role("complementary", name="Configure Release Notes")
    panel.get_by_label("Project key").fill("NOPE")
    panel.get_by_role("button", name="Cancel").click()
    expect(panel).to_be_hidden()
    expect(page.get_by_test_id("editor-macro")).to_contain_text("Project key: SYN")


def test_macro_of_an_unknown_project_says_so(signed_in_page: Page, rest: httpx.Client) -> None:
    made = _made(rest, "Wrong project", seeded_macro(RELEASE_NOTES, "NOPE", "1").storage())
    try:
        signed_in_page.goto(f"/wiki/pages/viewpage.action?pageId={made}")
        app = _app(signed_in_page)
        app.get_by_test_id("release-notes-failed").wait_for()
        expect(app.get_by_role("alert")).to_contain_text("There is no project 'NOPE'.")
    finally:
        rest.delete(f"{_PAGES}/{made}").raise_for_status()


def test_page_is_written_with_a_macro_that_is_put_in(signed_in_page: Page, rest: httpx.Client) -> None:
    page = signed_in_page
    page.goto("/wiki/home")
    page.get_by_role("link", name="Create").click()
    page.get_by_label("Title").fill("Release notes")
    page.get_by_label("Body text", exact=True).fill("## Head\n\n- one\n- two <3\n\nEnd")
    page.get_by_role("button", name="Insert").click()
    page.get_by_role("list", name="Insert").get_by_role("button", name="Release Notes").click()
    panel = page.get_by_role("complementary", name="Configure Release Notes")
    panel.get_by_label("Project key").fill("SYN")
    panel.get_by_label("Project key").press("Enter")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("alert")).to_contain_text("A page with this title already exists")
    page.get_by_label("Title").fill("Written by hand")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Written by hand")
    _app(page).get_by_test_id("release-notes-ready").wait_for()
    made = page.locator("article[data-page]").get_attribute("data-page") or ""
    words = "<h2>Head</h2><ul><li>one</li><li>two &lt;3</li></ul><p>End</p><ac:adf-extension>"
    assert _stored(rest, made).startswith(words)
    rest.delete(f"{_PAGES}/{made}").raise_for_status()


def test_page_that_somebody_else_wrote_meanwhile_is_not_overwritten(
    signed_in_page: Page, rest: httpx.Client, page_with_macro: str
) -> None:
    signed_in_page.goto(f"/wiki/spaces/SYN/pages/edit-v2/{page_with_macro}")
    other = {
        "id": page_with_macro,
        "title": "With a macro",
        "body": {"representation": "storage", "value": "<p>Theirs</p>"},
        "version": {"number": 2},
    }
    rest.put(f"{_PAGES}/{page_with_macro}", json=other).raise_for_status()
    signed_in_page.get_by_label("Body text", exact=True).fill("Mine")
    signed_in_page.get_by_role("button", name="Update").click()
    expect(signed_in_page.get_by_role("alert")).to_contain_text("Version must be incremented")
    assert _stored(rest, page_with_macro) == "<p>Theirs</p>"


def test_switches_show_on_confluence_as_well(signed_in_page: Page, standin: Standin) -> None:
    with standin.switch("onboarding"), standin.switch("flags"):
        signed_in_page.goto("/wiki/spaces/SYN/overview")
        signed_in_page.get_by_role("dialog").get_by_role("button", name="Skip").click()
        flags = signed_in_page.get_by_test_id("confluence-flag-group").get_by_role("alert")
        expect(flags).to_have_count(3)
        flags.first.get_by_role("button", name="Dismiss").click()
        expect(flags).to_have_count(2)


def test_pages_load_nothing_from_elsewhere_and_report_no_error(signed_in_page: Page, standin: Standin) -> None:
    asked: list[str] = []
    said: list[str] = []
    signed_in_page.on("request", lambda request: asked.append(request.url))
    signed_in_page.on("console", lambda message: said.append(message.text))
    signed_in_page.on("pageerror", lambda error: said.append(str(error)))
    space = "/wiki/spaces/SYN"
    for path in ("/wiki/home", f"{space}/overview", f"{space}/settings", f"{space}/pages/edit-v2/65602"):
        signed_in_page.goto(path)
    signed_in_page.goto(f"{space}/pages/65602", wait_until="networkidle")
    assert [url for url in asked if not url.startswith(standin.origins)] == []
    assert said == []
