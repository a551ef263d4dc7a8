"""The targets, ready to be asked: real ones as they are configured, the embedded one as long as it runs."""

import logging
import threading
from collections.abc import Sequence
from contextlib import ExitStack

from synthetics.authoring.embedded import Standin, start_standin
from synthetics.config.models import Configuration, Target, TargetSettings
from synthetics.errors import StandinError

_log = logging.getLogger(__name__)


class EmbeddedSite:
    """The stand-in, started when it is first asked for, and again where it has ended; whatever the configuration.

    Args:
        faults: The stand-in's faults that are switched on.
        persona: Which site it is; None for the one that ``app.toml`` files are written for.
    """

    def __init__(self, faults: Sequence[str] = (), persona: str | None = None) -> None:
        self._faults = tuple(faults)
        self._persona = persona
        self._lock = threading.Lock()
        self._standin: Standin | None = None
        self._running = ExitStack()

    @property
    def running(self) -> Standin | None:
        """The stand-in, where it was started."""
        with self._lock:
            return self._standin

    def get(self) -> Standin:
        """The stand-in, which runs.

        Raises:
            StandinError: Where it does not come up.
        """
        with self._lock:
            try:
                if self._standin is not None:
                    self._standin.check()
                    return self._standin
            except StandinError as error:
                _log.warning("event=standin_restarted why=%r", str(error).partition("\n")[0])
                self._running.close()
            self._standin = self._running.enter_context(start_standin(self._faults, persona=self._persona))
            return self._standin

    def close(self) -> None:
        """End the stand-in, where it runs."""
        self._running.close()


class Sites:
    """Gives targets, ready to be asked.

    Args:
        configuration: Where the targets are told.
        embedded: The stand-in, which outlives a configuration.
    """

    def __init__(self, configuration: Configuration, embedded: EmbeddedSite) -> None:
        self._configuration = configuration
        self._embedded = embedded

    def target(self, name: str) -> Target:
        """The target of that name; the stand-in is started for it where it does not run, or runs no more.

        Raises:
            StandinError: Where the stand-in does not come up.
        """
        settings = self._configuration.targets[name]
        if settings.embedded:
            return self._embedded.get().target(settings, name)
        return self._configuration.site(name)

    def check(self, target: Target) -> None:
        """See that the embedded target is still there, and the same; others are not ours to see to.

        Raises:
            StandinError: Where it went away.
        """
        if not self._configuration.targets[target.name].embedded:
            return
        standin = self._embedded.running
        if standin is None or standin.site != target.site:
            raise StandinError("The embedded stand-in ended, and another one was started since.")
        standin.check()

    def secrets(self) -> Sequence[str]:
        """Every secret that is configured, and those of the stand-in where it runs."""
        standin = self._embedded.running
        own = () if standin is None else standin.target(TargetSettings(embedded=True), "standin").account.secrets
        return [*self._configuration.secrets, *own]
