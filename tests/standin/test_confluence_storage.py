"""The storage format: reading, to HTML, to the editor's blocks, and macros."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from synthetics.standin.confluence_storage import Macro, Words, blocks, to_html
from synthetics.standin.confluence_xhtml import StorageError, read

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=30)


def _macro(title: str = "Notes", /, **config: str) -> Macro:
    return Macro(extension_key="app/env/static/notes", extension_id="ari:x", title=title, local_id="1", config=config)


def _html(storage: str) -> str:
    return str(to_html(storage, lambda macro: Markup("[{0}]").format(macro.title)))


@pytest.mark.parametrize(
    ("storage", "html"),
    [
        pytest.param("<p>One &amp; <em>two</em></p>", "<p>One &amp; <em>two</em></p>", id="words and marks"),
        pytest.param("<p>a<br />b</p><hr/>", "<p>a<br>b</p><hr>", id="elements without an end"),
        pytest.param("<ac:link><p>in</p></ac:link>", "<p>in</p>", id="an unknown element shows what is in it"),
        pytest.param("<script>alert(1)</script><style>b{}</style>", "", id="scripts and styles are not shown"),
        pytest.param('<p onclick="x">a</p>', "<p>a</p>", id="attributes are dropped"),
        pytest.param('<a href="/wiki/home">h</a>', '<a href="/wiki/home">h</a>', id="a link of the site"),
        pytest.param('<a href="javascript:x">h</a>', "<a>h</a>", id="a link that would be run"),
        pytest.param("<p>&lt;b&gt;</p>", "<p>&lt;b&gt;</p>", id="escaped words stay escaped"),
        pytest.param(f"<p>x</p>{_macro('A<b').storage()}", "<p>x</p>[A&lt;b]", id="a macro is mounted"),
        pytest.param("<ac:adf-extension></ac:adf-extension>", "", id="an extension that is no macro"),
    ],
)
def test_storage_is_shown_as_harmless_html(storage: str, html: str) -> None:
    assert _html(storage) == html


@pytest.mark.parametrize(
    ("storage", "said"),
    [
        pytest.param("<p>a", r"Unexpected end of text; expected </p>", id="not closed"),
        pytest.param("<p>a</em></p>", r"Unexpected close tag </em>; expected </p>", id="closed by another"),
        pytest.param("a</p>", r"Unexpected close tag </p>; expected no close tag", id="closed and never opened"),
    ],
)
def test_storage_that_is_not_well_formed_is_refused(storage: str, said: str) -> None:
    with pytest.raises(StorageError, match=said):
        read(storage)


@given(st.dictionaries(st.text(st.characters(categories=["L"]), min_size=1), _TEXT), _TEXT)
def test_macro_comes_back_with_its_settings(config: dict[str, str], title: str) -> None:
    macro = _macro(title, **config)
    assert blocks(macro.storage()) == (Words(text="", storage=""), macro, Words(text="", storage=""))


def test_blocks_keep_what_stands_between_macros() -> None:
    before = "<h2>Head</h2><p>One <strong>two</strong><br />three</p><ul><li>a</li><li>b</li></ul>"
    first, macro, last = blocks(f"{before}{_macro(project='SYN').storage()}<p>End</p>")
    assert first == Words(text="## Head\n\nOne two\nthree\n\n- a\n- b", storage=before)
    assert isinstance(macro, Macro)
    assert macro.config == {"project": "SYN"}
    assert last == Words(text="End", storage="<p>End</p>")
