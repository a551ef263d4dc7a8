"""The third step of signing in: the one-time code of an account that has them."""

import asyncio
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
from playwright.sync_api import Page, expect

from synthetics.standin.addresses import Addresses, ServerName
from synthetics.standin.persona import DEFAULT
from synthetics.standin.signin import SignIn
from tests.standin.started import Standin

_NOW = datetime(2026, 3, 1, 12, 0, 10, tzinfo=UTC)
_ADDRESSES = Addresses.on_ports(DEFAULT.hosts, {name: 8_000 + number for number, name in enumerate(ServerName)})
(_ACCOUNT,) = (account for account in DEFAULT.accounts if account.totp_secret is not None)


def _code(moment: datetime) -> str:
    return pyotp.TOTP(_ACCOUNT.totp_secret or "").at(moment)


async def _answers(*codes: str, password_first: bool = True) -> list[httpx.Response]:
    """What the service answers to one code after the other, at ``_NOW``."""
    transport = httpx.ASGITransport(SignIn(DEFAULT, _ADDRESSES, now=lambda: _NOW).app())
    headers = {"Origin": _ADDRESSES.signin}
    async with httpx.AsyncClient(transport=transport, base_url=_ADDRESSES.signin, headers=headers) as client:
        if password_first:
            credentials = {"email": _ACCOUNT.credentials.email, "password": _ACCOUNT.credentials.password}
            second = await client.post("/login/password", json=credentials)
            assert urlsplit(second.json()["redirect"]).path == "/login/mfa"
        return [await client.post("/login/mfa", json={"code": code, "continue": ""}) for code in codes]


@pytest.mark.parametrize(
    ("seconds_off", "status"),
    [
        pytest.param(0, HTTPStatus.OK, id="now"),
        pytest.param(-30, HTTPStatus.OK, id="the clock is a step behind"),
        pytest.param(30, HTTPStatus.OK, id="the clock is a step ahead"),
        pytest.param(-90, HTTPStatus.UNAUTHORIZED, id="too old"),
        pytest.param(90, HTTPStatus.UNAUTHORIZED, id="the clock is far ahead"),
    ],
)
def test_code_is_good_for_its_time(seconds_off: int, status: HTTPStatus) -> None:
    (answer,) = asyncio.run(_answers(_code(_NOW + timedelta(seconds=seconds_off))))
    assert answer.status_code == status


def test_code_may_be_written_in_two_groups_and_wrong_ones_can_be_mended() -> None:
    right = _code(_NOW)
    answers = asyncio.run(_answers("000000", "", f"{right[:3]} {right[3:]}"))
    assert [answer.status_code for answer in answers] == [401, 401, 200]
    assert answers[0].json()["error"].startswith("That verification code is incorrect or has expired.")
    assert "standin.id.session" not in answers[0].headers.get("set-cookie", "")
    assert "standin.id.session" in answers[2].headers["set-cookie"]


def test_code_without_the_password_is_worth_nothing() -> None:
    (answer,) = asyncio.run(_answers(_code(_NOW), password_first=False))
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_password_alone_opens_no_session(standin: Standin) -> None:
    account = standin.accounts["with_totp"]
    credentials = {"email": account["email"], "password": account["password"]}
    with standin.browserless() as client:
        answer = client.post(f"{standin.signin}/login/password", json=credentials, headers={"Origin": standin.signin})
        assert urlsplit(answer.json()["redirect"]).path == "/login/mfa"
        assert urlsplit(str(client.get("/jira/your-work").url)).path == "/login"


def test_code_page_is_for_those_who_gave_their_password(standin: Standin) -> None:
    wanted = f"{standin.site}/browse/SYN-1"
    with standin.browserless() as client:
        page = client.get(f"{standin.signin}/login/mfa", params={"continue": wanted})
    assert urlsplit(str(page.url)).path == "/login"
    assert parse_qs(urlsplit(str(page.url)).query)["continue"] == [wanted]


def test_api_token_needs_no_code_and_belongs_to_its_own_account(standin: Standin) -> None:
    account = standin.accounts["with_totp"]
    for token, status in ((account["api_token"], HTTPStatus.OK), (standin.api_token, HTTPStatus.UNAUTHORIZED)):
        answer = httpx.get(f"{standin.site}/rest/api/3/myself", auth=(account["email"], token), trust_env=False)
        assert answer.status_code == status


def test_sign_in_asks_for_the_code_and_goes_on(fresh_page: Page, standin: Standin) -> None:
    account = standin.accounts["with_totp"]
    fresh_page.goto("/browse/SYN-2")
    fresh_page.locator("#username").fill(account["email"])
    fresh_page.locator("#login-submit").click()
    fresh_page.locator("#password").fill(account["password"])
    fresh_page.locator("#login-submit").click()
    fresh_page.wait_for_url("**/login/mfa?**")
    code = fresh_page.locator("#two-step-verification-otp-code-input")
    expect(code).to_have_attribute("autocomplete", "one-time-code")
    code.fill("12345")
    fresh_page.locator("#two-step-verification-submit").click()
    expect(fresh_page.get_by_test_id("form-error--content")).to_contain_text("verification code is incorrect")
    code.fill(pyotp.TOTP(account["totp_secret"]).now())
    fresh_page.locator("#two-step-verification-submit").click()
    fresh_page.wait_for_url("**/browse/SYN-2")
