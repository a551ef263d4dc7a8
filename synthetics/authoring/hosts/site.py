"""Opening a page of a site, and saying so clearly where the site itself is down."""

from playwright.sync_api import Page

from synthetics.errors import SyntheticsError

_SERVER_ERROR = 500


class SiteError(SyntheticsError):
    """The site itself answered that it cannot."""


def open_page(page: Page, url: str) -> None:
    """Open an address, as far as its document: what is shown later is waited for by whoever needs it.

    Args:
        page: The page.
        url: The whole address.

    Raises:
        SiteError: Where the site answers with a status of 500 or more.
    """
    answer = page.goto(url, wait_until="domcontentloaded")
    if answer is not None and answer.status >= _SERVER_ERROR:
        raise SiteError(f"The site answered {answer.status} {answer.status_text} to {url}.")
