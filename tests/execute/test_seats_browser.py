"""Running with a real browser in the worker: whose fault it is that it hangs, dies or speaks strangely."""

from pathlib import Path

from tests.execute.builders import OPEN_SITE
from tests.execute.conftest import Runs

BROWSE = f"""
page = request.getfixturevalue("page")
{OPEN_SITE}
with step("Open"):
    page.goto("data:text/html,hello")
"""


def test_a_journey_that_hangs_in_javascript_is_ended_with_its_browser(run: Runs, deadline: Path) -> None:
    ran = run(f"{BROWSE}with step('Look'):\n    reached()\n    page.evaluate('while (true) {{}}')", mark=deadline)
    assert ran.verdict == ("failed", "unknown", "deadline"), ran.log
    assert ran.steps == [("Open", "passed"), ("Look", "failed")]


def test_a_journey_whose_browser_is_killed_is_our_own_trouble(run: Runs) -> None:
    kill = """
        import psutil
        for each in psutil.Process().children(recursive=True):
            if each.name().startswith(("chrom", "headless_shell")) and not each.parent().name().startswith("chrom"):
                each.kill()
        page.wait_for_event("close")
        page.goto("data:text/html,again")
    """
    look = "\n".join(line[4:] for line in kill.strip("\n").splitlines())
    ran = run(f"{BROWSE}with step('Look'):\n{look}")
    assert ran.verdict == ("errored", "monitor", "browser_died"), ran.log


def test_a_journey_that_failed_before_its_browser_was_killed_has_failed(run: Runs) -> None:
    """The browser dies in the teardown of the journey's own fixture, the page's are not over yet."""
    fatal = """
@pytest.fixture
def fatal(page):
    yield
    import psutil
    for each in psutil.Process().children(recursive=True):
        if each.name().startswith(("chrom", "headless_shell")) and not each.parent().name().startswith("chrom"):
            each.kill()
    page.wait_for_event("close")
"""
    ran = run(f"request.getfixturevalue('fatal')\n{BROWSE}with step('Look'):\n    assert 0, 'not there'", before=fatal)
    assert ran.verdict == ("failed", "unknown", "journey_failed"), ran.log
    assert ran.steps == [("Open", "passed"), ("Look", "failed")]


def test_a_journey_that_speaks_in_halves_of_characters_is_heard(run: Runs) -> None:
    speaks = """
    with page.expect_console_message():
        page.evaluate("console.error('\\\\ud800')")
    assert 0, "a\\ud800b"
"""
    ran = run(f"{BROWSE}with step('Look'):{speaks}")
    assert ran.verdict == ("failed", "unknown", "journey_failed"), ran.log
    (_, looked) = ran.evidence.steps
    assert looked.error is not None
    assert looked.error.message.startswith("a\ufffdb")
    assert looked.console_errors == ("\ufffd",)
    assert looked.screenshot in ran.files
    assert "pytest.html" in ran.files
    assert "INTERNALERROR" not in ran.log
