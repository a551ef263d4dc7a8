"""Which base URLs an app has where: its own file tells some, each target may tell others, and the stand-in its own."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from synthetics.config.app import App
from synthetics.config.models import Installation, TargetSettings
from synthetics.config.wording import shown
from synthetics.errors import Problem

#: Which of the stand-in's servers is which app's service, by the app and by the name that it has for it.
EMBEDDED_SERVICES = {("ihub", "backend"): "backend", ("team_radar", "app"): "connect"}


def base_url_names(app: App, settings: TargetSettings) -> tuple[str, ...]:
    """The names of the base URLs that an app has on a target, in their order.

    Args:
        app: The app.
        settings: The target as it is configured; of the embedded one the addresses are known once it runs.
    """
    told = settings.apps.get(app.name, Installation()).base_urls
    embedded = [name for each, name in EMBEDDED_SERVICES if each == app.name] if settings.embedded else []
    return tuple(sorted({*app.base_urls, *told, *embedded}))


def check_health_paths(
    targets: Mapping[str, TargetSettings], apps: Mapping[str, App], files: Mapping[str, Path]
) -> Iterator[Problem]:
    """Find apps whose health check has nothing that it could ask.

    Args:
        targets: The targets with nothing wrong in them.
        apps: The apps with nothing wrong in them.
        files: The file of each app.
    """
    for name, app in apps.items():
        if app.health_path is None or any(base_url_names(app, each) for each in targets.values()):
            continue
        what = "it is relative to the base URLs, and there are none"
        mend = 'Write [base_urls] with a name and an address, such as api = "https://api.example.com".'
        yield Problem(shown(files[name]), "health_path", what, mend)
