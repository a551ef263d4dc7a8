"""The plugin in sessions of its own: a real pytest, a real browser, small pages."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import synthetics

pytest_plugins = ["pytester"]

ROOT = Path(synthetics.__file__).parent.parent
PLUGIN = "synthetics.authoring.plugin"

HEARD = """
import json
from pathlib import Path
from synthetics.authoring.channel import add_sink
from synthetics.evidence import event_to_line

heard = Path(__file__).with_name("heard.jsonl")

def write(line):
    with heard.open("ab") as file:
        file.write(line)

def pytest_configure(config):
    add_sink(config, lambda event: write(event_to_line(event)))

def pytest_runtest_logstart(nodeid, location):
    write(json.dumps({"item": nodeid.rpartition("::")[2].partition("[")[0]}).encode() + b"\\n")
"""


class Pages(BaseHTTPRequestHandler):
    """A page with a broken script and a missing picture at ``/broken``, one without at every other address."""

    def do_GET(self) -> None:
        missing = self.path.startswith("/missing")
        body = "<h1>Page</h1>"
        if self.path.startswith("/broken"):
            body += "<script>fetch('/missing?key=secret').then(() => console.error('it broke'))</script>"
        self.send_response(404 if missing else 200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's own name
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Suite:
    """A suite of journeys of an app named ``shop``, and what its sessions said."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self._pytester = pytester
        self.path = pytester.path

    def write(self, name: str, text: str) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run(self, *args: str) -> pytest.RunResult:
        return self._pytester.runpytest_subprocess("-p", PLUGIN, *args, timeout=60)

    def heard(self) -> dict[str, list[dict[str, Any]]]:
        """The events of the session by the test in which they were said; those before the first under "session"."""
        item, heard = "session", dict[str, list[dict[str, Any]]]()
        for line in (self.path / "heard.jsonl").read_text().splitlines():
            event = json.loads(line)
            item = event.get("item", item)
            heard.setdefault(item, [])
            if "event" in event:
                heard[item].append(event)
        return heard


@pytest.fixture
def suite(pytester: pytest.Pytester, site: str, monkeypatch: pytest.MonkeyPatch) -> Suite:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("SHOP_PASSWORD", "Open-Sesame-1")
    suite = Suite(pytester)
    suite.write("conftest.py", HEARD)
    suite.write(
        "synthetics.toml",
        f'targets.shop = {{ site = "{site}", account = "robot" }}\n'
        'accounts.robot = { email = "robot@example.com", password = { env = "SHOP_PASSWORD" } }\n',
    )
    suite.write("journeys/shop/app.toml", 'title = "Shop"\n')
    return suite


def only(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event for event in events if event["event"] == kind]


JOURNEYS = """
import pytest
from playwright.sync_api import expect

@pytest.mark.journey(every="5m", timeout="60s")
def test_passes(page, step, run_tag):
    with step("Open"):
        page.goto("/?code=secret")
        with step("Look"):
            expect(page.get_by_role("heading")).to_have_text("Page")
    assert page.evaluate("navigator.userAgent").endswith(" rixter-synthetics/0.1")
    assert page.evaluate("[navigator.language, innerWidth, new Date().getTimezoneOffset()]") == ["en-US", 1366, 0]
    assert run_tag.startswith("synthetics-")

@pytest.mark.journey
def test_fails(page, step):
    with step("Before"):
        page.goto("/")
    with step("Open"):
        with page.expect_console_message(lambda message: message.text == "it broke"):
            page.goto("/broken?key=secret")
        with step("Look"):
            expect(page.get_by_role("heading")).to_have_text("Other", timeout=200)
    with step("Never"):
        pass

@pytest.fixture
def broken(page):
    page.goto("/")
    raise ValueError("the fixture broke")

@pytest.mark.journey
def test_breaks_in_setup(broken):
    pass

@pytest.mark.journey
def test_fails_outside(page):
    assert page.goto("/") is None

@pytest.mark.journey
def test_skips():
    pytest.skip("not today")

def test_is_no_journey(step):
    with step("Nobody hears"):
        pass
"""


def test_session_tells_of_each_journey_what_it_did(suite: Suite) -> None:
    suite.write("journeys/shop/test_shop.py", JOURNEYS)

    result = suite.run("--html=report.html", "--self-contained-html", "--output=out", "-rN")

    result.assert_outcomes(passed=2, failed=2, errors=1, skipped=1)
    heard = suite.heard()
    assert [event["event"] for event in heard["session"]] == ["session_started"]
    assert heard["test_is_no_journey"] == [heard["test_is_no_journey"][-1]]
    assert heard["test_is_no_journey"][-1]["event"] == "session_ended"
    assert heard["test_is_no_journey"][-1]["exit_code"] == 1
    _check_pass(heard["test_passes"])
    _check_failure(heard["test_fails"], suite.path / "out/shop.fails")
    _check_outside_steps(heard, suite.path / "out")
    _check_reports(result, (suite.path / "report.html").read_text())


