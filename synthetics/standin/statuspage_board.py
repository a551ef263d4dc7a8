"""What the vendor's Statuspage says of the site.

It tells what its editors wrote, not what is so: a fault of the site does not change it, as on the real one, where the
post comes later than the impact.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

PAGE_ID = "9f2m7x1kq0zt"
PAGE_NAME = "Stand-in Cloud"
_PAGE_CREATED = "2025-03-03T08:00:00.000Z"
_COMPONENTS = ("Jira", "Confluence", "Sign-in", "Forge platform", "Marketplace apps")
_ALL_WELL = "none"


class UnknownIndicatorError(Exception):
    """The Statuspage has no such indicator."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """How bad it is.

    Args:
        description: The page's headline.
        component: What the components that are hit are said to be in.
        incident: The title of the incident; None where all is well.
    """

    description: str
    component: str
    incident: str | None = None


LEVELS: Mapping[str, Level] = {
    _ALL_WELL: Level(description="All Systems Operational", component="operational"),
    "minor": Level(
        description="Minor Service Outage",
        component="degraded_performance",
        incident="Pages of Jira and Confluence load slowly",
    ),
    "major": Level(
        description="Partial System Outage",
        component="partial_outage",
        incident="Some users cannot open Jira and Confluence",
    ),
    "critical": Level(
        description="Major Service Outage", component="major_outage", incident="Jira and Confluence are unavailable"
    ),
}


class StatusBoard:
    """What the Statuspage's editors have written.

    Args:
        now: The time, UTC.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._since = now()
        self._incidents = 0
        self.indicator = _ALL_WELL

    @property
    def level(self) -> Level:
        """How bad it is said to be."""
        return LEVELS[self.indicator]

    def say(self, indicator: str) -> None:
        """Write how bad it is.

        Args:
            indicator: One of ``LEVELS``.

        Raises:
            UnknownIndicatorError: It is none of them; the text lists those there are.
        """
        if indicator not in LEVELS:
            raise UnknownIndicatorError(f"there is no indicator {indicator!r}; there are: {', '.join(LEVELS)}")
        if indicator != self.indicator:
            self._since = self._now()
            self._incidents += indicator != _ALL_WELL
            self.indicator = indicator

    def status(self) -> dict[str, str]:
        """The headline."""
        return {"indicator": self.indicator, "description": self.level.description}

    def components(self) -> list[dict[str, Any]]:
        """The parts of the vendor's product; an incident hits the first two of them."""
        return [
            {
                "id": f"c0mp{number:08d}",
                "name": name,
                "status": self.level.component if number < 2 else "operational",  # noqa: PLR2004  Jira and Confluence
                "created_at": _PAGE_CREATED,
                "updated_at": self.updated_at,
                "position": number + 1,
                "description": None,
                "showcase": True,
                "start_date": "2025-03-03",
                "group_id": None,
                "page_id": PAGE_ID,
                "group": False,
                "only_show_if_degraded": False,
            }
            for number, name in enumerate(_COMPONENTS)
        ]

    def incidents(self) -> list[dict[str, Any]]:
        """What is not over yet."""
        if self.level.incident is None:
            return []
        incident = f"1nc{self._incidents:09d}"
        update = {
            "id": f"upd{self._incidents:09d}",
            "status": "investigating",
            "body": "We are looking into it and will post again within the hour.",
            "incident_id": incident,
            "created_at": self.updated_at,
            "updated_at": self.updated_at,
            "display_at": self.updated_at,
            "affected_components": None,
        }
        return [
            {
                "id": incident,
                "name": self.level.incident,
                "status": "investigating",
                "created_at": self.updated_at,
                "updated_at": self.updated_at,
                "monitoring_at": None,
                "resolved_at": None,
                "impact": self.indicator,
                "shortlink": None,
                "started_at": self.updated_at,
                "page_id": PAGE_ID,
                "incident_updates": [update],
                "components": [part for part in self.components() if part["status"] != "operational"],
            }
        ]

    @property
    def updated_at(self) -> str:
        """When the last thing was written, as the Statuspage writes moments."""
        since = self._since.astimezone(UTC)
        return f"{since:%Y-%m-%dT%H:%M:%S}.{since.microsecond // 1000:03d}Z"
