"""Errors in the shape of Confluence's REST v2."""

from http import HTTPStatus

from starlette.responses import JSONResponse, Response

from synthetics.standin.confluence_state import NoSuchPageError, TitleTakenError, VersionError
from synthetics.standin.confluence_xhtml import StorageError
from synthetics.standin.identity import ForgedRequestError, NotSignedInError


class ConfluenceError(Exception):
    """A request that Confluence's REST refuses.

    Args:
        status: The HTTP status.
        code: What kind of error, for programs.
        title: One sentence.
    """

    def __init__(self, status: HTTPStatus, code: str, title: str) -> None:
        self.status = status
        self.code = code
        self.title = title
        super().__init__(title)


def invalid(title: str) -> ConfluenceError:
    """The error of a request that asks for something that cannot be."""
    return ConfluenceError(HTTPStatus.BAD_REQUEST, "INVALID_REQUEST_PARAMETER", title)


def refused(error: Exception) -> ConfluenceError | None:  # noqa: PLR0911  one for each kind of error
    """What REST says to an error of the site, or None where it is not one that a caller can cause."""
    match error:
        case ConfluenceError():
            return error
        case NotSignedInError():
            return ConfluenceError(HTTPStatus.UNAUTHORIZED, "UNAUTHORIZED", "Unauthorized")
        case ForgedRequestError():
            return ConfluenceError(HTTPStatus.FORBIDDEN, "FORBIDDEN", "XSRF check failed")
        case NoSuchPageError():
            return ConfluenceError(HTTPStatus.NOT_FOUND, "NOT_FOUND", "Not Found")
        case TitleTakenError():
            title = f"A page with this title already exists: A page already exists with the title {error} in this space"
            return invalid(title)
        case VersionError():
            return ConfluenceError(HTTPStatus.CONFLICT, "CONFLICT", str(error))
        case StorageError():
            return invalid(str(error))
        case _:
            return None


def answer(error: ConfluenceError) -> Response:
    """The answer to an error."""
    body = {"status": error.status, "code": error.code, "title": error.title, "detail": None}
    headers = {"WWW-Authenticate": 'OAuth realm="standin"'} if error.status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse({"errors": [body]}, status_code=error.status, headers=headers)
