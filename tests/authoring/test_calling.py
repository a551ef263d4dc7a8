"""What a journey asks without the browser is evidence as well: whose it was, and what became of it."""

import errno
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from synthetics.authoring.calling import failure_of
from synthetics.authoring.network import open_client
from synthetics.authoring.observing import Observer
from synthetics.authoring.owners import Owners
from synthetics.config.app import App
from synthetics.config.models import Account, Target
from synthetics.evidence import OriginTraffic, Owner, RequestSeen
from tests.authoring.fakes import HandClock


class _Answers(BaseHTTPRequestHandler):
    """Answers with the status that the path asks for; ``/0`` breaks off in the middle."""

    def do_GET(self) -> None:
        status = int(self.path.partition("?")[0].rpartition("/")[2])
        self.send_response(status or 200)
        self.send_header("Content-Length", "0" if status else "10")
        if status == 429:
            self.send_header("Retry-After", "7")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name that the base class has
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


class Scene:
    """A journey that calls a site, and the observer of its run."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.clock = HandClock()
        self.at_once = 0
        self.observer = Observer(self.clock, on_notable=self._notable)
        self.observer.about(Owners(site))

    def _notable(self) -> None:
        self.at_once += 1

    def ask(self, *paths: str, of: str | None = None) -> None:
        target = Target(name="t", site=self.site, account=Account(email="a@b"))
        with open_client(target, of or self.site, calls=self.observer) as client:
            for path in paths:
                client.get(path)

    @property
    def origins(self) -> tuple[OriginTraffic, ...]:
        return self.observer.traffic().origins

    @property
    def requests(self) -> tuple[RequestSeen, ...]:
        return self.observer.traffic().requests


@pytest.fixture
def scene(address: str) -> Scene:
    return Scene(address)


def test_calls_are_counted_by_origin_and_only_bad_ones_are_told(scene: Scene) -> None:
    scene.ask("/rest/200?jql=secret", "/rest/201", "/rest/503?token=secret", "/rest/429")

    (origin,) = scene.origins
    assert (origin.owner, origin.requests, origin.answered, origin.refused) == (Owner.SITE, 4, 2, 2)
    assert origin.statuses == ((200, 1), (201, 1), (429, 1), (503, 1))
    assert [(each.resource, each.path, each.status, each.retry_after_s) for each in scene.requests] == [
        ("rest", "/rest/503", 503, None),
        ("rest", "/rest/429", 429, 7.0),
    ]
    assert "secret" not in repr(scene.observer.traffic())


def test_call_of_an_apps_own_service_is_the_apps(address: str) -> None:
    scene = Scene("https://site.example")
    app = App(name="ihub", title="iHub", base_urls={"backend": address})
    scene.observer.about(Owners("https://site.example", app))
    scene.ask("/500", of=address)
    assert [each.owner for each in scene.requests] == [Owner.BACKEND]


def test_call_without_an_answer_is_told_at_once_in_the_browsers_words(scene: Scene) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        scene.ask("/rest/0")
    (request,) = scene.requests
    assert (request.failure, request.status, request.ended) == ("net::ERR_CONNECTION_RESET", None, True)
    assert scene.at_once == 1


def test_call_that_is_broken_into_has_no_end(scene: Scene) -> None:
    call = scene.observer.call_begins("GET", f"{scene.site}/rest/200")
    scene.clock.passes(9_000)
    (request,) = scene.requests
    assert (request.ended, request.status) == (False, None)
    scene.observer.call_answered(call, 200, None)
    (late,) = scene.requests
    assert (late.ended, late.status, late.duration_ms) == (True, 200, 9_000)


def test_polling_is_told_by_its_first_and_its_last_and_counted_whole(scene: Scene) -> None:
    for _ in range(100):
        scene.ask("/rest/404")
        scene.clock.passes(300)
    scene.ask("/rest/503")
    assert [(each.status, each.started_ms) for each in scene.requests] == [(404, 1_000), (404, 30_700), (503, 31_000)]
    assert scene.origins[0].requests == 101
    assert scene.observer.traffic().dropped == 0


def test_calls_of_every_other_path_stay_bounded(scene: Scene) -> None:
    for number in range(300):
        call = scene.observer.call_begins("GET", f"{scene.site}/rest/{number}")
        scene.observer.call_answered(call, 500, None)
    assert len(scene.requests) == 45
    assert scene.observer.traffic().dropped == 255


def test_clean_up_is_seen_when_the_pages_are_gone(scene: Scene) -> None:
    scene.observer.freeze()
    until_ms = scene.observer.traffic().monotonic_ms
    scene.clock.passes(50)
    scene.ask("/rest/503")
    assert [each.status for each in scene.requests] == [503]
    assert scene.observer.traffic().monotonic_ms == until_ms, "the browser was not listened to any longer"


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        pytest.param(caused(httpx.ConnectError(""), ConnectionRefusedError()), "CONNECTION_REFUSED", id="refused"),
        pytest.param(caused(httpx.ConnectError(""), socket.gaierror()), "NAME_NOT_RESOLVED", id="no such name"),
        pytest.param(caused(httpx.ConnectError(""), ssl.SSLError()), "SSL_PROTOCOL_ERROR", id="no TLS"),
        pytest.param(
            caused(httpx.ConnectError(""), ssl.SSLCertVerificationError()), "CERT_INVALID", id="a bad certificate"
        ),
        pytest.param(
            caused(httpx.ConnectError(""), OSError(errno.EHOSTUNREACH, "")), "ADDRESS_UNREACHABLE", id="no way there"
        ),
        pytest.param(httpx.ConnectTimeout(""), "TIMED_OUT", id="no connection in time"),
        pytest.param(httpx.ReadTimeout(""), "TIMED_OUT", id="no answer in time"),
        pytest.param(httpx.ReadError(""), "CONNECTION_RESET", id="cut off"),
        pytest.param(httpx.ProxyError(""), "PROXY_CONNECTION_FAILED", id="the proxy"),
        pytest.param(httpx.TooManyRedirects(""), "FAILED", id="not the network"),
    ],
)
def test_failure_of_a_call_has_the_browsers_name(error: Exception, failure: str) -> None:
    assert failure_of(error) == f"net::ERR_{failure}"


def closed_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize(
    ("place", "failure"),
    [
        pytest.param(closed_port, "net::ERR_CONNECTION_REFUSED", id="a port that nobody listens at"),
        pytest.param(lambda: "http://nobody.invalid", "net::ERR_NAME_NOT_RESOLVED", id="a name that nobody has"),
    ],
)
def test_failure_is_told_from_what_the_system_said(
    place: Callable[[], str], failure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    scene = Scene(place())
    with pytest.raises(httpx.ConnectError):
        scene.ask("/rest/200")
    assert [each.failure for each in scene.requests] == [failure]
