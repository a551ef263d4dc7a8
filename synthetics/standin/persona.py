"""Who the stand-in is: every host name, key, id and account by which a site differs from every other one.

Pages, REST's answers and the announcement are made from it, and nothing else in this package knows any of it. So the
same journeys can be shown two sites that have nothing in common but the apps.
"""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from synthetics.standin.addresses import ServerName
from synthetics.standin.forge_apps import ForgeApp, ForgeApps, ModuleKind
from synthetics.standin.state import Project, User


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """What an account signs in with.

    Args:
        email: Its address.
        password: For the sign-in pages.
        api_token: For REST.
    """

    email: str
    password: str
    api_token: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """An account that can sign in.

    Args:
        name: What the announcement calls it.
        user: Who it is.
        credentials: What it signs in with.
        totp_secret: What its one-time codes are made from, base32; None where it is asked for none.
    """

    name: str
    user: User
    credentials: Credentials
    totp_secret: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Persona:
    """Who the stand-in is.

    Args:
        name: What the option ``--as`` calls it.
        hosts: The host name of each server.
        cloud_id: The site's own id.
        accounts: Those that can sign in; the first is the one that is used unless another is asked for.
        people: Those who are seen on the site and cannot sign in, by their first names.
        project: Jira's project; Confluence's space has the same key.
        used_up: How many issues, comments and pages there have been before those that are there at the start.
        story_points: The field of an issue that holds its story points.
        apps: The Forge apps, with the ids that they have on this site.
        addon_key: The key of the Connect app.
        client_key: What the Connect app calls this site.
    """

    name: str
    hosts: Mapping[ServerName, str]
    cloud_id: str
    accounts: tuple[Account, ...]
    people: Mapping[str, User]
    project: Project
    used_up: int
    story_points: str
    apps: ForgeApps
    addon_key: str
    client_key: str

    def account_of(self, email: str) -> Account | None:
        """The account that signs in with this address, if there is one; capitals do not matter."""
        wanted = email.strip().casefold()
        return next((each for each in self.accounts if each.credentials.email.casefold() == wanted), None)

    def forge_apps(self) -> Mapping[str, ForgeApp]:
        """The Forge apps by their keys: they are named like the folders of journeys."""
        apps = self.apps
        return {
            "ihub": apps.ihub,
            "release_notes": apps.release_notes,
            "points_check": apps.points_check,
            "host_forge": apps.heartbeat,
        }

    def key_of(self, app: ForgeApp) -> str:
        """The key of a Forge app of this site."""
        return next(key for key, each in self.forge_apps().items() if each is app)

    def announced(self) -> dict[str, Any]:
        """What a caller has to know: whom to sign in as, where to work, and how the apps are called here.

        Returns:
            The part of the announcement that does not depend on ports. Apps are named like the folders of journeys.
        """
        return {
            "account": asdict(self.accounts[0].credentials),
            "accounts": {account.name: _announced_account(account) for account in self.accounts},
            "project": self.project.key,
            "apps": {
                **{key: _announced_app(app) for key, app in self.forge_apps().items()},
                "team_radar": {"addon_key": self.addon_key},
            },
        }


def _announced_account(account: Account) -> dict[str, str]:
    secret = {} if account.totp_secret is None else {"totp_secret": account.totp_secret}
    return {**asdict(account.credentials), **secret}


def _announced_app(app: ForgeApp) -> dict[str, str]:
    """An app's ids; the key of its module where the module has no page of its own."""
    macro = app.module(ModuleKind.MACRO)
    return {"app": app.id, "environment": app.environment_id, **({} if macro is None else {"module": macro.key})}


def _hosts(*, site: str, signin: str, elsewhere: str) -> Mapping[ServerName, str]:
    """Cookies ignore ports, so what must not see the site's cookies needs another host name than the site."""
    own = {ServerName.SITE: site, ServerName.SIGNIN: signin}
    return {name: own.get(name, elsewhere) for name in ServerName}


def _people(**account_ids: str) -> Mapping[str, User]:
    names = {"maja": "Maja Lindqvist", "omar": "Omar Haddad", "eva": "Eva Sandell"}
    return {who: User(account_id=account_id, name=names[who]) for who, account_id in account_ids.items()}


def _account(  # noqa: PLR0913  each is named where it is called
    *,
    name: str,
    account_id: str,
    shown_as: str,
    email: str,
    password: str,
    api_token: str,
    totp_secret: str | None = None,
) -> Account:
    return Account(
        name=name,
        user=User(account_id=account_id, name=shown_as, email=email),
        credentials=Credentials(email=email, password=password, api_token=api_token),
        totp_secret=totp_secret,
    )


