"""A file of journeys is read without being run, and every broken rule is told with its line and its mending."""

from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from synthetics.catalogue.marker import Marker
from synthetics.catalogue.source import SourceFile, read_source
from synthetics.config.cron import MEND
from synthetics.errors import Problem
from tests.catalogue.folder_of_journeys import a_journey_of

_HEAD = "import pytest\n\n\n"
_PLACE = 'Write it as with step("..."): in the test\'s own body, or put a step around the whole.'
_QUOTES = "Write the title in quotes: metrics know it before the first run."
_ONE_TEST = "Remove it: a journey is one test that passes or fails."


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _read(content: str | bytes) -> SourceFile:
    file = Path.cwd() / "test_it.py"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_source("ihub", file)


def _journey(body: str, marker: str = "@pytest.mark.journey") -> str:
    """Write a journey whose body begins in line 7."""
    return f'{_HEAD}{marker}\ndef test_it(step):\n    """It works."""\n' + "".join(
        f"    {line}\n" for line in dedent(body).splitlines()
    )


def test_source_tells_what_a_journey_declares() -> None:
    source = _read(
        dedent(
            '''\
            import pytest

            @pytest.mark.usefixtures("something")
            @pytest.mark.journey(every="10m", timeout="45s", isolated=True, invisible={"late": "It waits not."})
            def test_run_flow(jira, step):
                """An issue event starts a flow, e.g. a comment.

                More about it.
                """
                issue = jira.new()
                with step("Open it"):
                    with step(f"nested {issue}"):
                        pass
                    for each in range(3):
                        with step("nested"):
                            pass
                try:
                    with step("See it") as seen, step("nested, too"):
                        assert seen
                finally:
                    with step("Clean up"):
                        pass

            def helper(): ...

            class Page:
                def test_nothing(self): ...
            '''
        )
    )
    (journey,) = source.declared
    assert source.problems == ()
    assert (journey.function, journey.name, journey.line) == ("test_run_flow", "run_flow", 5)
    assert journey.title == "An issue event starts a flow, e.g. a comment"
    assert journey.steps == ("Open it", "See it", "Clean up")
    assert journey.marker == Marker(
        4, timedelta(minutes=10), timedelta(seconds=45), isolated=True, invisible=(("late", "It waits not."),)
    )
    assert source.mentioned == ("ihub.run_flow", "ihub.nothing")


@pytest.mark.parametrize(
    "marker", ["@pytest.mark.journey", "@pytest.mark.journey()", "@mark.journey", '@pytest.mark.journey(every="5m")']
)
def test_source_takes_the_marker_in_every_form(marker: str) -> None:
    source = _read(_journey('with step("One"):\n    pass', marker))
    assert source.problems == ()


def test_source_takes_a_cron_expression_for_an_interval() -> None:
    source = _read(_journey('with step("One"):\n    pass', '@pytest.mark.journey(cron="*/10  8-18 * * 1-5")'))
    assert source.declared[0].marker == Marker(4, None, None, "*/10 8-18 * * 1-5")


def test_source_knows_its_own_hash() -> None:
    # printf '' | sha256sum
    assert _read("").sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("body", "line", "what", "mend"),
    [
        pytest.param(
            "pass", 5, "test_it has no step", 'Write its parts as with step("Open the admin page"): in its own body.',
            id="no step",
        ),
        pytest.param(
            "with step(title):\n    pass", 7, "the title of a top-level step is not a text in quotes", _QUOTES,
            id="a title from a variable",
        ),
        pytest.param(
            'with step(f"It"):\n    pass', 7, "the title of a top-level step is not a text in quotes", _QUOTES,
            id="a title that is put together",
        ),
        pytest.param(
            'with step(" "):\n    pass', 7, "the title of a top-level step is not a text in quotes", _QUOTES,
            id="an empty title",
        ),
        pytest.param(
            "with step():\n    pass", 7, "the title of a top-level step is not a text in quotes", _QUOTES,
            id="no title",
        ),
        pytest.param(
            'with step("A"):\n    pass\nwith step("A"):\n    pass', 9, 'two steps are called "A", the first in line 7',
            "Give each step a title of its own.", id="two steps of one name",
        ),
        pytest.param(
            'for each in "ab":\n    with step("A"):\n        pass', 8, "a top-level step is in a loop", _PLACE,
            id="a step in a for",
        ),
        pytest.param(
            'while True:\n    with step("A"):\n        pass', 8, "a top-level step is in a loop", _PLACE,
            id="a step in a while",
        ),
        pytest.param(
            'if True:\n    pass\nelse:\n    with step("A"):\n        pass', 10, "a top-level step is in a branch",
            _PLACE, id="a step in an else",
        ),
        pytest.param(
            'match 1:\n    case 1:\n        with step("A"):\n            pass', 9, "a top-level step is in a branch",
            _PLACE, id="a step in a match",
        ),
        pytest.param(
            'try:\n    pass\nexcept ValueError:\n    with step("A"):\n        pass', 10,
            "a top-level step is in an except", _PLACE, id="a step in an except",
        ),
        pytest.param(
            'try:\n    pass\nexcept ValueError:\n    pass\nelse:\n    with step("A"):\n        pass', 12,
            "a top-level step is in the else of a try", _PLACE, id="a step in the else of a try",
        ),
        pytest.param(
            'try:\n    if True:\n        with step("A"):\n            pass\nfinally:\n    pass', 9,
            "a top-level step is in a branch", _PLACE, id="a step in a branch in a try",
        ),
        pytest.param(
            'with other():\n    with step("A"):\n        pass', 8,
            "a top-level step is inside a with that is not a step", _PLACE, id="a step inside another with",
        ),
        pytest.param(
            '[step(each) for each in "ab"]', 7, "a top-level step is not opened by a with of its own", _PLACE,
            id="a step in a comprehension",
        ),
        pytest.param(
            'opened = step("A")', 7, "a top-level step is not opened by a with of its own", _PLACE,
            id="a step that is put aside",
        ),
        pytest.param(
            'def inner():\n    with step("A"):\n        pass\ninner()', 8,
            "a top-level step is in a function or class of its own", _PLACE, id="a step in an inner function",
        ),
    ],
)  # fmt: skip
def test_source_refuses_steps_that_cannot_be_read(body: str, line: int, what: str, mend: str) -> None:
    assert _read(_journey(body)).problems == (Problem("test_it.py", f"line {line}", what, mend),)


