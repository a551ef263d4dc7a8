"""The configuration as the rest of the product sees it: frozen, complete, every path absolute.

``synthetics.toml`` gives a ``Configuration``, each ``journeys/<app>/app.toml`` an ``App``. Secrets are read when the
configuration is loaded and stay ``SecretStr`` from then on.
"""

from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, SecretStr

from synthetics.errors import Problem


class _Model(BaseModel):
    """Frozen, and every key that is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Account(_Model):
    """Who signs in.

    Args:
        email: The account's e-mail address.
        password: Its password, for the browser.
        api_token: Its API token, for REST; cannot sign a browser in.
    """

    email: str
    password: SecretStr | None = None
    api_token: SecretStr | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that must never be written anywhere."""
        return tuple(each.get_secret_value() for each in (self.password, self.api_token) if each is not None)


class Target(_Model):
    """A site, ready to be asked.

    Args:
        name: Its name in the configuration.
        site: Its address, such as ``https://rixter-demo.atlassian.net``, without a slash at the end.
        account: Who signs in there.
        project: The key of the Jira project in which journeys work.
    """

    name: str
    site: str
    account: Account
    project: str = "SYN"


class TargetSettings(_Model):
    """A target as it is configured: the embedded stand-in, whose address is known once it runs, or a real site.

    Args:
        embedded: Whether it is the stand-in that comes with the product.
        site: The address of a real site.
        account: The name of an account, for a real site.
        project: The key of the Jira project in which journeys work.
        journeys: Which apps (``ihub``) and journeys (``ihub.run_flow``) run on it; None is all of them.
    """

    embedded: bool = False
    site: str | None = None
    account: str | None = None
    project: str = "SYN"
    journeys: tuple[str, ...] | None = None


class Cadence(_Model):
    """How often a journey is due, and how long it may take; None leaves it to the next in order."""

    every: timedelta | None = None
    timeout: timedelta | None = None


class Limits(_Model):
    """What the runner may use.

    Args:
        concurrency: How many journeys run at once.
        grace: How long a worker has to end by itself after its deadline, before it is killed.
        drain: How long a stopping service waits for the runs under way.
    """

    concurrency: PositiveInt = 2
    grace: timedelta = timedelta(seconds=2)
    drain: timedelta = timedelta(seconds=30)


class Web(_Model):
    """Where the service listens."""

    host: str = "127.0.0.1"
    port: int = Field(default=9780, ge=0, le=65535)


class BrowserSettings(_Model):
    """Which browser runs journeys; None searches the machine."""

    executable: Path | None = None


class Configuration(_Model):
    """All of ``synthetics.toml``.

    Args:
        file: The file it was read from.
        journeys_folder: The folder of journeys.
        storage: The folder of the ledger and of artifacts.
        location: The name of the place from where runs are made.
        defaults: The cadence of all journeys.
        journey: The cadence of single journeys, by full name.
        targets: The sites, by name.
        accounts: The accounts, by name.
        unreadable_secrets: For each account with a secret that could not be read, what is wrong; only the targets in
            use need theirs, so this is told when such a target is used.
    """

    file: Path
    journeys_folder: Path
    storage: Path
    location: str = "local"
    limits: Limits = Limits()
    web: Web = Web()
    browser: BrowserSettings = BrowserSettings()
    defaults: Cadence = Cadence()
    journey: dict[str, Cadence] = {}
    targets: dict[str, TargetSettings]
    accounts: dict[str, Account] = {}
    unreadable_secrets: dict[str, tuple[Problem, ...]] = {}

    @property
    def default_target(self) -> str | None:
        """The target that is used where none is named: the embedded one, else the only one; None if neither is."""
        embedded = [name for name, target in self.targets.items() if target.embedded]
        if embedded:
            return embedded[0]
        return next(iter(self.targets)) if len(self.targets) == 1 else None


class Forge(_Model):
    """Where a Forge app is found on a site, and how it shows that it is ready.

    Args:
        app: The app's id, as in its deep links.
        environment: The id of its environment.
        ready: A Playwright selector of something that the app shows once it can be used.
    """

    app: str
    environment: str
    ready: str


class App(_Model):
    """All of an ``app.toml``.

    Args:
        name: The folder's name.
        title: What people call the app.
        forge: Where the app is found, for a Forge app; None for journeys through the host alone.
        defaults: The cadence of the app's journeys.
        journey: The cadence of single journeys, by their name without the app.
    """

    name: str
    title: str
    forge: Forge | None = None
    defaults: Cadence = Cadence()
    journey: dict[str, Cadence] = {}
