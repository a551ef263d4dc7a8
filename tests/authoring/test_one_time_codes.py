import pytest
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from synthetics.authoring import signin
from synthetics.authoring.signin import SignInError, one_time_code, sign_in
from synthetics.config.models import Account, Target
from tests.authoring.conftest import SIGN_IN_SERVICE, SITE, Serve
from tests.authoring.fakes import HandClock
from tests.authoring.test_signin import HOME, SIGNED_IN, TO_SERVICE, TO_SITE, the_form

#: RFC 6238, appendix B: its test secret, and the last six digits of its first test value.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
CODE_AT_59_S = "287082"


def code_form(after_code: str) -> str:
    return f"""
      <form id=codes><input id=two-step-verification-otp-code-input autocomplete=one-time-code>
      <button id=two-step-verification-submit>Log in</button></form><div id=more></div>
      <script>
        codes.addEventListener("submit", (event) => {{
          event.preventDefault();
          const code = document.querySelector("input").value;
          {after_code}
        }});
      </script>"""


@pytest.fixture
def careful() -> Target:
    account = Account.model_validate({"email": "robot@example.com", "password": "Open-Sesame-1", "totp_secret": SECRET})
    return Target(name="site", site=SITE, account=account)


def go(page: Page, target: Target) -> None:
    clock = HandClock()
    clock.now_ms = 59_000
    sign_in(page, target, home="/home", signed_in=SIGNED_IN, asks=lambda _url: None, clock=clock)


def serve_form(serve: Serve, after_password: str, after_code: str = "") -> None:
    serve(
        {
            f"{SITE}/home": TO_SERVICE,
            f"{SIGN_IN_SERVICE}/login": the_form(after_password=after_password),
            f"{SIGN_IN_SERVICE}/login/mfa": code_form(after_code),
            f"{SITE}/in": HOME,
        }
    )


TO_CODE = f"location = '{SIGN_IN_SERVICE}/login/mfa'"


def test_code_is_the_one_of_the_rfc() -> None:
    assert one_time_code(SecretStr(SECRET), 59_000).get_secret_value() == CODE_AT_59_S


def test_account_with_codes_is_signed_in_in_three_steps(page: Page, serve: Serve, careful: Target) -> None:
    serve_form(serve, TO_CODE, f"if (code === '{CODE_AT_59_S}') {TO_SITE}")

    go(page, careful)

    expect(page).to_have_url(f"{SITE}/in")


def test_account_with_codes_that_is_asked_for_none_is_signed_in(page: Page, serve: Serve, careful: Target) -> None:
    serve_form(serve, TO_SITE)

    go(page, careful)

    expect(page).to_have_url(f"{SITE}/in")


def test_code_that_is_refused_is_told_with_what_the_service_says(page: Page, serve: Serve, careful: Target) -> None:
    error = '<div data-testid="form-error--content">Incorrect code</div>'
    serve_form(serve, TO_CODE, f"more.innerHTML = `{error}`")

    with pytest.raises(SignInError, match=r"refused what was typed \(“Incorrect code”\), at .*/login/mfa") as raised:
        go(page, careful)

    assert SECRET not in str(raised.value)


def test_service_that_asks_for_the_code_again_and_again_leads_nowhere(
    page: Page, serve: Serve, careful: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signin, "STAGE_TIMEOUT_MS", 1_500)
    serve_form(serve, TO_CODE)

    with pytest.raises(SignInError, match=r"nothing that is known came within 1\.5 s"):
        go(page, careful)
