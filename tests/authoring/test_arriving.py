"""Arriving with a session that a run before has made, and what is told of it afterwards."""

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pydantic import SecretStr

from synthetics.authoring import arriving
from synthetics.authoring.arriving import SignedOutError, arrive, is_renewed, session_of, tell_renewed
from synthetics.authoring.hosts.jira import JIRA
from synthetics.authoring.hosts.site import SiteError
from synthetics.authoring.stopping import stopped_in
from synthetics.config.models import Target
from synthetics.record import StoppedIn
from tests.authoring.conftest import SIGN_IN_SERVICE, SITE, Serve

HOME = f"{SITE}{JIRA.home}"
SHOWN = '<nav aria-label="Primary">Jira</nav>'
TO_SERVICE = f"<script>location = '{SIGN_IN_SERVICE}/login'</script>"
FORM = "<input id=username>"


def a_cookie(**changes: Any) -> dict[str, Any]:
    usual = {"name": "session", "value": "one", "domain": "site.example", "path": "/", "expires": 9e9}
    return usual | {"httpOnly": True, "secure": True, "sameSite": "Lax"} | changes


def a_session(*cookies: dict[str, Any]) -> SecretStr:
    return SecretStr(json.dumps({"cookies": cookies, "origins": []}))


def go(page: Page, target: Target, seen: list[str] | None = None) -> None:
    form_seen = (seen if seen is not None else []).append
    arrive(page, target, a_session(a_cookie()), host=JIRA, asks=lambda _url: None, form_seen=form_seen)


def test_session_is_brought_along_and_the_form_is_never_seen(page: Page, serve: Serve, site: Target) -> None:
    serve({HOME: SHOWN})
    seen: list[str] = []
    go(page, site, seen)
    expect(page).to_have_url(HOME)
    assert [(each["name"], each["value"]) for each in page.context.cookies()] == [("session", "one")]
    assert seen == []


def test_form_that_flashes_up_is_waited_for_and_touched_by_nobody(page: Page, serve: Serve, site: Target) -> None:
    back = f"setTimeout(() => {{ location = '{SITE}/in' }}, 900)"
    typed = "username.addEventListener('input', () => { document.body.textContent = 'somebody types' })"
    serve({HOME: TO_SERVICE, f"{SIGN_IN_SERVICE}/login": f"{FORM}<script>{typed};{back}</script>", f"{SITE}/in": SHOWN})
    seen: list[str] = []
    go(page, site, seen)
    expect(page).to_have_url(f"{SITE}/in")
    assert seen == [f"{SIGN_IN_SERVICE}/login"]


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(FORM, id="the e-mail address"),
        pytest.param("<input id=password type=password>", id="the password alone, of an account that is known"),
        pytest.param("<input autocomplete=one-time-code>", id="a one-time code"),
        pytest.param('<b data-testid="captcha-box">Are you real?</b>', id="a captcha"),
    ],
)
def test_site_that_asks_to_sign_in_ends_the_run_without_an_answer(
    page: Page, serve: Serve, site: Target, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(arriving, "FLASH_MS", 700)
    serve({HOME: TO_SERVICE, f"{SIGN_IN_SERVICE}/login": form})
    with pytest.raises(
        SignedOutError, match=r"is over on https://site\.example: .* at https://id\.example/login"
    ) as raised:
        go(page, site)
    assert stopped_in(raised.value) is StoppedIn.NAVIGATE, (
        "nobody tried to sign in, so it is not signing in that failed"
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param((503, "down"), "answered 503", id="the site is down"),
        pytest.param("<h1>We are moving</h1>", "showed neither a page of somebody", id="a page that nobody knows"),
    ],
)
def test_site_in_trouble_is_not_told_as_the_end_of_a_session(  # noqa: PLR0913, PLR0917  fixtures
    page: Page,
    serve: Serve,
    site: Target,
    monkeypatch: pytest.MonkeyPatch,
    answer: str | tuple[int, str],
    said: str,
) -> None:
    monkeypatch.setattr(arriving, "STAGE_TIMEOUT_MS", 700)
    serve({HOME: answer})
    with pytest.raises(SiteError, match=said):
        go(page, site)


def test_session_is_told_without_what_pages_keep(page: Page, serve: Serve, site: Target) -> None:
    serve({HOME: f"{SHOWN}<script>localStorage.setItem('a', 'b')</script>"})
    go(page, site)
    told = json.loads(session_of(page.context).get_secret_value())
    assert [each["value"] for each in told["cookies"]] == ["one"]
    assert told["origins"] == []


def test_session_that_was_given_comes_back_as_the_same(page: Page, serve: Serve, site: Target) -> None:
    """Otherwise every run would tell a new one."""
    serve({HOME: SHOWN})
    go(page, site)
    first = session_of(page.context)
    page.context.clear_cookies()
    page.context.add_cookies(json.loads(first.get_secret_value())["cookies"])
    told: list[SecretStr] = []
    tell_renewed(page.context, first, lambda now, **_how: told.append(now), is_shared=True)
    assert told == []


@pytest.mark.parametrize(
    ("now", "renewed"),
    [
        pytest.param([a_cookie()], False, id="nothing new"),
        pytest.param([a_cookie(value="two")], True, id="a new value"),
        pytest.param([a_cookie(expires=9.1e9)], True, id="a later end"),
        pytest.param([a_cookie(expires=9e9 + 1)], False, id="a second later"),
        pytest.param([a_cookie(), a_cookie(name="more")], True, id="one more"),
        pytest.param([a_cookie(), a_cookie(name="theme", httpOnly=False)], False, id="a setting of a script's"),
        pytest.param([a_cookie(name="more", value="two")], False, id="signed out"),
    ],
)
def test_session_is_renewed_by_new_tokens_and_not_by_fewer(now: list[dict[str, Any]], renewed: bool) -> None:  # noqa: FBT001  a plain fact
    assert is_renewed(a_session(a_cookie()), a_session(*now)) is renewed


def test_renewed_session_is_told_and_a_context_that_is_gone_tells_nothing(page: Page) -> None:
    context: BrowserContext = page.context
    context.add_cookies([{"name": "session", "value": "two", "domain": "site.example", "path": "/", "httpOnly": True}])
    told: list[tuple[SecretStr, bool]] = []
    tell_renewed(context, a_session(), lambda now, *, is_shared: told.append((now, is_shared)), is_shared=False)
    assert [(json.loads(now.get_secret_value())["cookies"][0]["value"], shared) for now, shared in told] == [
        ("two", False)
    ]
    context.close()
    tell_renewed(context, a_session(), lambda *_now, **_how: told.clear(), is_shared=True)
    assert told
