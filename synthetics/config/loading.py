"""Reading ``synthetics.toml`` and every ``app.toml``: all that is wrong with them at once."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from synthetics.config.app import App
from synthetics.config.apps import journey_settings, read_app
from synthetics.config.attestations import attestation
from synthetics.config.base_urls import check_health_paths
from synthetics.config.certificates import complaint
from synthetics.config.checking import check_accounts, check_apps, check_names, check_targets
from synthetics.config.dead_man import read_dead_man
from synthetics.config.files import AccountTable, LimitsTable, RetentionTable, SyntheticsFile
from synthetics.config.installations import check_ids, check_installations
from synthetics.config.models import (
    Account,
    BrowserSettings,
    Configuration,
    Installation,
    Limits,
    Retention,
    Slo,
    TargetSettings,
    Web,
)
from synthetics.config.secret_reading import UnreadableSecretError, as_totp_secret, read_secret
from synthetics.config.toml_text import read_toml
from synthetics.config.translating import read_table
from synthetics.config.values import SecretReference
from synthetics.config.wording import key_of, shown
from synthetics.errors import ConfigurationError, Problem

APP_FILE = "app.toml"

#: Where no target is configured, journeys run on the stand-in, under this name.
EMBEDDED = "embedded"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What could be read, and what is wrong with the rest.

    Args:
        configuration: What is sound of ``synthetics.toml``; None where nothing could be made of it.
        apps: The apps with nothing wrong in them, by name.
        problems: All that is wrong; whoever means to run something stops here where there is any.
    """

    configuration: Configuration | None
    apps: Mapping[str, App]
    problems: tuple[Problem, ...]


def load(file: Path, environ: Mapping[str, str]) -> tuple[Configuration, Mapping[str, App]]:
    """Read the configuration, secrets included, and the apps.

    Args:
        file: ``synthetics.toml``, or whatever the caller names instead.
        environ: The environment, in which secrets may be kept.

    Returns:
        The configuration and the apps by name.

    Raises:
        ConfigurationError: With all that is wrong with ``synthetics.toml`` and every ``app.toml``.
    """
    reading = read(file, environ)
    if reading.configuration is None or reading.problems:
        raise ConfigurationError(reading.problems)
    return reading.configuration, reading.apps


def read(file: Path, environ: Mapping[str, str]) -> Reading:
    """Read what can be read, for those who want to know all that is wrong.

    Args:
        file: ``synthetics.toml``, or whatever the caller names instead.
        environ: The environment, in which secrets may be kept.
    """
    data, problem = read_toml(file)
    if problem is not None:
        return Reading(configuration=None, apps={}, problems=(problem,))
    content, problems = read_table(SyntheticsFile, data, shown(file))
    if content is None:
        return Reading(configuration=None, apps={}, problems=problems)
    configuration = _configuration(file, content, environ)
    found = [*problems, *check_names(data, shown(file))]
    accounts = data.get("accounts")
    found += check_accounts(content, shown(file))
    found += check_targets(content, tuple(accounts) if isinstance(accounts, dict) else (), shown(file))
    found += _check_certificates(data.get("targets"), configuration.file.parent, shown(file))
    apps: dict[str, App] = {}
    if configuration.journeys_folder.is_dir():
        files = app_files(configuration.journeys_folder)
        found += check_apps(content, files, shown(file))
        wrong_in_apps: list[Problem] = []
        for name, app_file in files.items():
            app, wrong = read_app(name, app_file)
            wrong_in_apps += wrong
            apps |= {name: app} if app is not None else {}
        found += check_installations(data.get("targets"), apps, files, shown(file))
        found += check_ids(configuration.targets, apps, shown(file))
        found += check_health_paths(configuration.targets, apps, files)
        found += wrong_in_apps
    elif not any(each.key == "journeys" for each in found):
        what = f"there is no folder {shown(configuration.journeys_folder)}"
        mend = "Write the folder of journeys, relative to this file."
        found.append(Problem(shown(file), "journeys", what, mend))
    return Reading(configuration=configuration, apps=apps, problems=tuple(found))


def app_files(journeys_folder: Path) -> dict[str, Path]:
    """Find the apps: each folder of the folder of journeys with an ``app.toml``.

    Returns:
        That file for each app's name, in the order of names.
    """
    return {each.parent.name: each for each in sorted(journeys_folder.glob(f"*/{APP_FILE}"))}


def _check_certificates(targets: object, folder: Path, file: str) -> Iterator[Problem]:
    """Find certificates of authorities that cannot be used, whatever else is wrong with their targets.

    Args:
        targets: What TOML made of ``[targets]``.
        folder: The folder to which relative paths are relative.
        file: The file as the caller would name it.
    """
    for name, target in targets.items() if isinstance(targets, dict) else ():
        path = target.get("ca") if isinstance(target, dict) else None
        # What is no path at all was told when the table was read.
        wrong = complaint(_absolute(folder / path)) if isinstance(path, str) and path else None
        if wrong is not None:
            yield Problem(file, key_of(("targets", name, "ca")), *wrong)


