"""Writing apps and journeys for a test, and discovering them."""

from pathlib import Path
from textwrap import dedent

from synthetics.catalogue import Catalogue, discover
from synthetics.config.loading import load

APP = 'title = "An app"\n'


def a_journey_of(name: str = "run_flow", *, marker: str = "", title: str = "A flow runs.") -> str:
    """Write the source of a good journey.

    Args:
        name: Its name without the app.
        marker: What stands in its marker's brackets.
        title: The first line of its docstring.
    """
    return dedent(
        f'''\
        import pytest


        @pytest.mark.journey({marker})
        def test_{name}(step):
            """{title}"""
            with step("Open the admin page"):
                assert True
        '''
    )


def a_suite(folder: Path, files: dict[str, str], settings: str = "[targets.local]\nembedded = true\n") -> Path:
    """Write a checkout; every folder of an app gets an ``app.toml``.

    Args:
        folder: Where to.
        files: The content of each file, by its path below the folder of journeys.
        settings: What stands in ``synthetics.toml``.

    Returns:
        The path of ``synthetics.toml``.
    """
    (folder / "journeys").mkdir(exist_ok=True)
    for path, content in files.items():
        file = folder / "journeys" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        app_file = folder / "journeys" / path.partition("/")[0] / "app.toml"
        if path.endswith(".py") and path.count("/") == 1 and not app_file.exists():
            app_file.write_text(APP, encoding="utf-8")
    settings_file = folder / "synthetics.toml"
    settings_file.write_text(settings, encoding="utf-8")
    return settings_file


def discovered(file: Path) -> Catalogue:
    """Discover what a checkout has."""
    configuration, apps = load(file, {})
    return discover(configuration, apps)
