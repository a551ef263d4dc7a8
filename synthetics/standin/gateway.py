"""The site's gateway, through which the page that holds an app calls the app's backend."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from synthetics.standin.app_calls import AppError
from synthetics.standin.forge_apps import Answers, ForgeApp, FunctionCall
from synthetics.standin.forge_functions import host_functions
from synthetics.standin.rest_errors import RestError
from synthetics.standin.site_context import SiteContext
from synthetics.standin.state import User

INVOKE = "forge_ui_invokeExtension"
INVOKE_REMOTE = "forge_ui_invokeRemote"


class Gateway:
    """The GraphQL-like endpoint: two operations, told apart by their names.

    Args:
        context: What the parts of the site share.
    """

    def __init__(self, context: SiteContext) -> None:
        self._context = context
        host_functions(context)

    def routes(self) -> list[Route]:
        """Where it is."""
        return [Route("/gateway/api/graphql", self.answer, methods=["POST"])]

    async def answer(self, request: Request) -> Response:
        """Carry out one operation. An app that fails is an answer as well, with status 200, as on the real site."""
        user = self._context.identity.of_request(request)
        operation, asked = await _operation(request)
        try:
            done = await (self._invoke(asked, user) if operation == INVOKE else self._remote(asked, user))
        except AppError as error:
            done = _failed(error)
        return JSONResponse({"data": {"invokeExtension": done}})

    async def _invoke(self, asked: Mapping[str, Any], user: User) -> dict[str, Any]:
        function = asked.get("functionKey")
        if not isinstance(function, str) or not function:
            raise RestError(HTTPStatus.BAD_REQUEST, "The call needs a functionKey.")
        call = FunctionCall(payload=asked.get("payload"), user=user, context=_place(asked))
        body = await self._context.app.invoke(self._app(asked), function, call)
        return {"success": True, "response": {"body": body}, "errors": []}

    async def _remote(self, asked: Mapping[str, Any], user: User) -> dict[str, Any]:
        path, method = asked.get("path", "/"), str(asked.get("method", "GET")).upper()
        if not isinstance(path, str) or not path.startswith("/"):
            raise RestError(HTTPStatus.BAD_REQUEST, f"The path {path!r} must begin with a slash.")
        if (app := self._app(asked)).answers is not Answers.REMOTE:
            raise AppError(None, f"{app.title} has no remote")
        content = asked.get("body")
        answer = await self._context.app.request(
            method, path, user, content=None if content is None else _as_text(content)
        )
        remote = {
            "status": answer.status_code,
            "statusText": answer.reason_phrase,
            "headers": dict(answer.headers),
            "body": answer.text,
        }
        return {"success": True, "response": {"body": remote}, "errors": []}

    def _app(self, asked: Mapping[str, Any]) -> ForgeApp:
        """The app whose module is meant."""
        extension = asked.get("extensionId")
        app = self._context.persona.apps.of_extension(extension) if isinstance(extension, str) else None
        if app is None:
            raise RestError(HTTPStatus.BAD_REQUEST, f"There is no extension {extension!r} on this site.")
        return app


async def _operation(request: Request) -> tuple[str, Mapping[str, Any]]:
    try:
        body = await request.json()
        operation, asked = body["operationName"], body["variables"]["input"]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise RestError(HTTPStatus.BAD_REQUEST, "The request is no GraphQL operation with an input.") from error
    if operation not in {INVOKE, INVOKE_REMOTE} or not isinstance(asked, Mapping):
        raise RestError(HTTPStatus.BAD_REQUEST, f"There is no operation named {operation!r}.")
    return operation, asked


def _place(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where the page is that calls, as it says itself: an app must not take it for a permission."""
    place = asked.get("context")
    return place if isinstance(place, Mapping) else {}


def _failed(error: AppError) -> dict[str, Any]:
    reason = {"message": str(error), "extensions": {"errorType": "REMOTE_ERROR", "statusCode": error.status}}
    return {"success": False, "response": None, "errors": [reason]}


def _as_text(content: object) -> str:
    return content if isinstance(content, str) else json.dumps(content)
