"""iHub as a customer sees it, in a browser."""

from threading import Event

import httpx
import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect

from tests.standin.started import ADMIN_PATH, Standin, an_issue, eventually


@pytest.fixture
def app(signed_in_page: Page) -> FrameLocator:
    signed_in_page.goto(ADMIN_PATH)
    frame = signed_in_page.frame_locator("iframe[data-testid=hosted-resources-iframe]")
    frame.get_by_test_id("ihub-ready").wait_for()
    return frame


def _fill(app: FrameLocator, name: str, label: str = "") -> None:
    app.get_by_role("button", name="Create flow").click()
    form = app.get_by_role("form", name="New flow")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Filter by label").fill(label)


def _save(app: FrameLocator) -> None:
    app.get_by_role("form", name="New flow").get_by_role("button", name="Save").click()


def test_three_sections_are_tabs(app: FrameLocator) -> None:
    expect(app.get_by_role("tab")).to_have_text(["Configuration", "Triggers", "Execution Log"])
    expect(app.get_by_role("tabpanel")).to_have_count(1)
    expect(app.get_by_role("table", name="Flows", exact=True)).to_be_visible()
    app.get_by_role("tab", name="Configuration").press("ArrowRight")
    expect(app.get_by_role("tab", name="Triggers")).to_be_focused()
    expect(app.get_by_role("tabpanel", name="Triggers")).to_contain_text("avi:jira:created:issue")
    app.get_by_role("tab", name="Execution Log").click()
    expect(app.get_by_role("table", name="Executions")).to_contain_text("Acknowledge escalations")


def test_page_and_app_show_their_builds(app: FrameLocator, signed_in_page: Page) -> None:
    expect(signed_in_page.locator("meta[name=application-build]")).to_have_attribute("content", "standin-1.0")
    expect(app.locator("meta[name=app-version]")).to_have_attribute("content", "2.4.1")


def test_flow_is_created_runs_and_its_effect_is_seen(
    app: FrameLocator, signed_in_page: Page, rest: httpx.Client
) -> None:
    _fill(app, "Greet newcomers", label="newcomer")
    _save(app)
    row = app.get_by_role("table", name="Flows", exact=True).get_by_role("row").filter(has_text="Greet newcomers")
    expect(row).to_contain_text("Hello from {{flow.name}}: {{issue.key}}")
    key = rest.post("/rest/api/3/issue", json=an_issue("A new one", labels=["newcomer"])).json()["key"]
    app.get_by_role("tab", name="Execution Log").click()
    entry = app.get_by_role("table", name="Executions").get_by_role("row").filter(has_text=key)
    expect(entry).to_contain_text("Success")
    signed_in_page.goto(f"/browse/{key}")
    comment = signed_in_page.get_by_role("list", name="Comments").get_by_role("listitem")
    expect(comment).to_contain_text(f"Hello from Greet newcomers: {key}")
    expect(comment).to_contain_text("Integration Hub for Jira")


def test_flow_is_deleted_after_a_question(app: FrameLocator) -> None:
    _fill(app, "Not for long", label="x")
    _save(app)
    row = app.get_by_role("table", name="Flows", exact=True).get_by_role("row").filter(has_text="Not for long")
    drop = app.get_by_role("button", name="Delete flow Not for long")
    drop.click()
    app.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(row).to_have_count(1)
    drop.click()
    app.get_by_role("dialog", name="Delete the flow").get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)


def test_form_shows_what_is_wrong_with_each_field(app: FrameLocator) -> None:
    _fill(app, "", label="two words")
    _save(app)
    form = app.get_by_role("form", name="New flow")
    expect(form.get_by_role("alert")).to_have_text(["Give the flow a name.", "A label has no spaces."])
    expect(app.get_by_test_id("ihub-ready")).to_be_visible()


def test_ready_marker_waits_for_the_data(signed_in_page: Page) -> None:
    held: list[Route] = []
    released = Event()

    def hold(route: Route) -> None:
        if released.is_set():
            route.continue_()
        else:
            held.append(route)

    signed_in_page.route("**/gateway/api/graphql", hold)
    app = signed_in_page.frame_locator("iframe[data-testid=hosted-resources-iframe]")
    with signed_in_page.expect_request("**/gateway/api/graphql"):
        signed_in_page.goto(ADMIN_PATH)
    expect(app.get_by_test_id("ihub-loading")).to_contain_text("Loading your flows")
    expect(app.get_by_test_id("ihub-ready")).to_have_count(0)
    released.set()
    for route in held:
        route.continue_()
    expect(app.get_by_test_id("ihub-ready")).to_be_visible()


def test_backend_at_502_leaves_an_alert_and_no_ready_marker(signed_in_page: Page, standin: Standin) -> None:
    app = signed_in_page.frame_locator("iframe[data-testid=hosted-resources-iframe]")
    with standin.fault("backend_502"):
        signed_in_page.goto(ADMIN_PATH)
        expect(app.get_by_role("alert")).to_contain_text(
            "There was an error invoking the function - the remote answered 502 Bad Gateway"
        )
        expect(app.get_by_test_id("ihub-ready")).to_have_count(0)
    app.get_by_role("button", name="Retry").click()
    expect(app.get_by_test_id("ihub-ready")).to_be_visible()
    expect(app.get_by_role("alert")).to_have_count(0)


def test_retry_of_a_save_saves_once(app: FrameLocator, standin: Standin) -> None:
    _fill(app, "Saved once", label="once")
    with standin.fault("backend_502"):
        _save(app)
        expect(app.get_by_role("alert").filter(has_text="Something went wrong")).to_be_visible()
        expect(app.get_by_test_id("ihub-ready")).to_have_count(0)
    app.get_by_role("button", name="Retry").click()
    rows = app.get_by_role("table", name="Flows", exact=True).get_by_role("row")
    expect(rows.filter(has_text="Saved once")).to_have_count(1)
    expect(app.get_by_role("form", name="New flow")).to_have_count(0)


def test_log_refreshes_itself(app: FrameLocator, rest: httpx.Client) -> None:
    app.get_by_role("tab", name="Execution Log").click()
    rows = app.get_by_role("table", name="Executions").get_by_role("row")
    expect(rows).not_to_have_count(0)
    key = rest.post("/rest/api/3/issue", json=an_issue(labels=["escalation"])).json()["key"]
    eventually(lambda: bool(rest.get(f"/rest/api/3/issue/{key}/comment").json()["total"]), "the flow has run")
    expect(rows.get_by_role("cell", name=key, exact=True)).to_have_count(1)
