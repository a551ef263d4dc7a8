import traceback
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from synthetics.authoring import signin
from synthetics.authoring.hosts.site import SiteError
from synthetics.authoring.signin import SignInError, sign_in
from synthetics.config.models import Account, Target
from synthetics.errors import CallerError
from tests.authoring.conftest import SIGN_IN_SERVICE, SITE, Serve

HOME = '<nav aria-label="Primary">Jira</nav>'
SIGNED_IN = 'nav[aria-label="Primary"]'
TO_SERVICE = f"<script>location = '{SIGN_IN_SERVICE}/login'</script>"
TO_SITE = f"location = '{SITE}/in'"


def the_form(after_email: str = "step.hidden = false", after_password: str = TO_SITE) -> str:
    """The sign-in form, its two steps on one page; what is typed wrongly goes nowhere."""
    return f"""
      <form id=form><input id=username><div id=step hidden><input id=password type=password></div>
      <button id=login-submit>Continue</button></form><div id=more></div>
      <script>
        form.addEventListener("submit", (event) => {{
          event.preventDefault();
          if (username.value !== "robot@example.com") return;
          if (step.hidden) {{ {after_email}; }}
          else if (password.value === "Open-Sesame-1") {{ {after_password}; }}
        }});
      </script>"""


def go(page: Page, target: Target) -> None:
    sign_in(page, target, home="/home", signed_in=SIGNED_IN, asks=lambda _url: None)


def test_account_is_signed_in_in_two_steps(page: Page, serve: Serve, site: Target) -> None:
    serve({f"{SITE}/home": TO_SERVICE, f"{SIGN_IN_SERVICE}/login": the_form(), f"{SITE}/in": HOME})

    go(page, site)

    expect(page).to_have_url(f"{SITE}/in")


def test_account_that_is_signed_in_already_types_nothing(page: Page, serve: Serve, site: Target) -> None:
    serve({f"{SITE}/home": HOME})

    go(page, site)

    expect(page).to_have_url(f"{SITE}/home")


def test_form_that_flashes_up_before_somebody_is_sent_on_is_not_filled_in(
    page: Page, serve: Serve, site: Target
) -> None:
    serve(
        {
            f"{SITE}/home": TO_SERVICE,
            f"{SIGN_IN_SERVICE}/login": f"<input id=username><script>setTimeout(() => {{ {TO_SITE} }}, 300)</script>",
            f"{SITE}/in": HOME,
        }
    )
    page.context.add_cookies([{"name": "session", "value": "of a run before", "url": SITE}])

    go(page, site)

    expect(page).to_have_url(f"{SITE}/in")


