"""What the pages of a run were seen to do, by listeners that are told so by hand."""

from typing import Any

import pytest

from synthetics.authoring.observing import Observer
from synthetics.authoring.owners import Owners
from synthetics.authoring.traffic import LASTING_MS, MOST_FRAMES, MOST_ORIGINS, MOST_TALLIES, SLOW_MS
from synthetics.config.app import App
from synthetics.evidence import Owner, TrafficSeen, event_to_line
from tests.authoring.conftest import SITE
from tests.authoring.fakes import FakeContext, FakeFrame, FakePage, FakeRequest, HandClock

CDN = "https://inst.cdn.example.net"
BACKEND = "https://api.app.example"
FRAME_URL = f"{CDN}/app-1/env-1/1.0/main/index.html"


class Pages:
    """A context with one page that is listened to."""

    def __init__(self, app: App | None) -> None:
        self.clock = HandClock()
        self.context = FakeContext(FakePage())
        self.notable = 0
        self.observer = Observer(self.clock, on_notable=self._count)
        self.observer.about(Owners(SITE, app), ("open sesame 1",))
        self.observer.watch(self.context.as_context())
        self.top = FakeFrame(url=SITE)

    def _count(self) -> None:
        self.notable += 1

    def frame(self, url: str = FRAME_URL, *, parent: FakeFrame | None = None) -> FakeFrame:
        """Put a frame in, have it ask for its document, and let it get there."""
        frame = FakeFrame(parent or self.top)
        self.context.page.tell("frameattached", frame)
        self.context.answer(self.context.requests(url, frame=frame, navigates=True, resource="document"))
        frame.url = url
        self.context.page.tell("framenavigated", frame)
        return frame

    @property
    def seen(self) -> TrafficSeen:
        return self.observer.traffic()


@pytest.fixture
def pages(ihub: App) -> Pages:
    return Pages(ihub)


def test_each_request_is_counted_in_exactly_one_way(pages: Pages) -> None:
    ask = pages.context.requests
    pages.context.answer(ask(f"{SITE}/a"))
    pages.context.answer(ask(f"{SITE}/b"), 503)
    pages.context.fail(ask(f"{SITE}/c"), "net::ERR_CONNECTION_RESET")
    pages.context.fail(ask(f"{SITE}/d"), "net::ERR_ABORTED")
    pages.context.answer(ask(f"{SITE}/e"), 200, ends=False)
    pages.context.answers("GET", f"{SITE}/f.js", 404, then_fails=True)

    (site,) = pages.seen.origins
    assert (site.requests, site.answered, site.refused, site.failed, site.aborted, site.unfinished) == (
        6,
        1,
        2,
        1,
        1,
        1,
    )
    assert site.statuses == ((200, 1), (404, 1), (503, 1))


@pytest.mark.parametrize(
    ("values", "lasted_ms", "end", "told"),
    [
        pytest.param({}, 10, 200, False, id="an answer in time"),
        pytest.param({}, SLOW_MS, 200, True, id="an answer that took long"),
        pytest.param({}, 10, 400, True, id="a refusal"),
        pytest.param({}, 10, "net::ERR_NAME_NOT_RESOLVED", True, id="no answer"),
        pytest.param({}, 10, "net::ERR_ABORTED", False, id="given up by the page at once"),
        pytest.param({}, SLOW_MS, "net::ERR_ABORTED", True, id="given up by the page out of patience"),
        pytest.param({"navigates": True}, 10, "net::ERR_ABORTED", True, id="a document given up"),
        pytest.param({}, LASTING_MS, None, True, id="no end"),
        pytest.param({}, LASTING_MS - 1, None, False, id="no end yet"),
    ],
)
def test_only_what_is_worth_telling_is_told(
    pages: Pages, values: dict[str, Any], lasted_ms: int, end: int | str | None, *, told: bool
) -> None:
    request = pages.context.requests(f"{SITE}/a?secret=1", **values)
    pages.clock.passes(lasted_ms)
    if isinstance(end, int):
        pages.context.answer(request, end)
    elif end is not None:
        pages.context.fail(request, end)

    assert [(each.path, each.ended) for each in pages.seen.requests] == ([("/a", end is not None)] if told else [])


def test_stream_of_events_is_not_meant_to_end(pages: Pages) -> None:
    pages.context.answer(pages.context.requests(f"{SITE}/a", resource="eventsource"), 200, ends=False)
    pages.context.requests(f"{SITE}/b", resource="eventsource")
    pages.clock.passes(LASTING_MS)

    assert [each.path for each in pages.seen.requests] == ["/b"]


