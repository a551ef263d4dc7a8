"""``run``: the service."""

import signal
import threading

from synthetics.bootstrap import open_service, read_suite
from synthetics.cli import options
from synthetics.cli.interruption import interruptible, on_signals
from synthetics.cli.screen import log_run, tell_problems
from synthetics.errors import SelectionError

#: Configuration and journeys are read anew; not on every system.
_HANGUP = (signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ()


def run(*, config: options.Config = options.DEFAULT_CONFIG) -> None:
    """Run every journey when it is due, and serve metrics, until stopped (SIGTERM drains, SIGHUP reads anew)."""
    asked_to_reload = threading.Event()
    with interruptible() as asked_to_stop, on_signals(asked_to_reload.set, _HANGUP):
        suite = read_suite(config)
        tell_problems(suite.catalogue.problems)
        if not suite.catalogue.placements:
            raise SelectionError(f"{config}: no journey can run.\n  `validate` tells what there is and what is wrong.")
        with (
            open_service(suite, publish=log_run) as service,
            on_signals(service.stop),
            on_signals(service.reload, _HANGUP),
        ):
            if asked_to_reload.is_set():
                service.reload()
            if asked_to_stop.is_set():
                service.stop()
            service.run()