def _configuration(file: Path, content: SyntheticsFile, environ: Mapping[str, str]) -> Configuration:
    """Make of the file's content what the rest of the product sees."""
    folder = _absolute(file).parent
    accounts: dict[str, Account] = {}
    unreadable: dict[str, tuple[Problem, ...]] = {}
    for name, table in content.accounts.items():
        accounts[name], problems = _account(name, table, file, environ)
        unreadable |= {name: problems} if problems else {}
    targets, proxies = _targets(content, file, environ)
    executable, profiles = content.browser.executable, content.slo.profiles
    return Configuration(
        file=_absolute(file),
        journeys_folder=_absolute(folder / content.journeys),
        storage=_absolute(folder / content.storage),
        location=content.location,
        limits=_limits(content.limits),
        web=Web(**dict(content.web)),
        browser=BrowserSettings(executable=None if executable is None else _absolute(folder / executable)),
        retention=_retention(content.retention),
        dead_man=read_dead_man(content.dead_man, _absolute(file), environ),
        slo=Slo(profile=content.slo.profile, profiles=None if profiles is None else _absolute(folder / profiles)),
        attestations={name: attestation(table) for name, table in content.attestations.items()},
        defaults=journey_settings(content.defaults),
        journey={name: journey_settings(table) for name, table in content.journey.items()},
        targets=targets,
        accounts=accounts,
        unreadable_secrets=unreadable,
        unreadable_proxies=proxies,
    )


def _limits(table: LimitsTable) -> Limits:
    return Limits(
        concurrency=table.concurrency,
        grace=table.grace,
        drain=table.drain,
        memory_free_bytes=table.memory_free,
        disk_free_bytes=table.disk_free,
        worker_runs=table.worker_runs,
        worker_age=table.worker_age,
        worker_memory_bytes=table.worker_memory,
        worker_processes=table.worker_processes,
    )


def _retention(table: RetentionTable) -> Retention:
    return Retention(passed=table.passed, failed=table.failed, records=table.records, artifacts_bytes=table.artifacts)


def _account(
    name: str, table: AccountTable, file: Path, environ: Mapping[str, str]
) -> tuple[Account, tuple[Problem, ...]]:
    """Make an account, and say which of its secrets cannot be read."""
    references = {"password": table.password, "api_token": table.api_token, "totp_secret": table.totp_secret}
    secrets, problems = _secrets(("accounts", name), references, file, environ)
    account = Account(email=table.email, locale=table.locale, timezone=table.timezone, **secrets)
    return account, problems


def _secrets(
    place: tuple[str, str], references: Mapping[str, SecretReference | None], file: Path, environ: Mapping[str, str]
) -> tuple[dict[str, SecretStr], tuple[Problem, ...]]:
    """Read the secrets of a table, and say which of them cannot be read.

    Args:
        place: The way to the table.
        references: What the table says of each.
        file: The file.
        environ: The environment.
    """
    secrets: dict[str, SecretStr] = {}
    problems: list[Problem] = []
    for key, reference in references.items():
        if reference is None:
            continue
        try:
            secret = read_secret(reference, _absolute(file).parent, environ)
            secrets[key] = as_totp_secret(secret) if key == "totp_secret" else secret
        except UnreadableSecretError as error:
            problems.append(Problem(shown(file), key_of((*place, key)), error.what, error.mend))
    return secrets, tuple(problems)


def _targets(
    content: SyntheticsFile, file: Path, environ: Mapping[str, str]
) -> tuple[dict[str, TargetSettings], dict[str, tuple[Problem, ...]]]:
    """Make the targets, where there is none the stand-in alone; and say which of their secrets cannot be read."""
    if not content.targets:
        return {EMBEDDED: TargetSettings(embedded=True)}, {}
    targets: dict[str, TargetSettings] = {}
    unreadable: dict[str, tuple[Problem, ...]] = {}
    for name, table in content.targets.items():
        references = {"proxy_password": table.proxy_password}
        secrets, problems = _secrets(("targets", name), references, file, environ)
        unreadable |= {name: problems} if problems else {}
        targets[name] = TargetSettings(
            embedded=table.embedded,
            site=table.site,
            account=table.account,
            project=table.project,
            space=table.space or table.project,
            journeys=None if table.journeys is None else tuple(table.journeys),
            rollout=table.rollout,
            proxy=table.proxy,
            proxy_user=table.proxy_user,
            ca=None if table.ca is None else _absolute(_absolute(file).parent / table.ca),
            status_page=table.status_page,
            apps={app: Installation(**dict(its)) for app, its in table.apps.items()},
            patience=table.patience,
            keep_session=table.keep_session,
            **secrets,
        )
    return targets, unreadable


def _absolute(path: Path) -> Path:
    """Make a path absolute without following links."""
    return Path(os.path.abspath(path))  # noqa: PTH100  resolve() would follow them
