"""Files that are attached to issues, over REST v3."""

from http import HTTPStatus
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from synthetics.standin.rest_errors import RestError
from synthetics.standin.rest_shapes import Shapes
from synthetics.standin.site_context import SiteContext
from synthetics.standin.state import Attachment

MOST_BYTES = 1_000_000
_UNCHECKED = {"no-check", "nocheck"}


class Attachments:
    """The endpoints.

    Args:
        context: What the parts of the site share.
    """

    def __init__(self, context: SiteContext) -> None:
        self._context = context
        self._jira = context.jira
        self._shapes = Shapes(context.addresses.site, context.persona.story_points)

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/rest/api/3/issue/{key}/attachments", self.attach, methods=["POST"]),
            Route("/rest/api/3/attachment/content/{id}", self.content),
        ]

    async def attach(self, request: Request) -> Response:
        """Attach the files of a form. As on the real site, this header is needed whoever sends it."""
        user = self._context.identity.of_request(request)
        if request.headers.get("x-atlassian-token") not in _UNCHECKED:
            raise RestError(HTTPStatus.FORBIDDEN, "XSRF check failed")
        issue = self._jira.issue(request.path_params["key"])
        async with request.form() as form:
            files = [(file, await file.read()) for file in form.getlist("file") if isinstance(file, UploadFile)]
        if not files:
            raise RestError(HTTPStatus.BAD_REQUEST, "The request needs a form with a part named 'file'.")
        if any(len(content) > MOST_BYTES for _file, content in files):
            raise RestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A file may have {MOST_BYTES} bytes at most.")
        made = [
            self._jira.attach(
                issue.key,
                Attachment(
                    id="",
                    issue_id="",
                    name=file.filename or "file",
                    media_type=file.content_type or "application/octet-stream",
                    content=content,
                    author=user,
                    created=self._context.now(),
                ),
            )
            for file, content in files
        ]
        return JSONResponse([self._shapes.attachment(each) for each in made])

    async def content(self, request: Request) -> Response:
        """What a file holds."""
        self._context.identity.of_request(request)
        found = self._jira.attachment(request.path_params["id"])
        # Never shown by the browser: whoever attached it chose its media type.
        disposition = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"}
        return Response(found.content, media_type=found.media_type, headers=disposition)
