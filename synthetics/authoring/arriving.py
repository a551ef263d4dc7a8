"""Arriving on a site with a session that an earlier run has made, and saying so where it is good no more.

Nobody is signed in again here: where the site asks for it the run has failed, and the next one signs in afresh.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from playwright.sync_api import BrowserContext, Error, Page
from pydantic import SecretStr

from synthetics.authoring.addresses import bare_url
from synthetics.authoring.hosts.site import SiteError, open_page
from synthetics.authoring.scopes import comes
from synthetics.authoring.signin import SIGN_IN, STAGE_TIMEOUT_MS
from synthetics.config.models import Target
from synthetics.errors import SyntheticsError

#: How long the form may be shown before somebody who is signed in is sent on.
FLASH_MS = 6_000

_FORM = f"{SIGN_IN.email}, {SIGN_IN.password}, {SIGN_IN.email_sent}, {SIGN_IN.captcha}, {SIGN_IN.one_time_code}"
#: A session's end that moves by less than this is not worth telling.
_EXPIRY_SECONDS = 3_600


class SignedOutError(SyntheticsError):
    """The site asks to sign in, though the account brought a session along that was good before."""


class Host(Protocol):
    """What a signed-in person sees of one of the host's products."""

    @property
    def home(self) -> str:
        """A path of the site that only a signed-in person sees."""

    @property
    def signed_in(self) -> str:
        """A selector of something that is shown there."""


def arrive(  # noqa: PLR0913  each is named where it is called
    page: Page,
    target: Target,
    session: SecretStr,
    *,
    host: Host,
    asks: Callable[[str], None],
    form_seen: Callable[[str], None] = lambda _url: None,
) -> None:
    """Open the site with a session.

    Args:
        page: A page, not yet on the site.
        target: The site.
        session: What a run before kept of the account's session.
        host: What a signed-in person sees there.
        asks: Told the address before the first request.
        form_seen: Told the address of the page with the form, where it is shown.

    Raises:
        SignedOutError: Where the site asks to sign in all the same.
        SiteError: Where it answers with a status of 500 or more, or shows nothing that is known.
    """
    _bring(page.context, session)
    asks(target.site + host.home)
    open_page(page, target.site + host.home)
    known = page.locator(f"{host.signed_in}, {_FORM}").filter(visible=True).first
    if not comes(known, STAGE_TIMEOUT_MS * target.patience):
        what = "neither a page of somebody who is signed in nor a form to sign in"
        raise SiteError(f"The site showed {what}, at {bare_url(page.url)}.")
    inside = page.locator(host.signed_in).filter(visible=True).first
    if inside.is_visible():
        return
    form_seen(page.url)
    if not comes(inside, FLASH_MS * target.patience):
        raise SignedOutError(
            f"The session of {target.account.email} is over on {target.site}: the site asks to sign in, "
            f"at {bare_url(page.url)}."
        )


def _bring(context: BrowserContext, session: SecretStr) -> None:
    """Give a context a session's cookies.

    They alone are the session. What pages keep in local storage would take a hidden page for each origin to put back,
    and would let one run's clicks be seen in the next.
    """
    context.add_cookies(json.loads(session.get_secret_value())["cookies"])


def session_of(context: BrowserContext) -> SecretStr:
    """What a context's browser keeps of its session, as Playwright's ``storage_state`` in JSON, without local storage.

    Args:
        context: A context in which the account is signed in.
    """
    return SecretStr(json.dumps({"cookies": context.cookies(), "origins": []}))


def tell_renewed(context: BrowserContext, before: SecretStr, tell: Callable[..., None], *, is_shared: bool) -> None:
    """Tell of a session that a site has renewed in the course of a run: of the old one it may not hear much longer.

    Args:
        context: The run's context; one that is gone tells nothing.
        before: The session at the run's beginning.
        tell: Told the session as it is now.
        is_shared: Whether other runs may go on with it.
    """
    with suppress(Error):
        now = session_of(context)
        if is_renewed(before, now):
            tell(now, is_shared=is_shared)


def is_renewed(before: SecretStr, now: SecretStr) -> bool:
    """Whether a site has given a session new cookies, or a later end, and ended none.

    Args:
        before: The session as it was.
        now: As it is.
    """
    old, new = _tokens(before), _tokens(now)
    return old.keys() <= new.keys() and old != new


def _tokens(session: SecretStr) -> dict[tuple[str, str, str], tuple[str, int]]:
    """The cookies that no script can read, by name and place: their values, and about when they end."""
    cookies: list[dict[str, Any]] = json.loads(session.get_secret_value())["cookies"]
    return {
        (each["name"], each["domain"], each["path"]): (each["value"], int(each["expires"]) // _EXPIRY_SECONDS)
        for each in cookies
        if each["httpOnly"]
    }
