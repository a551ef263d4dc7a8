"""Errors in Jira's own shape."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from synthetics.standin.identity import ForgedRequestError, NotSignedInError
from synthetics.standin.state import NotFoundError


class RestError(Exception):
    """A request that REST refuses.

    Args:
        status: The HTTP status.
        message: One sentence about the whole request, if there is one.
        errors: One sentence for each field that is wrong.
    """

    def __init__(self, status: HTTPStatus, message: str | None = None, errors: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.body = {"errorMessages": [] if message is None else [message], "errors": dict(errors or {})}
        super().__init__(message)


def refused(error: Exception) -> RestError | None:
    """What REST says to an error of the site, or None where it is not one that a caller can cause."""
    match error:
        case RestError():
            return error
        case NotSignedInError():
            return RestError(HTTPStatus.UNAUTHORIZED, "Client must be authenticated to access this resource.")
        case ForgedRequestError():
            return RestError(HTTPStatus.FORBIDDEN, "XSRF check failed")
        case NotFoundError():
            return RestError(HTTPStatus.NOT_FOUND, "Issue does not exist or you do not have permission to see it.")
        case _:
            return None


async def answer(_request: Request, error: Exception) -> Response:
    """The answer to an error that ``refused`` knows."""
    shown = refused(error)
    if shown is None:
        raise error
    headers = {"WWW-Authenticate": 'OAuth realm="standin"'} if shown.status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(shown.body, status_code=shown.status, headers=headers)


HANDLERS = dict.fromkeys((RestError, NotSignedInError, ForgedRequestError, NotFoundError), answer)
