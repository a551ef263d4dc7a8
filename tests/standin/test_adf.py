"""Atlassian documents."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.standin import adf
from tests.standin.started import a_document


def _paragraph(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": list(content)}]}


def _linked(href: object) -> dict[str, Any]:
    return _paragraph({"type": "text", "text": "here", "marks": [{"type": "link", "attrs": {"href": href}}]})


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), max_size=5))
def test_from_text_loses_no_line(lines: list[str]) -> None:
    document = adf.from_text("\n".join(lines))
    assert adf.is_document(document)
    assert adf.to_text(document).split("\n") == (lines or [""])


def test_from_text_parts_paragraphs_at_empty_lines() -> None:
    assert len(adf.from_text("one\ntwo\n\nthree")["content"]) == 2


def test_to_text_reads_lists_and_marked_words() -> None:
    item = {"type": "listItem", "content": a_document("first")["content"]}
    document = {
        "type": "doc",
        "version": 1,
        "content": [
            {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Title"}]},
            {"type": "bulletList", "content": [item]},
        ],
    }
    assert adf.to_text(document) == "Title\nfirst"
    assert adf.to_html(document) == "<h4>Title</h4><ul><li><p>first</p></li></ul>"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("plain text", id="text is no document"),
        pytest.param(None, id="nothing is no document"),
        pytest.param({"type": "paragraph", "version": 1, "content": []}, id="a block is no document"),
        pytest.param({"type": "doc", "content": []}, id="the version is missing"),
        pytest.param(_paragraph({"type": "text", "text": ""}), id="empty text is not allowed"),
        pytest.param(_paragraph({"text": "no type"}), id="a node has no type"),
        pytest.param(_paragraph({"type": "text", "text": "x", "marks": ["strong"]}), id="a mark is no object"),
    ],
)
def test_is_document_refuses(value: object) -> None:
    assert not adf.is_document(value)


def test_to_html_escapes_words() -> None:
    assert adf.to_html(a_document("<script>")) == "<p>&lt;script&gt;</p>"


def test_to_html_links_only_to_web_addresses() -> None:
    assert 'href="https://example.com/?a=1&amp;b"' in adf.to_html(_linked("https://example.com/?a=1&b"))
    assert "href" not in adf.to_html(_linked("javascript:alert(1)"))
    assert "href" not in adf.to_html(_linked(7))


def test_to_html_shows_marks_and_line_ends() -> None:
    document = _paragraph(
        {"type": "text", "text": "bold", "marks": [{"type": "strong"}]},
        {"type": "hardBreak"},
        {"type": "emoji", "attrs": {"shortName": ":x:"}},
    )
    assert adf.to_html(document) == "<p><strong>bold</strong><br></p>"
