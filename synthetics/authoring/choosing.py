"""What a run by hand needs and a worker is given: configuration, target and browser, chosen by pytest's options."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from synthetics.authoring.assignment import Assignment
from synthetics.authoring.browser import find_browser
from synthetics.authoring.embedded import Standin, start_standin
from synthetics.clock import Clock
from synthetics.config.app import App
from synthetics.config.models import Configuration, Target, TargetSettings
from synthetics.errors import CallerError, ConfigurationError
from synthetics.record import RunKey, Trigger

BY_HAND = pytest.StashKey["ByHand"]()


class ByHand:
    """A session by hand: the configuration, and the stand-in once somebody needs it.

    Args:
        configuration: What ``synthetics.toml`` says.
        apps: What each ``app.toml`` says, by the app's name.
        target: The name of the chosen target.
        faults: The stand-in's faults that are on from the start.
        clock: The time.
        switches: What lies over the stand-in's pages or stands beside them from the start.
        persona: Which site the stand-in is; None for the one that ``app.toml`` files are written for.
    """

    def __init__(  # noqa: PLR0913  one place makes it
        self,
        configuration: Configuration,
        apps: Mapping[str, App],
        target: str,
        faults: tuple[str, ...],
        clock: Clock,
        *,
        switches: tuple[str, ...] = (),
        persona: str | None = None,
    ) -> None:
        self.configuration = configuration
        self._apps = apps
        self._target_name = target
        self._faults = faults
        self._switches = switches
        self._persona = persona
        self._clock = clock
        self._stack = ExitStack()
        self._standin: Standin | None = None

    def key(self, journey: str) -> RunKey:
        """The key of a run of this journey that starts now."""
        return RunKey(
            journey=journey,
            target=self._target_name,
            location=self.configuration.location,
            trigger=Trigger.MANUAL,
            slot_ms=self._clock.wall_ms(),
        )

    def target(self) -> Target:
        """The chosen target; the stand-in is started for it the first time.

        Raises:
            StandinError: Where the stand-in does not come up, or went away.
            ConfigurationError: Where the account's secrets cannot be read.
        """
        settings = self.configuration.targets[self._target_name]
        return self._embedded(settings) if settings.embedded else _real(self.configuration, self._target_name)

    def _embedded(self, settings: TargetSettings) -> Target:
        if self._standin is None:
            standin = start_standin(self._faults, switches=self._switches, persona=self._persona)
            self._standin = self._stack.enter_context(standin)
        self._standin.check()
        return self._standin.target(settings, self._target_name)

    @property
    def secrets(self) -> frozenset[str]:
        """What nothing may show that this session writes: all secrets that are configured, and the stand-in's own."""
        secrets = frozenset(self.configuration.secrets)
        if self._standin is not None:
            settings = self.configuration.targets[self._target_name]
            secrets |= frozenset(self._standin.target(settings, self._target_name).account.secrets)
        return secrets

    def assignment(self, key: RunKey, output: Path, *, headed: bool) -> Assignment:
        """What a worker would have been told for this run.

        Args:
            key: Which run.
            output: The folder for what it leaves behind.
            headed: Whether a window is wanted.

        Raises:
            SyntheticsError: Where the target, the app or a browser is not to be had.
        """
        app = key.journey.partition(".")[0]
        if app not in self._apps:
            raise CallerError(
                f"The folder {app} has no app.toml below {self.configuration.journeys_folder}.\n"
                "  Each app's journeys lie in journeys/<app>/, with an app.toml that tells about the app."
            )
        target = self.target()
        return Assignment(
            run_id=key.run_id,
            app=self._apps[app].on(target),
            target=target,
            browser_executable=find_browser(
                self.configuration.browser.executable, os.environ, headed=headed
            ).executable,
            output_folder=output,
        )

    def close(self) -> None:
        """End the stand-in, where there is one."""
        self._stack.close()


def choose(config: pytest.Config, clock: Clock) -> ByHand:
    """Take the target and the configuration that pytest's options name.

    Args:
        config: The session's configuration.
        clock: The time.

    Raises:
        CallerError: Where the configuration cannot be used, or the target is not in it.
    """
    from synthetics.config.loading import load  # noqa: PLC0415  a worker never needs it

    option = config.getoption("--synthetics")
    file = config.invocation_params.dir / option if option else _found_upwards(config.rootpath)
    configuration, apps = load(file, os.environ)
    target = config.getoption("--target") or configuration.default_target
    names = ", ".join(configuration.targets)
    if target is None:
        raise CallerError(f"{file} has several targets: {names}.\n  Choose one with --target NAME.")
    if target not in configuration.targets:
        raise CallerError(f"--target {target}\n  is not a target of {file}.\n  Choose one of: {names}.")
    faults = tuple(config.getoption("--standin-fault"))
    switches = tuple(config.getoption("--standin-with"))
    persona = config.getoption("--standin-as")
    return ByHand(configuration, apps, target, faults, clock, switches=switches, persona=persona)


def _found_upwards(folder: Path) -> Path:
    """The nearest configuration; where there is none, the one that is missing here."""
    candidates = [each / "synthetics.toml" for each in (folder, *folder.parents)]
    return next((file for file in candidates if file.is_file()), candidates[0])


def _real(configuration: Configuration, name: str) -> Target:
    """A configured site, with the account that signs in there."""
    settings = configuration.targets[name]
    problems = configuration.unreadable_for(name)
    if problems:
        raise ConfigurationError(problems)
    if settings.site is None or settings.account is None:
        raise CallerError(f"The target {name} has no site or no account in {configuration.file}.")
    return configuration.site(name)
