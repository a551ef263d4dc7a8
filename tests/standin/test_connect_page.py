"""The pages that hold Team Radar: the DOM contract, the handshake and the host's modules, in a browser."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Frame, FrameLocator, Page, Route, expect

from tests.standin.started import Standin

_PAGE = "/plugins/servlet/ac/com.rixter.team-radar/radar-page?project.key=SYN"
_FRAME = "div.ap-iframe-container > iframe.ap-iframe"
_BUNDLE = "**/static/page.js"


def _app(page: Page) -> FrameLocator:
    return page.frame_locator(_FRAME)


def _frame(page: Page) -> Frame:
    found = page.locator(_FRAME).element_handle().content_frame()
    assert found is not None
    return found


@pytest.fixture
def radar(signed_in_page: Page) -> Page:
    signed_in_page.goto(_PAGE)
    _app(signed_in_page).get_by_test_id("team-radar-ready").wait_for()
    return signed_in_page


def _asked(page: Page, expression: str) -> Any:
    """What the app's client says to an expression over ``host``."""
    return _frame(page).evaluate(f"async () => {{ const host = await import('/static/host.js'); {expression} }}")


def test_frame_follows_the_dom_contract(radar: Page, standin: Standin) -> None:
    frame = radar.locator(_FRAME)
    identifier = frame.get_attribute("id") or ""
    assert re.fullmatch(r"com\.rixter\.team-radar__radar-page__[0-9a-f]+", identifier)
    assert radar.locator(".ap-iframe-container").get_attribute("id") == f"embedded-{identifier}"
    said = json.loads(frame.get_attribute("name") or "")
    assert (said["extension_id"], said["origin"]) == (identifier, standin.site)
    assert said["options"]["hostOrigin"] == standin.site
    assert said["api"]["context"]["getToken"] == {"args": ["callback"], "returnsPromise": True}
    assert "jwt=" in (frame.get_attribute("src") or "")
    expect(radar.locator(".ap-status-indicator")).to_be_hidden()


def test_project_page_loads_its_data_through_the_host(radar: Page) -> None:
    app = _app(radar)
    rows = app.get_by_role("table", name="Issues on the radar").get_by_role("row")
    expect(rows.filter(has_text="SYN-1")).to_contain_text("Now")
    expect(app.get_by_role("img")).to_have_attribute("aria-label", re.compile("Maja Lindqvist 2"))
    expect(radar.get_by_role("link", name="Team Radar")).to_have_attribute("aria-current", "page")
    rows.filter(has_text="SYN-2").get_by_role("link").click()
    radar.wait_for_url("**/browse/SYN-2")


def test_host_page_asks_for_what_the_app_needs(signed_in_page: Page, standin: Standin) -> None:
    with signed_in_page.expect_request("**/rest/api/3/search/jql?**") as asked:
        signed_in_page.goto(_PAGE)
    assert asked.value.frame == signed_in_page.main_frame
    with signed_in_page.expect_request(f"{standin.connect}/api/rings") as own:
        signed_in_page.reload()
    assert own.value.headers["authorization"].startswith("JWT ")


def test_issue_panel_shows_the_facts_of_its_issue(signed_in_page: Page) -> None:
    signed_in_page.goto("/browse/SYN-1")
    panel = signed_in_page.get_by_role("region", name="Team Radar").frame_locator("iframe.ap-iframe")
    panel.get_by_test_id("team-radar-ready").wait_for()
    facts = panel.locator('dl[aria-label="Facts"]')
    for words in ("SYN-1", "Bug", "Maja Lindqvist", "Now"):
        expect(facts).to_contain_text(words)


def test_app_shows_a_flag_and_closes_it(radar: Page) -> None:
    _app(radar).get_by_role("button", name="Share").click()
    flag = radar.get_by_test_id("jira-flag-group").get_by_role("alert")
    expect(flag).to_contain_text("5 issues of SYN are on the team's radar.")
    heard = _asked(
        radar,
        """const flag = host.flag({ title: "Second", body: "Words", actions: { undo: "Undo" } });
        const closed = new Promise((resolve) => host.on("flag.close", resolve));
        const acted = new Promise((resolve) => host.on("flag.action", resolve));
        window.second = { flag, closed, acted };
        return true;""",
    )
    assert heard
    radar.get_by_role("button", name="Undo").click()
    action = _frame(radar).evaluate("() => window.second.acted")
    assert action["actionIdentifier"] == "undo"
    closed = _frame(radar).evaluate("() => { window.second.flag.close(); return window.second.closed; }")
    assert closed == {"flagIdentifier": action["flagIdentifier"]}
    expect(flag).to_have_count(1)


