"""Flags and onboarding, moved out of the way without ever touching what an app shows.

Flags stay where they are, to be read and asserted on, and let clicks through. Dismissing them would race with those
that come and go by themselves, and an app's own flag is not ours to close. Onboarding covers the page until somebody
answers it, so it is answered, by its own button, at the moment when it would swallow a click.
"""

import json
import re

from playwright.sync_api import Error, Locator, Page

FLAGS = ("#aui-flag-container", '[data-testid$="flag-group"]', "#jira-flags")
#: A dialog of the host's own. One that holds a frame is an app's modal, and never touched.
ONBOARDING = '[role="dialog"][data-testid*="onboarding"]:not(:has(iframe))'
_ANSWER = re.compile(r"^\s*(dismiss|skip|close|not now|no thanks|maybe later|got it)\b", re.IGNORECASE)
_ANSWER_TIMEOUT_MS = 2_000

# A style sheet without an element: the page's content security policy has no say in it, and the page's own scripts find
# no stranger in their document. In the outermost page only, since inside frames everything is the app's.
_LET_CLICKS_THROUGH = """
(rules) => {
  if (window !== window.top) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
"""


def clear_the_way(page: Page) -> None:
    """Keep flags and onboarding from swallowing clicks, on this page and on what it opens next.

    Args:
        page: The page, before it opens the host.
    """
    selectors = ", ".join(f"{flag}, {flag} *" for flag in FLAGS)
    rules = json.dumps(f"{selectors} {{ pointer-events: none !important; }}")
    page.add_init_script(f"({_LET_CLICKS_THROUGH})({rules})")
    page.add_locator_handler(page.locator(ONBOARDING).first, _answer, no_wait_after=True)


def _answer(onboarding: Locator) -> None:
    """Answer an onboarding dialog; where that fails, the click that it swallows tells of it."""
    try:
        onboarding.get_by_role("button", name=_ANSWER).first.click(timeout=_ANSWER_TIMEOUT_MS)
    except Error:
        return