@pytest.mark.parametrize(
    ("marker", "line", "what", "mend"),
    [
        pytest.param(
            "", 5, "test_it has no journey marker",
            "Write @pytest.mark.journey above it, or call it something that does not start with test_.",
            id="no marker",
        ),
        pytest.param(
            '@pytest.mark.journey(evry="5m")', 4, "the journey marker has no keyword evry",
            "Did you mean every? The keywords are: confirm, cron, every, invisible, isolated, timeout.",
            id="a misspelt keyword",
        ),
        pytest.param(
            "@pytest.mark.journey(**values)", 4, "the journey marker has no keyword **values",
            "The keywords are: confirm, cron, every, invisible, isolated, timeout.", id="keywords from a variable",
        ),
        pytest.param(
            '@pytest.mark.journey("5m")', 4, "the journey marker has the value '5m' without a keyword",
            'Write every="5m" or timeout="60s".', id="a value without a keyword",
        ),
        pytest.param(
            "@pytest.mark.journey(every=300)", 4, "every: 300 is not a text in quotes",
            'Write every with whole numbers and units in quotes, such as "90s", "5m" or "1h30m".', id="a number",
        ),
        pytest.param(
            "@pytest.mark.journey(timeout=LIMIT)", 4, "timeout: LIMIT is not a text in quotes",
            'Write timeout with whole numbers and units in quotes, such as "90s", "5m" or "1h30m".',
            id="a variable",
        ),
        pytest.param(
            '@pytest.mark.journey(timeout="soon")', 4, 'timeout: "soon" is not a duration',
            'Write timeout with whole numbers and units in quotes, such as "90s", "5m" or "1h30m".', id="a word",
        ),
        pytest.param(
            '@pytest.mark.journey(cron="0 25 * * *")', 4, 'cron: "25" is no hour', MEND, id="an hour that never comes",
        ),
        pytest.param(
            "@pytest.mark.journey(cron=WORKING_HOURS)", 4, "cron: WORKING_HOURS is not a text in quotes", MEND,
            id="a cron expression in a variable",
        ),
        pytest.param(
            '@pytest.mark.journey(isolated="yes")', 4, "isolated: 'yes' is neither True nor False",
            "Write isolated=True or isolated=False.", id="a text for a truth",
        ),
        pytest.param(
            "@pytest.mark.journey(confirm=0)", 4, "confirm: 0 is neither True nor False",
            "Write confirm=True or confirm=False.", id="a number for a truth",
        ),
        pytest.param(
            "@pytest.mark.journey(confirm=IS_STABLE)", 4, "confirm: IS_STABLE is neither True nor False",
            "Write confirm=True or confirm=False.", id="a truth from a variable",
        ),
        *(
            pytest.param(
                f"@pytest.mark.journey(invisible={said})", 4, f"invisible: {said} does not give each fault its reason",
                'Write invisible={"fault": "why this journey cannot see it"}.', id=f"no reason: {said}",
            )
            for said in ("['late']", "{'late': ''}", "{}", "{**LATE}")
        ),
        pytest.param(
            '@pytest.mark.journey(cron="0 8 * * *", every="5m")', 4, "the journey marker has both every and cron",
            "Keep one of them: every for all day long, cron for certain hours.", id="an interval and a cron expression",
        ),
        pytest.param(
            "@pytest.mark.journey\n@pytest.mark.journey", 5, "there are two journey markers", "Keep one of them.",
            id="two markers",
        ),
        pytest.param(
            '@pytest.mark.journey\n@pytest.mark.parametrize("a", [1])', 5, "the marker parametrize makes no journey",
            _ONE_TEST, id="parametrize",
        ),
        pytest.param(
            "@pytest.mark.xfail\n@pytest.mark.journey", 4, "the marker xfail makes no journey", _ONE_TEST, id="xfail"
        ),
        pytest.param(
            '@pytest.mark.skipif(True, reason="x")\n@pytest.mark.journey', 4, "the marker skipif makes no journey",
            _ONE_TEST, id="skipif",
        ),
    ],
)  # fmt: skip
def test_source_refuses_markers_that_make_no_journey(marker: str, line: int, what: str, mend: str) -> None:
    source = _read(_journey('with step("One"):\n    pass', marker))
    assert source.problems == (Problem("test_it.py", f"line {line}", what, mend),)


