"""The issue view: its status, and the panels of apps on it; and the other places of Forge apps, in a browser."""

import re

import httpx
import pytest
from playwright.sync_api import FrameLocator, Page, expect

from synthetics.standin.forge_apps import HEARTBEAT, IHUB
from tests.standin.rsa_keys import a_key, public_pem
from tests.standin.started import ADMIN_PATH, Standin, an_issue

_FRAME = "iframe[data-testid=hosted-resources-iframe]"


@pytest.fixture
def key(rest: httpx.Client) -> str:
    made: str = rest.post("/rest/api/3/issue", json=an_issue()).json()["key"]
    return made


def _app(page: Page, marker: str = "ihub-ready") -> FrameLocator:
    frame = page.frame_locator(_FRAME)
    frame.get_by_test_id(marker).wait_for()
    return frame


def test_status_is_changed_by_a_transition_of_its_menu(signed_in_page: Page, rest: httpx.Client, key: str) -> None:
    signed_in_page.goto(f"/browse/{key}")
    status = signed_in_page.get_by_test_id("issue.views.issue-base.foundation.status")
    items = signed_in_page.get_by_role("menu", name="Transitions").get_by_role("menuitem")
    status.get_by_role("button", name="To Do - Change status").click()
    expect(items).to_have_text(["Start workIn Progress"])
    items.first.click()
    expect(status).to_have_text("In Progress")
    expect(items).to_have_count(0)
    assert rest.get(f"/rest/api/3/issue/{key}").json()["fields"]["status"]["name"] == "In Progress"
    status.get_by_role("button").click()
    expect(items.first).to_be_focused()
    items.first.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    items.nth(1).press("Escape")
    expect(status.get_by_role("button")).to_be_focused()
    signed_in_page.reload()
    expect(status).to_have_text("In Progress")


def test_transition_that_is_gone_is_told(signed_in_page: Page, rest: httpx.Client, key: str) -> None:
    signed_in_page.goto(f"/browse/{key}")
    signed_in_page.get_by_role("button", name="To Do - Change status").click()
    item = signed_in_page.get_by_role("menuitem", name="Start work")
    expect(item).to_be_visible()
    rest.post(f"/rest/api/3/issue/{key}/transitions", json={"transition": {"id": "11"}})
    item.click()
    details = signed_in_page.get_by_role("complementary", name="Details")
    expect(details.get_by_role("alert")).to_have_text("Transition id '11' is not valid for this issue.")


def test_ui_kit_panel_is_drawn_by_the_host_and_checks_again(signed_in_page: Page, rest: httpx.Client, key: str) -> None:
    signed_in_page.goto(f"/browse/{key}")
    panel = signed_in_page.get_by_role("region", name="Story Points Check")
    expect(panel).to_contain_text(f"{key} has no story points.")
    expect(panel.locator("iframe")).to_have_count(0)
    rest.put(f"/rest/api/3/issue/{key}", json={"fields": {"customfield_10016": 3}})
    panel.get_by_role("button", name="Check again").click()
    expect(panel).to_contain_text(f"{key} has 3 story points. That is a good size.")
    expect(panel.get_by_test_id("ui-kit-module")).to_have_attribute("aria-busy", "false")


def test_ui_kit_panel_tells_that_its_function_failed_and_tries_again(
    signed_in_page: Page, rest: httpx.Client, key: str
) -> None:
    signed_in_page.goto(f"/browse/{key}")
    panel = signed_in_page.get_by_role("region", name="Story Points Check")
    again = panel.get_by_role("button", name="Check again")
    expect(again).to_be_visible()
    rest.delete(f"/rest/api/3/issue/{key}")
    again.click()
    expect(panel.get_by_role("alert")).to_contain_text("the issue to check is not there")
    expect(panel.get_by_role("button", name="Retry")).to_be_enabled()


def test_issue_panel_is_added_by_its_button_and_shows_the_issues_runs(signed_in_page: Page, rest: httpx.Client) -> None:
    key = rest.post("/rest/api/3/issue", json=an_issue(labels=["escalation"])).json()["key"]
    signed_in_page.goto(f"/browse/{key}")
    expect(signed_in_page.locator(_FRAME)).to_have_count(0)
    signed_in_page.get_by_role("toolbar", name="Add to this issue").get_by_role("button", name="Flow runs").click()
    panel = signed_in_page.get_by_role("region", name="Flow runs")
    expect(panel.locator(_FRAME)).to_be_visible()
    runs = _app(signed_in_page).get_by_role("table", name="Executions").locator("tbody").get_by_role("row")
    expect(runs).to_have_count(1)
    expect(runs).to_contain_text("Acknowledge escalations")


