"""The sign-in service: e-mail, then password, where the account has it a one-time code, then a code for the site."""

import hmac
import json
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

import pyotp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from synthetics.standin import seed
from synthetics.standin.addresses import LANDING_PATH, SIGNED_IN_PATH, Addresses
from synthetics.standin.identity import Sessions
from synthetics.standin.persona import Account, Persona
from synthetics.standin.rendering import STATIC, render

ID_COOKIE = "standin.id.session"
# Who has given the right password and not yet the one-time code.
PENDING_COOKIE = "standin.id.pending"
WRONG_CREDENTIALS = "Incorrect email address and / or password. If you recently changed it, use the new one."
WRONG_CODE = "That verification code is incorrect or has expired. Try again with a new one."
# One step of 30 s to either side, as RFC 6238 recommends, for clocks that differ.
_STEPS_OFF = 1
_MOST_CODES = 1_000


class SignIn:
    """The service.

    Args:
        persona: Who can sign in.
        addresses: Where the site is.
        now: The time, UTC; one-time codes depend on it.
    """

    def __init__(
        self, persona: Persona, addresses: Addresses, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._persona = persona
        self._addresses = addresses
        self._now = now
        self.sessions = Sessions()
        self._pending = Sessions()
        self._codes: OrderedDict[str, str] = OrderedDict()

    def app(self) -> Starlette:
        """Its application."""
        return Starlette(
            routes=[
                Route("/login", self.page),
                Route("/login/identify", self.identify, methods=["POST"]),
                Route("/login/password", self.check_password, methods=["POST"]),
                Route("/login/mfa", self.code_page),
                Route("/login/mfa", self.check_code, methods=["POST"]),
                Route("/logout", self.sign_out),
                Route("/token", self.token, methods=["POST"]),
                Mount("/static", StaticFiles(directory=STATIC / "signin")),
            ]
        )

    async def page(self, request: Request) -> Response:
        """The form; who is signed in already goes straight on to the site."""
        wanted = request.query_params.get("continue")
        if wanted is not None and not self._is_of_site(wanted):
            context = {"build": seed.BUILD, "site": self._addresses.site + LANDING_PATH}
            return render("signin_refused.html", context, status_code=HTTPStatus.BAD_REQUEST)
        account_id = self.sessions.account_id(request.cookies.get(ID_COOKIE))
        if account_id is not None:
            return RedirectResponse(self._onward(account_id, wanted), HTTPStatus.FOUND)
        return _form("signin.html", wanted)

    async def identify(self, request: Request) -> Response:
        """The first step. An address nobody has gets the same answer: the service does not tell who has an account."""
        asked = await self._asked(request)
        if asked is None:
            return _refused("The request does not come from this page.", HTTPStatus.FORBIDDEN)
        if "@" not in str(asked.get("email", "")):
            return _refused("Enter an email address", HTTPStatus.BAD_REQUEST)
        return JSONResponse({"next": "password"})

    async def check_password(self, request: Request) -> Response:
        """The second step: say where the browser goes next."""
        asked = await self._asked(request)
        if asked is None:
            return _refused("The request does not come from this page.", HTTPStatus.FORBIDDEN)
        email, password = str(asked.get("email", "")), str(asked.get("password", ""))
        account = self._persona.account_of(email)
        expected = (self._persona.accounts[0] if account is None else account).credentials.password
        if not hmac.compare_digest(password.encode(), expected.encode()) or account is None:
            return _refused(WRONG_CREDENTIALS, HTTPStatus.UNAUTHORIZED)
        wanted = asked.get("continue") or None
        if account.totp_secret is None:
            return self._signed_in(account, wanted)
        response = JSONResponse({"redirect": f"/login/mfa?{urlencode({'continue': wanted or ''})}"})
        pending = self._pending.open(account.user.account_id)
        response.set_cookie(PENDING_COOKIE, pending, httponly=True, samesite="lax", path="/")
        return response

    async def code_page(self, request: Request) -> Response:
        """The form of the third step, for those who have taken the second."""
        wanted = request.query_params.get("continue") or None
        if self._waiting(request) is None:
            return RedirectResponse(
                f"/login?{urlencode({'continue': wanted})}" if wanted else "/login", HTTPStatus.FOUND
            )
        return _form("signin_code.html", wanted)

    async def check_code(self, request: Request) -> Response:
        """The third step: the one-time code."""
        asked = await self._asked(request)
        account = self._waiting(request)
        if asked is None or account is None or account.totp_secret is None:
            return _refused("The request does not come from this page.", HTTPStatus.FORBIDDEN)
        code = str(asked.get("code", "")).replace(" ", "")
        if not pyotp.TOTP(account.totp_secret).verify(code, for_time=self._now(), valid_window=_STEPS_OFF):
            return _refused(WRONG_CODE, HTTPStatus.UNAUTHORIZED)
        self._pending.close(request.cookies.get(PENDING_COOKIE))
        response = self._signed_in(account, asked.get("continue") or None)
        response.delete_cookie(PENDING_COOKIE, path="/")
        return response

    def _waiting(self, request: Request) -> Account | None:
        """Who has still to give a one-time code."""
        account_id = self._pending.account_id(request.cookies.get(PENDING_COOKIE))
        return next((account for account in self._persona.accounts if account.user.account_id == account_id), None)

    def _signed_in(self, account: Account, wanted: str | None) -> Response:
        account_id = account.user.account_id
        response = JSONResponse({"redirect": self._onward(account_id, wanted)})
        response.set_cookie(ID_COOKIE, self.sessions.open(account_id), httponly=True, samesite="lax", path="/")
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session and show the form again."""
        self.sessions.close(request.cookies.get(ID_COOKIE))
        query = urlencode({"continue": request.query_params.get("continue", "")})
        response = RedirectResponse(f"/login?{query}", HTTPStatus.SEE_OTHER)
        response.delete_cookie(ID_COOKIE, path="/")
        return response

    async def token(self, request: Request) -> Response:
        """For the site: whose code this is. It is good once."""
        try:
            code = str((await request.json())["code"])
        except (json.JSONDecodeError, KeyError, TypeError):
            code = ""
        account_id = self._codes.pop(code, None)
        if account_id is None:
            return JSONResponse({"error": "invalid_grant"}, status_code=HTTPStatus.BAD_REQUEST)
        return JSONResponse({"account_id": account_id})

    async def _asked(self, request: Request) -> dict[str, Any] | None:
        """What the page sent, or None where it was not this service's own page that sent it."""
        if request.headers.get("origin") != self._addresses.signin:
            return None
        try:
            asked = await request.json()
        except json.JSONDecodeError:
            return None
        return asked if isinstance(asked, dict) else None

    def _is_of_site(self, address: str) -> bool:
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}" == self._addresses.site

    def _onward(self, account_id: str, wanted: str | None) -> str:
        code = secrets.token_urlsafe(24)
        self._codes[code] = account_id
        while len(self._codes) > _MOST_CODES:
            self._codes.popitem(last=False)
        path = LANDING_PATH
        if wanted is not None and self._is_of_site(wanted):
            path = wanted.removeprefix(self._addresses.site) or LANDING_PATH
        return f"{self._addresses.site}{SIGNED_IN_PATH}?{urlencode({'code': code, 'dest-url': path})}"


def _form(template: str, wanted: str | None) -> Response:
    policy = "default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'"
    context = {"build": seed.BUILD, "continue_to": wanted or ""}
    return render(template, context, headers={"Content-Security-Policy": policy})


def _refused(message: str, status: HTTPStatus) -> Response:
    return JSONResponse({"error": message}, status_code=status)
