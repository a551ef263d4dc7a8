"""How apps are on single sites: what is written in ``[targets.NAME.apps.APP]``, and all that is wrong with it."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import Field

from synthetics.config.app import App, Framework
from synthetics.config.models import Installation, TargetSettings
from synthetics.config.values import KEY_IN_WORDS, NAME, BaseUrl, Table
from synthetics.config.wording import key_of, meant_or_listed, value_of
from synthetics.errors import Problem

#: Examples, for what says the same in ``app.toml``.
FORGE_APP = "2f1c6f0e-8d0b-4c55-9d1d-1f6d4b6f2a10"
FORGE_ENVIRONMENT = "b7a1c9de-53f4-4e02-a7a4-0c6a3f1f9d21"
READY = "[data-testid=app-ready]"
_IDS = {"app": FORGE_APP, "environment": FORGE_ENVIRONMENT}

_URL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_FORGE_KEYS = frozenset({"app", "environment", "module", "ready"})
#: What can be said of an app of a framework on one site, beside its base URLs.
_KEYS = {
    Framework.FORGE: _FORGE_KEYS,
    Framework.UIKIT: _FORGE_KEYS,
    Framework.CONNECT: frozenset({"addon_key", "ready"}),
    Framework.NONE: frozenset[str](),
}
_WORDS = {
    Framework.FORGE: "a Forge app",
    Framework.UIKIT: "a Forge app of UI Kit",
    Framework.CONNECT: "a Connect app",
    Framework.NONE: "no app at all",
}


class InstallationTable(Table):
    """``[targets.NAME.apps.APP]``."""

    app: str | None = Field(default=None, pattern=NAME.pattern, description=KEY_IN_WORDS, examples=[FORGE_APP])
    environment: str | None = Field(
        default=None, pattern=NAME.pattern, description=KEY_IN_WORDS, examples=[FORGE_ENVIRONMENT]
    )
    module: str | None = Field(default=None, pattern=NAME.pattern, description=KEY_IN_WORDS, examples=["release-notes"])
    addon_key: str | None = Field(
        default=None, pattern=NAME.pattern, description=KEY_IN_WORDS, examples=["com.example.team-radar"]
    )
    ready: str | None = Field(default=None, min_length=1, examples=[READY])
    base_urls: dict[str, BaseUrl] = Field(default={})


def check_base_urls(urls: Mapping[str, Any], place: tuple[str, ...], file: str) -> Iterator[Problem]:
    """Find base URLs whose names are none, and those that are there twice.

    Args:
        urls: What was written.
        place: The way to their table.
        file: The file as the caller would name it.
    """
    first: dict[str, str] = {}
    for name, url in urls.items():
        if not _URL_NAME.fullmatch(name):
            what = f"{value_of(name)} is no name for a base URL"
            mend = "Call it something like api: letters, digits and _, no digit first."
            yield Problem(file, key_of((*place, name)), what, mend)
        if isinstance(url, str) and first.setdefault(url, name) != name:
            what = f"it is the same as {key_of((*place, first[url]))}, and would be counted twice"
            yield Problem(file, key_of((*place, name)), what, "Remove one of them.")


def check_installations(
    targets: object, apps: Mapping[str, App], known: Collection[str], file: str
) -> Iterator[Problem]:
    """Find what cannot be said of an app on a site.

    It looks at what was written, since a value that is wrong by itself must not hide what is wrong beside it.

    Args:
        targets: What TOML made of ``[targets]``.
        apps: The apps with nothing wrong in them.
        known: The names of all apps.
        file: The file as the caller would name it.
    """
    for target, settings in _tables(targets).items():
        for name, its in _tables(settings.get("apps")).items():
            place = ("targets", target, "apps", name)
            if name not in known:
                mend = meant_or_listed(name, known, "The apps are:")
                yield Problem(file, key_of(place), f"there is no app {value_of(name)}", mend)
            elif name in apps:
                yield from _check_keys(apps[name], its, place, file)
            urls = its.get("base_urls")
            yield from check_base_urls(urls if isinstance(urls, dict) else {}, (*place, "base_urls"), file)


def _check_keys(app: App, its: Mapping[str, Any], place: tuple[str, ...], file: str) -> Iterator[Problem]:
    """Find what belongs to apps of another framework."""
    allowed = _KEYS[app.framework]
    for key in Installation.model_fields:
        if key in its and key not in allowed | {"base_urls"}:
            what = f"{app.name} is {_WORDS[app.framework]}, which has no {key}"
            listed = ", ".join(sorted(allowed | {"base_urls"}))
            yield Problem(file, key_of((*place, key)), what, f"Remove it: of this app can be said {listed}.")


def check_ids(targets: Mapping[str, TargetSettings], apps: Mapping[str, App], file: str) -> Iterator[Problem]:
    """Find apps whose ids neither their ``app.toml`` nor a target that they run on has told.

    Args:
        targets: The targets with nothing wrong in them.
        apps: The apps with nothing wrong in them.
        file: The file as the caller would name it.
    """
    for target, settings in targets.items():
        used = apps if settings.journeys is None else {each.partition(".")[0] for each in settings.journeys}
        for name, app in apps.items():
            # The stand-in tells its own once it runs.
            if settings.embedded or app.forge is None or name not in used:
                continue
            its = settings.apps.get(name, Installation())
            for key in (each for each in app.forge.missing if getattr(its, each) is None):
                place = ("targets", target, "apps", name)
                what = f"it is missing: journeys/{name}/app.toml has no [forge] {key}, so each target has to tell it"
                mend = f"Write [{key_of(place)}] with {key} = {value_of(_IDS[key])}, as in the app's address there."
                yield Problem(file, key_of((*place, key)), what, mend)


def _tables(value: object) -> dict[str, dict[str, Any]]:
    """Give the tables in a table; what is something else was told when the file was read."""
    return {name: each for name, each in value.items() if isinstance(each, dict)} if isinstance(value, dict) else {}
