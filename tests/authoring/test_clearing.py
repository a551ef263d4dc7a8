import pytest
from playwright.sync_api import Page, expect

from synthetics.authoring.hosts.clearing import clear_the_way
from tests.authoring.conftest import SITE, Serve

OVER_EVERYTHING = "position: fixed; inset: 0; background: #fff"
PAGE = """
  <button id=save onclick="document.title = 'saved'">Save</button>
  {over}
"""


@pytest.fixture(autouse=True)
def cleared(page: Page) -> None:
    page.set_default_timeout(3_000)
    clear_the_way(page)


@pytest.mark.parametrize(
    "flag",
    [
        pytest.param(
            f'<div id="aui-flag-container" style="{OVER_EVERYTHING}">Saved <a href=#>Undo</a></div>', id="aui"
        ),
        pytest.param(
            f'<div data-testid="jira-flag-group"><article style="{OVER_EVERYTHING}">Saved</article></div>', id="group"
        ),
        pytest.param(f'<div id="jira-flags" style="{OVER_EVERYTHING}">Saved</div>', id="jira"),
    ],
)
def test_flag_lets_clicks_through_and_can_still_be_read(page: Page, serve: Serve, flag: str) -> None:
    serve({f"{SITE}/": PAGE.format(over=flag)})
    page.goto(f"{SITE}/")

    page.get_by_role("button", name="Save").click()

    expect(page).to_have_title("saved")
    expect(page.get_by_text("Saved")).to_be_visible()


def test_flag_of_a_page_with_a_strict_policy_lets_clicks_through(page: Page) -> None:
    body = '<button onclick="">Save</button><div id="jira-flags" class="over">Saved</div>'
    page.route(
        "**/*",
        lambda route: route.fulfill(
            body=".over { position: fixed; inset: 0 }"
            if route.request.url.endswith(".css")
            else body + '<link rel="stylesheet" href="/over.css">',
            content_type="text/css" if route.request.url.endswith(".css") else "text/html",
            headers={"Content-Security-Policy": "default-src 'self'"},
        ),
    )
    page.goto(f"{SITE}/")

    page.get_by_role("button", name="Save").click()


def test_inside_of_a_frame_is_left_alone(page: Page, serve: Serve) -> None:
    """What an app shows is the app's, whatever it calls it."""
    serve(
        {f"{SITE}/": "<iframe src='https://app.example/'></iframe>", "https://app.example/": "<p id=jira-flags>x</p>"}
    )
    page.goto(f"{SITE}/")

    flag = page.frame_locator("iframe").locator("#jira-flags")
    expect(flag).to_have_css("pointer-events", "auto")


def test_onboarding_is_answered_by_its_own_button(page: Page, serve: Serve) -> None:
    dialog = (
        f'<div role="dialog" data-testid="onboarding-modal" style="{OVER_EVERYTHING}">'
        "<button>Start the tour</button><button onclick='this.parentElement.remove()'>Skip</button></div>"
    )
    serve({f"{SITE}/": PAGE.format(over=dialog)})
    page.goto(f"{SITE}/")

    page.get_by_role("button", name="Save").click()

    expect(page).to_have_title("saved")


def test_modal_of_an_app_is_left_alone(page: Page, serve: Serve) -> None:
    dialog = (
        '<div role="dialog" data-testid="onboarding-modal"><iframe></iframe>'
        "<button onclick='this.parentElement.remove()'>Skip</button></div>"
    )
    serve({f"{SITE}/": PAGE.format(over=dialog)})
    page.goto(f"{SITE}/")

    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("dialog")).to_be_attached()
