"""``run``: the service."""

import signal
import sys
import threading

from synthetics.bootstrap import open_service, read_suite
from synthetics.cli import options
from synthetics.cli.interruption import interruptible, on_signals
from synthetics.cli.screen import log_run, tell_problems
from synthetics.errors import SelectionError
from synthetics.record import Kind, Outcome, RunRecord

#: How long one thread keeps the others waiting at most. A claim waits for its turn at each of its statements, so with
#: Python's own 5 ms a large page of metrics that is made meanwhile makes slots late by seconds on a busy machine.
_SWITCH_SECONDS = 0.0005

#: Configuration and journeys are read anew; not on every system.
_HANGUP = (signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ()


def run(*, config: options.Config = options.DEFAULT_CONFIG) -> None:
    """Run every journey when it is due, and serve metrics, until stopped (SIGTERM drains, SIGHUP reads anew)."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    asked_to_reload = threading.Event()
    with interruptible() as asked_to_stop, on_signals(asked_to_reload.set, _HANGUP):
        suite = read_suite(config)
        tell_problems(suite.catalogue.problems)
        if not suite.catalogue.placements:
            raise SelectionError(f"{config}: no journey can run.\n  `validate` tells what there is and what is wrong.")
        with (
            open_service(suite, publish=_log) as service,
            on_signals(service.stop),
            on_signals(service.reload, _HANGUP),
        ):
            if asked_to_reload.is_set():
                service.reload()
            if asked_to_stop.is_set():
                service.stop()
            service.run()


def _log(record: RunRecord) -> None:
    """Log a run; health checks pass each minute, and only what is wrong with them is worth a line."""
    if record.kind is not Kind.HEALTH or record.outcome is not Outcome.PASSED:
        log_run(record)
