"""What can start a flow of iHub. No I/O."""

from dataclasses import dataclass

ISSUE_CREATED = "avi:jira:created:issue"
ISSUE_UPDATED = "avi:jira:updated:issue"
SCHEDULE = "schedule"
POST_FUNCTION = "workflow-post-function"
WEBHOOK = "incoming-webhook"

# Those that come with an issue, on which a flow can be filtered and to which its action can turn.
WITH_ISSUE = frozenset({ISSUE_CREATED, ISSUE_UPDATED, POST_FUNCTION})


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """A kind of thing that can start a flow.

    Args:
        key: Its identifier.
        name: Its name as shown.
        kind: The group it belongs to.
        sentence: What it does.
        available: Whether flows can use it on this site.
    """

    key: str
    name: str
    kind: str
    sentence: str
    available: bool = True


TRIGGERS = (
    Trigger(
        key=ISSUE_CREATED,
        name="Issue created",
        kind="Issue event",
        sentence="Starts a flow when an issue is created, in the product or over REST.",
    ),
    Trigger(
        key=ISSUE_UPDATED,
        name="Issue updated",
        kind="Issue event",
        sentence="Starts a flow when a field or the status of an issue changes.",
    ),
    Trigger(
        key=SCHEDULE,
        name="Schedule",
        kind="Schedule",
        sentence="Starts a flow again and again, at an interval of seconds or minutes.",
    ),
    Trigger(
        key=POST_FUNCTION,
        name="Workflow post function",
        kind="Workflow",
        sentence="Starts a flow when an issue passes a transition.",
    ),
    Trigger(
        key=WEBHOOK,
        name="Incoming webhook",
        kind="Webhook",
        sentence="Starts a flow when another system calls, with a token that it gets for its key.",
    ),
)
