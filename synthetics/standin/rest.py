"""Jira's REST v3, as much as the journeys need."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from synthetics.standin import adf, jql
from synthetics.standin.rest_errors import RestError
from synthetics.standin.rest_fields import changes_of, errors_of_edit, errors_of_new, new_issue
from synthetics.standin.rest_shapes import Shapes
from synthetics.standin.site_context import SiteContext
from synthetics.standin.state import Issue, NotFoundError, TransitionError, User, transitions_of

_MOST_RESULTS = 100


class Rest:
    """The endpoints.

    Args:
        context: What the parts of the site share.
    """

    def __init__(self, context: SiteContext) -> None:
        self._context = context
        self._jira = context.jira
        self._story_points = context.persona.story_points
        self._shapes = Shapes(context.addresses.site, self._story_points)

    def routes(self) -> list[Route]:
        """Where they are."""
        issue = "/rest/api/3/issue/{key}"
        return [
            Route("/rest/api/3/myself", self.myself),
            Route("/rest/api/3/field", self.fields),
            Route("/rest/api/3/project/{key}", self.project),
            Route("/rest/api/3/issue", self.create_issue, methods=["POST"]),
            Route(issue, self.issue),
            Route(issue, self.edit_issue, methods=["PUT"]),
            Route(issue, self.delete_issue, methods=["DELETE"]),
            Route(f"{issue}/transitions", self.transitions),
            Route(f"{issue}/transitions", self.take_transition, methods=["POST"]),
            Route(f"{issue}/comment", self.comments),
            Route(f"{issue}/comment", self.add_comment, methods=["POST"]),
            Route(f"{issue}/comment/{{comment}}", self.delete_comment, methods=["DELETE"]),
            Route("/rest/api/3/search/jql", self.search, methods=["GET", "POST"]),
            Route("/rest/{path:path}", self.unknown, methods=["GET", "POST", "PUT", "DELETE"]),
        ]

    async def myself(self, request: Request) -> Response:
        """Who is asking."""
        return JSONResponse(self._shapes.user(self._who(request)))

    async def fields(self, request: Request) -> Response:
        """The fields that issues have on this site."""
        self._who(request)
        return JSONResponse(self._shapes.fields())

    async def project(self, request: Request) -> Response:
        """The project, by key or id."""
        self._who(request)
        project = self._jira.project
        key = request.path_params["key"]
        if key.upper() != project.key and key != project.id:
            raise RestError(HTTPStatus.NOT_FOUND, f"No project could be found with key '{key}'.")
        return JSONResponse(self._shapes.project_in_full(project))

    async def create_issue(self, request: Request) -> Response:
        """Make an issue, and tell the app."""
        user = self._who(request)
        fields = _fields(await _body(request))
        errors = errors_of_new(fields, self._jira.project, self._story_points)
        if errors:
            raise RestError(HTTPStatus.BAD_REQUEST, errors=errors)
        issue = self._jira.create_issue(new_issue(fields, user, self._context.now(), self._story_points))
        self._context.app.send_event(self._event("avi:jira:created:issue", issue, user))
        return JSONResponse(self._shapes.created(issue), status_code=HTTPStatus.CREATED)

    async def issue(self, request: Request) -> Response:
        """One issue, with all its fields or those asked for."""
        self._who(request)
        fields = request.query_params.get("fields")
        issue = self._jira.issue(request.path_params["key"])
        return JSONResponse(self._shapes.issue(issue, self._jira.project, _wanted(fields, default=None)))

    async def edit_issue(self, request: Request) -> Response:
        """Change fields of an issue, and tell the app."""
        user = self._who(request)
        issue = self._jira.issue(request.path_params["key"])
        fields = _fields(await _body(request))
        errors = errors_of_edit(fields, self._story_points)
        if errors:
            raise RestError(HTTPStatus.BAD_REQUEST, errors=errors)
        edited = self._jira.edit_issue(issue.key, **changes_of(fields, self._story_points))
        self._context.app.send_event(self._event("avi:jira:updated:issue", edited, user))
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def transitions(self, request: Request) -> Response:
        """The transitions that can be taken from the issue's status."""
        self._who(request)
        issue = self._jira.issue(request.path_params["key"])
        shown = [self._shapes.transition(transition) for transition in transitions_of(issue)]
        return JSONResponse({"expand": "transitions", "transitions": shown})

    async def take_transition(self, request: Request) -> Response:
        """Lead an issue to its next status; the workflow's post function and the change are told to the app."""
        user = self._who(request)
        asked = (await _body(request)).get("transition")
        wanted = str(asked.get("id", "")) if isinstance(asked, Mapping) else ""
        if not wanted:
            raise RestError(HTTPStatus.BAD_REQUEST, "Missing 'transition' identifier.")
        try:
            taken = self._jira.take_transition(request.path_params["key"], wanted)
        except TransitionError as error:
            message = f"Transition id '{wanted}' is not valid for this issue."
            raise RestError(HTTPStatus.BAD_REQUEST, message) from error
        issue = self._jira.issue(request.path_params["key"])
        told = {"id": taken.id, "name": taken.name, "from": taken.source, "to": taken.to}
        self._context.app.send_event(self._event("workflow-post-function", issue, user, transition=told))
        self._context.app.send_event(self._event("avi:jira:updated:issue", issue, user))
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def delete_issue(self, request: Request) -> Response:
        """Forget an issue."""
        self._who(request)
        self._jira.delete_issue(request.path_params["key"])
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def comments(self, request: Request) -> Response:
        """A page of an issue's comments."""
        self._who(request)
        issue = self._jira.issue(request.path_params["key"])
        start = _number(request.query_params.get("startAt"), "startAt", 0)
        most = _number(request.query_params.get("maxResults"), "maxResults", _MOST_RESULTS)
        return JSONResponse(self._shapes.comments(issue, start, most))

    async def add_comment(self, request: Request) -> Response:
        """Comment on an issue."""
        user = self._who(request)
        issue = self._jira.issue(request.path_params["key"])
        body = (await _body(request)).get("body")
        if not adf.is_document(body) or not adf.to_text(body).strip():
            raise RestError(HTTPStatus.BAD_REQUEST, errors={"comment": "Comment body is not valid!"})
        comment = self._jira.add_comment(issue.key, user, body, self._context.now())
        return JSONResponse(self._shapes.comment(issue, comment), status_code=HTTPStatus.CREATED)

    async def delete_comment(self, request: Request) -> Response:
        """Forget a comment."""
        self._who(request)
        issue = self._jira.issue(request.path_params["key"])
        try:
            self._jira.delete_comment(issue.key, request.path_params["comment"])
        except NotFoundError as error:
            raise RestError(HTTPStatus.NOT_FOUND, f"Can not find a comment for the id: {error}.") from error
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def search(self, request: Request) -> Response:
        """Issues by JQL. As on the real site, only ids are shown unless fields are asked for."""
        self._who(request)
        asked: Mapping[str, Any] = request.query_params if request.method == "GET" else await _body(request)
        try:
            found = jql.parse(str(asked.get("jql", ""))).of(self._jira.issues())
        except jql.JqlError as error:
            raise RestError(HTTPStatus.BAD_REQUEST, str(error)) from error
        start = _number(asked.get("nextPageToken"), "nextPageToken", 0)
        most = _number(asked.get("maxResults"), "maxResults", 50)
        end = start + min(most, _MOST_RESULTS)
        wanted = _wanted(asked.get("fields"), default=frozenset())
        page: dict[str, Any] = {
            "issues": [self._found(issue, wanted) for issue in found[start:end]],
            "isLast": end >= len(found),
        }
        return JSONResponse(page if page["isLast"] else {**page, "nextPageToken": str(end)})

    async def unknown(self, request: Request) -> Response:
        """Any other address below ``/rest/``."""
        self._who(request)
        raise RestError(HTTPStatus.NOT_FOUND, f"There is nothing at {request.url.path}.")

    def _who(self, request: Request) -> User:
        return self._context.identity.of_request(request)

    def _found(self, issue: Issue, wanted: frozenset[str] | None) -> dict[str, Any]:
        if wanted == frozenset():
            return {"id": issue.id}
        return self._shapes.issue(issue, self._jira.project, wanted)

    def _event(self, kind: str, issue: Issue, user: User, **more: Any) -> dict[str, Any]:
        shown = self._shapes.issue(issue, self._jira.project)
        return {
            "eventType": kind,
            "atlassianId": user.account_id,
            "issue": {"id": issue.id, "key": issue.key, "fields": shown["fields"]},
            **more,
        }


async def _body(request: Request) -> Mapping[str, Any]:
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        body = None
    if not isinstance(body, Mapping):
        raise RestError(
            HTTPStatus.BAD_REQUEST, "There was an error parsing JSON. Check that your request body is valid."
        )
    return body


def _fields(body: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = body.get("fields")
    if not isinstance(fields, Mapping):
        raise RestError(HTTPStatus.BAD_REQUEST, "The request needs an object named 'fields'.")
    return fields


def _number(value: object, name: str, default: int) -> int:
    if value is None or value == "":
        return default
    if not str(value).isdecimal():
        raise RestError(HTTPStatus.BAD_REQUEST, f"{name} is {value!r}; it must be a whole number from 0.")
    return int(str(value))


def _wanted(fields: object, default: frozenset[str] | None) -> frozenset[str] | None:
    """The names of the fields to show: None for all of them, empty for none."""
    if fields is None:
        return default
    names = fields.split(",") if isinstance(fields, str) else fields
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise RestError(HTTPStatus.BAD_REQUEST, "fields must be a list of names.")
    wanted = frozenset(name.strip() for name in names)
    return None if wanted & {"*all", "*navigable"} else wanted
