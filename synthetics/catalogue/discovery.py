"""Finding every journey: what the files declare, with what the configuration says about it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from synthetics.catalogue.cadence import ISOLATED, Layer, Settled, fits, fits_for_author, misfit, settle
from synthetics.catalogue.health import HealthJourneys, health_journeys
from synthetics.catalogue.models import BrokenFile, Journey, Placement
from synthetics.catalogue.selection import Catalogue
from synthetics.catalogue.source import Declared, SourceFile
from synthetics.catalogue.survey import survey
from synthetics.config.app import App
from synthetics.config.durations import to_ms
from synthetics.config.loading import APP_FILE, read
from synthetics.config.models import Configuration, JourneySettings
from synthetics.config.wording import key_of, meant_or_listed, shown
from synthetics.errors import ConfigurationError, Problem
from synthetics.record import Kind

#: How long one process may take to import the files of journeys.
IMPORT_LIMIT = timedelta(seconds=60)


def discover(
    configuration: Configuration,
    apps: Mapping[str, App],
    *,
    every: timedelta | None = None,
    timeout: timedelta | None = None,
    import_limit: timedelta = IMPORT_LIMIT,
) -> Catalogue:
    """Find all journeys, and settle how often each is due.

    Args:
        configuration: What ``synthetics.toml`` says.
        apps: The apps by name.
        every: The command line's interval for all journeys; None leaves it to the files.
        timeout: The command line's timeout for all journeys; None leaves it to the files.
        import_limit: How long one process may take to import the files.

    Returns:
        The journeys on their targets; what is wrong with single files stands in it.

    Raises:
        ConfigurationError: Where the configuration names journeys that do not exist, or where a journey's timeout
            does not fit its interval: with all such problems.
    """
    sources = survey(configuration.journeys_folder, import_limit)
    command_line = Layer("command line", "--every", "--timeout", every, timeout)
    sources, settled, misfits = _settle_all(sources, configuration, apps, command_line)
    health = health_journeys(configuration, apps, settled, every)
    problems = (*_unknown_journeys(configuration, apps, sources, health), *misfits, *health.problems)
    if problems:
        raise ConfigurationError(problems)
    everywhere = tuple(configuration.targets)
    placed = [*((each, everywhere) for each in _journeys(sources, settled)), *health.journeys]
    placements = (
        Placement(journey=journey, target=name, location=configuration.location)
        for journey, targets in sorted(placed, key=lambda each: each[0].name)
        for name in sorted(targets)
        if _takes(configuration.targets[name].journeys, journey)
    )
    return Catalogue(
        apps=apps,
        placements=tuple(placements),
        problems=_problems_of(sources),
        broken=tuple(
            BrokenFile(app=each.app, journeys=each.mentioned, problems=each.problems)
            for each in sources
            if each.problems
        ),
        targets=tuple(sorted(configuration.targets)),
    )


def check(file: Path, environ: Mapping[str, str], *, import_limit: timedelta = IMPORT_LIMIT) -> tuple[Problem, ...]:
    """Gather all that is wrong with the configuration and with the files of journeys, as far as it can be known.

    Intervals are looked at once everything that says one is sound.

    Args:
        file: ``synthetics.toml``, or whatever the caller names instead.
        environ: The environment, in which secrets may be kept.
        import_limit: How long one process may take to import the files.
    """
    reading = read(file, environ)
    configuration = reading.configuration
    if configuration is None:
        return reading.problems
    sources = survey(configuration.journeys_folder, import_limit)
    misfits: tuple[Problem, ...] = ()
    settled: dict[str, Settled] = {}
    if not reading.problems:
        command_line = Layer("command line", "--every", "--timeout", None, None)
        sources, settled, misfits = _settle_all(sources, configuration, reading.apps, command_line)
    health = health_journeys(configuration, reading.apps, settled)
    unknown = _unknown_journeys(configuration, reading.apps, sources, health)
    return (*reading.problems, *unknown, *misfits, *health.problems, *_problems_of(sources))


def _problems_of(sources: Iterable[SourceFile]) -> tuple[Problem, ...]:
    return tuple(problem for each in sources for problem in each.problems)


def _full_name(source: SourceFile, declared: Declared) -> str:
    return f"{source.app}.{declared.name}"


def _settle_all(
    sources: Iterable[SourceFile],
    configuration: Configuration,
    apps: Mapping[str, App],
    command_line: Layer,
) -> tuple[tuple[SourceFile, ...], dict[str, Settled], tuple[Problem, ...]]:
    """Settle what holds for every journey of a sound file.

    Returns:
        The files, those whose own markers do not fit now broken; what holds by full name; and what does not fit in
        the configuration.
    """
    files = []
    settled_by_name: dict[str, Settled] = {}
    misfits: dict[Settled, list[str]] = defaultdict(list)
    grace, file = configuration.limits.grace, shown(configuration.file)
    for source in sources:
        own: list[Problem] = []
        for declared in source.declared if not source.problems else ():
            name = _full_name(source, declared)
            layers = (command_line, *_layers(source, declared, configuration, apps[source.app]))
            settled = settle(layers)
            settled_by_name[name] = settled
            if fits(settled, grace):
                continue
            # Where the operator asks for a confirm-run that the author left no time for, the file is sound.
            if settled.timeout.of_author and settled.every.of_author and not fits_for_author(layers, grace):
                own.append(misfit([name], settled, grace, file))
            else:
                # Journeys that differ in nothing but their isolation are told of together.
                misfits[settled._replace(isolated=ISOLATED)].append(name)
        files.append(source.with_problems(own))
    return tuple(files), settled_by_name, tuple(misfit(names, each, grace, file) for each, names in misfits.items())


def _layers(source: SourceFile, declared: Declared, configuration: Configuration, app: App) -> tuple[Layer, ...]:
    """List who may say something about a journey, the weightiest first."""
    name, full_name = declared.name, _full_name(source, declared)
    settings = shown(configuration.file)
    app_file = shown(configuration.journeys_folder / source.app / APP_FILE)
    line = f"line {declared.marker.line}"
    marker = declared.marker
    return (
        _layer(settings, ("journey", full_name), configuration.journey.get(full_name, JourneySettings())),
        _layer(settings, ("defaults",), configuration.defaults),
        _layer(app_file, ("journey", name), app.journey.get(name, JourneySettings())),
        _layer(app_file, ("defaults",), app.defaults),
        Layer(
            shown(source.path),
            line,
            line,
            marker.every,
            marker.timeout,
            of_author=True,
            cron=marker.cron,
            cron_key=line,
            isolated=marker.isolated,
            confirm=marker.confirm,
            confirm_key=line,
        ),
    )


def _layer(file: str, table: tuple[str, ...], settings: JourneySettings) -> Layer:
    return Layer(
        file,
        key_of((*table, "every")),
        key_of((*table, "timeout")),
        settings.every,
        settings.timeout,
        cron=settings.cron,
        cron_key=key_of((*table, "cron")),
        isolated=settings.isolated,
        confirm=settings.confirm,
        confirm_key=key_of((*table, "confirm")),
    )


def _unknown_journeys(
    configuration: Configuration, apps: Mapping[str, App], sources: Iterable[SourceFile], health: HealthJourneys
) -> Iterator[Problem]:
    """Find names of journeys that do not exist; what a broken file seems to hold does."""
    files = tuple(sources)
    known = {name for each in files if each.problems for name in each.mentioned}
    known |= {_full_name(each, declared) for each in files for declared in each.declared}
    known |= {journey.name for journey, _ in health.journeys}
    with_journeys = {path.parent.name for path in configuration.journeys_folder.glob(f"*/{APP_FILE}")}

    def complain(file: Path, location: tuple[str | int, ...], name: str) -> Problem:
        mend = meant_or_listed(name, known, "The journeys are:")
        return Problem(shown(file), key_of(location), f'there is no journey "{name}"', mend)

    for name in configuration.journey:
        # An app that does not exist was told when the configuration was read.
        if name.partition(".")[0] in with_journeys and name not in known:
            yield complain(configuration.file, ("journey", name), name)
    for target, settings in configuration.targets.items():
        for index, name in enumerate(settings.journeys or ()):
            app, dot, _ = name.partition(".")
            if dot and app in with_journeys and name not in known:
                yield complain(configuration.file, ("targets", target, "journeys", index), name)
    for app_name, each in apps.items():
        app_file = configuration.journeys_folder / app_name / APP_FILE
        for name in each.journey:
            if f"{app_name}.{name}" not in known:
                yield complain(app_file, ("journey", name), f"{app_name}.{name}")


def _journeys(sources: Iterable[SourceFile], settled: Mapping[str, Settled]) -> Iterator[Journey]:
    """Make the journeys of the sound files."""
    for source in sources:
        for declared in source.declared if not source.problems else ():
            name = _full_name(source, declared)
            its = settled[name]
            yield Journey(
                name=name,
                app=source.app,
                title=declared.title,
                kind=Kind.BROWSER,
                file=source.path,
                function=declared.function,
                file_sha256=source.sha256,
                steps=declared.steps,
                every_ms=to_ms(its.every.value),
                timeout_ms=to_ms(its.timeout.value),
                cron=its.cron,
                isolated=its.isolated,
                confirms=its.confirms.value,
                invisible=declared.marker.invisible or (),
            )


def _takes(selectors: tuple[str, ...] | None, journey: Journey) -> bool:
    """Whether a target takes a journey."""
    return selectors is None or journey.app in selectors or journey.name in selectors
