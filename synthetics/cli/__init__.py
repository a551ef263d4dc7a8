"""The commands. Each one reads its options, lets ``bootstrap`` build what it needs, and shows what came of it."""

import logging
import os
import sys

from synthetics.cli import exit_codes
from synthetics.cli.application import app
from synthetics.errors import CallerError, MonitorError


def main() -> None:
    """Run the command line, and end the process with the exit code that the result asks for."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    for library in ("httpx", "alembic", "schedule"):
        logging.getLogger(library).setLevel(logging.WARNING)
    try:
        app()
    except CallerError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(exit_codes.CALLER)
    except MonitorError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(exit_codes.MONITOR)
    except Exception:
        logging.getLogger(__name__).exception("event=broke")
        sys.exit(exit_codes.MONITOR)
    finally:
        let_go_of_broken_pipes()


def let_go_of_broken_pipes() -> None:
    """Forget what nobody reads any more: Python would end with code 120 for it, whatever came of the command."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
