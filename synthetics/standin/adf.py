"""The Atlassian Document Format, as far as the site needs it: checking, from text, to text, to HTML."""

from collections.abc import Mapping
from typing import Any, TypeGuard

from markupsafe import Markup, escape

Node = Mapping[str, Any]

# Block and inline nodes that are shown as an element of their own; everything else shows its content only.
_TAGS = {
    "paragraph": "p",
    "bulletList": "ul",
    "orderedList": "ol",
    "listItem": "li",
    "blockquote": "blockquote",
    "codeBlock": "pre",
}
_MARKS = {"strong": "strong", "em": "em", "code": "code", "underline": "u", "strike": "s"}
_BLOCKS = frozenset({*_TAGS, "heading", "rule"})


def from_text(text: str) -> dict[str, Any]:
    """A document of plain text: an empty line parts paragraphs, a line end stays a line end."""
    paragraphs = [block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    return {"type": "doc", "version": 1, "content": [_paragraph(block.strip("\n")) for block in paragraphs]}


def _paragraph(text: str) -> dict[str, Any]:
    content: list[dict[str, Any]] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            content.append({"type": "hardBreak"})
        if line:
            content.append({"type": "text", "text": line})
    return {"type": "paragraph", "content": content}


def is_document(value: object) -> TypeGuard[Node]:
    """Whether REST may take this value where a document is asked for."""
    return (
        isinstance(value, Mapping)
        and value.get("type") == "doc"
        and value.get("version") == 1
        and isinstance(value.get("content"), list)
        and all(_is_node(node) for node in value["content"])
    )


def _is_node(value: object) -> bool:
    if not isinstance(value, Mapping) or not isinstance(value.get("type"), str):
        return False
    if value["type"] == "text" and not (isinstance(value.get("text"), str) and value["text"]):
        return False
    content, marks = value.get("content", []), value.get("marks", [])
    return (
        isinstance(content, list)
        and all(_is_node(node) for node in content)
        and isinstance(marks, list)
        and all(isinstance(mark, Mapping) and isinstance(mark.get("type"), str) for mark in marks)
    )


def to_text(document: Node | None) -> str:
    """The words of a document, one line for each block."""
    if document is None:
        return ""
    return "\n".join(line for line in _lines(document) if line)


def _lines(node: Node) -> list[str]:
    lines = [""]
    for child in node.get("content", ()):
        if child["type"] == "text":
            lines[-1] += child["text"]
        elif child["type"] == "hardBreak":
            lines.append("")
        elif child["type"] in _BLOCKS:
            lines.extend([*_lines(child), ""])
        else:
            lines[-1] += "".join(_lines(child))
    return lines


def to_html(document: Node | None) -> Markup:
    """The document as HTML in which every word is escaped."""
    if document is None:
        return Markup()
    return Markup().join(_html(child) for child in document.get("content", ()))


def _html(node: Node) -> Markup:
    kind = node["type"]
    if kind == "text":
        return _marked(escape(node["text"]), node.get("marks", ()))
    if kind == "hardBreak":
        return Markup("<br>")
    if kind == "rule":
        return Markup("<hr>")
    inner = Markup().join(_html(child) for child in node.get("content", ()))
    tag = f"h{_level(node)}" if kind == "heading" else _TAGS.get(kind)
    return Markup("<{0}>{1}</{0}>").format(tag, inner) if tag else inner


def _level(node: Node) -> int:
    # The page's own headings are h1 and h2, so those inside a text begin below them.
    attributes = node.get("attrs")
    level = attributes.get("level") if isinstance(attributes, Mapping) else None
    return min(6, 2 + level) if isinstance(level, int) and level > 0 else 3


def _marked(text: Markup, marks: Any) -> Markup:
    for mark in marks:
        if mark["type"] in _MARKS:
            text = Markup("<{0}>{1}</{0}>").format(_MARKS[mark["type"]], text)
        elif mark["type"] == "link" and (address := _address(mark)):
            text = Markup('<a href="{0}" rel="noreferrer">{1}</a>').format(address, text)
    return text


def _address(mark: Node) -> str | None:
    """Where a link leads; None for what a browser would run instead of open."""
    attributes = mark.get("attrs")
    address = attributes.get("href") if isinstance(attributes, Mapping) else None
    return address if isinstance(address, str) and address.startswith(("http://", "https://")) else None
