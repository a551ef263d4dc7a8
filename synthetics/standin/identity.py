"""Who is asking: by session cookie, by API token, or as the app."""

import base64
import binascii
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Mapping

from starlette.requests import Request

from synthetics.standin import tokens
from synthetics.standin.persona import Persona
from synthetics.standin.state import Jira, User

SITE_COOKIE = "standin.site.session"
SITE_AUDIENCE = "site"
_MOST_SESSIONS = 1_000


class NotSignedInError(Exception):
    """Nobody that the site knows is asking."""


class ForgedRequestError(Exception):
    """A session's cookie came with a write that the site's own pages did not send."""


class Sessions:
    """Who is signed in; the oldest session ends when there are more than a thousand."""

    def __init__(self) -> None:
        self._accounts: OrderedDict[str, str] = OrderedDict()

    def open(self, account_id: str) -> str:
        """Begin a session and say the value of its cookie."""
        cookie = secrets.token_urlsafe(32)
        self._accounts[cookie] = account_id
        while len(self._accounts) > _MOST_SESSIONS:
            self._accounts.popitem(last=False)
        return cookie

    def account_id(self, cookie: str | None) -> str | None:
        """Whose session this is, if it is one."""
        return None if cookie is None else self._accounts.get(cookie)

    def close(self, cookie: str | None) -> None:
        """End a session, if it is one."""
        if cookie is not None:
            self._accounts.pop(cookie, None)

    def close_all(self) -> None:
        """End every session."""
        self._accounts.clear()


class Identity:
    """Tells who sends a request to the site.

    Args:
        persona: Who can sign in.
        jira: Where the users are.
        origin: The site's own origin, from which a session may write.
        secret: What app tokens are signed with.
    """

    def __init__(self, persona: Persona, jira: Jira, origin: str, secret: bytes) -> None:
        self.sessions = Sessions()
        self._persona = persona
        self._jira = jira
        self._origin = origin
        self._secret = secret

    def of_session(self, request: Request) -> User | None:
        """Whose session the request's cookie is, if it is one."""
        account_id = self.sessions.account_id(request.cookies.get(SITE_COOKIE))
        return None if account_id is None else self._jira.user(account_id)

    def of_request(self, request: Request) -> User:
        """Who sends a request to REST.

        Args:
            request: Any request.

        Returns:
            The user; the app itself for the app's token.

        Raises:
            NotSignedInError: Neither header nor cookie is known.
            ForgedRequestError: A session writes from somewhere else than the site's own pages.
        """
        authorization = request.headers.get("authorization")
        if authorization is not None:
            return self._of_header(authorization)
        user = self.of_session(request)
        if user is None:
            raise NotSignedInError
        if request.method not in {"GET", "HEAD"} and not self.is_own(request.headers):
            raise ForgedRequestError
        return user

    def is_own(self, headers: Mapping[str, str]) -> bool:
        """Whether a write comes from the site's own pages: a page elsewhere can set neither of these headers."""
        return headers.get("origin") == self._origin or headers.get("x-atlassian-token") == "no-check"

    def _of_header(self, authorization: str) -> User:
        scheme, _, value = authorization.partition(" ")
        user = self._of_basic(value) if scheme.lower() == "basic" else self._of_app_token(authorization)
        if user is None:
            raise NotSignedInError
        return user

    def _of_basic(self, value: str) -> User | None:
        try:
            email, _, api_token = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        account = self._persona.account_of(email)
        if account is None or not hmac.compare_digest(api_token.encode(), account.credentials.api_token.encode()):
            return None
        return account.user

    def _of_app_token(self, authorization: str) -> User | None:
        try:
            claims = tokens.verify(tokens.bearer(authorization), self._secret, audience=SITE_AUDIENCE)
        except tokens.TokenError:
            return None
        return self._jira.user(str(claims["sub"]))
