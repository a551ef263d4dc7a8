"""An app as the rest of the product sees it: each ``journeys/<app>/app.toml`` gives one."""

from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import Field

from synthetics.config.models import FrozenModel, Installation, JourneySettings, Target
from synthetics.errors import CallerError

_Table = TypeVar("_Table", "Forge", "Connect")


class Framework(StrEnum):
    """How an app shows up on a site.

    ``forge`` is Custom UI in an iframe, ``uikit`` stands in the host's own page, ``connect`` is an iframe from an
    origin of the app's own, and ``none`` is no app: journeys through the host alone.
    """

    FORGE = "forge"
    UIKIT = "uikit"
    CONNECT = "connect"
    NONE = "none"


class Forge(FrozenModel):
    """Where a Forge app is found on a site, and how it shows that it is ready.

    Args:
        ready: A Playwright selector of something that the app shows once it can be used.
        app: The app's id, as in its deep links; None where each target tells its own. ``App.on`` gives none without.
        environment: The id of its environment, likewise.
        module: The key of its module, where journeys work in one that has no deep link, such as a macro.
        unlicensed: A Playwright selector of what an app of UI Kit shows once its licence is over: nobody else tells.
    """

    ready: str
    app: str | None = None
    environment: str | None = None
    module: str | None = None
    unlicensed: str | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the ids that nobody has told."""
        return tuple(name for name in ("app", "environment") if getattr(self, name) is None)


class Connect(FrozenModel):
    """Where a Connect app is found on a site, and how it shows that it is ready.

    Args:
        addon_key: The app's key, as in its descriptor and its deep links.
        modules: The keys of the modules in which journeys work.
        paid: Whether it needs a licence: of a free app the host says as well that it has none.
        ready: A Playwright selector of something that the app shows once it can be used.
    """

    addon_key: str
    modules: tuple[str, ...]
    ready: str
    paid: bool = False


class ProgrammeStatus(StrEnum):
    """How far an app is with its reliability programme."""

    PREPARING = "preparing"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SUSPENDED = "suspended"
    LEFT = "left"


class Programme(FrozenModel):
    """An app's part in a reliability programme; only some apps are in one.

    Args:
        name: The programme's name, such as ``cloud-fortified``.
        status: How far the app is with it.
        approved_on: The day on which it was approved; None where it never was.
        marketplace_key: The app's key on the Marketplace.
    """

    name: str
    status: ProgrammeStatus
    approved_on: date | None = None
    marketplace_key: str | None = None


def _shown_by(data: dict[str, Any]) -> Framework:
    """Tell from an app's tables how it shows up."""
    if data.get("forge") is not None:
        return Framework.FORGE
    return Framework.NONE if data.get("connect") is None else Framework.CONNECT


class App(FrozenModel):
    """All of an ``app.toml``.

    Args:
        name: The folder's name.
        title: What people call the app.
        owner: Whose it is: a team, or an e-mail address; None where nobody said.
        forge: Where the app is found, for a Forge app; None for journeys through the host alone.
        connect: Where the app is found, for a Connect app.
        framework: How it shows up; where it is not said, the tables tell.
        base_urls: The base URLs of its own services, by name, without a slash at the end.
        health_path: The path of the health check, for all base URLs alike; None where there is no health check.
        programme: Its part in a reliability programme; None for an app that is in none.
        defaults: What is said of all the app's journeys.
        journey: What is said of single journeys, by their name without the app.
    """

    name: str
    title: str
    owner: str | None = None
    forge: Forge | None = None
    connect: Connect | None = None
    framework: Framework = Field(default_factory=_shown_by)
    base_urls: dict[str, str] = Field(default={})
    health_path: str | None = None
    programme: Programme | None = None
    defaults: JourneySettings = JourneySettings()
    journey: dict[str, JourneySettings] = Field(default={})

    def on(self, target: Target) -> "App":
        """The app as it is on a site: what the target says of it goes before the ``app.toml``.

        Args:
            target: The site.

        Returns:
            The app with all its ids; asked again for the same site, the same.

        Raises:
            CallerError: Where nobody has told an id. For real sites loading has refused that.
        """
        its = target.apps.get(self.name, Installation())
        forge = None if self.forge is None else _over(self.forge, its)
        if forge is not None and forge.missing:
            raise CallerError(
                f"{self.name} has no {' and no '.join(forge.missing)} on the target {target.name}.\n"
                f"  Write {' and '.join(forge.missing)} below [forge] in journeys/{self.name}/app.toml."
            )
        connect = None if self.connect is None else _over(self.connect, its)
        base_urls = self.base_urls | its.base_urls
        return self.model_copy(update={"forge": forge, "connect": connect, "base_urls": base_urls})


def _over(table: _Table, its: Installation) -> _Table:
    """Put what is told of an app on one site over what is said of it everywhere."""
    told = its.model_dump(exclude_none=True, include=set(type(table).model_fields))
    return table.model_copy(update=told)
