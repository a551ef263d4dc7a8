"""The functions of Release Notes, a Forge app of one macro. Forge itself runs them."""

from typing import Any

from synthetics.standin.forge_apps import FunctionCall, FunctionError
from synthetics.standin.state import Jira

_NOTES = (
    {
        "version": "4.2.0",
        "date": "2026-02-17",
        "notes": [
            {"kind": "New", "text": "Labels can be printed in batches of up to fifty, sorted by aisle."},
            {"kind": "Fixed", "text": "The checkout goes on without a discount where the discount service is slow."},
        ],
    },
    {
        "version": "4.1.1",
        "date": "2026-02-05",
        "notes": [{"kind": "Fixed", "text": "The nightly export no longer stops at 10,000 rows."}],
    },
    {
        "version": "4.1.0",
        "date": "2026-01-22",
        "notes": [
            {"kind": "New", "text": "The order page shows the carrier's tracking link."},
            {"kind": "Changed", "text": "Exports run at 02:00 instead of midnight."},
        ],
    },
)


class ReleaseNotes:
    """The app's functions.

    Args:
        jira: Where the projects are.
    """

    def __init__(self, jira: Jira) -> None:
        self._jira = jira

    async def of_project(self, call: FunctionCall) -> dict[str, Any]:
        """The notes of a project, the newest version first.

        Args:
            call: Its payload names the ``project`` by its key.

        Returns:
            The project's name and its versions.

        Raises:
            FunctionError: There is no such project.
        """
        asked = call.payload.get("project") if isinstance(call.payload, dict) else None
        project = self._jira.project
        if not isinstance(asked, str) or asked.strip().upper() != project.key:
            raise FunctionError(f"There is no project {asked!r}. Choose another one in the macro's configuration.")
        return {"project": {"key": project.key, "name": project.name}, "versions": list(_NOTES)}
