"""The site's calls to an app's backend: invocations that somebody waits for, and events that nobody waits for."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx

from synthetics.standin import seed, tokens
from synthetics.standin.background import Background
from synthetics.standin.identity import SITE_AUDIENCE
from synthetics.standin.state import User

APP_AUDIENCE = "ihub"
# The app acts on the site with this token, which comes with each call.
SYSTEM_TOKEN_HEADER = "X-Forge-OAuth-System"  # noqa: S105  the header's name, not a token
TIMEOUT_SECONDS = 25.0


class AppError(Exception):
    """The backend gave no answer that can be used.

    Args:
        status: Its HTTP status; None where it did not answer at all.
        sentence: What happened.
    """

    def __init__(self, status: int | None, sentence: str) -> None:
        self.status = status
        super().__init__(sentence)


class AppCalls:
    """The way to the backend of iHub.

    Args:
        http: The client.
        backend: The backend's origin.
        secret: What tokens are signed with.
        background: For events.
    """

    def __init__(self, http: httpx.AsyncClient, backend: str, secret: bytes, background: Background) -> None:
        self._http = http
        self._backend = backend
        self._secret = secret
        self._background = background

    async def invoke(self, function: str, payload: Any, user: User) -> Any:
        """Call a function of the app.

        Args:
            function: The resolver's key.
            payload: What the app's page passes to it, JSON.
            user: Who looks at the page.

        Returns:
            What the function returns.

        Raises:
            AppError: The backend answered with something else than 200, or did not answer.
        """
        call = {"call": {"functionKey": function, "payload": payload}}
        response = await self.request("POST", "/forge/invoke", user, json=call)
        if response.status_code != HTTPStatus.OK:
            raise AppError(response.status_code, _reason(response))
        return response.json()["body"]

    async def request(
        self, method: str, path: str, user: User | None, *, json: Any = None, content: str | None = None
    ) -> httpx.Response:
        """Send a request to the backend with the token that says on whose behalf.

        Args:
            method: The HTTP method.
            path: Begins with a slash.
            user: Who looks at the page; None for an event.
            json: The body, as JSON.
            content: The body, as text.

        Returns:
            The answer, whatever its status.

        Raises:
            AppError: There was no answer.
        """
        try:
            return await self._http.request(
                method,
                self._backend + path,
                json=json,
                content=content,
                headers=self._headers(user),
                timeout=TIMEOUT_SECONDS,
            )
        except httpx.HTTPError as error:
            raise AppError(None, f"the remote did not answer ({type(error).__name__})") from error

    def send_event(self, event: Mapping[str, Any]) -> None:
        """Send an event in the background; as with any webhook, one that does not arrive is lost."""
        self._background.start(self._deliver(event))

    async def _deliver(self, event: Mapping[str, Any]) -> None:
        try:
            await self.request("POST", "/forge/events", None, json=event)
        except AppError:
            return

    def _headers(self, user: User | None) -> dict[str, str]:
        claims = {
            "app": {"id": seed.APP_ID, "environmentId": seed.ENVIRONMENT_ID, "installationId": seed.INSTALLATION_ID},
            "context": {"cloudId": seed.CLOUD_ID, "accountId": None if user is None else user.account_id},
        }
        system = {"sub": seed.APP_USER.account_id}
        return {
            "Authorization": f"Bearer {tokens.sign(claims, self._secret, audience=APP_AUDIENCE)}",
            SYSTEM_TOKEN_HEADER: tokens.sign(system, self._secret, audience=SITE_AUDIENCE),
        }


def _reason(response: httpx.Response) -> str:
    try:
        message = response.json()["message"]
    except (ValueError, KeyError, TypeError):
        message = f"the remote answered {response.status_code} {response.reason_phrase}"
    return str(message)
