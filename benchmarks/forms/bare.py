"""The journey as a plain Playwright script, the yardstick of all other forms: five steps, about 50 requests.

``python bare.py`` walks it once in a browser of its own; ``walk`` is what a warm process calls again and again.
"""

import os
from base64 import b64encode

from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

SITE = os.environ["BENCH_SITE"]
EMAIL = os.environ["BENCH_EMAIL"]
PASSWORD = os.environ["BENCH_PASSWORD"]
API_TOKEN = os.environ["BENCH_API_TOKEN"]
PROJECT = os.environ["BENCH_PROJECT"]
ADMIN_PAGE = os.environ["BENCH_ADMIN_PAGE"]


def start_browser(playwright: Playwright) -> Browser:
    """Start the browser that all forms use, with the same sandbox."""
    return playwright.chromium.launch(
        executable_path=os.environ["BENCH_BROWSER"], chromium_sandbox=os.environ["BENCH_SANDBOX"] == "1"
    )


def walk(browser: Browser) -> None:
    """Walk the five steps in a new context."""
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()

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
    assert issue_over_rest(page) == f"{PROJECT}-1"
    context.close()


def issue_over_rest(page: Page) -> str:
    """The key of the first issue, as REST has it."""
    token = b64encode(f"{EMAIL}:{API_TOKEN}".encode()).decode()
    answer = page.request.get(f"{SITE}/rest/api/3/issue/{PROJECT}-1", headers={"Authorization": f"Basic {token}"})
    return str(answer.json()["key"])


def main() -> None:
    """Walk once, with a browser of its own."""
    with sync_playwright() as playwright:
        browser = start_browser(playwright)
        walk(browser)
        browser.close()


if __name__ == "__main__":
    main()
