"""Pages from templates."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from starlette.responses import HTMLResponse

HERE = Path(__file__).parent
STATIC = HERE / "static"

_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["day"] = lambda moment: f"{moment:%b} {moment.day}, {moment:%Y}"


def render(
    template: str,
    context: Mapping[str, Any],
    *,
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page.

    Args:
        template: The file's name.
        context: What the template shows; a name that is missing is an error.
        status_code: The answer's status.
        headers: More headers; a page is not kept by the browser unless they say so.

    Returns:
        The answer.
    """
    page = _environment.get_template(template).render(context)
    return HTMLResponse(page, status_code=status_code, headers={"Cache-Control": "no-store", **(headers or {})})


def fragment(template: str, context: Mapping[str, Any]) -> Markup:
    """A part of a page, from a template of its own.

    Args:
        template: The file's name.
        context: What the template shows; a name that is missing is an error.

    Returns:
        The part.
    """
    return Markup(_environment.get_template(template).render(context))  # noqa: S704  the template escapes
