"""What stands in ``synthetics.toml``, as people write it.

Paths are text and secrets are references here; ``models`` has what the rest of the product sees. Each field's example
is what a problem with it shows.
"""

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from synthetics.config.attestations import AttestationTable
from synthetics.config.dead_man import DeadManTable
from synthetics.config.installations import InstallationTable
from synthetics.config.models import Rollout
from synthetics.config.told import told
from synthetics.config.values import (
    NAME,
    NAME_IN_WORDS,
    Age,
    Cron,
    Duration,
    Locale,
    Proxy,
    RecordsAge,
    Secret,
    Site,
    Size,
    StatusPage,
    Table,
    Timezone,
    choice,
)


class AccountTable(Table):
    """``[accounts.NAME]``."""

    email: str = Field(min_length=1, examples=["monitor@example.com"])
    password: Secret | None = None
    api_token: Secret | None = None
    totp_secret: Secret | None = None
    locale: Locale = Field(default="en-US", examples=["en-US"])
    timezone: Timezone = Field(default="UTC", examples=["Europe/Stockholm"])


class TargetTable(Table):
    """``[targets.NAME]``."""

    embedded: bool = Field(default=False, examples=[True])
    site: Site | None = Field(default=None, examples=["https://rixter-demo.atlassian.net"])
    account: str | None = Field(default=None, examples=["staging"])
    project: str = Field(
        default="SYN",
        pattern=r"^[A-Z][A-Z0-9_]+$",
        description="the key of a Jira project: capitals, digits and _",
        examples=["SYN"],
    )
    space: str | None = Field(
        default=None,
        pattern=r"^(~[A-Za-z0-9_.:-]+|[A-Za-z0-9]+)$",
        description="the key of a Confluence space: letters and digits, with ~ before it for a person's own",
        examples=["DOC"],
    )
    journeys: list[str] | None = Field(default=None, examples=[["ihub", "host_jira.open_issue"]])
    rollout: Annotated[Rollout, BeforeValidator(choice(Rollout, "rollout", "The rollouts are:"))] | None = None
    proxy: Proxy | None = Field(default=None, examples=["http://proxy.example.com:3128"])
    proxy_user: str | None = Field(default=None, min_length=1, examples=["synthetics"])
    proxy_password: Secret | None = None
    ca: str | None = Field(default=None, min_length=1, examples=["certificates/authority.pem"])
    status_page: StatusPage | None = Field(default=None, examples=["https://status.example.com"])
    apps: dict[str, InstallationTable] = Field(default={})
    patience: float = Field(default=1.0, ge=0.1, le=10, examples=[1.5])
    keep_session: bool = Field(default=True, examples=[False])


class JourneyTable(Table):
    """``[defaults]`` and ``[journey.NAME]``."""

    every: Duration | None = Field(default=None, examples=["5m"])
    cron: Cron | None = Field(default=None, examples=["*/10 8-18 * * 1-5"])
    timeout: Duration | None = Field(default=None, examples=["60s"])
    isolated: bool | None = Field(default=None, examples=[True])
    confirm: bool | None = Field(default=None, examples=[False])

    @field_validator("cron")
    @classmethod
    def _refuse_both(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("every") is not None:
            raise told("there is every beside it", "Keep one of them: every for all day long, cron for certain hours.")
        return value


class LimitsTable(Table):
    """``[limits]``."""

    concurrency: int = Field(default=2, gt=0, examples=[2])
    grace: Duration = Field(default=timedelta(seconds=2), examples=["2s"])
    drain: Duration = Field(default=timedelta(seconds=30), examples=["30s"])
    memory_free: Size = Field(default=256_000_000, examples=["256MB"])
    disk_free: Size = Field(default=100_000_000, examples=["100MB"])
    worker_runs: int = Field(default=100, gt=0, examples=[100])
    worker_age: Duration = Field(default=timedelta(hours=1), examples=["1h"])
    worker_memory: Size = Field(default=1_500_000_000, examples=["1500MB"])
    worker_processes: int = Field(default=100, gt=0, examples=[100])


class WebTable(Table):
    """``[web]``."""

    host: str = Field(default="127.0.0.1", min_length=1, examples=["127.0.0.1"])
    port: int = Field(default=9780, ge=0, le=65535, examples=[9780])


class BrowserTable(Table):
    """``[browser]``."""

    executable: str | None = Field(default=None, min_length=1, examples=["/usr/bin/chromium"])


class RetentionTable(Table):
    """``[retention]``."""

    passed: Age = Field(default=timedelta(days=7), examples=["7d"])
    failed: Age = Field(default=timedelta(days=90), examples=["90d"])
    records: RecordsAge = Field(default=timedelta(days=400), examples=["400d"])
    artifacts: Size = Field(default=5_000_000_000, examples=["5GB"])


class SloTable(Table):
    """``[slo]``."""

    profile: str = Field(default="cloud-fortified", min_length=1, examples=["cloud-fortified"])
    profiles: str | None = Field(default=None, min_length=1, examples=["profiles"])


class SyntheticsFile(Table):
    """All of ``synthetics.toml``."""

    location: str = Field(
        default="local",
        pattern=NAME.pattern,
        description=NAME_IN_WORDS,
        examples=["frankfurt"],
    )
    journeys: str = Field(default="journeys", min_length=1, examples=["journeys"])
    storage: str = Field(default="var", min_length=1, examples=["var"])
    limits: LimitsTable = LimitsTable()
    web: WebTable = WebTable()
    browser: BrowserTable = BrowserTable()
    retention: RetentionTable = RetentionTable()
    dead_man: DeadManTable | None = Field(default=None)
    slo: SloTable = SloTable()
    attestations: dict[str, AttestationTable] = Field(default={})
    defaults: JourneyTable = JourneyTable()
    journey: dict[str, JourneyTable] = Field(default={})
    targets: dict[str, TargetTable] = Field(default={})
    accounts: dict[str, AccountTable] = Field(default={})
