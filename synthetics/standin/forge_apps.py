"""The Forge apps that are installed on a site: which there are, what they show and who answers their calls.

Every page that holds an app, the CDN, the gateway and the menus read this one registry; a new app is one more entry.
The ids below are those of one site: on another the same apps have others (see ``persona``).
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from synthetics.standin.state import User, UserKind


class ModuleKind(StrEnum):
    """Where a module shows up, by the name that Forge's manifest has for it."""

    GLOBAL_PAGE = "jira:globalPage"
    PROJECT_PAGE = "jira:projectPage"
    ISSUE_PANEL = "jira:issuePanel"
    MACRO = "macro"


class Answers(StrEnum):
    """Who answers an app's invocations."""

    # A server of the app's own (a Forge remote): what the site sends there can fail without the site.
    REMOTE = "remote"
    # Functions that Forge itself runs: here, in the site's process (see ``AppCalls.host``).
    HOSTED = "hosted"


@dataclass(frozen=True, kw_only=True, slots=True)
class ForgeModule:
    """One place in which an app shows up.

    Args:
        key: Its key, unique within the app.
        kind: Where that is.
        title: As shown by the host.
        resource: The name of its static resource in the CDN's addresses; None for UI Kit, which the host draws itself.
    """

    key: str
    kind: ModuleKind
    title: str
    resource: str | None = "main"


@dataclass(frozen=True, kw_only=True, slots=True)
class ForgeApp:
    """An installed app.

    Args:
        id: The app's id.
        environment_id: Its environment's id.
        installation_id: The id of its installation on this site; the first part of its CDN addresses.
        title: Its name as shown.
        version: The installed version.
        account: The account it acts as.
        modules: Where it shows up.
        answers: Who answers its invocations.
        files: The folder below ``static/`` with its ``app.js`` and ``app.css``; None where it has no resources.
        needs_consent: Whether a user may be asked to allow it access (the switch ``consent``).
    """

    id: str
    environment_id: str
    installation_id: str
    title: str
    version: str
    account: User
    modules: tuple[ForgeModule, ...]
    answers: Answers
    files: str | None = None
    needs_consent: bool = False

    def module(self, kind: ModuleKind) -> ForgeModule | None:
        """The app's module of this kind, if it has one."""
        return next((module for module in self.modules if module.kind is kind), None)

    def local_id(self, module: ForgeModule) -> str:
        """What the gateway and the bridge's context call a module of this app."""
        return f"ari:cloud:ecosystem::extension/{self.id}/{self.environment_id}/static/{module.key}"

    def place(self, resource: str) -> str:
        """The path of a resource on the CDN, without a slash at its end."""
        return f"/{self.installation_id}/{self.id}/{self.environment_id}/{self.version}/{resource}"

    @property
    def global_path(self) -> str:
        """The path of the app's global page in Jira."""
        return f"/jira/apps/{self.id}/{self.environment_id}"

    def project_path(self, project: str) -> str:
        """The path of the app's page in a project."""
        return f"/jira/software/projects/{project}/apps/{self.id}/{self.environment_id}"


IHUB = ForgeApp(
    id="2f1c6f0e-8d0b-4c55-9d1d-1f6d4b6f2a10",
    environment_id="b7a1c9de-53f4-4e02-a7a4-0c6a3f1f9d21",
    installation_id="9d5b7e1c-2f0a-4b5e-8a64-7c1d3e9f5b02",
    title="Integration Hub for Jira",
    version="2.4.1",
    account=User(account_id="557058:ihub-app", name="Integration Hub for Jira", kind=UserKind.APP),
    modules=(
        ForgeModule(key="ihub-admin", kind=ModuleKind.GLOBAL_PAGE, title="Integration Hub for Jira"),
        ForgeModule(key="ihub-project", kind=ModuleKind.PROJECT_PAGE, title="Integration Hub for Jira"),
        ForgeModule(key="ihub-issue", kind=ModuleKind.ISSUE_PANEL, title="Flow runs", resource="panel"),
    ),
    answers=Answers.REMOTE,
    files="ihub",
    needs_consent=True,
)

RELEASE_NOTES = ForgeApp(
    id="5c1d2a34-7e0f-4b6b-9a55-3f7e1c2d4b60",
    environment_id="0d9e8f7a-6b5c-4d3e-8f21-a0b1c2d3e4f5",
    installation_id="4e7a9c15-6d38-4f0b-b2c9-81e5d3a7f604",
    title="Release Notes",
    version="1.3.0",
    account=User(account_id="557058:release-notes-app", name="Release Notes", kind=UserKind.APP),
    modules=(ForgeModule(key="release-notes", kind=ModuleKind.MACRO, title="Release Notes"),),
    answers=Answers.HOSTED,
    files="release_notes",
)

POINTS_CHECK = ForgeApp(
    id="8e4f6a1b-2c3d-4e5f-9a0b-1c2d3e4f5a6b",
    environment_id="3f2e1d0c-9b8a-4756-8493-021f3e4d5c6b",
    installation_id="b3d0f7a2-18c4-4e96-a5d1-6c9e2f48b705",
    title="Story Points Check",
    version="1.0.4",
    account=User(account_id="557058:points-check-app", name="Story Points Check", kind=UserKind.APP),
    modules=(ForgeModule(key="points-check", kind=ModuleKind.ISSUE_PANEL, title="Story Points Check", resource=None),),
    answers=Answers.HOSTED,
)

HEARTBEAT = ForgeApp(
    id="1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
    environment_id="6c5b4a39-2817-4f6e-9d5c-4b3a29181706",
    installation_id="d19e5c80-7b2f-4a63-9e0d-f5a8c4176b38",
    title="Heartbeat",
    version="1.0.0",
    account=User(account_id="557058:heartbeat-app", name="Heartbeat", kind=UserKind.APP),
    modules=(ForgeModule(key="heartbeat", kind=ModuleKind.GLOBAL_PAGE, title="Heartbeat"),),
    answers=Answers.HOSTED,
    files="heartbeat",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ForgeApps:
    """The Forge apps that are installed on a site."""

    ihub: ForgeApp = IHUB
    release_notes: ForgeApp = RELEASE_NOTES
    points_check: ForgeApp = POINTS_CHECK
    heartbeat: ForgeApp = HEARTBEAT

    def __iter__(self) -> Iterator[ForgeApp]:
        return iter((self.ihub, self.release_notes, self.points_check, self.heartbeat))

    def find(self, app_id: str, environment_id: str) -> ForgeApp | None:
        """The app of these ids, if there is one."""
        return next((app for app in self if (app.id, app.environment_id) == (app_id, environment_id)), None)

    def of_extension(self, local_id: str) -> ForgeApp | None:
        """The app to which a module belongs, by the module's ``local_id``; None for none of them."""
        return next((app for app in self for module in app.modules if app.local_id(module) == local_id), None)

    def with_module(self, kind: ModuleKind) -> tuple[tuple[ForgeApp, ForgeModule], ...]:
        """Every module of a kind, with its app."""
        return tuple((app, module) for app in self for module in app.modules if module.kind is kind)


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionCall:
    """A call of a function that Forge itself runs.

    Args:
        payload: What the app's page passes to it, JSON.
        user: Who looks at the page.
        context: Where the page is: the ``extension`` of the bridge's context, for example ``{"issue": {"key": ...}}``.
    """

    payload: Any
    user: User
    context: Mapping[str, Any] = field(default_factory=dict)


class FunctionError(Exception):
    """The function failed; the text is the reason that the app's page gets."""


Function = Callable[[FunctionCall], Awaitable[Any]]