def test_host_answers_every_module_that_an_app_needs(radar: Page, standin: Standin) -> None:
    assert _asked(radar, "return host.call('env', 'getLocation');") == standin.site + _PAGE
    assert _asked(radar, "return host.call('_globals', 'getLocation');") == standin.site + _PAGE
    context = _asked(radar, "return host.call('context', 'getContext');")
    assert context == {"jira": {"project": {"id": "10000", "key": "SYN"}}}
    assert len(_asked(radar, "return host.call('context', 'getToken');").split(".")) == 3
    user = _asked(radar, "return host.call('user', 'getCurrentUser');")
    assert user == {"atlassianAccountId": "712020:5b1f0c3e-journeys"}
    emitted = (
        "return new Promise((resolve) => { host.on('e', (...args) => resolve(args)); host.emit('e', 1, {a: 2}); });"
    )
    assert _asked(radar, emitted) == [1, {"a": 2}]
    _asked(radar, "return host.call('env', 'resize', '80%', 222);")
    style = radar.locator(_FRAME).evaluate("(frame) => [frame.style.width, frame.style.height]")
    assert style == ["80%", "222px"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        pytest.param("/rest/api/3/issue/SYN-999", "Issue does not exist", id="an answer that is no success"),
        pytest.param("https://elsewhere.example/", "leads away from the site", id="another origin"),
    ],
)
def test_request_that_fails_is_rejected_with_the_reason(radar: Page, path: str, said: str) -> None:
    expression = f"return host.product({path!r}).catch((error) => error.message);"
    assert said in _asked(radar, expression)


def test_host_listens_to_its_own_frame_only(signed_in_page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    signed_in_page.route(_BUNDLE, hold)
    with signed_in_page.expect_request(_BUNDLE):
        signed_in_page.goto(_PAGE)
    identifier = signed_in_page.locator(_FRAME).get_attribute("id")
    forged = """(eid) => new Promise((resolve) => {
        window.addEventListener("message", () => resolve(document.querySelector(".ap-status-indicator").style.display));
        window.postMessage({ type: "init", eid }, "*");
    })"""
    assert signed_in_page.evaluate(forged, identifier) == ""
    held[0].continue_()
    expect(signed_in_page.locator(".ap-status-indicator")).to_be_hidden()


def test_app_that_does_not_answer_is_told_of_after_twelve_seconds(signed_in_page: Page) -> None:
    signed_in_page.clock.install()
    signed_in_page.route(_BUNDLE, lambda route: route.fulfill(body="", content_type="text/javascript"))
    signed_in_page.goto(_PAGE)
    signed_in_page.clock.run_for(200)
    status = signed_in_page.locator(".ap-status-indicator")
    expect(status).to_have_text("Loading app...")
    signed_in_page.locator(_FRAME).wait_for()
    signed_in_page.clock.run_for(11_000)
    expect(status).to_have_text("Loading app...")
    signed_in_page.clock.run_for(1_000)
    expect(status).to_have_text("App is not responding. Wait or cancel?")
    status.get_by_role("link", name="cancel").click()
    expect(status).to_have_text("App failed to load.")


def test_expired_token_is_renewed_before_the_frame_is_mounted(signed_in_page: Page) -> None:
    signed_in_page.clock.set_fixed_time("2040-01-01T00:00:00Z")
    with signed_in_page.expect_request(
        lambda request: request.method == "POST" and request.url.endswith("radar-page?project.key=SYN")
    ):
        signed_in_page.goto(_PAGE)
    _app(signed_in_page).get_by_test_id("team-radar-ready").wait_for()


def test_expired_token_that_cannot_be_renewed_is_an_error(signed_in_page: Page) -> None:
    signed_in_page.clock.set_fixed_time("2040-01-01T00:00:00Z")

    def refuse(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    signed_in_page.route("**/plugins/servlet/ac/**", refuse)
    signed_in_page.goto(_PAGE)
    expect(signed_in_page.locator(".connect-resolve-error")).to_contain_text("The site answered 503.")
    expect(signed_in_page.locator(_FRAME)).to_have_count(0)


def test_app_says_what_failed_and_tries_again(signed_in_page: Page, standin: Standin) -> None:
    signed_in_page.route(f"{standin.connect}/api/rings", lambda route: route.fulfill(status=500, body=""))
    signed_in_page.goto(_PAGE)
    app = _app(signed_in_page)
    app.get_by_test_id("team-radar-failed").wait_for()
    expect(app.get_by_role("alert")).to_contain_text("Team Radar's server answered 500.")
    signed_in_page.unroute(f"{standin.connect}/api/rings")
    app.get_by_role("button", name="Retry").click()
    app.get_by_test_id("team-radar-ready").wait_for()


def test_pages_load_nothing_from_elsewhere_and_report_no_error(signed_in_page: Page, standin: Standin) -> None:
    asked: list[str] = []
    said: list[str] = []
    signed_in_page.on("request", lambda request: asked.append(request.url))
    signed_in_page.on("console", lambda message: said.append(message.text))
    signed_in_page.on("pageerror", lambda error: said.append(str(error)))
    signed_in_page.goto(_PAGE, wait_until="networkidle")
    _app(signed_in_page).get_by_test_id("team-radar-ready").wait_for()
    assert [url for url in asked if not url.startswith(standin.origins)] == []
    assert said == []
