"""The page that holds the app: the DOM contract and the bridge, in a browser."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Frame, FrameLocator, Page, Route, StorageState, expect

from tests.standin.started import ADMIN_PATH, Standin

_CONTAINER = "[data-testid=hosted-resources-iframe-container]"
_FRAME = f"{_CONTAINER} > iframe[data-testid=hosted-resources-iframe]"
_SANDBOX = "allow-downloads allow-forms allow-modals allow-same-origin allow-scripts"
Bridge = Callable[..., Any]

_CONTEXT_KEYS = {
    "accountId",
    "cloudId",
    "environmentId",
    "environmentType",
    "extension",
    "license",
    "localId",
    "locale",
    "moduleKey",
    "siteUrl",
    "theme",
    "timezone",
}


@pytest.fixture
def admin_page(signed_in_page: Page) -> Page:
    signed_in_page.goto(ADMIN_PATH)
    _app(signed_in_page).get_by_test_id("ihub-ready").wait_for()
    return signed_in_page


@pytest.fixture(scope="module")
def bridge(chromium: Browser, standin: Standin, session: StorageState) -> Iterator[Bridge]:
    """The bridge of one page, for calls that change nothing."""
    page = chromium.new_page(base_url=standin.site, storage_state=session)
    page.goto(ADMIN_PATH)
    _app(page).get_by_test_id("ihub-ready").wait_for()
    frame = _frame(page)
    yield lambda name, payload=None: _call(frame, name, payload)
    page.close()


def _app(page: Page) -> FrameLocator:
    return page.frame_locator(_FRAME)


def _frame(page: Page) -> Frame:
    found = page.locator(_FRAME).element_handle().content_frame()
    assert found is not None
    return found


def _call(frame: Frame, name: str, payload: Any = None) -> Any:
    """What the bridge answers to a call from inside the app's frame; a rejection as its message."""
    return frame.evaluate(
        "([name, payload]) => window.__bridge.callBridge(name, payload).catch((error) => `rejected: ${error.message}`)",
        [name, payload],
    )


def test_frame_follows_the_dom_contract(admin_page: Page, standin: Standin) -> None:
    frame = admin_page.locator(_FRAME)
    expect(frame).to_have_count(1)
    assert frame.get_attribute("sandbox") == _SANDBOX
    address = urlsplit(frame.get_attribute("src") or "")
    assert f"{address.scheme}://{address.netloc}" == standin.cdn
    assert urlsplit(standin.cdn).hostname != urlsplit(standin.site).hostname
    app, environment = ADMIN_PATH.split("/")[3:]
    _, installation, *place, version, resource, file = address.path.split("/")
    assert (place, version, resource, file) == ([app, environment], "2.4.1", "main", "index.html")
    assert len(installation) == 36


def test_frame_is_mounted_by_the_page_and_hidden_until_the_app_is_up(signed_in_page: Page) -> None:
    assert "<iframe" not in signed_in_page.request.get(ADMIN_PATH).text()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    signed_in_page.route("**/main/app.js", hold)
    with signed_in_page.expect_request("**/main/app.js"):
        signed_in_page.goto(ADMIN_PATH)
    expect(signed_in_page.locator(_FRAME)).to_be_hidden()
    expect(signed_in_page.get_by_test_id("forge-app-loading")).to_be_visible()
    held[0].continue_()
    expect(signed_in_page.locator(_FRAME)).to_be_visible()
    expect(signed_in_page.get_by_test_id("forge-app-loading")).to_be_hidden()


def test_bridge_is_there_before_the_bundle_and_cannot_be_replaced(signed_in_page: Page) -> None:
    bundle = """
        const before = window.__bridge.callBridge;
        try { window.__bridge = { callBridge: null }; } catch {}
        try { window.__bridge.callBridge = null; } catch {}
        document.body.dataset.seen = String(typeof before === "function" && window.__bridge.callBridge === before);
    """
    signed_in_page.route("**/main/app.js", lambda route: route.fulfill(body=bundle, content_type="text/javascript"))
    signed_in_page.goto(ADMIN_PATH)
    expect(_app(signed_in_page).locator("body")).to_have_attribute("data-seen", "true")


