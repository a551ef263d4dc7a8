"""The configuration as the rest of the product sees it: frozen, complete, every path absolute.

``synthetics.toml`` gives a ``Configuration``. Secrets are read when it is loaded and stay ``SecretStr`` from then on.
"""

from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, SecretStr

from synthetics.errors import Problem

_FIRST_DAY = date(1970, 1, 1)


class FrozenModel(BaseModel):
    """Frozen, and every key that is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Account(FrozenModel):
    """Who signs in.

    Args:
        email: The account's e-mail address.
        password: Its password, for the browser.
        api_token: Its API token, for REST; cannot sign a browser in.
        totp_secret: What its one-time codes are made of, in base32; None where sign-in asks for none.
        locale: The language that its browser asks for, such as ``sv-SE``.
        timezone: The time zone of its browser, such as ``Europe/Stockholm``.
    """

    email: str
    password: SecretStr | None = None
    api_token: SecretStr | None = None
    totp_secret: SecretStr | None = None
    locale: str = "en-US"
    timezone: str = "UTC"

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that must never be written anywhere."""
        every = (self.password, self.api_token, self.totp_secret)
        return tuple(each.get_secret_value() for each in every if each is not None)


class Rollout(StrEnum):
    """When a site gets what Atlassian changes: first of all, or with everybody's production sites."""

    FIRST = "first"
    PRODUCTION = "production"


class Installation(FrozenModel):
    """How an app is on one site, where that is not as its ``app.toml`` says; None leaves it to that.

    Args:
        app: A Forge app's id.
        environment: The id of the environment that is installed there.
        module: The key of a Forge app's module.
        addon_key: A Connect app's key.
        ready: The selector of what the app shows once it can be used.
        base_urls: The base URLs of its own services that are others there, by name.
    """

    app: str | None = None
    environment: str | None = None
    module: str | None = None
    addon_key: str | None = None
    ready: str | None = None
    base_urls: dict[str, str] = {}


class Target(FrozenModel):
    """A site, ready to be asked.

    Args:
        name: Its name in the configuration.
        site: Its address, such as ``https://rixter-demo.atlassian.net``, without a slash at the end.
        account: Who signs in there.
        project: The key of the Jira project in which journeys work.
        space: The key of the Confluence space in which they do; the project's where it is not given.
        rollout: When the site gets Atlassian's changes; None where nobody said.
        proxy: The address of the proxy through which it is reached; None goes there directly.
        proxy_user: By what name the proxy knows us; None where it asks for none.
        proxy_password: The password of that name.
        ca: A file in PEM with the authorities that are trusted for it beside the usual ones; None trusts those alone.
        status_page: The address of the host's status page, without a slash at the end; None where nobody told it.
        apps: How apps are on it, by the app's name, where that is not as their ``app.toml`` says.
        patience: By what every limit of waiting for its pages, its apps and its REST is multiplied.
        keep_session: Whether its account's session goes from one run to the next; else each run signs in.
    """

    name: str
    site: str
    account: Account
    project: str = "SYN"
    space: str = Field(default_factory=lambda others: others["project"])
    rollout: Rollout | None = None
    proxy: str | None = None
    proxy_user: str | None = None
    proxy_password: SecretStr | None = None
    ca: Path | None = None
    status_page: str | None = None
    apps: dict[str, Installation] = {}
    patience: float = 1.0
    keep_session: bool = True


