"""The site's calls to the apps: invocations that somebody waits for, and events that nobody waits for."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx

from synthetics.standin import tokens
from synthetics.standin.background import Background
from synthetics.standin.forge_apps import Answers, ForgeApp, Function, FunctionCall, FunctionError
from synthetics.standin.identity import SITE_AUDIENCE
from synthetics.standin.persona import Persona
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
    """The way to the apps: to functions that Forge itself runs, and to the remote backend of iHub.

    Args:
        persona: The site's id, and iHub's ids on it.
        http: The client.
        backend: The origin of iHub's backend.
        secret: What tokens are signed with.
        background: For events.
    """

    def __init__(
        self, persona: Persona, http: httpx.AsyncClient, backend: str, secret: bytes, background: Background
    ) -> None:
        self._persona = persona
        self._http = http
        self._backend = backend
        self._secret = secret
        self._background = background
        self._hosted: dict[str, dict[str, Function]] = {}

    def host(self, app: ForgeApp, functions: Mapping[str, Function]) -> None:
        """Let Forge run these functions of an app, by their keys."""
        self._hosted.setdefault(app.id, {}).update(functions)

    async def invoke(self, app: ForgeApp, function: str, call: FunctionCall) -> Any:
        """Call a function of an app.

        Args:
            app: The app.
            function: The resolver's key.
            call: What is passed to it, by whom and from where.

        Returns:
            What the function returns.

        Raises:
            AppError: The function failed or there is none of this key, the backend answered with something else than
                200, or it did not answer.
        """
        if app.answers is Answers.HOSTED:
            return await self._run(app, function, call)
        return await self._ask_remote(function, call)

    async def _run(self, app: ForgeApp, function: str, call: FunctionCall) -> Any:
        found = self._hosted.get(app.id, {}).get(function)
        if found is None:
            raise AppError(None, f"there is no function {function!r} in this app")
        try:
            return await found(call)
        except FunctionError as error:
            raise AppError(None, str(error)) from error

    async def _ask_remote(self, function: str, asked: FunctionCall) -> Any:
        call = {"call": {"functionKey": function, "payload": asked.payload}, "context": dict(asked.context)}
        response = await self.request("POST", "/forge/invoke", asked.user, json=call)
        if response.status_code != HTTPStatus.OK:
            raise AppError(response.status_code, _reason(response))
        return response.json()["body"]

    async def request(
        self, method: str, path: str, user: User | None, *, json: Any = None, content: str | None = None
    ) -> httpx.Response:
        """Send a request to iHub's backend with the token that says on whose behalf.

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
        app = self._persona.apps.ihub
        claims = {
            "app": {"id": app.id, "environmentId": app.environment_id, "installationId": app.installation_id},
            "context": {"cloudId": self._persona.cloud_id, "accountId": None if user is None else user.account_id},
        }
        system = {"sub": app.account.account_id}
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