def test_times_are_the_browsers_own_where_it_tells_them(pages: Pages) -> None:
    """Listeners run late: two requests that were far apart are heard of together."""
    pages.clock.passes(5_000)
    told = pages.context.requests(f"{SITE}/a", started=1_240.4, lasted=33.3)
    untold = pages.context.requests(f"{SITE}/b")
    pages.context.answer(told, 500)
    pages.clock.passes(7)
    pages.context.fail(untold, "net::ERR_FAILED")

    first, second = pages.seen.requests
    assert (first.started_ms, first.duration_ms) == (1_240, 33)
    assert (second.started_ms, second.duration_ms) == (6_000, 7)


def test_moment_to_come_back_may_be_told_as_a_date(pages: Pages) -> None:
    for said in ("3.5", "Thu, 01 Jan 1970 00:00:31 GMT", "soon"):
        pages.context.answer(pages.context.requests(f"{SITE}/a"), 429, retry_after=said)

    assert [each.retry_after_s for each in pages.seen.requests] == [3.5, 30.0, None]


def test_frame_that_asks_before_it_has_an_address_is_known_once_it_has_one(pages: Pages) -> None:
    frame = FakeFrame(pages.top)
    pages.context.answer(pages.context.requests(f"{BACKEND}/early", frame=frame), 500)
    assert pages.seen.requests[0].owner is Owner.OTHER

    frame.url = FRAME_URL
    pages.context.page.tell("framenavigated", frame)
    (early,) = pages.seen.requests
    assert (early.owner, early.in_app_frame) == (Owner.BACKEND, True)


def test_frame_counts_from_when_it_was_put_in_and_not_from_when_it_first_asks(pages: Pages) -> None:
    frame = FakeFrame(pages.top)
    pages.context.page.tell("frameattached", frame)
    pages.clock.passes(10)
    pages.context.requests(FRAME_URL, frame=frame, navigates=True)

    assert [each.attached_ms for each in pages.seen.frames] == [1_000]


def test_frame_inside_the_apps_is_inside_the_app(pages: Pages) -> None:
    inner = pages.frame("https://widget.example/", parent=pages.frame())
    pages.context.answer(pages.context.requests(f"{BACKEND}/x", frame=inner), 500)

    assert [each.in_app_frame for each in pages.seen.requests] == [True]


def test_refused_frame_has_the_address_that_it_asked_for(pages: Pages) -> None:
    frame = FakeFrame(pages.top)
    pages.context.page.tell("frameattached", frame)
    pages.context.fail(pages.context.requests(FRAME_URL, frame=frame, navigates=True), "net::ERR_BLOCKED_BY_RESPONSE")
    frame.url = "chrome-error://chromewebdata/"
    pages.context.page.tell("framenavigated", frame)

    (seen,) = pages.seen.frames
    assert (seen.refused, seen.url, seen.is_app, seen.owner) == (True, FRAME_URL, True, Owner.CDN)


def test_frame_that_is_put_in_anew_stands_twice(pages: Pages) -> None:
    first = pages.frame()
    pages.observer.app_ready()
    pages.clock.passes(5)
    pages.context.page.tell("framedetached", first)
    pages.clock.passes(5)
    pages.frame()
    pages.observer.app_ready()

    seen = pages.seen
    assert [(each.ready_ms, each.detached_ms) for each in seen.frames] == [(1_000, 1_005), (1_010, None)]
    assert seen.app_ready_ms == 1_000


@pytest.mark.parametrize(
    ("path", "body", "counts"),
    [
        pytest.param("/gateway/api/graphql", '{"extensionId":"ari:app-1/env-1/static/m"}', 1, id="it names the app"),
        pytest.param("/gateway/api/graphql", '{"extensionId":"ari:app-2/x", "q":"invoke"}', 0, id="it names another"),
        pytest.param("/gateway/api/graphql", '{"operationName":"invokeIt"}', 1, id="it says what it does"),
        pytest.param("/gateway/api/graphql", '{"operationName":"flags"}', 0, id="the page's own"),
        pytest.param("/rest/api/3/search", '{"jql":"app-1"}', 0, id="not by the gateway"),
    ],
)
def test_call_of_the_bridge_is_what_the_page_posts_for_the_app(pages: Pages, path: str, body: str, counts: int) -> None:
    pages.frame()
    pages.context.requests(f"{SITE}{path}", method="POST", body=body)

    seen = pages.seen
    assert seen.bridge_calls == counts
    assert seen.frames[0].connected_ms == (1_000 if counts else None)


def test_what_is_posted_from_inside_a_frame_is_no_call_of_the_bridge(pages: Pages) -> None:
    pages.context.requests(f"{SITE}/gateway/api", method="POST", body="app-1", frame=pages.frame())

    assert pages.seen.bridge_calls == 0


def test_error_said_several_times_over_stands_once(pages: Pages) -> None:
    """With a process for each site the browser tells of a failed load three or four times."""
    for _ in range(3):
        pages.context.says("Failed to load resource", url=f"{SITE}/x.js")
    pages.context.says("Failed to load resource", url=f"{BACKEND}/x.js")

    assert [each.owner for each in pages.seen.messages] == [Owner.SITE, Owner.OTHER]


