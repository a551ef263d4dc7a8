"""The functions of the Jira apps that Forge itself runs: Heartbeat's one, and those of Story Points Check."""

from typing import Any

from synthetics.standin.forge_apps import FunctionCall, FunctionError
from synthetics.standin.site_context import SiteContext
from synthetics.standin.state import Issue, NotFoundError

_LARGE = 8


def host_functions(context: SiteContext) -> None:
    """Let Forge run the functions of these apps.

    Args:
        context: What the parts of the site share.
    """

    async def ping(_call: FunctionCall) -> Any:
        return {"status": "Alive", "time": context.now().isoformat()}

    async def check(call: FunctionCall) -> Any:
        try:
            issue = context.jira.issue(str(call.context["issue"]["key"]))
        except (KeyError, TypeError, NotFoundError) as error:
            raise FunctionError("the issue to check is not there") from error
        return _panel(issue)

    context.app.host(context.persona.apps.heartbeat, {"ping": ping})
    context.app.host(context.persona.apps.points_check, {"check": check})


def _panel(issue: Issue) -> dict[str, Any]:
    """What Story Points Check says of an issue, as a tree of UI Kit components that the host draws."""
    verdict, appearance, text = _said_of(issue)
    return {
        "type": "Stack",
        "children": [
            {"type": "Lozenge", "appearance": appearance, "text": verdict},
            {"type": "Text", "text": text},
            {"type": "Button", "text": "Check again", "function": "check"},
        ],
    }


def _said_of(issue: Issue) -> tuple[str, str, str]:
    points = issue.story_points
    if points is None:
        return "Missing", "removed", f"{issue.key} has no story points. Estimate it before work begins."
    shown = f"{issue.key} has {points:g} story point{'' if points == 1 else 's'}."
    if points >= _LARGE:
        return "Large", "moved", f"{shown} Think about splitting it."
    return "Good", "success", f"{shown} That is a good size."
