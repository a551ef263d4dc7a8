"""Health journeys: one for each named base URL of each app, with what the files say of it."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from synthetics.catalogue.cadence import Layer, Settled, fits, misfit, settle
from synthetics.catalogue.models import Journey
from synthetics.config.app import App
from synthetics.config.base_urls import base_url_names
from synthetics.config.durations import to_ms
from synthetics.config.loading import APP_FILE
from synthetics.config.models import Configuration, JourneySettings
from synthetics.config.wording import key_of, shown
from synthetics.errors import Problem
from synthetics.record import Kind

#: As Cloud Fortified has it: asked about every 60 s, and good only within 3 s.
EVERY = timedelta(seconds=60)
TIMEOUT = timedelta(seconds=3)

_PREFIX = "health_"
#: There is no worker that could need it.
_NO_GRACE = timedelta(0)


@dataclass(frozen=True, slots=True)
class HealthJourneys:
    """What the base URLs of all apps come to.

    Args:
        journeys: The health journeys, each with the names of the targets on which its base URL is known.
        problems: What does not fit, or makes no sense for them.
    """

    journeys: tuple[tuple[Journey, tuple[str, ...]], ...]
    problems: tuple[Problem, ...]


def health_journeys(
    configuration: Configuration,
    apps: Mapping[str, App],
    taken: Collection[str],
    every: timedelta | None = None,
) -> HealthJourneys:
    """Find the health journeys of all apps.

    What is said of all journeys, in ``[defaults]`` or on the command line as a timeout, is said of those in a browser:
    here the programme's rule holds, unless a health journey is told something else by its own name.

    Args:
        configuration: What ``synthetics.toml`` says.
        apps: The apps by name.
        taken: The full names of the journeys that stand in files.
        every: The command line's interval for all journeys.
    """
    journeys: list[tuple[Journey, tuple[str, ...]]] = []
    problems: list[Problem] = []
    for app in apps.values():
        for base_url, targets in _base_urls(configuration, app).items():
            layers = _layers(configuration, app, base_url, every)
            settled = settle(layers)
            name = f"{app.name}.{_PREFIX}{base_url}"
            problems += _problems(configuration, app, name, layers, settled, taken)
            journeys.append((_journey(configuration, app, base_url, settled), targets))
    return HealthJourneys(journeys=tuple(journeys), problems=tuple(problems))


def _base_urls(configuration: Configuration, app: App) -> dict[str, tuple[str, ...]]:
    """The targets on which each base URL of an app is known; nothing for an app without a health check."""
    if app.health_path is None:
        return {}
    names = {target: base_url_names(app, settings) for target, settings in configuration.targets.items()}
    every_name = sorted({name for known in names.values() for name in known})
    return {each: tuple(target for target, known in names.items() if each in known) for each in every_name}


def _layers(configuration: Configuration, app: App, base_url: str, every: timedelta | None) -> tuple[Layer, ...]:
    name = f"{_PREFIX}{base_url}"
    full_name = f"{app.name}.{name}"
    app_file = shown(configuration.journeys_folder / app.name / APP_FILE)
    return (
        Layer("command line", "--every", "", every, None),
        _layer(shown(configuration.file), full_name, configuration.journey.get(full_name, JourneySettings())),
        _layer(app_file, name, app.journey.get(name, JourneySettings())),
        Layer(app_file, "health_path", "health_path", EVERY, TIMEOUT, of_author=True),
    )


def _layer(file: str, name: str, settings: JourneySettings) -> Layer:
    def key(what: str) -> str:
        return key_of(("journey", name, what))

    return Layer(
        file,
        key("every"),
        key("timeout"),
        settings.every,
        settings.timeout,
        cron=settings.cron,
        cron_key=key("cron"),
        isolated=settings.isolated,
        confirm=settings.confirm,
        confirm_key=key("confirm"),
    )


def _problems(  # noqa: PLR0913, PLR0917  private, and called once
    configuration: Configuration,
    app: App,
    name: str,
    layers: tuple[Layer, ...],
    settled: Settled,
    taken: Collection[str],
) -> Iterator[Problem]:
    if name in taken:
        function = name.replace(f"{app.name}.", "test_", 1)
        app_file = shown(configuration.journeys_folder / app.name / APP_FILE)
        what = f"its base URLs have a health journey {name}, and {function} has that name already"
        yield Problem(app_file, "health_path", what, f"Rename {function}, or the base URL.")
    for layer in layers:
        if layer.isolated is not None:
            key = layer.every_key.removesuffix("every") + "isolated"
            what = f"{name} is made without a browser and without a worker"
            yield Problem(layer.file, key, what, "Remove it.")
    if not fits(settled, _NO_GRACE):
        yield misfit([name], settled, _NO_GRACE, shown(configuration.file))


def _journey(configuration: Configuration, app: App, base_url: str, settled: Settled) -> Journey:
    file = configuration.journeys_folder / app.name / APP_FILE
    return Journey(
        name=f"{app.name}.{_PREFIX}{base_url}",
        app=app.name,
        title=f"{app.title} answers its health check at {base_url}",
        kind=Kind.HEALTH,
        file=file,
        function="",
        file_sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        steps=(f"GET {app.health_path}",),
        every_ms=to_ms(settled.every.value),
        timeout_ms=to_ms(settled.timeout.value),
        cron=settled.cron,
        confirms=settled.confirms.value,
        base_url=base_url,
    )
