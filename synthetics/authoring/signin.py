"""Signing in with an e-mail address and a password, and telling each dead end by its name."""

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from synthetics.authoring.hosts.site import open_page
from synthetics.config.models import Target
from synthetics.errors import SyntheticsError

SETTLE_TIMEOUT_MS = 5_000
STAGE_TIMEOUT_MS = 15_000


class SignInError(SyntheticsError):
    """The account could not be signed in; the text says where that ended."""


@dataclass(frozen=True, slots=True)
class Selectors:
    """Every selector of the sign-in service: where the live product disagrees, this is the line to mend."""

    email: str = '#username, [data-testid="username"]'
    password: str = '#password, input[id^="password-"], [data-testid="password"]'  # noqa: S105  a selector
    submit: str = '#login-submit, [data-testid="login-submit-idf-testid"]'
    form_error: str = '[data-testid="form-error--content"]'
    email_sent: str = "#email-sent-page"
    captcha: str = 'iframe[src*="recaptcha"], [data-testid*="captcha"]'
    one_time_code: str = "#two-step-verification-otp-code-input, [autocomplete='one-time-code']"


SIGN_IN = Selectors()

_DEAD_ENDS = {
    SIGN_IN.email_sent: "the service sent an e-mail that somebody must answer: it does not know this browser",
    SIGN_IN.captcha: "the service asks to solve a captcha",
    SIGN_IN.one_time_code: "the service asks for a one-time code, and the account has none configured",
    SIGN_IN.form_error: "the service refused what was typed",
}


def sign_in(page: Page, target: Target, *, home: str, signed_in: str) -> None:
    """Sign the target's account in, unless it is already.

    Args:
        page: A page, not yet on the site.
        target: The site and the account.
        home: A path of the site that only a signed-in person sees.
        signed_in: A selector of something that is shown there.

    Raises:
        SignInError: Where that ends in a form error, an e-mail, a captcha, a one-time code, a single sign-on page, or
            nowhere.
        SiteError: Where the site answers with a status of 500 or more.
    """
    password = target.account.password
    if password is None:
        raise SignInError(
            f"The account of the target {target.name} has no password, and a browser cannot sign in with an API token."
        )
    open_page(page, target.site + home)
    way = _Way(page, target, signed_in)
    if way.field(SIGN_IN.email) is None:
        return
    # The form may be shown before somebody who is signed in already is sent on: it counts once the page has settled.
    way.settle()
    email = way.field(SIGN_IN.email)
    if email is None:
        return
    email.fill(target.account.email)
    way.submit()
    field = way.field(SIGN_IN.password)
    if field is None:
        return
    field.fill(password.get_secret_value())
    way.submit()
    way.end()


class _Way:
    """The way through the sign-in service, from one page to the next.

    Args:
        page: The page.
        target: The site and the account.
        signed_in: A selector of what a signed-in person sees.
    """

    def __init__(self, page: Page, target: Target, signed_in: str) -> None:
        self._page = page
        self._target = target
        self._signed_in = signed_in
        self._service: str | None = None

    def field(self, wanted: str) -> Locator | None:
        """Wait for the field that is filled in next; None where the account is signed in by then."""
        self._wait_for(self._signed_in, wanted, *_DEAD_ENDS)
        self._refuse_dead_ends()
        field = self._visible(wanted)
        if not field.is_visible():
            return None
        self._service = urlsplit(self._page.url).hostname
        return field

    def submit(self) -> None:
        """Send what was typed."""
        self._visible(SIGN_IN.submit).click()

    def settle(self) -> None:
        """Wait until the page rests; one that never does has settled as far as it will."""
        with suppress(PlaywrightTimeoutError):
            self._page.wait_for_load_state("networkidle", timeout=SETTLE_TIMEOUT_MS)

    def end(self) -> None:
        """Wait until the account is signed in."""
        self._wait_for(self._signed_in, *_DEAD_ENDS)
        self._refuse_dead_ends()

    def _visible(self, selector: str) -> Locator:
        return self._page.locator(selector).filter(visible=True).first

    def _wait_for(self, *selectors: str) -> None:
        try:
            self._visible(", ".join(selectors)).wait_for(timeout=STAGE_TIMEOUT_MS)
        except PlaywrightTimeoutError as error:
            raise SignInError(self._text(self._nowhere())) from error

    def _refuse_dead_ends(self) -> None:
        for selector, sentence in _DEAD_ENDS.items():
            shown = self._visible(selector)
            if shown.is_visible():
                said = " ".join(shown.inner_text(timeout=1_000).split())[:200]
                raise SignInError(self._text(f"{sentence} (“{said}”)" if said else sentence))

    def _nowhere(self) -> str:
        """What is said of a page on which nothing is known; asks the page nothing."""
        host = urlsplit(self._page.url).hostname
        if host in {self._service, urlsplit(self._target.site).hostname}:
            return f"nothing that is known came within {STAGE_TIMEOUT_MS / 1000:g} s"
        return "another organisation's page came, probably single sign-on"

    def _text(self, what: str) -> str:
        place = urlsplit(self._page.url)
        where = f"{place.scheme}://{place.netloc}{place.path}"
        return f"Signing {self._target.account.email} in on {self._target.site}: {what}, at {where}."