class TargetSettings(FrozenModel):
    """A target as it is configured: the embedded stand-in, whose address is known once it runs, or a real site.

    Args:
        embedded: Whether it is the stand-in that comes with the product.
        site: The address of a real site.
        account: The name of an account, for a real site.
        project: The key of the Jira project in which journeys work.
        space: The key of the Confluence space in which they do.
        journeys: Which apps (``ihub``) and journeys (``ihub.run_flow``) run on it; None is all of them.
        rollout: When the site gets Atlassian's changes; None where nobody said.
        proxy: The address of the proxy through which a real site is reached.
        proxy_user: By what name that proxy knows us.
        proxy_password: The password of that name.
        ca: A file in PEM with the authorities that are trusted for a real site beside the usual ones.
        status_page: The address of the status page of a real site's host.
        apps: How apps are on a real site, by the app's name, where that is not as their ``app.toml`` says.
        patience: By what every limit of waiting for its pages, its apps and its REST is multiplied.
        keep_session: Whether its account's session goes from one run to the next; else each run signs in.
    """

    embedded: bool = False
    site: str | None = None
    account: str | None = None
    project: str = "SYN"
    space: str = "SYN"
    journeys: tuple[str, ...] | None = None
    rollout: Rollout | None = None
    proxy: str | None = None
    proxy_user: str | None = None
    proxy_password: SecretStr | None = None
    ca: Path | None = None
    status_page: str | None = None
    apps: dict[str, Installation] = {}
    patience: float = 1.0
    keep_session: bool = True


class JourneySettings(FrozenModel):
    """What may be said of one journey or of all: when it is due, and how it runs; None leaves it to the next in order.

    Args:
        every: The interval between its slots.
        cron: A cron expression of its slots, in UTC, instead of an interval.
        timeout: How long one attempt may take.
        isolated: Whether every run has a worker process and a browser to itself.
        confirm: Whether a failed run is repeated once, at once.
    """

    every: timedelta | None = None
    cron: str | None = None
    timeout: timedelta | None = None
    isolated: bool | None = None
    confirm: bool | None = None


class Limits(FrozenModel):
    """What the runner may use.

    Args:
        concurrency: How many journeys run at once.
        grace: How long a worker has to end by itself after its deadline, before it is killed.
        drain: How long a stopping service waits for the runs under way.
        memory_free_bytes: How much memory has to be free for each run that starts; 1 or more.
        disk_free_bytes: How much of the storage's disk has to be free for a run to start; 1 or more.
        worker_runs: How many runs a warm worker makes before a new one takes its place; 1 or more.
        worker_age: How old a warm worker gets before a new one takes its place.
        worker_memory_bytes: How much memory a worker and its browser may hold at the end of a run before a new one
            takes its place; 1 or more. Twice as much ends a run.
        worker_processes: How many processes a worker and its browser may be; more end a run; 1 or more.
    """

    concurrency: PositiveInt = 2
    grace: timedelta = timedelta(seconds=2)
    drain: timedelta = timedelta(seconds=30)
    memory_free_bytes: PositiveInt = 256_000_000
    disk_free_bytes: PositiveInt = 100_000_000
    worker_runs: PositiveInt = 100
    worker_age: timedelta = timedelta(hours=1)
    worker_memory_bytes: PositiveInt = 1_500_000_000
    worker_processes: PositiveInt = 100


class Web(FrozenModel):
    """Where the service listens."""

    host: str = "127.0.0.1"
    port: int = Field(default=9780, ge=0, le=65535)


class BrowserSettings(FrozenModel):
    """Which browser runs journeys; None searches the machine."""

    executable: Path | None = None


class Retention(FrozenModel):
    """How long what runs leave behind is kept.

    Args:
        passed: How long the files of passed runs are kept.
        failed: How long the files of all other runs are kept.
        records: How long records are kept, and with them that a slot was settled; no run's files outlive its record.
        artifacts_bytes: How much the files of all runs may take; 1 or more.
    """

    passed: timedelta = timedelta(days=7)
    failed: timedelta = timedelta(days=90)
    records: timedelta = timedelta(days=400)
    artifacts_bytes: PositiveInt = 5_000_000_000


class DeadMan(FrozenModel):
    """Who is told that the monitor lives.

    Args:
        url: What is asked for; None where it cannot be read.
        every: How often.
        problems: Why it cannot be read; only the service needs it, so this is told when it starts.
    """

    url: SecretStr | None = None
    every: timedelta = timedelta(minutes=1)
    problems: tuple[Problem, ...] = ()


class Slo(FrozenModel):
    """By what runs are judged.

    Args:
        profile: The name of the profile with the objectives.
        profiles: A folder of the operator's own profiles; None where there is none.
    """

    profile: str = "cloud-fortified"
    profiles: Path | None = None


