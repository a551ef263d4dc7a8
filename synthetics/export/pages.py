"""How a page is made of a template: everything escaped, all styles inside it, nothing fetched from anywhere."""

from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

from synthetics.export import words

#: No script, no font, no frame, nothing from elsewhere: what a hostile page wrote into an error stays text.
CONTENT_SECURITY_POLICY = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'"


def environment(package: str) -> Environment:
    """The templates of a package, with this one's ``page.html`` and the words for durations and instants.

    Args:
        package: The package with a folder ``templates``, such as ``synthetics.export``.
    """
    ours = PackageLoader("synthetics.export")
    made = Environment(
        loader=ChoiceLoader((PackageLoader(package), ours)),
        autoescape=select_autoescape(default=True, default_for_string=True, disabled_extensions=("css",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, _, _ = ours.get_source(made, "style.css")
    made.globals |= {"style": style, "content_security_policy": CONTENT_SECURITY_POLICY}
    made.filters |= {
        "duration": words.duration,
        "instant": words.instant,
        "iso_instant": words.iso_instant,
        "size": words.size,
        "href": href,
        "is_web_address": is_web_address,
    }
    return made


def render(template: str, **values: Any) -> str:
    """Make one of this package's pages.

    Args:
        template: Its file, such as ``report.html``.
        values: What the template asks for.
    """
    return _templates().get_template(template).render(**values)


def href(path: str) -> str:
    """A path below the page's folder as a link; it stays below it, whatever characters it has.

    Args:
        path: With ``/`` between its parts.
    """
    return f"./{quote(path)}"


def is_web_address(text: str) -> bool:
    """Whether it is safe to make a link of it: ``http`` and ``https``, never ``javascript``."""
    try:
        return urlsplit(text).scheme in ("http", "https")
    except ValueError:
        return False


@cache
def _templates() -> Environment:
    return environment("synthetics.export")