@pytest.mark.parametrize(
    ("content", "key", "what", "mend"),
    [
        pytest.param(
            "def test_it(:\n    pass\n", "line 1", "it is not Python: invalid syntax", "Mend the syntax there.",
            id="an error of syntax",
        ),
        pytest.param(
            "import pytest\n", "", "there is no journey in it",
            "Write a test_ function with @pytest.mark.journey, or call the file something without test_.",
            id="no journey",
        ),
        pytest.param(
            a_journey_of() + "pytestmark = [pytest.mark.skip]\n", "line 9", "the marker skip makes no journey",
            _ONE_TEST, id="a marker for the whole file",
        ),
        pytest.param(
            a_journey_of(title=""), "line 5", "test_run_flow has no docstring",
            'Write what it proves below its def, such as """A flow runs."""', id="an empty docstring",
        ),
        pytest.param(
            a_journey_of() + a_journey_of(), "line 13", "test_run_flow is defined twice, first in line 5",
            "Give each journey a name of its own.", id="the same function twice",
        ),
        pytest.param(
            a_journey_of(""), "line 5", "test_ is no journey's name", "Write its name after test_.", id="no name"
        ),
        pytest.param(
            a_journey_of().replace("def test", "async def test"), "line 5", "test_run_flow is async",
            "Write def, and use Playwright's plain functions.", id="an async function",
        ),
        pytest.param(
            "class TestIt:\n    def test_it(self): ...\n", "line 2", "test_it is in the class TestIt",
            "Make it a function of the module: the folder says the app, the file needs no classes.", id="a class",
        ),
        pytest.param(
            "import pytest\nclass It:\n    @pytest.mark.journey\n    def it(self): ...\n", "line 4",
            "it is in the class It",
            "Make it a function of the module: the folder says the app, the file needs no classes.",
            id="a marker in a class of another name",
        ),
        pytest.param(
            "if True:\n    def test_it(): ...\n", "line 2", "test_it is defined in a branch",
            "Define it at the module's own level, where it is there in any case.", id="a function in a branch",
        ),
        pytest.param(
            "import pytest\n@pytest.mark.journey\ndef run_flow(): ...\n", "line 3",
            "run_flow is marked as a journey, but is no test", "Call it test_run_flow.", id="a marker on no test",
        ),
    ],
)  # fmt: skip
def test_source_refuses_files_that_hold_no_good_journeys(content: str, key: str, what: str, mend: str) -> None:
    assert _read(content).problems == (Problem("test_it.py", key, what, mend),)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"x = '\xff'\n", id="bytes that are no text"),
        pytest.param(b"x = 1\0\n", id="a null byte"),
        pytest.param(b"x = " + b"(" * 50_000, id="more brackets than anybody can count"),
    ],
)
def test_source_refuses_what_python_cannot_read_in_pythons_own_words(content: bytes) -> None:
    # The words, and whether there is a line, are another in each version of Python.
    (problem,) = _read(content).problems
    assert problem.what.startswith("it is not Python: ")
    assert len(problem.what) > len("it is not Python: ")


def test_source_tells_all_that_is_wrong_in_the_order_of_lines() -> None:
    content = a_journey_of("a", marker="every=1, never=2", title="") + a_journey_of("b", marker="'5m'")
    assert [each.key for each in _read(content).problems] == ["line 4", "line 4", "line 5", "line 12"]


def test_source_names_the_journeys_of_a_file_that_is_not_python() -> None:
    source = _read(a_journey_of("a") + a_journey_of("b") + "def oops(:\n")
    assert source.mentioned == ("ihub.a", "ihub.b")
    assert not source.importable


def test_source_minds_its_own_output_where_a_text_has_a_strange_escape(recwarn: pytest.WarningsRecorder) -> None:
    _read(a_journey_of() + 'x = "\\d"\n')
    assert not recwarn.list


def test_source_tells_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    source = read_source("ihub", tmp_path / "test_gone.py")
    what = "it cannot be read: No such file or directory"
    assert source.problems == (Problem("test_gone.py", "", what, "Make it readable, or remove it."),)