class Attestation(FrozenModel):
    """What somebody says of a requirement that no machine can measure.

    Args:
        by: Who says so.
        on: The day on which they did.
        until: The last day on which it holds, in UTC.
        link: Where it can be looked up.
        note: What else is to be said of it; None for nothing.
    """

    by: str
    on: date
    until: date
    link: str
    note: str | None = None

    @property
    def ends_ms(self) -> int:
        """When it ends, in milliseconds UTC; at that instant it holds no longer."""
        return (self.until - _FIRST_DAY + timedelta(days=1)) // timedelta(milliseconds=1)

    def has_ended(self, now_ms: int) -> bool:
        """Whether it holds no longer.

        Args:
            now_ms: The time, in milliseconds UTC.
        """
        return now_ms >= self.ends_ms


class Configuration(FrozenModel):
    """All of ``synthetics.toml``.

    Args:
        file: The file it was read from.
        journeys_folder: The folder of journeys.
        storage: The folder of the ledger and of artifacts.
        location: The name of the place from where runs are made.
        retention: How long what runs leave behind is kept.
        dead_man: Who is told that the monitor lives; None for nobody.
        slo: By what runs are judged.
        attestations: What people say of requirements that no machine can measure, by the requirement's id.
        defaults: What is said of all journeys.
        journey: What is said of single journeys, by full name.
        targets: The sites, by name.
        accounts: The accounts, by name.
        unreadable_secrets: For each account with a secret that could not be read, what is wrong; only the targets in
            use need theirs, so this is told when such a target is used.
        unreadable_proxies: The same for each target whose proxy has a password that could not be read.
    """

    file: Path
    journeys_folder: Path
    storage: Path
    location: str = "local"
    limits: Limits = Limits()
    web: Web = Web()
    browser: BrowserSettings = BrowserSettings()
    retention: Retention = Retention()
    dead_man: DeadMan | None = None
    slo: Slo = Slo()
    attestations: dict[str, Attestation] = {}
    defaults: JourneySettings = JourneySettings()
    journey: dict[str, JourneySettings] = {}
    targets: dict[str, TargetSettings]
    accounts: dict[str, Account] = {}
    unreadable_secrets: dict[str, tuple[Problem, ...]] = {}
    unreadable_proxies: dict[str, tuple[Problem, ...]] = {}

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that must never be written anywhere: of accounts, of the proxies of targets, and of the dead man."""
        passwords = (target.proxy_password for target in self.targets.values())
        dead_man = self.dead_man.url if self.dead_man is not None else None
        return (
            *(secret for account in self.accounts.values() for secret in account.secrets),
            *(each.get_secret_value() for each in (*passwords, dead_man) if each is not None),
        )

    def unreadable_for(self, name: str) -> tuple[Problem, ...]:
        """What is wrong with the secrets that a target needs.

        Args:
            name: The target's name.
        """
        account = self.targets[name].account or ""
        return (*self.unreadable_secrets.get(account, ()), *self.unreadable_proxies.get(name, ()))

    @property
    def default_target(self) -> str | None:
        """The target that is used where none is named: the embedded one, else the only one; None if neither is."""
        embedded = [name for name, target in self.targets.items() if target.embedded]
        if embedded:
            return embedded[0]
        return next(iter(self.targets)) if len(self.targets) == 1 else None

    def site(self, name: str) -> Target:
        """A real site as a target that is ready to be asked.

        Args:
            name: The name of a target that is not embedded.

        Raises:
            KeyError: Where there is no such target, or no such account.
            ValueError: Where the target has no site or no account, which loading refuses for a real one.
        """
        settings = self.targets[name]
        if settings.site is None or settings.account is None:
            raise ValueError(f"the target {name} has no site or no account")
        return Target(
            name=name,
            site=settings.site,
            account=self.accounts[settings.account],
            project=settings.project,
            space=settings.space,
            rollout=settings.rollout,
            proxy=settings.proxy,
            proxy_user=settings.proxy_user,
            proxy_password=settings.proxy_password,
            ca=settings.ca,
            status_page=settings.status_page,
            apps=settings.apps,
            patience=settings.patience,
            keep_session=settings.keep_session,
        )