def _check_pass(events: list[dict[str, Any]]) -> None:
    # What pages did is told once more wherever there is more to tell, which is the browser's to say.
    assert [event["event"] for event in events if event["event"] != "traffic_seen"] == [
        "browser_started",
        "app_known",
        "phase_ended",
        "step_started",
        "target_asked",
        "step_started",
        "step_ended",
        "step_ended",
        "phase_ended",
        "phase_ended",
    ]
    assert [(each["phase"], each["outcome"]) for each in only(events, "phase_ended")] == [
        ("setup", "passed"),
        ("call", "passed"),
        ("teardown", "passed"),
    ]
    (asked,) = only(events, "target_asked")
    assert asked["url"].endswith("/?code=")
    (site,) = only(events, "traffic_seen")[-1]["origins"]
    assert (site["owner"], site["statuses"][0][0]) == ("site", 200)
    assert [each["app"]["name"] for each in only(events, "app_known")] == ["shop"]
    assert [each.get("parent_id") for each in only(events, "step_started")] == [None, 1]


def _check_failure(events: list[dict[str, Any]], output: Path) -> None:
    before, look, outer = only(events, "step_ended")
    assert [each["title"] for each in only(events, "step_started")] == ["Before", "Open", "Look"]
    assert "error" not in before
    assert look["error"]["type"] == "AssertionError"
    assert look["error"]["where"] == "test_shop.py:23"
    assert look["screenshot"] == "screenshots/step-3.png"
    assert (output / look["screenshot"]).read_bytes().startswith(b"\x89PNG")
    assert "screenshot" not in outer
    assert outer["url"].endswith("/broken?key=")
    assert outer["console_errors"][-1] == "it broke"
    (failed,) = [each for each in outer["failed_requests"] if "missing" in each["url"]]
    assert (failed["status"], failed["url"].rpartition("/")[2]) == (404, "missing?key=")
    called = only(events, "phase_ended")[1]
    assert (called["phase"], called["outcome"], called["error"]["type"]) == ("call", "failed", "AssertionError")
    assert "to_have_text" in called["error"]["traceback"]


def _check_outside_steps(heard: dict[str, list[dict[str, Any]]], output: Path) -> None:
    (setup, _teardown) = only(heard["test_breaks_in_setup"], "phase_ended")
    assert (setup["phase"], setup["error"]["type"]) == ("setup", "ValueError")
    assert [each["path"] for each in only(heard["test_breaks_in_setup"], "artifact_written")] == [
        "screenshots/setup.png"
    ]
    assert (output / "shop.breaks_in_setup/screenshots/setup.png").exists()
    assert [each["path"] for each in only(heard["test_fails_outside"], "artifact_written")] == ["screenshots/call.png"]
    assert only(heard["test_skips"], "phase_ended")[1]["outcome"] == "skipped"
    assert only(heard["test_skips"], "phase_ended")[1]["error"]["message"] == "not today"


def _check_reports(result: pytest.RunResult, page: str) -> None:
    result.stdout.fnmatch_lines(["*- Steps -*", "passed * Before", "failed * Open", "    failed * Look", "*step-3.png"])
    assert "synthetics-steps" in page
    assert "data:image/png;base64," in page


CONFTEST = f'pytest_plugins = ["{PLUGIN}"]\n'
ENTRY_POINT = f"[pytest11]\n{PLUGIN} = {PLUGIN}\n"
ONE_JOURNEY = """
import pytest

@pytest.mark.journey
def test_one(page, step):
    with step("Open"):
        page.goto("/")
    assert "rixter-synthetics" in page.evaluate("navigator.userAgent")
"""


@pytest.mark.parametrize(
    "ways",
    [
        pytest.param({"entry point"}, id="by its entry point"),
        pytest.param({"conftest"}, id="by the conftest"),
        pytest.param({"-p"}, id="by -p"),
        pytest.param({"conftest", "-p"}, id="by the conftest and -p, as in a worker"),
        pytest.param({"entry point", "conftest", "-p"}, id="by all of them"),
    ],
)
def test_plugin_is_loaded_once_however_often_it_is_named(
    suite: Suite, pytester: pytest.Pytester, ways: set[str]
) -> None:
    if "entry point" in ways:
        suite.write("shop-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: shop\nVersion: 1\n")
        suite.write("shop-1.dist-info/entry_points.txt", ENTRY_POINT)
    suite.write("conftest.py", CONFTEST if "conftest" in ways else "")
    suite.write("journeys/shop/test_one.py", ONE_JOURNEY)

    result = pytester.runpytest_subprocess(*(["-p", PLUGIN] if "-p" in ways else []), "--strict-markers", timeout=60)

    result.assert_outcomes(passed=1)


