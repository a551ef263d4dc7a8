"""The journey as a test of pytest-playwright."""

import os

from playwright.sync_api import Page, Playwright, expect

SITE = os.environ["BENCH_SITE"]
EMAIL = os.environ["BENCH_EMAIL"]
PASSWORD = os.environ["BENCH_PASSWORD"]
API_TOKEN = os.environ["BENCH_API_TOKEN"]
PROJECT = os.environ["BENCH_PROJECT"]
ADMIN_PAGE = os.environ["BENCH_ADMIN_PAGE"]


def test_walk(page: Page, playwright: Playwright) -> None:
    """The five steps."""
    # Sign in
    page.goto(f"{SITE}/jira/your-work")
    page.get_by_test_id("username").fill(EMAIL)
    page.locator("#login-submit").click()
    page.get_by_test_id("password").fill(PASSWORD)
    page.locator("#login-submit").click()
    expect(page.get_by_role("navigation", name="Primary")).to_be_visible()

    # Open the admin page
    page.goto(f"{SITE}{ADMIN_PAGE}")
    app = page.frame_locator('iframe[data-testid="hosted-resources-iframe"]')
    expect(app.get_by_test_id("ihub-ready")).to_be_visible()

    # Open each section
    for name in ("Configuration", "Triggers", "Execution Log"):
        app.get_by_role("tab", name=name, exact=True).click()
        expect(app.get_by_role("tabpanel", name=name, exact=True).get_by_role("heading").first).to_be_visible()

    # See the first issue in the project's list
    page.goto(f"{SITE}/jira/software/projects/{PROJECT}/issues")
    expect(page.get_by_role("link", name=f"{PROJECT}-1", exact=True).first).to_be_visible()

    # Find it over REST
    rest = playwright.request.new_context(
        base_url=SITE, http_credentials={"username": EMAIL, "password": API_TOKEN, "send": "always"}
    )
    assert rest.get(f"/rest/api/3/issue/{PROJECT}-1").json()["key"] == f"{PROJECT}-1"
    rest.dispose()
