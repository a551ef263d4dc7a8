"""Confluence's REST, as much as the journeys need: pages and spaces of v2, and who is asking."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from synthetics.standin.confluence_errors import ConfluenceError, answer, invalid, refused
from synthetics.standin.confluence_shapes import ConfluenceShapes
from synthetics.standin.confluence_state import NoSuchPageError, Page
from synthetics.standin.confluence_xhtml import read
from synthetics.standin.site_context import SiteContext
from synthetics.standin.state import User

_API = "/wiki/api/v2"
_MOST_RESULTS = 250
_LONGEST_TITLE = 255
Endpoint = Callable[[Request, User], Awaitable[Response]]


class ConfluenceRest:
    """The endpoints.

    Args:
        context: What the parts of the site share.
    """

    def __init__(self, context: SiteContext) -> None:
        self._context = context
        self._confluence = context.confluence
        self._shapes = ConfluenceShapes(context.addresses.site, context.confluence.space)

    def routes(self) -> list[Route]:
        """Where they are."""
        page, spaces = f"{_API}/pages/{{id}}", f"{_API}/spaces"
        return [
            Route("/wiki/rest/api/user/current", self._asked(self._current_user)),
            Route(f"{_API}/pages", self._asked(self._pages)),
            Route(f"{_API}/pages", self._asked(self._create), methods=["POST"]),
            Route(page, self._asked(self._page)),
            Route(page, self._asked(self._update), methods=["PUT"]),
            Route(page, self._asked(self._delete), methods=["DELETE"]),
            Route(spaces, self._asked(self._spaces)),
            Route(f"{spaces}/{{id}}", self._asked(self._space)),
            Route(f"{spaces}/{{id}}/pages", self._asked(self._pages_of_space)),
            Route("/wiki/rest/{path:path}", self._asked(self._unknown), methods=["GET", "POST", "PUT", "DELETE"]),
            Route("/wiki/api/{path:path}", self._asked(self._unknown), methods=["GET", "POST", "PUT", "DELETE"]),
        ]

    def _asked(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that knows who is asking, and whose errors have Confluence's shape rather than Jira's."""

        async def answered(request: Request) -> Response:
            try:
                return await endpoint(request, self._context.identity.of_request(request))
            except Exception as error:
                shown = refused(error)
                if shown is None:
                    raise
                return answer(shown)

        return answered

    async def _current_user(self, _request: Request, user: User) -> Response:
        return JSONResponse(self._shapes.user(user))

    async def _pages(self, request: Request, _user: User) -> Response:
        space = request.query_params.get("space-id")
        title = request.query_params.get("title")
        found = [
            page
            for page in self._confluence.pages()
            if (space is None or space == self._confluence.space.id) and (title is None or title == page.title)
        ]
        return JSONResponse(self._listed(request, found))

    async def _pages_of_space(self, request: Request, _user: User) -> Response:
        self._check_space(request.path_params["id"])
        return JSONResponse(self._listed(request, list(self._confluence.pages())))

    async def _create(self, request: Request, user: User) -> Response:
        asked = await _body(request)
        if asked.get("spaceId") != self._confluence.space.id:
            raise invalid(f"There is no space with the spaceId {asked.get('spaceId')!r}.")
        parent = asked.get("parentId", self._confluence.space.homepage_id)
        now = self._context.now()
        page = Page(
            title=_title(asked),
            body=_storage(asked),
            author=user,
            created=now,
            editor=user,
            edited=now,
            parent_id=None if parent is None else str(parent),
        )
        try:
            made = self._confluence.create(page)
        except NoSuchPageError as error:
            raise invalid(f"There is no page with the parentId {parent!r}.") from error
        return JSONResponse(self._shapes.page(made, body=True))

    async def _page(self, request: Request, _user: User) -> Response:
        page = self._confluence.page(request.path_params["id"])
        return JSONResponse(self._shapes.page(page, body=_wants_storage(request)))

    async def _update(self, request: Request, user: User) -> Response:
        current = self._confluence.page(request.path_params["id"])
        asked = await _body(request)
        if str(asked.get("id")) != current.id:
            raise invalid("The id of the body must be the page's.")
        version = asked.get("version")
        number = version.get("number") if isinstance(version, Mapping) else None
        if not isinstance(number, int) or isinstance(number, bool):
            raise invalid("The request needs a version.number.")
        page = replace(
            current,
            title=_title(asked),
            body=_storage(asked),
            editor=user,
            edited=self._context.now(),
            version=number,
            message=str(version.get("message", "")) if isinstance(version, Mapping) else "",
        )
        return JSONResponse(self._shapes.page(self._confluence.update(page), body=True))

    async def _delete(self, request: Request, _user: User) -> Response:
        page = self._confluence.page(request.path_params["id"])
        if page.id == self._confluence.space.homepage_id:
            raise invalid("The homepage of a space cannot be deleted.")
        self._confluence.delete(page.id)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def _spaces(self, request: Request, _user: User) -> Response:
        keys = request.query_params.get("keys")
        space = self._confluence.space
        shown = [] if keys is not None and space.key not in keys.split(",") else [self._shapes.space()]
        return JSONResponse(self._shapes.listed(shown))

    async def _space(self, request: Request, _user: User) -> Response:
        self._check_space(request.path_params["id"])
        return JSONResponse(self._shapes.space())

    async def _unknown(self, request: Request, _user: User) -> Response:
        raise ConfluenceError(HTTPStatus.NOT_FOUND, "NOT_FOUND", f"There is nothing at {request.url.path}.")

    def _check_space(self, space_id: str) -> None:
        if space_id != self._confluence.space.id:
            raise NoSuchPageError(space_id)

    def _listed(self, request: Request, pages: list[Page]) -> dict[str, Any]:
        start = _number(request, "cursor", 0)
        most = min(_number(request, "limit", 25), _MOST_RESULTS)
        body = _wants_storage(request)
        shown = [self._shapes.page(page, body=body) for page in pages[start : start + most]]
        following = start + most if start + most < len(pages) else None
        query = request.url.include_query_params(cursor=following) if following is not None else None
        return self._shapes.listed(shown, None if query is None else f"{query.path}?{query.query}")


