"""What no single value of the configuration shows: combinations, and names that have to exist."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from synthetics.config.files import SyntheticsFile, TargetTable
from synthetics.config.values import NAME, NAME_IN_WORDS
from synthetics.config.wording import key_of, meant_or_listed, value_of
from synthetics.errors import Problem


def check_names(data: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Find names of targets, accounts and attestations that could not stand in metrics and messages."""
    for table, example in (("targets", "staging-2"), ("accounts", "staging-2"), ("attestations", "bug_bounty")):
        named = data.get(table)
        for name in named if isinstance(named, dict) else ():
            if not NAME.fullmatch(name):
                what = f"{value_of(name)} is not {NAME_IN_WORDS}"
                yield Problem(file, key_of((table, name)), what, f"Call it something like {example}.")


def check_accounts(content: SyntheticsFile, file: str) -> Iterator[Problem]:
    """Find accounts that cannot sign in."""
    for name, account in content.accounts.items():
        if account.password is None and account.api_token is None:
            mend = 'Write password = { env = "NAME" }, and api_token likewise where REST needs one.'
            yield Problem(file, key_of(("accounts", name)), "it has neither a password nor an api_token", mend)
        if account.totp_secret is not None and account.password is None:
            mend = 'Write password = { env = "NAME" } as well: a code is asked for after the password.'
            yield Problem(file, key_of(("accounts", name)), "it has a totp_secret, but no password", mend)


def check_targets(content: SyntheticsFile, accounts: Collection[str], file: str) -> Iterator[Problem]:
    """Find impossible targets.

    Args:
        content: What is sound of the file.
        accounts: The names of all accounts, those with something wrong in them included.
        file: The file as the caller would name it.
    """
    for name, target in content.targets.items():
        if target.embedded:
            yield from _check_embedded(name, target, file)
        elif target.site is None:
            what = "it is neither embedded nor has it a site"
            yield Problem(file, key_of(("targets", name)), what, "Write embedded = true, or a site and an account.")
        elif target.account is None:
            what = f"the site {target.site} has no account to sign in with"
            yield Problem(file, key_of(("targets", name)), what, "Write account = and the name of one in [accounts].")
        yield from _check_proxy(name, target, file)
        if target.account is not None and not target.embedded and target.account not in accounts:
            what = f"there is no account {value_of(target.account)}"
            mend = meant_or_listed(target.account, accounts, "The accounts are:")
            yield Problem(file, key_of(("targets", name, "account")), what, mend)


def _check_embedded(name: str, target: TargetTable, file: str) -> Iterator[Problem]:
    """Find what an embedded target cannot have."""
    if target.site is not None:
        what = f"it is embedded and has the site {target.site}"
        yield Problem(file, key_of(("targets", name)), what, "Remove embedded for a real site, or remove site.")
    if target.account is not None:
        what = f"it is embedded and has the account {value_of(target.account)}, but the stand-in brings its own"
        yield Problem(file, key_of(("targets", name)), what, "Remove account.")
    for key in ("proxy", "ca"):
        if getattr(target, key) is not None:
            what = f"it is embedded and has a {key}, but the stand-in runs on this machine"
            yield Problem(file, key_of(("targets", name)), what, f"Remove {key}.")
    if target.status_page is not None:
        what = "it is embedded and has a status_page, but the stand-in brings its own"
        yield Problem(file, key_of(("targets", name)), what, "Remove status_page.")
    if target.apps:
        what = "it is embedded and has apps, but the stand-in tells itself where they are"
        yield Problem(file, key_of(("targets", name)), what, "Remove its tables apps.NAME.")


def _check_proxy(name: str, target: TargetTable, file: str) -> Iterator[Problem]:
    """Find half of what a proxy asks for."""
    if target.proxy_user is not None and target.proxy_password is None:
        mend = 'Write proxy_password = { env = "NAME" } beside it.'
        yield Problem(file, key_of(("targets", name, "proxy_user")), "it has no password", mend)
    if target.proxy_password is not None and target.proxy_user is None:
        mend = "Write proxy_user = and the name beside it."
        yield Problem(file, key_of(("targets", name, "proxy_password")), "there is no user that it belongs to", mend)
    if target.proxy is None and (target.proxy_user is not None or target.proxy_password is not None):
        key = "proxy_user" if target.proxy_user is not None else "proxy_password"
        mend = "Write proxy = and its address as well, or remove what is for a proxy."
        yield Problem(file, key_of(("targets", name, key)), "there is no proxy", mend)


def check_apps(content: SyntheticsFile, apps: Collection[str], file: str) -> Iterator[Problem]:
    """Find names of apps that do not exist, in the tables of journeys and in what targets take.

    Args:
        content: What is sound of the file.
        apps: The names of all apps, those with something wrong in them included.
        file: The file as the caller would name it.
    """
    for full_name in content.journey:
        app, dot, journey = full_name.partition(".")
        key = key_of(("journey", full_name))
        if not dot or not journey:
            mend = 'Write the app and the journey, such as [journey."ihub.run_flow"]; [defaults] is for all of them.'
            yield Problem(file, key, f"{value_of(full_name)} is not a journey's full name", mend)
        elif app not in apps:
            mend = meant_or_listed(app, apps, "The apps are:")
            yield Problem(file, key, f"there is no app {value_of(app)}", mend)
    for name, target in content.targets.items():
        for index, selector in enumerate(target.journeys or ()):
            app = selector.partition(".")[0]
            if app not in apps:
                mend = meant_or_listed(app, apps, "The apps are:")
                what = f"there is no app {value_of(app)}"
                yield Problem(file, key_of(("targets", name, "journeys", index)), what, mend)
