"""Confluence's storage format, as far as the site needs it: to HTML, to the editor's blocks, and macros.

The format is XHTML with elements of Confluence's own; a Forge macro is an ``ac:adf-extension``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from synthetics.standin.confluence_xhtml import EMPTY, Element, elements, read, words

MACRO_TAG = "ac:adf-extension"
_SHOWN = frozenset(
    "a b blockquote br code em h1 h2 h3 h4 h5 h6 hr i li ol p pre s strong table tbody td th thead tr u ul".split()  # noqa: SIM905  a list of words reads better
)
_BLOCKS = frozenset("blockquote h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody td th thead tr ul".split())  # noqa: SIM905  as above
_NEVER_SHOWN = frozenset({"script", "style"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Macro:
    """A macro of an app in a page.

    Args:
        extension_key: ``{app}/{environment}/static/{module}``.
        extension_id: The module's ``local_id`` on this site.
        title: Its name as shown.
        local_id: Which of the page's macros it is.
        config: What its configuration panel keeps, by the names of the fields.
    """

    extension_key: str
    extension_id: str
    title: str
    local_id: str
    config: Mapping[str, str]

    def halves(self) -> tuple[str, str]:
        """The storage format before and after the parameters that ``config`` makes."""
        parameters = "".join(
            _keyed("ac:adf-parameter", key, value)
            for key, value in (
                ("local-id", self.local_id),
                ("extension-id", self.extension_id),
                ("extension-title", self.title),
            )
        )
        before = (
            f'<{MACRO_TAG}><ac:adf-node type="extension">'
            + _keyed("ac:adf-attribute", "extension-key", self.extension_key)
            + _keyed("ac:adf-attribute", "extension-type", "com.atlassian.ecosystem")
            + f'<ac:adf-attribute key="parameters">{parameters}<ac:adf-parameter key="guest-params">'
        )
        after = (
            "</ac:adf-parameter></ac:adf-attribute>"
            + _keyed("ac:adf-attribute", "local-id", self.local_id)
            + f"</ac:adf-node></{MACRO_TAG}>"
        )
        return before, after

    def storage(self) -> str:
        """The macro in the storage format."""
        before, after = self.halves()
        return before + "".join(_keyed("ac:adf-parameter", *entry) for entry in self.config.items()) + after


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What stands between macros.

    Args:
        text: As the editor shows it, plain.
        storage: As it is kept.
    """

    text: str
    storage: str


def _keyed(tag: str, key: str, value: str) -> str:
    return f'<{tag} key="{escape(key)}">{escape(value)}</{tag}>'


def to_html(storage: str, mount: Callable[[Macro], Markup]) -> Markup:
    """A page's text as HTML in which every word is escaped and only harmless elements are left.

    Args:
        storage: The text.
        mount: Makes the place in which a macro is shown.

    Returns:
        The HTML.
    """
    return _html(read(storage).children, mount)


def _html(nodes: Iterable[Element | str], mount: Callable[[Macro], Markup]) -> Markup:
    return Markup().join(_node_html(node, mount) for node in nodes)


def _node_html(node: Element | str, mount: Callable[[Macro], Markup]) -> Markup:
    if isinstance(node, str):
        return escape(node)
    if node.tag == MACRO_TAG:
        macro = macro_of(node)
        return Markup() if macro is None else mount(macro)
    return Markup() if node.tag in _NEVER_SHOWN else _element_html(node, mount)


def _element_html(node: Element, mount: Callable[[Macro], Markup]) -> Markup:
    if node.tag in EMPTY:
        return Markup("<{0}>").format(node.tag)
    inner = _html(node.children, mount)
    address = node.attributes.get("href", "")
    if node.tag == "a" and address.startswith(("http://", "https://", "/")):
        return Markup('<a href="{0}">{1}</a>').format(address, inner)
    return Markup("<{0}>{1}</{0}>").format(node.tag, inner) if node.tag in _SHOWN else inner


def macro_of(node: Element) -> Macro | None:
    """The macro that an ``ac:adf-extension`` is; None where it lacks what a macro needs."""
    extension = next((child for child in elements(node) if child.tag == "ac:adf-node"), None)
    if extension is None:
        return None
    attributes = {child.attributes.get("key", ""): child for child in elements(extension)}
    key, parameters = attributes.get("extension-key"), attributes.get("parameters")
    if key is None or parameters is None:
        return None
    given = {child.attributes.get("key", ""): child for child in elements(parameters)}
    guest = given.get("guest-params", Element(""))
    return Macro(
        extension_key=words(key),
        extension_id=words(given.get("extension-id", Element(""))),
        title=words(given.get("extension-title", Element(""))),
        local_id=words(given.get("local-id", Element(""))),
        config={child.attributes.get("key", ""): words(child) for child in elements(guest)},
    )


def blocks(storage: str) -> tuple[Words | Macro, ...]:
    """A page's text as the editor shows it: words and macros in turn, words first and last.

    Args:
        storage: The text.

    Returns:
        The blocks; words may be empty.
    """
    found: list[Words | Macro] = []
    between: list[Element | str] = []
    for node in read(storage).children:
        macro = macro_of(node) if isinstance(node, Element) and node.tag == MACRO_TAG else None
        if macro is None:
            between.append(node)
        else:
            found += [_as_words(between), macro]
            between = []
    return (*found, _as_words(between))


def _as_words(nodes: list[Element | str]) -> Words:
    text = "\n\n".join(line for line in (_line(node) for node in nodes) if line)
    return Words(text=text, storage="".join(map(_storage, nodes)))


def _line(node: Element | str) -> str:
    """A block as plain text: headings begin with ``##``, items of a list with ``-``."""
    if isinstance(node, str):
        return node.strip()
    if node.tag in {"ul", "ol"}:
        return "\n".join(f"- {_line(child)}" for child in elements(node))
    parts = [
        child if isinstance(child, str) else "\n" if child.tag == "br" else _line_within(child)
        for child in node.children
    ]
    text = "".join(parts).strip()
    return f"{'#' * int(node.tag[1])} {text}" if node.tag in {"h1", "h2", "h3"} else text


def _line_within(node: Element) -> str:
    return f"{_line(node)}\n" if node.tag in _BLOCKS else words(node)


def _storage(node: Element | str) -> str:
    if isinstance(node, str):
        return str(escape(node))
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes.items())
    if node.tag in EMPTY:
        return f"<{node.tag}{attributes} />"
    return f"<{node.tag}{attributes}>{''.join(map(_storage, node.children))}</{node.tag}>"