def _installed_anew(app: ForgeApp) -> ForgeApp:
    """The app as another site has it: each of its ids is made from the first, so none can be forgotten."""

    def another(first: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, first))

    return replace(
        app,
        id=another(app.id),
        environment_id=another(app.environment_id),
        installation_id=another(app.installation_id),
        account=replace(app.account, account_id=f"712020:{another(app.account.account_id)}"),
    )


# Secrets are constants, since a person must be able to sign in by hand; random-looking, since they are redacted where
# they appear, and ordinary words would take half of a report with them. All belong to made-up accounts of sites that
# are on loopback only. What one-time codes are made from is base32, as authenticator programs take it.
_PEOPLE = _people(maja="712020:a3d91e40-maja", omar="712020:c07b52f8-omar", eva="712020:e41a66d2-eva")
DEFAULT = Persona(
    name="default",
    hosts=_hosts(site="127.0.0.1", signin="127.0.0.1", elsewhere="localhost"),
    cloud_id="6e0c2a57-41d9-4f1b-9c57-0b6f5d2f7a31",
    accounts=(
        _account(
            name="default",
            account_id="712020:5b1f0c3e-journeys",
            shown_as="Synthetic Journeys",
            email="journeys@standin.example",
            password="Vq7-nTz4.Rk9wXe2!LdHs6pYb",  # noqa: S106  see above
            api_token="SAT4x9QmZr7LpW2vKd8TnYc5JhBf3GsE6uAe1RxNo",  # noqa: S106  see above
        ),
        _account(
            name="with_totp",
            account_id="712020:9e27d4b1-totp",
            shown_as="Careful Journeys",
            email="journeys.totp@standin.example",
            password="Hw3-mKc8.Yt5sQb1!NzRv7gXd",  # noqa: S106  see above
            api_token="SAT9b2VwNk6HsQ4tXc8RmZy3JfLd7GpE1uTo5CxKa",  # noqa: S106  see above
            totp_secret="K5QXMZLNNRSW4ZDJNZTWC3TEOJUW6YLT",  # noqa: S106  see above
        ),
    ),
    people=_PEOPLE,
    project=Project(id="10000", key="SYN", name="Synthetics", lead=_PEOPLE["eva"]),
    used_up=0,
    story_points="customfield_10016",  # as on most real sites
    apps=ForgeApps(),
    addon_key="com.rixter.team-radar",
    client_key="3f8b1c7a-5d20-4e9c-8a14-6b7d2e9f0c53",
)

_OTHERS = _people(maja="557058:0f6c-19b2", omar="557058:7ab3-5d40", eva="557058:c2e8-8f71")
OTHER = Persona(
    name="other",
    hosts=_hosts(site="localhost", signin="127.0.0.1", elsewhere="127.0.0.1"),
    cloud_id="b81f7d04-92ce-4a35-8e60-d4c9a17f5e28",
    accounts=(
        _account(
            name="default",
            account_id="557058:44d1-90ce",
            shown_as="Night Watch",
            email="night.watch@elsewhere.example",
            password="Tj5!wLb9-Xs2.GhQn8vZc4kMr",  # noqa: S106  see above
            api_token="SAT7c3TgYb5WnJ1xLq9VzDk4RmHs8PfE2aUo6BwKt",  # noqa: S106  see above
        ),
        _account(
            name="with_totp",
            account_id="557058:d83b-27fa",
            shown_as="Careful Watch",
            email="careful.watch@elsewhere.example",
            password="Zn6.pRy1!Dk8-VtJw3xBf7qLs",  # noqa: S106  see above
            api_token="SAT2h8KzQv4MxB6rTc1GwPy9NjLd5SfE3oUa7XkVb",  # noqa: S106  see above
            totp_secret="JBQWY3DPNZXW4ZLGMFZGK43UNBUW4ZZS",  # noqa: S106  see above
        ),
    ),
    people=_OTHERS,
    project=Project(id="10310", key="OPS", name="Operations", lead=_OTHERS["maja"]),
    used_up=4_211,
    story_points="customfield_10038",
    apps=ForgeApps(
        ihub=_installed_anew(DEFAULT.apps.ihub),
        release_notes=_installed_anew(DEFAULT.apps.release_notes),
        points_check=_installed_anew(DEFAULT.apps.points_check),
        heartbeat=_installed_anew(DEFAULT.apps.heartbeat),
    ),
    addon_key="com.rixter.staging.team-radar",
    client_key="e5a90d62-7c1b-4f38-b94d-20f6a8c37e15",
)

PERSONAS: Mapping[str, Persona] = {each.name: each for each in (DEFAULT, OTHER)}