def test_bridge_gives_the_whole_context(bridge: Bridge, standin: Standin) -> None:
    context = bridge("getContext")
    assert set(context) == _CONTEXT_KEYS
    assert context["siteUrl"] == standin.site
    assert context["extension"] == {"type": "jira:globalPage"}
    assert context["license"] == {"active": True}


def test_bridge_invokes_with_and_without_metadata(bridge: Bridge) -> None:
    plain = bridge("invoke", {"functionKey": "listFlows"})
    assert {flow["name"] for flow in plain["flows"]} >= {"Acknowledge escalations"}
    wrapped = bridge("invoke", {"functionKey": "listFlows", "metadata": {"trace": 1}})
    assert wrapped == {"body": plain, "metadata": {"trace": 1}}
    rejected = bridge("invoke", {"functionKey": "nothing"})
    assert rejected == (
        "rejected: There was an error invoking the function - there is no function 'nothing' in this app"
    )


def test_bridge_invokes_the_remote(bridge: Bridge) -> None:
    remote = {"path": "/health", "method": "GET", "invokeType": "ui-remote-fetch"}
    answer = bridge("invoke", remote)
    assert answer["success"]
    assert (answer["payload"]["status"], answer["payload"]["body"]["status"]) == (200, "ok")
    fetched = bridge("fetchRemote", {"remoteKey": "ihub", "fetchRequestInit": {"path": "/health"}})
    assert (fetched["status"], fetched["isAttachment"]) == (200, False)


def test_bridge_fetches_from_the_product_as_the_user(bridge: Bridge) -> None:
    asked = {
        "product": "jira",
        "restPath": "/rest/api/3/myself",
        "fetchRequestInit": {"method": "GET", "headers": [["X-Atlassian-Token", "no-check"]], "body": None},
        "isMultipartFormData": False,
    }
    answer = bridge("fetchProduct", asked)
    assert (answer["status"], answer["isAttachment"]) == (200, False)
    assert "Synthetic Journeys" in answer["body"]
    assert bridge("fetchProduct", {**asked, "restPath": "//elsewhere.example/"}).startswith("rejected: ")
    assert bridge("fetchProduct", {**asked, "product": "bitbucket"}) == ("rejected: This site has no bitbucket.")


@pytest.mark.parametrize("name", ["submit", "close", "open", "refresh"])
def test_bridge_says_false_to_what_a_page_cannot_do(bridge: Bridge, name: str) -> None:
    assert bridge(name) is False


def test_bridge_rejects_calls_it_does_not_know(bridge: Bridge) -> None:
    assert bridge("toString") == "rejected: The bridge has no call named toString."


def test_bridge_carries_events_until_they_are_unsubscribed(admin_page: Page) -> None:
    heard = _frame(admin_page).evaluate(
        """async () => {
            const { callBridge } = window.__bridge;
            const heard = [];
            let next;
            const listen = (payload) => { heard.push(payload); next(); };
            const emit = async (payload) => {
                const arrived = new Promise((resolve) => { next = resolve; });
                await callBridge("emit", { event: "saved", payload });
                return arrived;
            };
            const first = await callBridge("on", { event: "saved", callback: listen });
            await emit(1);
            first.unsubscribe();
            await callBridge("on", { event: "saved", callback: listen });
            await emit(2);
            return heard;
        }"""
    )
    assert heard == [1, 2]


def test_bridge_keeps_a_history_in_the_page_address(admin_page: Page) -> None:
    seen = _frame(admin_page).evaluate(
        """async () => {
            const history = await window.__bridge.callBridge("createHistory");
            const moved = new Promise((resolve) => {
                history.listen((location, action) => resolve([location.pathname, action]));
            });
            history.push("/flows");
            return [history.createHref("/x"), ...(await moved)];
        }"""
    )
    assert seen == [f"{ADMIN_PATH}/x", "/flows", "PUSH"]
    assert urlsplit(admin_page.url).path == f"{ADMIN_PATH}/flows"
    admin_page.reload()
    _app(admin_page).get_by_test_id("ihub-ready").wait_for()


