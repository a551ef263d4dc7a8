"""Reading ``synthetics.toml`` and every ``app.toml``: all that is wrong with them at once."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from synthetics.config.checking import check_accounts, check_apps, check_names, check_targets
from synthetics.config.files import AppFile, CadenceTable, SyntheticsFile
from synthetics.config.models import (
    Account,
    App,
    BrowserSettings,
    Cadence,
    Configuration,
    Forge,
    Limits,
    TargetSettings,
    Web,
)
from synthetics.config.secret_reading import UnreadableSecretError, read_secret
from synthetics.config.translating import read_table
from synthetics.config.wording import key_of, shown, value_of
from synthetics.errors import ConfigurationError, Problem

APP_FILE = "app.toml"

#: Where no target is configured, journeys run on the stand-in, under this name.
EMBEDDED = "embedded"

_APP_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_TOML_PLACE = re.compile(r" \(at (.+)\)$")


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
    data, problem = _read_toml(file)
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
    apps: dict[str, App] = {}
    if configuration.journeys_folder.is_dir():
        files = app_files(configuration.journeys_folder)
        found += check_apps(content, files, shown(file))
        for name, app_file in files.items():
            app, wrong = _read_app(name, app_file)
            found += wrong
            apps |= {name: app} if app is not None else {}
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


def _read_toml(file: Path) -> tuple[dict[str, Any], Problem | None]:
    """Read a TOML file, or say why it cannot be read."""
    name, content = shown(file), ""
    try:
        content = file.read_text(encoding="utf-8")
        return tomllib.loads(content), None
    except FileNotFoundError:
        return {}, Problem(name, "", "there is no such file", "Make it, or name another one with --config PATH.")
    except OSError as error:
        return {}, Problem(name, "", f"it cannot be read: {error.strerror}", "Name a file that can be read.")
    except UnicodeDecodeError as error:
        return {}, Problem(name, f"byte {error.start + 1}", "it is not text in UTF-8", "Save it as UTF-8.")
    except tomllib.TOMLDecodeError as error:
        what = f"it is not TOML: {_TOML_PLACE.sub('', str(error))}"
        return {}, Problem(name, _place_of(error, content), what, "Mend the syntax there, or just before it.")
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or as many brackets: Python gives up before tomllib has a word for it.
        return {}, Problem(name, "", f"it is not TOML: {error}", "Write shorter numbers and flatter lists.")


def _place_of(error: tomllib.TOMLDecodeError, content: str) -> str:
    """Say the line and the column of an error of syntax; what is missing is missing at the end."""
    place = _TOML_PLACE.search(str(error))
    if place is not None and place[1].startswith("line"):
        return place[1]
    *before, last = content.split("\n")
    return f"line {len(before) + 1}, column {len(last) + 1}"


def _configuration(file: Path, content: SyntheticsFile, environ: Mapping[str, str]) -> Configuration:
    """Make of the file's content what the rest of the product sees."""
    folder = _absolute(file).parent
    accounts: dict[str, Account] = {}
    unreadable: dict[str, tuple[Problem, ...]] = {}
    for name, table in content.accounts.items():
        secrets: dict[str, SecretStr] = {}
        problems: list[Problem] = []
        for key, reference in (("password", table.password), ("api_token", table.api_token)):
            if reference is None:
                continue
            try:
                secrets[key] = read_secret(reference, folder, environ)
            except UnreadableSecretError as error:
                problems.append(Problem(shown(file), key_of(("accounts", name, key)), error.what, error.mend))
        accounts[name] = Account(email=table.email, **secrets)
        unreadable |= {name: tuple(problems)} if problems else {}
    executable = content.browser.executable
    return Configuration(
        file=_absolute(file),
        journeys_folder=_absolute(folder / content.journeys),
        storage=_absolute(folder / content.storage),
        location=content.location,
        limits=Limits(**dict(content.limits)),
        web=Web(**dict(content.web)),
        browser=BrowserSettings(executable=None if executable is None else _absolute(folder / executable)),
        defaults=_cadence(content.defaults),
        journey={name: _cadence(table) for name, table in content.journey.items()},
        targets=_targets(content),
        accounts=accounts,
        unreadable_secrets=unreadable,
    )


def _targets(content: SyntheticsFile) -> dict[str, TargetSettings]:
    """Make the targets; where there is none, the stand-in alone."""
    if not content.targets:
        return {EMBEDDED: TargetSettings(embedded=True)}
    return {
        name: TargetSettings(
            embedded=table.embedded,
            site=table.site,
            account=table.account,
            project=table.project,
            journeys=None if table.journeys is None else tuple(table.journeys),
        )
        for name, table in content.targets.items()
    }


def _read_app(name: str, file: Path) -> tuple[App | None, tuple[Problem, ...]]:
    """Read an ``app.toml``; no app where anything is wrong with it."""
    data, problem = _read_toml(file)
    if problem is not None:
        return None, (problem,)
    content, problems = read_table(AppFile, data, shown(file))
    problems += tuple(_check_app(name, data, shown(file)))
    if content is None or problems:
        return None, problems
    forge = None if content.forge is None else Forge(**dict(content.forge))
    journeys = {journey: _cadence(table) for journey, table in content.journey.items()}
    return App(name=name, title=content.title, forge=forge, defaults=_cadence(content.defaults), journey=journeys), ()


def _check_app(name: str, data: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Find what is wrong with an app as a whole."""
    if not _APP_NAME.fullmatch(name):
        what = f"the folder's name {value_of(name)} is no app's name"
        yield Problem(file, "", what, "Rename the folder: small letters, digits and _, a letter first.")
    journeys = data.get("journey")
    for journey in journeys if isinstance(journeys, dict) else ():
        if "." in journey:
            mend = f"Write [journey.{journey.rpartition('.')[2]}]: the folder says the app."
            yield Problem(file, key_of(("journey", journey)), f"{value_of(journey)} has a dot in it", mend)


def _cadence(table: CadenceTable) -> Cadence:
    return Cadence(every=table.every, timeout=table.timeout)


def _absolute(path: Path) -> Path:
    """Make a path absolute without following links."""
    return Path(os.path.abspath(path))  # noqa: PTH100  resolve() would follow them
