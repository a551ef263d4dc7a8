"""iHub's flows: made, listed, and started in each of the ways that there are."""

import pytest
from playwright.sync_api import expect

from journeys.ihub.flows import Flows
from journeys.ihub.pages import AdminPage, Flow
from journeys.ihub.webhook import Caller
from synthetics.authoring.fixtures import AppFrame, Jira, OpenService, SiteData, Step

#: A scheduled flow runs after its first interval, and iHub takes none below 5 s.
EVERY_SECONDS = 5
SCHEDULED_WITHIN_MS = 20_000


@pytest.mark.journey(
    every="5m", timeout="60s", invisible={"effect_late": "It makes a flow, and waits for none to run."}
)
def test_create_flow(jira: Jira, app_frame: AppFrame, site_data: SiteData, flows: Flows, step: Step) -> None:
    """A flow is created and listed."""
    name = site_data.tag

    with step("Open the admin page"):
        jira.open_app_admin_page()
        admin = AdminPage(app_frame())

    with step("Create a flow"):
        flows.expect(name)
        admin.create_flow(Flow(name=name, label=site_data.tag, comment="Hello from {{flow.name}}"))

    with step("See it in the list"):
        expect(admin.flow(name)).to_contain_text("Enabled")

    # REST knows nothing of flows. Independent of what the form showed is a page that is loaded anew, which asks the
    # app's backend, and there a section that had no part in the making.
    with step("See it on a fresh page"):
        jira.open_app_admin_page()
        triggers = AdminPage(app_frame()).open_section("Triggers")
        expect(triggers.get_by_role("row").filter(has_text=name)).to_contain_text("Issue created")


@pytest.mark.journey(every="5m", timeout="60s")
def test_run_flow(jira: Jira, app_frame: AppFrame, site_data: SiteData, flows: Flows, step: Step) -> None:
    """An issue event starts a flow, and its effect shows in Jira."""
    name = site_data.tag

    with step("Create a flow"):
        jira.open_app_admin_page()
        flows.expect(name)
        AdminPage(app_frame()).create_flow(Flow(name=name, label=site_data.tag, comment="Hello from {{flow.name}}"))

    with step("Create an issue with the flow's label"):
        issue = site_data.create_issue(f"Journey {name}")

    with step("See the flow's comment on the issue"):
        jira.open_issue(issue)
        expect(jira.comment(f"Hello from {name}")).to_be_visible()

    with step("Find the comment over REST"):
        assert site_data.comments_on(issue) == [f"Hello from {name}"]


@pytest.mark.journey(every="5m", timeout="60s")
def test_post_function(jira: Jira, app_frame: AppFrame, site_data: SiteData, flows: Flows, step: Step) -> None:
    """A transition of an issue starts a flow."""
    name = site_data.tag

    with step("Create a flow for the transition"):
        jira.open_app_admin_page()
        flows.expect(name)
        AdminPage(app_frame()).create_flow(
            Flow(
                name=name,
                trigger="Workflow post function",
                transition="Start work",
                label=site_data.tag,
                comment="{{issue.key}} was started",
            )
        )

    with step("Create an issue with the flow's label"):
        issue = site_data.create_issue(f"Journey {name}")

    with step("Start work on the issue"):
        jira.open_issue(issue)
        jira.move_issue("Start work")
        expect(jira.status).to_contain_text("In Progress", ignore_case=True)

    with step("See the flow's comment on the issue"):
        expect(jira.comment(f"{issue} was started")).to_be_visible()

    with step("Find status and comment over REST"):
        assert site_data.issue_fields(issue)["status"]["name"] == "In Progress"
        assert site_data.comments_on(issue) == [f"{issue} was started"]


@pytest.mark.journey(every="5m", timeout="60s")
def test_incoming_webhook(
    jira: Jira, app_frame: AppFrame, service: OpenService, site_data: SiteData, flows: Flows, step: Step
) -> None:
    """Another system starts a flow, having proved itself with a signed assertion."""
    name = site_data.tag
    caller = Caller()

    with step("Create an issue for the flow to comment on"):
        issue = site_data.create_issue(f"Journey {name}")

    with step("Create a flow with an incoming webhook"):
        jira.open_app_admin_page()
        admin = AdminPage(app_frame())
        flows.expect(name)
        admin.create_flow(
            Flow(
                name=name,
                trigger="Incoming webhook",
                public_key=caller.public_key,
                issue=issue,
                comment="Order {{webhook.order}} has arrived",
            )
        )
        flow_id = admin.flow_id(name)

    with step("Exchange the assertion for a token and call the webhook"):
        caller.call(service("backend"), flow_id, {"order": name})

    with step("See the flow's comment on the issue"):
        jira.open_issue(issue)
        expect(jira.comment(f"Order {name} has arrived")).to_be_visible()

    with step("Find the comment over REST"):
        assert site_data.comments_on(issue) == [f"Order {name} has arrived"]


@pytest.mark.journey(every="5m", timeout="60s")
def test_scheduled_flow(jira: Jira, app_frame: AppFrame, site_data: SiteData, flows: Flows, step: Step) -> None:
    """The schedule starts a flow, with nobody doing anything."""
    name = site_data.tag

    with step("Create an issue for the flow to comment on"):
        issue = site_data.create_issue(f"Journey {name}")

    with step("Create a scheduled flow"):
        jira.open_app_admin_page()
        flows.expect(name)
        AdminPage(app_frame()).create_flow(
            Flow(name=name, trigger="Schedule", every_seconds=EVERY_SECONDS, issue=issue, comment="It is time")
        )

    with step("See the flow's comment on the issue"):
        jira.open_issue(issue)
        expect(jira.comment("It is time").first).to_be_visible(timeout=SCHEDULED_WITHIN_MS)

    with step("Find the comment over REST"):
        assert set(site_data.comments_on(issue)) == {"It is time"}
