"""The elements of Confluence's storage format: a tree from text that must be well-formed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

EMPTY = frozenset({"br", "hr"})


class StorageError(Exception):
    """The text is not in the storage format; the message says what is wrong with it."""


@dataclass(slots=True)
class Element:
    """An element of the format.

    Args:
        tag: Its name, with the prefix if it has one.
        attributes: By name.
        children: Elements and texts, in order.
    """

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)


class _Reader(HTMLParser):
    """Builds the tree, and insists on well-formed text, which the standard library's parser does not."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = self._add(tag, attrs)
        if tag not in EMPTY:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in EMPTY:
            return
        if self._open[-1].tag != tag:
            raise StorageError(f"Error parsing xhtml: Unexpected close tag </{tag}>; expected {self._expected()}.")
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def unknown_decl(self, data: str) -> None:
        self._open[-1].children.append(data.removeprefix("CDATA["))

    def close(self) -> None:
        super().close()
        if self._open[-1] is not self.root:
            raise StorageError(f"Error parsing xhtml: Unexpected end of text; expected {self._expected()}.")

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> Element:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        return element

    def _expected(self) -> str:
        return f"</{self._open[-1].tag}>" if self._open[-1].tag else "no close tag"


def read(storage: str) -> Element:
    """The tree of a text.

    Args:
        storage: The text, in the storage format.

    Returns:
        An element without a name that holds what the text says.

    Raises:
        StorageError: An element is not closed, or closed twice.
    """
    reader = _Reader()
    reader.feed(storage)
    reader.close()
    return reader.root


def elements(node: Element) -> Iterator[Element]:
    """The elements right within another one."""
    return (child for child in node.children if isinstance(child, Element))


def words(node: Element) -> str:
    """All that an element says, without its elements."""
    return "".join(child if isinstance(child, str) else words(child) for child in node.children)
