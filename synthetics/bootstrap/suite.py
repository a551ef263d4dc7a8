"""What the operator and the authors wrote, read."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from synthetics.artifacts.store import ArtifactStore
from synthetics.catalogue import Catalogue, discover
from synthetics.config.app import App
from synthetics.config.loading import load
from synthetics.config.models import Configuration


@dataclass(frozen=True, kw_only=True, slots=True)
class Suite:
    """What the operator and the authors wrote, read and checked.

    Args:
        configuration: All of ``synthetics.toml``.
        apps: Every ``app.toml``, by the app's name.
        whole: All journeys on their targets.
        catalogue: Those that are selected of them.
    """

    configuration: Configuration
    apps: Mapping[str, App]
    whole: Catalogue
    catalogue: Catalogue

    def select(self, selectors: Sequence[str], target: str | None = None) -> "Suite":
        """Keep what is selected.

        Raises:
            SelectionError: Where a name does not exist, or nothing is left.
        """
        return replace(self, catalogue=self.catalogue.select(selectors, target))

    def containing(self, text: str) -> "Suite":
        """Keep the journeys that have a text in their name or title, in small letters or capitals.

        Raises:
            SelectionError: Where nothing is left.
        """
        return replace(self, catalogue=self.catalogue.containing(text))


def read_configuration(file: Path) -> Configuration:
    """Read the configuration alone.

    Raises:
        ConfigurationError: With everything that is wrong with it and with the apps.
    """
    return load(file, os.environ)[0]


def artifact_store(configuration: Configuration) -> ArtifactStore:
    """Where the files of runs are."""
    return ArtifactStore(configuration.storage / "runs")


def read_suite(file: Path, *, every: timedelta | None = None, timeout: timedelta | None = None) -> Suite:
    """Read the configuration and discover the journeys.

    Args:
        file: The ``synthetics.toml``.
        every: How often every journey is due, over all that the files say.
        timeout: How long one attempt at a journey may take, over all that the files say.

    Raises:
        ConfigurationError: With everything that is wrong at once.
    """
    configuration, apps = load(file, os.environ)
    whole = discover(configuration, apps, every=every, timeout=timeout)
    return Suite(configuration=configuration, apps=apps, whole=whole, catalogue=whole)