def test_interrupted_journey_tells_where_it_was(suite: Suite) -> None:
    suite.write(
        "journeys/shop/test_one.py",
        "import pytest\n\n@pytest.mark.journey\ndef test_one(page, step):\n    page.goto('/')\n"
        "    with step('Hang'):\n        raise KeyboardInterrupt\n",
    )

    result = suite.run("--output=out")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    events = suite.heard()["test_one"]
    (ended,) = only(events, "step_ended")
    assert (ended["error"]["type"], ended["error"]["where"]) == ("KeyboardInterrupt", "test_one.py:7")
    called = only(events, "phase_ended")[-1]
    assert (called["phase"], called["error"]["type"]) == ("call", "KeyboardInterrupt")
    assert events[-1]["event"] == "session_ended"
    assert not only(events, "artifact_written")


@pytest.mark.parametrize(
    ("death", "what"),
    [
        pytest.param(
            "[each.kill() for each in psutil.Process().children(True) if 'headless' in each.name()]", "browser"
        ),
        pytest.param("page.goto('chrome://crash')", "page"),
    ],
    ids=["the whole browser", "the page in it"],
)
def test_browser_that_dies_is_told_and_its_journey_has_failed(suite: Suite, death: str, what: str) -> None:
    suite.write(
        "journeys/shop/test_one.py",
        "import psutil, pytest\n\n@pytest.mark.journey\ndef test_one(page, step):\n    page.goto('/')\n"
        f"    with step('Die'):\n        {death}\n        page.get_by_role('button').click()\n",
    )

    result = suite.run("--output=out", "-rN")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert what in [each["what"] for each in only(suite.heard()["test_one"], "browser_died")]


def test_file_that_does_not_import_is_told(suite: Suite) -> None:
    suite.write("journeys/shop/test_one.py", "import no_such_module\n")

    suite.run()

    (ended,) = only(suite.heard()["session"], "phase_ended")
    assert (ended["phase"], ended["error"]["type"]) == ("collect", "ModuleNotFoundError")
    assert ended["error"]["message"] == "No module named 'no_such_module'"


def test_options_of_pytest_playwright_work(suite: Suite, site: str) -> None:
    suite.write(
        "journeys/shop/test_one.py",
        ONE_JOURNEY + f"    assert page.url == '{site}/'\n    assert page.viewport_size['width'] < 500\n"
        "    assert 'iPhone' in page.evaluate('navigator.userAgent')\n    assert False\n",
    )

    suite.run("--output=out", "--tracing=retain-on-failure", "--screenshot=on", "--device=iPhone 13", "--slowmo=1")

    (folder,) = (suite.path / "out").glob("journeys-shop-test-one*")
    assert sorted(file.name for file in folder.iterdir()) == ["test-failed-1.png", "trace.zip"]


def test_browser_fixture_of_the_suite_itself_is_noticed(suite: Suite) -> None:
    suite.write(
        "journeys/shop/conftest.py",
        "import pytest\n\n@pytest.fixture(scope='session')\ndef browser(launch_browser):\n"
        "    browser = launch_browser()\n    yield browser\n    browser.close()\n",
    )
    suite.write("journeys/shop/test_one.py", ONE_JOURNEY)

    result = suite.run()

    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*AuthoringWarning: A `browser` fixture of this suite stands before the plugin's*"])
    assert only(suite.heard()["test_one"], "browser_started")


def test_session_without_journeys_is_left_alone(suite: Suite) -> None:
    suite.write(
        "test_other.py",
        "def test_other(browser_context_args, browser_type_launch_args, base_url, new_context):\n"
        "    assert (browser_context_args, browser_type_launch_args, base_url) == ({}, {}, None)\n",
    )
    # Their `new_context` needs a browser, which pytest-playwright would start its own way.
    suite.write("conftest.py", "import pytest\n\n@pytest.fixture(scope='session')\ndef browser():\n    pass\n")

    suite.run("--synthetics=nowhere.toml").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param(["--target=nowhere"], "ERROR: --target nowhere", id="a target that there is not"),
        pytest.param(["--synthetics=nowhere.toml"], "*nowhere.toml*", id="a configuration that there is not"),
    ],
)
def test_choice_that_cannot_be_is_refused_before_any_test(suite: Suite, args: list[str], said: str) -> None:
    suite.write("journeys/shop/test_one.py", ONE_JOURNEY)

    result = suite.run(*args)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])


def test_one_of_several_targets_has_to_be_chosen(suite: Suite, site: str) -> None:
    with (suite.path / "synthetics.toml").open("a") as file:
        file.write(f'targets.other = {{ site = "{site}", account = "robot" }}\n')
    suite.write("journeys/shop/test_one.py", ONE_JOURNEY)

    result = suite.run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*has several targets: shop, other.", "*Choose one with --target NAME."])