def test_bridge_shows_a_flag_with_an_action(admin_page: Page) -> None:
    _frame(admin_page).evaluate(
        """() => window.__bridge.callBridge("showFlag", {
            id: "f",
            title: "Saved",
            actions: [{ text: "Undo", onClick: () => { document.body.dataset.undone = "yes"; } }],
        })"""
    )
    flag = admin_page.get_by_test_id("jira-flag-group").get_by_role("alert")
    expect(flag).to_contain_text("Saved")
    flag.get_by_role("button", name="Undo").click()
    expect(_app(admin_page).locator("body")).to_have_attribute("data-undone", "yes")
    _call(_frame(admin_page), "closeFlag", {"id": "f"})
    expect(flag).to_have_count(0)


def test_bridge_opens_and_closes_a_modal(admin_page: Page) -> None:
    _frame(admin_page).evaluate(
        """() => window.__bridge.callBridge("openModal", {
            resource: null, size: "small", title: "Details", context: { flow: 7 },
            onClose: (payload) => { document.body.dataset.closed = payload; },
        })"""
    )
    dialog = admin_page.get_by_role("dialog", name="Details")
    dialog.frame_locator("iframe").get_by_test_id("ihub-ready").wait_for()
    inner = dialog.locator("iframe").element_handle().content_frame()
    assert inner is not None
    assert inner.evaluate("() => window.__bridge.callBridge('getContext')")["extension"]["modal"] == {"flow": 7}
    # The frame goes away with the answer, so nobody waits for it.
    inner.evaluate("() => { window.__bridge.callBridge('close', 'done'); }")
    expect(dialog).to_have_count(0)
    expect(_app(admin_page).locator("body")).to_have_attribute("data-closed", "done")


def test_bridge_navigates_the_page(admin_page: Page) -> None:
    _frame(admin_page).evaluate(
        "() => { window.__bridge.callBridge('navigate', { target: 'issue', issueKey: 'SYN-1', type: 'same-tab' }); }"
    )
    admin_page.wait_for_url("**/browse/SYN-1")
    expect(admin_page.get_by_role("heading", level=1)).to_have_text("Order export stops at 10,000 rows")


def test_host_answers_its_own_frame_only(admin_page: Page) -> None:
    title = admin_page.evaluate(
        """() => new Promise((resolve) => {
            window.addEventListener("message", () => resolve(document.title));
            window.postMessage({ standinForge: 1, call: 99, name: "changeWindowTitle", payload: "forged" }, "*");
        })"""
    )
    assert title == "Integration Hub for Jira - Jira"


def test_bridge_takes_answers_from_its_host_only(admin_page: Page, standin: Standin) -> None:
    answer = _frame(admin_page).evaluate(
        """() => {
            const answer = window.__bridge.callBridge("getContext");
            for (let call = 0; call < 100; call += 1) {
                window.postMessage({ standinForge: 1, answer: call, result: { siteUrl: "forged" } }, "*");
            }
            return answer;
        }"""
    )
    assert answer["siteUrl"] == standin.site


def test_frame_cannot_be_held_by_another_site(fresh_page: Page, standin: Standin) -> None:
    answer = fresh_page.request.get(f"{standin.cdn}/bridge/bridge.js")
    assert answer.ok
    fresh_page.goto(f"{standin.backend}/health")
    place = "9d5b7e1c-2f0a-4b5e-8a64-7c1d3e9f5b02" + ADMIN_PATH.removeprefix("/jira/apps") + "/2.4.1/main/index.html"
    policy = fresh_page.request.get(f"{standin.cdn}/{place}").headers["content-security-policy"]
    assert f"frame-ancestors {standin.site};" in policy
