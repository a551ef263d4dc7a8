"""iHub as a person sees it.

Roles and names first: where the live product disagrees, this is the place to mend.
"""

from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from synthetics.authoring.fixtures import AppScope

SECTIONS = ("Configuration", "Triggers", "Execution Log")

#: The button above an issue's description that adds the app's panel, and the panel's heading.
ISSUE_PANEL = "Flow runs"


@dataclass(frozen=True, kw_only=True)
class Flow:
    """What is typed into the form of a new flow; what is None is left as the form has it.

    Args:
        name: Its name.
        trigger: What starts it, as the form lists it.
        label: The label that an issue must have to start it.
        transition: The transition that starts it, for a workflow post function.
        every_seconds: The interval, for a schedule.
        public_key: Who may call it, for an incoming webhook, in PEM.
        issue: The issue on which it comments, unless that is the event's.
        comment: What it comments.
    """

    name: str
    comment: str
    trigger: str = "Issue created"
    label: str | None = None
    transition: str | None = None
    every_seconds: int | None = None
    public_key: str | None = None
    issue: str | None = None


class AdminPage:
    """iHub's admin page.

    Args:
        app: The app's scope, as ``app_frame()`` gives it.
    """

    def __init__(self, app: AppScope) -> None:
        self._app = app

    def section(self, name: str) -> Locator:
        """The tab of a section."""
        return self._app.get_by_role("tab", name=name, exact=True)

    def open_section(self, name: str) -> Locator:
        """Open a section, and give what it shows."""
        self.section(name).click()
        return self._app.get_by_role("tabpanel", name=name, exact=True)

    def flow(self, name: str) -> Locator:
        """The row of a flow in the list of flows."""
        return self._app.get_by_role("table", name="Flows", exact=True).get_by_role("row").filter(has_text=name)

    def flow_id(self, name: str) -> str:
        """The id of a flow, as other systems know it."""
        return self.flow(name).get_by_test_id("flow-id").inner_text()

    def create_flow(self, flow: Flow) -> None:
        """Make a flow, and wait until it is listed."""
        self._app.get_by_role("button", name="Create flow").click()
        form = self._app.get_by_role("form", name="New flow")
        form.get_by_label("Name", exact=True).fill(flow.name)
        _choose(form.get_by_label("Trigger event"), flow.trigger)
        if flow.label is not None:
            form.get_by_label("Filter by label").fill(flow.label)
        if flow.transition is not None:
            _choose(form.get_by_label("Transition"), flow.transition)
        if flow.every_seconds is not None:
            form.get_by_label("Interval").fill(str(flow.every_seconds))
            form.get_by_label("Unit").select_option("seconds")
        if flow.public_key is not None:
            form.get_by_label("Public key").fill(flow.public_key)
        if flow.issue is not None:
            form.get_by_label("Issue to comment on").fill(flow.issue)
        form.get_by_label("Comment text").fill(flow.comment)
        form.get_by_role("button", name="Save").click()
        expect(self.flow(flow.name)).to_be_visible()

    def delete_flow(self, name: str) -> None:
        """Delete a flow, where it is there."""
        if self.flow(name).count():
            self._app.get_by_role("button", name=f"Delete flow {name}").click()
            self._app.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(self.flow(name)).to_have_count(0)


def executions(shown: AppScope) -> Locator:
    """The rows of the list of executions.

    Args:
        shown: What shows the list: the section Execution Log, or the panel on an issue.
    """
    return shown.get_by_role("table", name="Executions").get_by_role("row")


def _choose(field: Locator, beginning: str) -> None:
    """Choose the option that begins like this: what follows is the vendor's own words."""
    option = field.locator("option").filter(has_text=beginning).first
    field.select_option(option.get_attribute("value"))