async def _body(request: Request) -> Mapping[str, Any]:
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise invalid("The body is not JSON.") from error
    if not isinstance(body, Mapping):
        raise invalid("The body is no object.")
    if body.get("status", "current") != "current":
        raise invalid(f"The status {body['status']!r} is not supported here; 'current' is.")
    return body


def _title(asked: Mapping[str, Any]) -> str:
    title = asked.get("title")
    if not isinstance(title, str) or not title.strip():
        raise invalid("A page needs a title.")
    if len(title) > _LONGEST_TITLE:
        raise invalid(f"The title is {len(title)} characters long; {_LONGEST_TITLE} are allowed.")
    return title.strip()


def _storage(asked: Mapping[str, Any]) -> str:
    body = asked.get("body")
    body = body.get("storage", body) if isinstance(body, Mapping) else {}
    value = body.get("value") if isinstance(body, Mapping) and body.get("representation") == "storage" else None
    if not isinstance(value, str):
        raise invalid("The body needs the representation 'storage' and a value.")
    read(value)
    return value


def _wants_storage(request: Request) -> bool:
    asked = request.query_params.get("body-format")
    if asked not in {None, "storage"}:
        raise invalid(f"The body-format {asked!r} is not supported here; 'storage' is.")
    return asked is not None


def _number(request: Request, name: str, otherwise: int) -> int:
    value = request.query_params.get(name, str(otherwise))
    if not value.isdecimal():
        raise invalid(f"{name} is {value!r}; it must be a whole number from 0.")
    return int(value)
