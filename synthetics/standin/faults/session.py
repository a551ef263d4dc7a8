"""Faults of the session: the account, its sign-in, and what it may do."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Send

from synthetics.standin import seed
from synthetics.standin.addresses import ServerName
from synthetics.standin.faults import scripts
from synthetics.standin.faults.acts import Answer, answers, changes
from synthetics.standin.faults.app_backend import at_gateway
from synthetics.standin.faults.app_frame import script
from synthetics.standin.faults.model import Blames, Effect, Fault, SwitchedOn
from synthetics.standin.faults.requests import FRAMED_APPS, IHUB, INTERFACES, POINTS_CHECK, Asked
from synthetics.standin.rendering import fragment, render
from synthetics.standin.signin import WRONG_CODE, WRONG_CREDENTIALS

_CAPTCHA = "/recaptcha/challenge"
_MAIL_SENT = "/login/verify-device"
_ID_COOKIE = "standin.id.session"


async def _as_nobody(inner: ASGIApp, asked: Asked, _on: SwitchedOn, receive: Receive, send: Send) -> None:
    """The request arrives without its cookies."""
    headers = [(name, value) for name, value in asked.scope["headers"] if name != b"cookie"]
    await inner({**asked.scope, "headers": headers}, receive, send)


def _to(path: str, method: str) -> Callable[[Asked], bool]:
    return lambda asked: (asked.path, asked.method) == (path, method)


def _at_signin(path: str, method: str, act: Any) -> Effect:
    return Effect(server=ServerName.SIGNIN, act=act, about=_to(path, method), counted=_to(path, "POST"))


def _refused(sentence: str) -> Any:
    return answers(lambda _asked, _on: JSONResponse({"error": sentence}, status_code=HTTPStatus.UNAUTHORIZED))


def _on_to(path: str) -> Any:
    """Where the password is right, the browser is sent to one more page instead of to the site."""

    def act(answer: Answer, asked: Asked, _on: SwitchedOn) -> None:
        if answer.status == HTTPStatus.OK:
            wanted = json.loads(asked.body).get("continue") or ""
            answer.body = json.dumps({"redirect": f"{path}?{urlencode({'continue': wanted})}"}).encode()
            # Nobody has a session before the last page.
            kept = [(name, value) for name, value in answer.start["headers"] if name != b"set-cookie"]
            answer.start["headers"] = kept

    return changes(act)


def _page(template: str) -> Any:
    def made(asked: Asked, _on: SwitchedOn) -> Response:
        query = dict(pair.split("=", 1) for pair in asked.scope["query_string"].decode().split("&") if "=" in pair)
        return render(template, {"build": seed.BUILD, "continue_to": query.get("continue", "")})

    return answers(made)


def _ask_captcha(answer: Answer, _asked: Asked, _on: SwitchedOn) -> None:
    form = answer.body.decode()
    answer.body = form.replace("</form>", f"{fragment('signin_captcha.html', {'challenge': _CAPTCHA})}</form>").encode()


def _challenge(_asked: Asked, _on: SwitchedOn) -> Response:
    page = Markup("<!doctype html>\n<title>Challenge</title>\n<p>I&rsquo;m not a robot</p>\n")
    return HTMLResponse(page)


def _forbidden(asked: Asked, _on: SwitchedOn) -> Response:
    if asked.path.startswith(INTERFACES):
        body = {"errorMessages": ["You do not have permission to use this site."], "errors": {}}
        return JSONResponse(body, status_code=HTTPStatus.FORBIDDEN)
    return render("no_access.html", {"signin": asked.facts.addresses.signin}, status_code=HTTPStatus.FORBIDDEN)


def _is_persons(asked: Asked) -> bool:
    """Whether it comes from an account: apps act on the site with tokens of their own."""
    with_token = Headers(scope=asked.scope).get("authorization", "").lower().startswith("basic ")
    return (asked.has_session or with_token) and not asked.path.startswith("/static/")


def _unlicensed_tree(_asked: Asked, _on: SwitchedOn) -> Response:
    text = "The licence of this app has expired. Ask an administrator of your site to renew it."
    tree = {"type": "Stack", "children": [{"type": "Text", "text": text}]}
    return JSONResponse({"data": {"invokeExtension": {"success": True, "response": {"body": tree}, "errors": []}}})


def is_flash_due(asked: Asked) -> bool:
    """Whether a signed-in user opens a page by hand; who comes from signing in is not sent there again."""
    return asked.is_page and asked.has_session and "standin.flashed=" not in asked.header("cookie")


def flash_site(asked: Asked, _on: SwitchedOn) -> Response:
    """Send somebody who is signed in to the sign-in service all the same."""
    path = asked.path + (f"?{query}" if (query := asked.scope["query_string"].decode()) else "")
    wanted = urlencode({"continue": asked.facts.addresses.site + path})
    response = Response(status_code=HTTPStatus.FOUND)
    response.headers["Location"] = f"{asked.facts.addresses.signin}/login?{wanted}"
    response.set_cookie("standin.flashed", "yes", max_age=20, path="/", httponly=True, samesite="lax")
    return response


def flash_form(answer: Answer, asked: Asked, on: SwitchedOn) -> None:
    """Show the form, and send who is signed in on to the site a moment later."""
    if answer.status != HTTPStatus.FOUND or urlsplit(answer.headers["location"]).path == "/login":
        return
    onward, seconds = answer.headers["location"], int(on.values["seconds"])
    form = render("signin.html", {"build": seed.BUILD, "continue_to": ""})
    meta = fragment("signin_flash.html", {"seconds": seconds, "onward": onward})
    answer.body = bytes(form.body).replace(b"</head>", f"{meta}</head>".encode(), 1)
    answer.start = {"type": "http.response.start", "status": int(HTTPStatus.OK), "headers": form.raw_headers}
    del asked


SESSION_FAULTS = (
    Fault(
        name="signed_out",
        sentence="After some pages the account is signed out, on the site and at the sign-in service.",
        blames=Blames.SESSION,
        after=2,
        effects=(
            Effect(
                server=ServerName.SITE,
                act=_as_nobody,
                about=lambda asked: asked.has_session and not asked.path.startswith(("/static/", "/login/")),
                counted=lambda asked: asked.is_page,
            ),
            Effect(
                server=ServerName.SIGNIN,
                act=_as_nobody,
                about=lambda asked: asked.path == "/login" and f"{_ID_COOKIE}=" in asked.header("cookie"),
                counted=lambda _asked: False,
            ),
        ),
    ),
    Fault(
        name="session_expired",
        sentence="The sessions that there are when this is switched on have expired; who signs in again has a new one.",
        blames=Blames.SESSION,
    ),
    Fault(
        name="wrong_password",
        sentence="The sign-in service refuses the account's password.",
        blames=Blames.SESSION,
        effects=(_at_signin("/login/password", "POST", _refused(WRONG_CREDENTIALS)),),
    ),
    Fault(
        name="one_time_code_refused",
        sentence="The sign-in service asks every account for a one-time code, and refuses each that is given.",
        blames=Blames.SESSION,
        effects=(
            _at_signin("/login/password", "POST", _on_to("/login/mfa")),
            _at_signin("/login/mfa", "GET", _page("signin_code.html")),
            _at_signin("/login/mfa", "POST", _refused(WRONG_CODE)),
        ),
    ),
    Fault(
        name="captcha",
        sentence="The sign-in service asks to solve a captcha.",
        blames=Blames.SESSION,
        effects=(
            _at_signin("/login", "GET", changes(_ask_captcha)),
            _at_signin(_CAPTCHA, "GET", answers(_challenge)),
            _at_signin("/login/password", "POST", _refused("Confirm that you are not a robot.")),
        ),
    ),
    Fault(
        name="new_device_mail",
        sentence="The sign-in service does not know the browser, and sends a mail that somebody must answer.",
        blames=Blames.SESSION,
        effects=(
            _at_signin("/login/password", "POST", _on_to(_MAIL_SENT)),
            _at_signin(_MAIL_SENT, "GET", _page("signin_mail_sent.html")),
        ),
    ),
    Fault(
        name="consent_banner",
        sentence="The app asks for the user's permission, and shows nothing until then.",
        blames=Blames.SESSION,
        apps=(IHUB,),
    ),
    Fault(
        name="permission_revoked",
        sentence="The account may not use the site any more: pages and REST answer 403 to it.",
        blames=Blames.SESSION,
        effects=(Effect(server=ServerName.SITE, act=answers(_forbidden), about=_is_persons),),
    ),
    Fault(
        name="licence_expired",
        sentence="The app's licence has expired: the host says so to the app, and the app to the user.",
        blames=Blames.SESSION,
        apps=(*FRAMED_APPS, POINTS_CHECK),
        effects=(
            *script(lambda app, _on: scripts.unlicensed(app)),
            at_gateway(answers(_unlicensed_tree), lambda asked: asked.app == POINTS_CHECK),
        ),
    ),
)
