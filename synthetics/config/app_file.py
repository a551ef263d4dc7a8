"""What stands in an ``app.toml``, as people write it. Each field's example is what a problem with it shows."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from synthetics.config.app import Framework, ProgrammeStatus
from synthetics.config.files import JourneyTable
from synthetics.config.installations import FORGE_APP, FORGE_ENVIRONMENT, READY
from synthetics.config.told import told
from synthetics.config.values import KEY_IN_WORDS, NAME, NAME_IN_WORDS, BaseUrl, Day, HealthPath, Table, choice
from synthetics.config.wording import value_of


def _owner(value: str) -> str:
    """Check who owns an app: a team's name, or an e-mail address where there is an @ in it."""
    before, at, after = value.partition("@")
    example = 'Write a team, such as owner = "Integrations", or an e-mail address.'
    if not value.strip() or not value.isprintable():
        raise told(f"{value_of(value)} is neither a team's name nor an e-mail address", example)
    if at and (not before or "." not in after.strip(".") or "@" in after or " " in value):
        raise told(f"{value_of(value)} is no e-mail address", example)
    return value


class ForgeTable(Table):
    """``[forge]``."""

    app: str | None = Field(default=None, pattern=NAME.pattern, description=KEY_IN_WORDS, examples=[FORGE_APP])
    environment: str | None = Field(
        default=None, pattern=NAME.pattern, description=KEY_IN_WORDS, examples=[FORGE_ENVIRONMENT]
    )
    ready: str = Field(min_length=1, examples=[READY])
    module: str | None = Field(default=None, pattern=NAME.pattern, description=KEY_IN_WORDS, examples=["release-notes"])
    unlicensed: str | None = Field(default=None, min_length=1, examples=["text=licence has expired"])


class ConnectTable(Table):
    """``[connect]``."""

    addon_key: str = Field(pattern=NAME.pattern, description=KEY_IN_WORDS, examples=["com.example.team-radar"])
    modules: list[Annotated[str, Field(pattern=NAME.pattern)]] = Field(
        min_length=1, description=KEY_IN_WORDS, examples=[["radar-page", "radar-panel"]]
    )
    ready: str = Field(min_length=1, examples=[READY])
    paid: bool = Field(default=False, examples=[True])


class ProgrammeTable(Table):
    """``[programme]``."""

    name: str = Field(pattern=NAME.pattern, description=NAME_IN_WORDS, examples=["cloud-fortified"])
    status: Annotated[ProgrammeStatus, BeforeValidator(choice(ProgrammeStatus, "status", "The statuses are:"))] = Field(
        examples=["approved"]
    )
    approved_on: Day | None = None
    marketplace_key: str | None = Field(
        default=None, pattern=NAME.pattern, description=KEY_IN_WORDS, examples=["com.example.app"]
    )


class AppFile(Table):
    """All of an ``app.toml``."""

    title: str = Field(min_length=1, examples=["iHub"])
    framework: Annotated[Framework, BeforeValidator(choice(Framework, "framework", "The frameworks are:"))] | None = (
        None
    )
    owner: Annotated[str, AfterValidator(_owner)] | None = Field(default=None, examples=["Integrations"])
    forge: ForgeTable | None = None
    connect: ConnectTable | None = None
    base_urls: dict[str, BaseUrl] = Field(default={})
    health_path: HealthPath | None = Field(default=None, examples=["/health"])
    programme: ProgrammeTable | None = None
    defaults: JourneyTable = JourneyTable()
    journey: dict[str, JourneyTable] = Field(default={})
