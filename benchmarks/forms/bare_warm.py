"""A host of the bare script: one process and one browser, a new context for each run."""

from playwright.sync_api import sync_playwright

from benchmarks.forms.bare import start_browser, walk
from benchmarks.hosting import serve


def main() -> None:
    """Make runs as long as somebody asks for them."""
    with sync_playwright() as playwright:
        browser = start_browser(playwright)
        serve(lambda: walk(browser))
        browser.close()


if __name__ == "__main__":
    main()
