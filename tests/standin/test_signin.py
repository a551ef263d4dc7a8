"""Signing in, over HTTP as a browser does it."""

import re
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from synthetics import standin as room
from tests.standin.started import Standin


def _cookie(client: httpx.Client, name: str) -> str | None:
    return next((cookie.value for cookie in client.cookies.jar if cookie.name == name), None)


def _log_in(client: httpx.Client, standin: Standin, **changes: str) -> httpx.Response:
    asked = {
        "email": standin.email,
        "password": standin.password,
        "continue": f"{standin.site}/browse/SYN-1",
        **changes,
    }
    return client.post(f"{standin.signin}/login/password", json=asked, headers={"Origin": standin.signin})


@pytest.mark.parametrize("path", ["/", "/jira/your-work", "/browse/SYN-1", "/nothing?a=1"])
def test_pages_lead_to_sign_in_and_back_to_themselves(standin: Standin, path: str) -> None:
    with standin.browserless() as client:
        answer = client.get(path)
        asked = urlsplit(str(answer.url))
        assert f"{asked.scheme}://{asked.netloc}{asked.path}" == f"{standin.signin}/login"
        wanted = f"{standin.site}{'/jira/your-work' if path == '/' else path}"
        assert parse_qs(asked.query)["continue"] == [wanted]
        assert "Log in to continue" in answer.text


def test_sign_in_ends_on_the_page_wanted_with_a_session(standin: Standin) -> None:
    with standin.browserless() as client:
        step = client.post(
            f"{standin.signin}/login/identify", json={"email": standin.email}, headers={"Origin": standin.signin}
        )
        assert step.json() == {"next": "password"}
        page = client.get(_log_in(client, standin).json()["redirect"])
        assert str(page.url) == f"{standin.site}/browse/SYN-1"
        assert "Order export stops at 10,000 rows" in page.text


def test_session_cookie_is_hidden_from_scripts_and_other_sites(standin: Standin) -> None:
    with standin.browserless() as client:
        back = client.get(_log_in(client, standin).json()["redirect"], follow_redirects=False)
    said = back.headers["set-cookie"]
    assert said.startswith("standin.site.session=")
    assert "HttpOnly" in said
    assert "SameSite=lax" in said


def test_code_is_good_once(standin: Standin) -> None:
    with standin.browserless() as client:
        redirect = _log_in(client, standin).json()["redirect"]
    with standin.browserless() as other:
        other.get(redirect)
        assert _cookie(other, "standin.site.session") is not None
    with standin.browserless() as thief:
        assert urlsplit(str(thief.get(redirect).url)).path == "/login"
        assert _cookie(thief, "standin.site.session") is None


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"password": "wrong"}, id="a wrong password"),
        pytest.param({"email": "somebody@else.example"}, id="an unknown address"),
    ],
)
def test_wrong_credentials_get_one_and_the_same_message(standin: Standin, wrong: dict[str, str]) -> None:
    with standin.browserless() as client:
        answer = _log_in(client, standin, **wrong)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer.json()["error"].startswith("Incorrect email address and / or password.")
    assert "set-cookie" not in answer.headers


def test_first_step_asks_for_an_address(standin: Standin) -> None:
    answer = httpx.post(
        f"{standin.signin}/login/identify", json={"email": "x"}, headers={"Origin": standin.signin}, trust_env=False
    )
    assert (answer.status_code, answer.json()) == (HTTPStatus.BAD_REQUEST, {"error": "Enter an email address"})


@pytest.mark.parametrize("step", ["identify", "password"])
def test_steps_are_taken_on_their_own_page_only(standin: Standin, step: str) -> None:
    body = {"email": standin.email, "password": standin.password}
    answer = httpx.post(f"{standin.signin}/login/{step}", json=body, trust_env=False)
    assert answer.status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://elsewhere.example/",
        "//elsewhere.example/",
        "{site}@elsewhere.example/",
        "{site}.elsewhere.example/",
        "{site}\\@elsewhere.example/",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_sent_elsewhere(standin: Standin, elsewhere: str) -> None:
    wanted = elsewhere.format(site=standin.site)
    with standin.browserless() as client:
        page = client.get(f"{standin.signin}/login", params={"continue": wanted})
        assert page.status_code == HTTPStatus.BAD_REQUEST
        redirect = _log_in(client, standin, **{"continue": wanted}).json()["redirect"]
        assert str(client.get(redirect).url) == f"{standin.site}/jira/your-work"


@pytest.mark.parametrize("path", ["//elsewhere.example/", "/\\elsewhere.example/", "http://elsewhere.example/"])
def test_site_goes_on_to_its_own_pages_only(standin: Standin, path: str) -> None:
    with standin.browserless() as client:
        redirect = _log_in(client, standin).json()["redirect"]
        code = parse_qs(urlsplit(redirect).query)["code"][0]
        page = client.get("/login/callback", params={"code": code, "dest-url": path})
    assert str(page.url) == f"{standin.site}/jira/your-work"


def test_who_is_signed_in_is_sent_on_without_a_form(standin: Standin) -> None:
    with standin.signed_in() as client:
        client.cookies.delete("standin.site.session")
        assert str(client.get("/browse/SYN-2").url) == f"{standin.site}/browse/SYN-2"


def test_sign_out_ends_both_sessions(standin: Standin) -> None:
    with standin.signed_in() as client:
        left = httpx.Cookies(client.cookies)
        assert urlsplit(str(client.get("/logout").url)).path == "/login"
    with standin.browserless(cookies=left) as again:
        assert urlsplit(str(again.get("/jira/your-work").url)).path == "/login"


@pytest.mark.parametrize("page", ["signin", "signin_code"])
def test_form_cannot_be_sent_by_the_browser_itself_before_its_script_is_there(page: str) -> None:
    template = (Path(room.__file__).parent / "templates" / f"{page}.html").read_text()

    [button] = re.findall(r'<button[^>]*type="submit"[^>]*>', template)
    assert "disabled" in button
