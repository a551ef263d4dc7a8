"""A journey that leaks on purpose leaves no trace in the next run of the same seat.

Where the process could be put back, the next run is made in it; where not, it costs the worker its place, and the
record says what was left.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from synthetics.worker import RecycleReason
from tests.execute.builders import OPEN_SITE, write_journey
from tests.execute.conftest import Monitor, Ran, a_monitor

#: One journey whose two steps are read anew in each run, from files that are no source of it: so all share a worker.
WALK = """
here = os.path.dirname(REACHED)
with step("Open"):
    exec(open(os.path.join(here, "leak")).read(), globals() | locals())
with step("Look"):
    exec(open(os.path.join(here, "look")).read(), globals() | locals())
"""


@dataclass(frozen=True, kw_only=True)
class Walker:
    """Runs the one journey."""

    monitor: Monitor
    file: Path

    @property
    def folder(self) -> Path:
        return self.file.parents[2]

    def walk(self, *, leak: str = "", look: str = "") -> Ran:
        """Run the journey once."""
        (self.folder / "leak").write_text(leak, encoding="utf-8")
        (self.folder / "look").write_text(look, encoding="utf-8")
        ran = self.monitor.run_journey(self.file)
        assert ran.verdict == ("passed", "none"), ran.log
        return ran

    def twice(self, leak: str, look: str) -> tuple[Ran, Ran]:
        """Leak in one run, and look in the next."""
        return self.walk(leak=leak), self.walk(look=look)


@pytest.fixture(scope="module")
def walker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    folder = tmp_path_factory.mktemp("walker")
    file = write_journey(folder, WALK)
    file.with_name("page_object.py").write_text("SEEN = []\n", encoding="utf-8")
    monitor = a_monitor(folder)
    yield Walker(monitor=monitor, file=file)
    monitor.close()


@pytest.mark.parametrize(
    ("leak", "look"),
    [
        pytest.param(
            "os.environ['LEAKED'] = '1'; os.environ['HOME'] = '/'; del os.environ['PATH']",
            "assert 'LEAKED' not in os.environ and 'PATH' in os.environ and os.environ['HOME'] != '/'",
            id="the environment",
        ),
        pytest.param("os.chdir('/')", "assert os.getcwd() != '/'", id="the working folder"),
        pytest.param("os.umask(0)", "assert os.umask(0o77) != 0", id="the umask"),
        pytest.param(
            "import warnings; warnings.simplefilter('error', FutureWarning); warnings.showwarning = print",
            "import warnings\n"
            "assert ('error', None, FutureWarning, None, 0) not in warnings.filters\n"
            "assert warnings.showwarning is not print",
            id="a filter of warnings",
        ),
        pytest.param(
            "sys.path.insert(0, '/leaked'); sys.meta_path.append(None); sys.argv[:] = ['leaked']",
            "assert '/leaked' not in sys.path and None not in sys.meta_path and sys.argv != ['leaked']",
            id="where Python imports from",
        ),
        pytest.param(
            "signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.signal(signal.SIGINT, signal.SIG_IGN); "
            "signal.alarm(1000)",
            "assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL\n"
            "assert signal.getsignal(signal.SIGINT) is signal.default_int_handler\n"
            "assert signal.alarm(0) == 0",
            id="a handler of a signal",
        ),
        pytest.param(
            "import logging\n"
            "logging.getLogger().addHandler(logging.StreamHandler())\n"
            "logging.getLogger().setLevel(1)\n"
            "logging.getLogger('asyncio').disabled = True\n"
            "logging.getLogger('leaked').addHandler(logging.StreamHandler())\n"
            "logging.getLogger('leaked').propagate = False\n"
            "logging.disable(logging.ERROR)",
            "import logging\n"
            "assert logging.StreamHandler not in [type(each) for each in logging.getLogger().handlers]\n"
            "assert logging.getLogger().level != 1\n"
            "assert not logging.getLogger('asyncio').disabled\n"
            "assert logging.getLogger('leaked').handlers == []\n"
            "assert logging.getLogger('leaked').propagate\n"
            "assert logging.root.manager.disable == 0",
            id="a handler and a level of logging",
        ),
        pytest.param(
            "sys.stdout = None; sys.excepthook = print; sys.settrace(None)",
            "assert sys.stdout is not None and sys.excepthook is not print",
            id="what Python prints with",
        ),
        pytest.param("sys.setrecursionlimit(5000)", "assert sys.getrecursionlimit() != 5000", id="the recursion limit"),
        pytest.param(
            "import socket; socket.setdefaulttimeout(0.5)",
            "import socket; assert socket.getdefaulttimeout() is None",
            id="the timeout of sockets",
        ),
        pytest.param(
            "import random; random.seed(7); open(REACHED, 'w').write(str(random.Random(7).random()))",
            "import random; assert str(random.random()) != open(REACHED).read()",
            id="the seed of random numbers",
        ),
        pytest.param("import locale; os.environ['TZ'] = 'Asia/Tokyo'; time.tzset()", "assert time.tzname[0] != 'JST'",
            id="the time zone",
        ),
        pytest.param(
            "from journeys.fake import page_object; page_object.SEEN.append(1)",
            "from journeys.fake import page_object; assert page_object.SEEN == []",
            id="the state of a page object",
        ),
        pytest.param(
            "if os.fork() == 0:\n    time.sleep(1000)\nopen(REACHED, 'w').write('')\n"
            "subprocess.Popen(['sleep', '1000'], start_new_session=True)",
            "import psutil\n"
            "assert [each.name()[:4] for each in psutil.Process().children()] == ['node']",
            id="a child",
        ),
        pytest.param(
            "import atexit; atexit.register(os._exit, 9)",
            "pass",
            id="a hook at the end of the process",
        ),
    ],
)  # fmt: skip
def test_next_run_in_the_same_process_sees_nothing_of(walker: Walker, leak: str, look: str) -> None:
    first, second = walker.twice(leak, look)
    assert (first.worker.leaked, second.worker.leaked) == ((), ())
    assert second.worker.runs_before == first.worker.runs_before + 1
    assert (first.worker.recycled_for, second.worker.recycled_for) == (None, None)


@pytest.mark.parametrize(
    ("leak", "look", "leaked"),
    [
        pytest.param(
            "import shutil; shutil.which = len",
            "import shutil; assert shutil.which is not len",
            "replaced: shutil.which",
            id="a function of a library that is replaced",
        ),
        pytest.param(
            "import http.client; http.client.HTTPConnection.connect = lambda self: 1 / 0",
            "import http.client; assert http.client.HTTPConnection.connect.__module__ == 'http.client'",
            "replaced: http.client.HTTPConnection.connect",
            id="a method of a library's class that is replaced",
        ),
        pytest.param(
            "from playwright.sync_api import Page; Page.goto = lambda *_, **__: None",
            "from playwright.sync_api import Page; assert Page.goto.__name__ == 'goto'",
            "replaced: playwright.sync_api._generated.Page.goto",
            id="a method of Playwright that is replaced",
        ),
        pytest.param(
            "import builtins; builtins.helper = lambda: 1",
            "import builtins; assert not hasattr(builtins, 'helper')",
            "replaced: builtins.helper",
            id="a function that is put into a library",
        ),
        pytest.param(
            "import threading; threading.Thread(target=time.sleep, args=(1000,), name='mine', daemon=True).start()",
            "import threading; assert 'mine' not in [each.name for each in threading.enumerate()]",
            "thread: mine",
            id="a thread",
        ),
        pytest.param("sys.__stderr__.close()", "assert not sys.stderr.closed", "closed: stderr", id="a closed stream"),
        pytest.param(
            "os.dup2(os.open(os.devnull, os.O_WRONLY), 1)",
            "assert os.fstat(1).st_ino != os.stat(os.devnull).st_ino",
            "closed: stdout",
            id="a stream that goes elsewhere",
        ),
    ],
)  # fmt: skip
def test_next_run_gets_another_worker_after(walker: Walker, leak: str, look: str, leaked: str) -> None:
    first, second = walker.twice(leak, look)
    assert first.worker.recycled_for is RecycleReason.LEAKED
    assert leaked in first.worker.leaked
    assert (second.worker.runs_before, second.worker.leaked, second.worker.recycled_for) == (0, (), None)


class _Site(BaseHTTPRequestHandler):
    """A site whose page can be kept for ever; it counts who asks."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        body, kind = b"<!doctype html><title>Here</title>", "text/html"
        if self.path.endswith(".js"):
            body, kind = b"self.onfetch = each => each.respondWith(new Response('from the worker'))", "text/javascript"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "max-age=1000000" if self.path.startswith("/kept") else "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's own name
        pass