def test_project_page_holds_the_app_within_the_project(signed_in_page: Page, standin: Standin) -> None:
    signed_in_page.goto("/jira/your-work")
    sidebar = signed_in_page.get_by_role("navigation", name="Synthetics")
    sidebar.get_by_role("link", name="Integration Hub for Jira").click()
    signed_in_page.wait_for_url(f"**{IHUB.project_path('SYN')}")
    expect(_app(signed_in_page).get_by_role("tab")).to_have_text(["Execution Log", "Triggers"])
    expect(sidebar.get_by_role("link", name="Integration Hub for Jira")).to_have_attribute("aria-current", "page")
    frame = signed_in_page.locator(_FRAME).element_handle().content_frame()
    assert frame is not None
    extension = frame.evaluate("() => window.__bridge.callBridge('getContext')")["extension"]
    assert extension == {"type": "jira:projectPage", "project": {"id": "10000", "key": "SYN", "type": "software"}}
    elsewhere = signed_in_page.goto(HEARTBEAT.project_path("SYN"))
    assert elsewhere is not None
    assert elsewhere.status == 404


def test_heartbeat_shows_the_answer_of_its_one_call(signed_in_page: Page) -> None:
    signed_in_page.goto("/jira/your-work")
    navigation = signed_in_page.get_by_role("navigation", name="Primary")
    navigation.get_by_role("button", name="Apps").click()
    with signed_in_page.expect_request("**/gateway/api/graphql"):
        navigation.get_by_role("link", name="Heartbeat").click()
    app = _app(signed_in_page, "heartbeat-ready")
    expect(app.get_by_role("status")).to_have_text("Alive")
    expect(app.locator("time")).to_have_attribute("datetime", re.compile(r"\d{4}-\d\d-\d\dT.+\+00:00"))


def test_form_has_the_fields_of_the_chosen_trigger_and_action(signed_in_page: Page) -> None:
    signed_in_page.goto(ADMIN_PATH)
    app = _app(signed_in_page)
    app.get_by_role("button", name="Create flow").click()
    form = app.get_by_role("form", name="New flow")
    shown = {
        "avi:jira:created:issue": {"Filter by label"},
        "schedule": {"Interval", "Unit"},
        "workflow-post-function": {"Filter by label", "Transition"},
        "incoming-webhook": {"Public key"},
    }
    for trigger, labels in shown.items():
        form.get_by_label("Trigger event").select_option(trigger)
        for label in set.union(*shown.values()):
            expect(form.get_by_label(label, exact=True)).to_be_visible(visible=label in labels)
    form.get_by_label("Action").select_option("call")
    expect(form.get_by_label("Issue to comment on")).to_be_hidden()
    expect(form.get_by_label("Address to call")).to_be_visible()
    form.get_by_label("Text to send").fill("Mine")
    form.get_by_label("Trigger event").select_option("schedule")
    expect(form.get_by_label("Text to send")).to_have_value("Mine")


def test_webhook_flow_shows_its_id_and_its_addresses(signed_in_page: Page, standin: Standin) -> None:
    signed_in_page.goto(ADMIN_PATH)
    app = _app(signed_in_page)
    app.get_by_role("button", name="Create flow").click()
    form = app.get_by_role("form", name="New flow")
    form.get_by_label("Name", exact=True).fill("Partner calls")
    form.get_by_label("Trigger event").select_option("incoming-webhook")
    form.get_by_label("Public key").fill("nonsense")
    form.get_by_label("Issue to comment on").fill("SYN-3")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text(["Paste an RSA public key"])
    form.get_by_label("Public key").fill(public_pem(a_key()))
    form.get_by_role("button", name="Save").click()
    row = app.get_by_role("table", name="Flows", exact=True).get_by_role("row").filter(has_text="Partner calls")
    flow_id = row.get_by_test_id("flow-id").inner_text()
    app.get_by_role("tab", name="Triggers").click()
    expect(app.get_by_test_id("webhook-token-address")).to_have_text(f"{standin.backend}/incoming/token")
    expect(app.get_by_test_id("webhook-webhook-address")).to_have_text(f"{standin.backend}/incoming/webhook/jwt")
    hook = app.get_by_role("table", name="Incoming webhooks").get_by_role("row").filter(has_text="Partner calls")
    expect(hook.get_by_role("cell", name=flow_id, exact=True)).to_be_visible()
