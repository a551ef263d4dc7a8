import pytest

from synthetics.authoring.addresses import bare_url
from synthetics.authoring.observing import MOST_KEPT, Observer
from tests.authoring.fakes import FakeContext, FakePage, HandClock


@pytest.fixture
def context() -> FakeContext:
    return FakeContext(FakePage())


@pytest.fixture
def observer(context: FakeContext) -> Observer:
    observer = Observer(HandClock())
    observer.watch(context.as_context())
    return observer


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        pytest.param("https://a.example/b", "https://a.example/b", id="nothing to hide"),
        pytest.param("https://a.example/b?jwt=ey&empty=", "https://a.example/b?jwt=&empty=", id="values of the query"),
        pytest.param("https://a.example/b#access_token=ey", "https://a.example/b", id="the fragment"),
        pytest.param("https://me:secret@a.example:8080/b", "https://a.example:8080/b", id="name and password"),
        pytest.param("data:text/html,secret", "data:", id="an address that is its own content"),
        pytest.param("about:blank", "about:blank", id="no address at all"),
        pytest.param("chrome-error://chromewebdata/", "chrome-error://chromewebdata/", id="the browser's own page"),
    ],
)
def test_address_keeps_nothing_that_may_be_secret(url: str, bare: str) -> None:
    assert bare_url(url) == bare


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        pytest.param("no address, a?b=c", "no address, a?b=c", id="no address"),
        pytest.param(
            "Refused 'https://a.example/x?jwt=ey#t=ey' (https://u:ey@b.example/y.js:3:7)",
            "Refused 'https://a.example/x?jwt=' (https://b.example/y.js:3:7)",
            id="two of them",
        ),
        pytest.param("at wss://a.example/x?jwt=ey\nnext", "at wss://a.example/x?jwt=\nnext", id="a socket"),
        pytest.param("at http://[ey", "at ...", id="none that can be read"),
    ],
)
def test_texts_of_the_browser_have_no_values_of_addresses(
    context: FakeContext, observer: Observer, text: str, bare: str
) -> None:
    mark = observer.mark()
    context.says(text)

    assert observer.since(mark).console_errors == (bare,)
    assert [each.text for each in observer.traffic().messages] == [bare]


def test_script_that_was_answered_with_404_is_told_once(context: FakeContext, observer: Observer) -> None:
    """The browser tells of it twice, the second time as net::ERR_ABORTED."""
    context.answers("GET", "https://a.example/app.js", 404, then_fails=True)

    (failed,) = observer.since(Observer(HandClock()).mark()).failed_requests
    assert (failed.status, failed.failure) == (404, None)


def test_flood_is_kept_within_bounds_and_hides_nothing_that_comes_later(
    context: FakeContext, observer: Observer
) -> None:
    before = observer.mark()
    for number in range(MOST_KEPT + 100):
        context.says(str(number))
    after = observer.mark()
    context.says("the reason")

    seen = observer.since(before).console_errors
    assert (len(seen), seen[-2:]) == (MOST_KEPT, (str(MOST_KEPT + 99), "the reason"))
    assert observer.since(after).console_errors == ("the reason",)


def test_errors_of_scripts_stand_among_those_of_the_console(context: FakeContext, observer: Observer) -> None:
    mark = observer.mark()
    context.breaks(ValueError("x is not a function"))

    assert observer.since(mark).console_errors == ("x is not a function",)


def test_what_scripts_say_loses_what_no_file_can_hold(context: FakeContext, observer: Observer) -> None:
    mark = observer.mark()
    context.says("\ud800")
    context.breaks(ValueError("\udfff"))

    assert observer.since(mark).console_errors == ("\ufffd", "\ufffd")


def test_page_that_was_opened_last_is_the_one_that_is_looked_at(context: FakeContext, observer: Observer) -> None:
    popup = FakePage()
    context.tell("page", popup)

    page: object = observer.page
    assert page is popup