@pytest.fixture
def site() -> Iterator[ThreadingHTTPServer]:
    class Site(_Site):
        asked: list[str] = []  # noqa: RUF012  each server's own

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def test_next_run_in_the_same_browser_sees_nothing_of_the_one_before(walker: Walker, site: ThreadingHTTPServer) -> None:
    """Cookies, storage, a service worker, the cache, and a context and a page that were left open."""
    url = f"http://127.0.0.1:{site.server_port}"
    visit = f"""
page = request.getfixturevalue("page")
browser = request.getfixturevalue("browser")
open(os.path.join(os.path.dirname(REACHED), "browser"), "a").write(f"{{id(browser)}} ")
{OPEN_SITE}
page.goto("{url}/kept")
"""
    leak = (
        visit
        + f"""
page.evaluate(\"\"\"async () => {{
    document.cookie = 'leaked=1; max-age=100000'
    localStorage.leaked = 1
    await caches.open('leaked')
    await navigator.serviceWorker.register('/worker.js')
    await navigator.serviceWorker.ready
}}\"\"\")
left = browser.new_context().new_page()
left.goto("{url}/left")
page.screenshot(path="picture.png")
"""
    )
    look = (
        visit
        + f"""
assert page.title() == "Here"
assert page.evaluate("[document.cookie, localStorage.length]") == ["", 0]
assert page.evaluate("caches.keys()") == []
assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
assert [len(each.pages) for each in browser.contexts] == [1]
assert page.goto("{url}/other").text() != "from the worker"
"""
    )
    first, second = walker.twice(leak, look)
    assert (first.worker.leaked, first.worker.recycled_for) == ((), None)
    assert second.worker.runs_before == first.worker.runs_before + 1
    one, two = (walker.folder / "browser").read_text().split()
    assert one == two
    asked = getattr(site.RequestHandlerClass, "asked")  # noqa: B009  the library's type does not know it
    assert [asked.count(path) for path in ("/kept", "/left", "/other")] == [2, 1, 1]