@pytest.fixture
def go_through(page: Page, serve: Serve, site: Target, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sign in through a form that leads nowhere, without the patience for it."""
    monkeypatch.setattr(signin, "STAGE_TIMEOUT_MS", 1_500)

    def through(form: str) -> None:
        serve(
            {
                f"{SITE}/home": TO_SERVICE,
                f"{SIGN_IN_SERVICE}/login": form,
                "https://sso.other.example/": "<h1>Other organisation</h1>",
            }
        )
        go(page, site)

    return through


def shows(element: str) -> str:
    return f"more.innerHTML = `{element}`"


@pytest.mark.parametrize(
    ("after_email", "after_password", "said"),
    [
        pytest.param(
            "step.hidden = false",
            shows('<div data-testid="form-error--content">Incorrect password</div>'),
            r"refused what was typed \(“Incorrect password”\)",
            id="form error",
        ),
        pytest.param(shows("<p id=email-sent-page>Check your inbox</p>"), "", "sent an e-mail", id="e-mail sent"),
        pytest.param(shows('<b data-testid="captcha-box">Are you real?</b>'), "", "captcha", id="captcha"),
        pytest.param(
            "step.hidden = false", shows("<input autocomplete=one-time-code>"), "one-time code", id="one-time code"
        ),
        pytest.param(
            "location = 'https://sso.other.example/'",
            "",
            r"single sign-on, at https://sso\.other",
            id="single sign-on",
        ),
        pytest.param(shows("<p>Maintenance</p>"), "", "nothing that is known came", id="something unknown"),
    ],
)
def test_dead_end_is_told_by_its_name(
    go_through: Callable[[str], None], after_email: str, after_password: str, said: str
) -> None:
    with pytest.raises(SignInError, match=said) as raised:
        go_through(the_form(after_email, after_password))

    assert "robot@example.com" in str(raised.value)
    assert "Open-Sesame-1" not in str(raised.value)


def test_site_that_is_down_is_told_at_once(page: Page, serve: Serve, site: Target) -> None:
    serve({f"{SITE}/home": (503, "try later")})

    with pytest.raises(SiteError, match=f"The site answered 503 .* to {SITE}/home"):
        go(page, site)


def test_where_the_form_was_seen_is_told_and_nowhere_else(page: Page, serve: Serve, site: Target) -> None:
    seen: list[str] = []
    serve({f"{SITE}/home": TO_SERVICE, f"{SIGN_IN_SERVICE}/login": the_form(), f"{SITE}/in": HOME})
    for _ in range(2):  # the second time the account is signed in
        sign_in(page, site, home="/home", signed_in=SIGNED_IN, asks=lambda _url: None, form_seen=seen.append)
        serve({f"{SITE}/home": HOME})

    assert seen == [f"{SIGN_IN_SERVICE}/login"]


def test_account_without_password_is_told_where_to_add_it_before_anything_is_asked(page: Page) -> None:
    target = Target(name="site", site=SITE, account=Account(email="robot@example.com"))
    asked: list[str] = []

    with pytest.raises(CallerError, match=r"target site has no password.*\n.*synthetics\.toml"):
        sign_in(page, target, home="/home", signed_in=SIGNED_IN, asks=asked.append)

    assert asked == []


def test_error_of_typing_a_secret_has_no_log_of_calls(page: Page, go_through: Callable[[str], None]) -> None:
    page.set_default_timeout(500)

    with pytest.raises(SignInError) as raised:
        go_through(the_form("step.hidden = false; password.disabled = true"))

    said = "what is secret could not be typed and sent (Locator.fill: Timeout 500ms exceeded.)"
    assert str(raised.value) == f"Signing robot@example.com in on {SITE}: {said}, at {SIGN_IN_SERVICE}/login."


def test_site_is_asked_after_that_was_told(page: Page, serve: Serve, site: Target) -> None:
    asked: list[tuple[str, str]] = []
    serve({f"{SITE}/home": HOME})

    sign_in(page, site, home="/home", signed_in=SIGNED_IN, asks=lambda url: asked.append((url, page.url)))

    assert asked == [(f"{SITE}/home", "about:blank")]


CUT = 200


@pytest.mark.parametrize(
    ("after_email", "after_password"),
    [
        pytest.param("step.hidden = false; password.disabled = true", "", id="the field cannot be filled in"),
        pytest.param(
            "step.hidden = false; form.querySelector('button').disabled = true", "", id="the form cannot be sent"
        ),
        pytest.param(
            "step.hidden = false",
            "more.innerHTML = `<div data-testid='form-error--content'>${password.value} is not right</div>`",
            id="the service repeats what was typed",
        ),
        pytest.param(
            "step.hidden = false",
            f"more.innerHTML = `<div data-testid='form-error--content'>{'x' * (CUT - 6)}${{password.value}}</div>`",
            id="the service repeats it where its words are cut",
        ),
        pytest.param(
            "step.hidden = false", "location = '/login/' + password.value", id="the service repeats it in its address"
        ),
    ],
)
def test_password_is_in_no_error(
    page: Page, go_through: Callable[[str], None], after_email: str, after_password: str
) -> None:
    page.set_default_timeout(500)

    with pytest.raises(SignInError) as raised:
        go_through(the_form(after_email, after_password))

    shown = str(raised.value) + "".join(traceback.format_exception(raised.value))
    assert "Open-S" not in shown
    assert raised.value.__context__ is None or raised.value.__suppress_context__
