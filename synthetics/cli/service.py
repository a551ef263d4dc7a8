"""``run``: the service."""

from synthetics.bootstrap import open_service, read_suite
from synthetics.cli import options
from synthetics.cli.interruption import interruptible, on_signals
from synthetics.cli.screen import log_run, tell_problems
from synthetics.errors import SelectionError


def run(*, config: options.Config = options.DEFAULT_CONFIG) -> None:
    """Run every journey when it is due, and serve metrics, until stopped (SIGTERM drains)."""
    with interruptible() as asked_to_stop:
        suite = read_suite(config)
        tell_problems(suite.catalogue.problems)
        if not suite.catalogue.placements:
            raise SelectionError(f"{config}: no journey can run.\n  `validate` tells what there is and what is wrong.")
        with open_service(suite, publish=log_run) as service, on_signals(service.stop):
            if asked_to_stop.is_set():
                service.stop()
            service.run()