def test_ten_plain_runs_in_a_row_leak_nothing_and_recycle_nothing(tmp_path: Path) -> None:
    """Plain is what a journey may do: log, warn, take pictures, import its page objects, replace for a while."""
    body = f"""
import logging, warnings
from unittest import mock
from journeys.fake import page_object
page = request.getfixturevalue("page")
{OPEN_SITE}
monkeypatch = request.getfixturevalue("monkeypatch")
monkeypatch.setattr(time, "ctime", lambda: "now")
monkeypatch.setenv("MINE", "1")
with step("Open"):
    page.goto("data:text/html,<title>Here</title><input type=file>")
    page.locator("input").set_input_files(__file__)
    with mock.patch("shutil.which", return_value=None):
        logging.getLogger("mine").warning("a word")
with step("Look"):
    page.screenshot(path="picture.png")
    warnings.warn("a word", stacklevel=1)
    assert page_object.title(page) == "Here"
"""
    file = write_journey(tmp_path, body)
    (file.parent / "page_object.py").write_text(
        "import dataclasses, re\n\n@dataclasses.dataclass\nclass Title:\n    text: str\n\n"
        "def title(page):\n    return Title(page.title()).text\n"
    )
    monitor = a_monitor(tmp_path)
    for runs_before in range(10):
        ran = monitor.run_journey(file)
        assert ran.verdict == ("passed", "none"), ran.log
        assert (ran.worker.runs_before, ran.worker.leaked, ran.worker.recycled_for) == (runs_before, (), None)
    monitor.close()