@pytest.mark.parametrize("secret", ["open sesame 1", "%6Fpen-sesame-1"], ids=["as it is", "in another form"])
def test_text_that_is_cut_keeps_no_half_of_a_secret(pages: Pages, secret: str) -> None:
    pages.context.says("word " * 97 + f"said {secret} and more" + " word" * 50)

    (message,) = pages.seen.messages
    assert len(message.text) <= 500
    assert "open" not in message.text
    assert "%6F" not in message.text
    assert message.text.endswith("...")


def test_nothing_that_comes_after_the_end_is_the_journeys(pages: Pages) -> None:
    """Closing a page gives up all that it still asks for."""
    request = pages.context.requests(f"{SITE}/hangs")
    frame = pages.frame()
    pages.clock.passes(LASTING_MS)
    pages.observer.freeze()
    frozen = pages.seen

    pages.context.fail(request, "net::ERR_ABORTED")
    pages.context.answers("GET", f"{SITE}/late", 500)
    pages.context.page.tell("framedetached", frame)
    pages.context.says("late")
    pages.context.breaks(ValueError("late"))
    pages.observer.freeze()
    assert pages.seen == frozen
    assert [(each.path, each.ended) for each in frozen.requests] == [("/hangs", False)]
    assert frozen.frames[0].detached_ms is None


@pytest.mark.parametrize("event", ["request", "response", "requestfinished", "requestfailed", "console", "weberror"])
def test_listener_that_raises_is_not_felt(pages: Pages, event: str) -> None:
    pages.context.tell(event, [])  # has nothing that a listener reads, and cannot even be looked up

    assert pages.observer.swallowed == 1


def test_flood_is_told_by_its_ends_and_by_its_number(pages: Pages) -> None:
    for number in range(20_000):
        pages.context.answer(pages.context.requests(f"{SITE}/{number}"), 500)
        pages.context.says(f"line {number}")
        pages.context.page.tell("framenavigated", FakeFrame(url=f"{SITE}/{number}"))

    seen = pages.seen
    assert [each.path for each in (seen.requests[0], seen.requests[-1])] == ["/0", "/19999"]
    assert [each.text for each in (seen.messages[0], seen.messages[-1])] == ["line 0", "line 19999"]
    assert (len(seen.requests), len(seen.messages), len(seen.navigations)) == (45, 40, 60)
    assert seen.dropped == 60_000 - 45 - 40 - 60
    assert seen.origins[0].refused == 20_000
    assert len(event_to_line(seen)) < 40_000


def test_requests_that_never_end_are_told_by_the_oldest_and_by_their_number(pages: Pages) -> None:
    for number in range(5_000):
        pages.context.requests(f"{SITE}/{number}")
    pages.clock.passes(LASTING_MS)

    seen = pages.seen
    assert [each.path for each in seen.requests] == [f"/{number}" for number in range(15)]
    assert seen.origins[0].unfinished == 5_000


def test_app_is_not_lost_among_thousands_of_frames_and_origins(pages: Pages) -> None:
    pages.frame()
    for number in range(1_000):
        pages.frame(f"https://ad-{number}.example/")

    seen = pages.seen
    assert (len(seen.frames), sum(each.is_app for each in seen.frames)) == (MOST_FRAMES, 1)
    assert len(seen.origins) == MOST_ORIGINS
    assert seen.origins[0].owner is Owner.CDN


def test_app_is_told_of_also_where_there_are_too_many_origins_to_count(pages: Pages) -> None:
    for number in range(1_000):
        pages.context.requests(f"https://ad-{number}.example/")
    pages.context.answer(pages.context.requests(f"{BACKEND}/", frame=pages.frame()), 500)

    seen = pages.seen
    assert [each.owner for each in seen.requests] == [Owner.BACKEND]
    assert [each.refused for each in seen.origins if each.owner is Owner.BACKEND] == [1]


def test_origins_that_are_not_counted_any_more_are_known_by_the_number_of_their_requests(pages: Pages) -> None:
    for number in range(1_000):
        for _ in range(2):
            pages.context.answer(pages.context.requests(f"https://ad-{number}.example/"))

    assert pages.seen.dropped == 2 * (1_000 - MOST_TALLIES) + MOST_TALLIES - MOST_ORIGINS


def test_what_should_be_known_at_once_is_said_so(pages: Pages) -> None:
    pages.context.answer(pages.context.requests(f"{SITE}/a"))
    pages.context.says("an error of the console")
    assert pages.notable == 0

    pages.context.answer(pages.context.requests(f"{SITE}/b"), 500)
    pages.context.fail(FakeRequest(f"{SITE}/unknown"), "net::ERR_FAILED")
    pages.context.fail(pages.context.requests(f"{SITE}/c"), "net::ERR_FAILED")
    pages.context.breaks(ValueError("x"))
    assert pages.notable == 3
