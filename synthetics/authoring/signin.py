"""Signing in with an e-mail address, a password and a one-time code, and telling each dead end by its name."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Error, Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from pydantic import SecretStr

from synthetics.authoring.hosts.site import open_page
from synthetics.clock import Clock, SystemClock
from synthetics.config.models import Target
from synthetics.errors import CallerError, SyntheticsError

SETTLE_TIMEOUT_MS = 5_000
STAGE_TIMEOUT_MS = 15_000


class SignInError(SyntheticsError):
    """The account could not be signed in; the text says where that ended."""


@dataclass(frozen=True, slots=True)
class Selectors:
    """Every selector of the sign-in service: where the live product disagrees, this is the line to mend."""

    email: str = '#username, [data-testid="username"]'
    password: str = '#password, input[id^="password-"], [data-testid="password"]'  # noqa: S105  a selector
    submit: str = '#login-submit, [data-testid="login-submit-idf-testid"], #two-step-verification-submit'
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


def sign_in(  # noqa: PLR0913  each is named where it is called
    page: Page,
    target: Target,
    *,
    home: str,
    signed_in: str,
    asks: Callable[[str], None],
    clock: Clock | None = None,
    form_seen: Callable[[str], None] = lambda _url: None,
) -> None:
    """Sign the target's account in, unless it is already.

    Args:
        page: A page, not yet on the site.
        target: The site and the account.
        home: A path of the site that only a signed-in person sees.
        signed_in: A selector of something that is shown there.
        asks: Told the address before the first request.
        clock: The time that one-time codes are made of.
        form_seen: Told the address of the page with the form, where it is shown.

    Raises:
        CallerError: Where the account has no password; nothing has been asked then.
        SignInError: Where that ends in a form error, an e-mail, a captcha, a one-time code that the account has no
            secret for, a single sign-on page, or nowhere.
        SiteError: Where the site answers with a status of 500 or more.
    """
    password = target.account.password
    if password is None:
        raise CallerError(
            f"The account of the target {target.name} has no password, and a browser cannot sign in by API token.\n"
            '  Add to its table in synthetics.toml: password = { env = "NAME" }.'
        )
    may_be_signed_in = bool(page.context.cookies())
    asks(target.site + home)
    open_page(page, target.site + home)
    way = _Way(page, target, signed_in)
    if way.field(SIGN_IN.email) is None:
        return
    form_seen(page.url)
    way.settle(may_be_signed_in=may_be_signed_in)
    email = way.field(SIGN_IN.email)
    if email is None:
        return
    email.fill(target.account.email)
    way.submit()
    field = way.field(SIGN_IN.password)
    if field is None:
        return
    way.send_secret(field, password)
    if target.account.totp_secret is not None:
        field = way.field(SIGN_IN.one_time_code)
        if field is None:
            return
        way.send_secret(field, one_time_code(target.account.totp_secret, (clock or SystemClock()).wall_ms()))
    way.end()


def one_time_code(totp_secret: SecretStr, now_ms: int) -> SecretStr:
    """The code of this moment: SHA-1, six digits, a new one each 30 s.

    Args:
        totp_secret: What the account's codes are made of, in base32.
        now_ms: The time, in ms of the epoch.

    Source: RFC 6238.
    """
    return SecretStr(pyotp.TOTP(totp_secret.get_secret_value()).at(now_ms // 1000))


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
        # A page that asks for a code is a dead end only for an account that has none.
        passable = {SIGN_IN.one_time_code} if target.account.totp_secret is not None else set()
        self._dead_ends = {selector: said for selector, said in _DEAD_ENDS.items() if selector not in passable}
        self._service: str | None = None
        self._stage_ms = STAGE_TIMEOUT_MS * target.patience

    def field(self, wanted: str) -> Locator | None:
        """Wait for the field that is filled in next; None where the account is signed in by then."""
        self._wait_for(self._signed_in, wanted, *self._dead_ends)
        self._refuse_dead_ends()
        field = self._visible(wanted)
        if not field.is_visible():
            return None
        self._service = urlsplit(self._page.url).hostname
        return field

    def submit(self) -> None:
        """Send what was typed."""
        self._visible(SIGN_IN.submit).click()

    def send_secret(self, field: Locator, secret: SecretStr) -> None:
        """Type a secret and send it.

        What Playwright says of a failure has the log of its calls in it, and there stands what was typed. So only the
        first line goes on, and outside the ``except`` block: nobody finds the whole of it behind the new error.

        Args:
            field: The field.
            secret: What is typed; it is in no local variable of a frame that a report could show.
        """
        try:
            field.fill(secret.get_secret_value())
            self.submit()
        except Error as error:
            said = error.message.partition("\n")[0]
        else:
            return
        raise SignInError(self._text(f"what is secret could not be typed and sent ({said})"))

    def settle(self, *, may_be_signed_in: bool) -> None:
        """Wait until the form can be used; a page that never gets so far has settled as far as it will.

        Args:
            may_be_signed_in: Whether the browser brought a session along. Then the form may be shown only until it is
                sent on, so it counts once the page rests; without one the page's own scripts are enough, and resting
                would cost half a second of every run.
        """
        with suppress(PlaywrightTimeoutError):
            state: Literal["networkidle", "load"] = "networkidle" if may_be_signed_in else "load"
            self._page.wait_for_load_state(state, timeout=SETTLE_TIMEOUT_MS * self._target.patience)

    def end(self) -> None:
        """Wait until the account is signed in."""
        self._wait_for(self._signed_in, *self._dead_ends)
        self._refuse_dead_ends()

    def _visible(self, selector: str) -> Locator:
        return self._page.locator(selector).filter(visible=True).first

    def _wait_for(self, *selectors: str) -> None:
        try:
            self._visible(", ".join(selectors)).wait_for(timeout=self._stage_ms)
        except PlaywrightTimeoutError:
            # Its log may quote the page, which may show what was typed.
            raise SignInError(self._text(self._nowhere())) from None

    def _refuse_dead_ends(self) -> None:
        if not self._visible(", ".join(self._dead_ends)).is_visible():  # nearly always: asked once, not for each
            return
        for selector, sentence in self._dead_ends.items():
            shown = self._visible(selector)
            if shown.is_visible():
                # Before it is cut: of a secret that lies on the cut, the half that is left would be found by nobody.
                said = " ".join(self._without_secrets(shown.inner_text(timeout=1_000)).split())[:200]
                raise SignInError(self._text(f"{sentence} (“{said}”)" if said else sentence))

    def _nowhere(self) -> str:
        """What is said of a page on which nothing is known; asks the page nothing."""
        host = urlsplit(self._page.url).hostname
        if host in {self._service, urlsplit(self._target.site).hostname}:
            return f"nothing that is known came within {self._stage_ms / 1000:g} s"
        return "another organisation's page came, probably single sign-on"

    def _text(self, what: str) -> str:
        place = urlsplit(self._page.url)
        where = f"{place.scheme}://{place.netloc}{place.path}"
        return self._without_secrets(
            f"Signing {self._target.account.email} in on {self._target.site}: {what}, at {where}."
        )

    def _without_secrets(self, text: str) -> str:
        """The text as a page may say it, which may echo what was typed."""
        for secret in filter(None, self._target.account.secrets):
            text = text.replace(secret, "[redacted]")
        return text
