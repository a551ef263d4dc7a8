"""``python -m synthetics.standin``: run the stand-in until it is told to stop."""

import argparse
import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from synthetics.standin.addresses import Addresses, ServerName
from synthetics.standin.faults import FAULTS, FaultSwitch
from synthetics.standin.persona import DEFAULT, PERSONAS, Persona
from synthetics.standin.servers import HIGHEST_PORT, PortInUseError, bind, running
from synthetics.standin.switches import SITE_SWITCHES, SiteSwitches

_CALLER_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stand-in.

    Args:
        arguments: The command line without the program's name; None for the process's own.

    Returns:
        0 when it was told to stop, 2 when a port cannot be had.
    """
    options = _parser().parse_args(arguments)
    try:
        sockets = bind(options.port)
    except PortInUseError as error:
        sys.stderr.write(f"stand-in: {error}.\n")
        return _CALLER_ERROR
    site = running(
        PERSONAS[options.persona],
        sockets,
        FaultSwitch(options.fault),
        SiteSwitches(options.switches),
        timedelta(seconds=options.clock_ahead),
    )
    asyncio.run(_serve(site, PERSONAS[options.persona], exit_with_stdin=options.exit_with_stdin))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m synthetics.standin",
        description="An Atlassian-like site on loopback with its apps. Says where it listens in one line of JSON.",
    )
    parser.add_argument(
        "--port",
        type=_port,
        metavar="N",
        help="the site's port; sign-in, CDN, backend, Connect app, Statuspage and control follow it (default: free)",
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        choices=sorted(fault.name for fault in FAULTS),
        help="something that goes wrong from the start; may be given more than once",
    )
    parser.add_argument(
        "--with",
        action="append",
        default=[],
        dest="switches",
        choices=sorted(switch.name for switch in SITE_SWITCHES),
        help="something that lies over the site's pages or stands beside them; may be given more than once",
    )
    parser.add_argument(
        "--as",
        default=DEFAULT.name,
        dest="persona",
        choices=sorted(PERSONAS),
        help="which site it is: the other one has other host names, keys, ids and accounts (default: %(default)s)",
    )
    parser.add_argument(
        "--clock-ahead",
        type=int,
        default=0,
        metavar="SECONDS",
        help="how far its clock is ahead of this machine's; below 0 it is behind (default: not at all)",
    )
    parser.add_argument("--exit-with-stdin", action="store_true", help="end when standard input ends")
    return parser


def _port(text: str) -> int:
    highest = HIGHEST_PORT - len(ServerName) + 1
    if not text.isdecimal() or not 1 <= int(text) <= highest:
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 1 to {highest}")
    return int(text)


async def _serve(site: AbstractAsyncContextManager[Addresses], persona: Persona, *, exit_with_stdin: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if exit_with_stdin:
        threading.Thread(target=_watch_stdin, args=(loop, stop), daemon=True).start()
    async with site as addresses:
        sys.stdout.write(json.dumps(announcement(persona, addresses)) + "\n")
        sys.stdout.flush()
        await stop.wait()


def announcement(persona: Persona, addresses: Addresses) -> dict[str, Any]:
    """What a caller has to know: where everything is, whom to sign in as, and how things are called."""
    return {**asdict(addresses), **persona.announced()}


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while os.read(0, 4_096):
        pass
    loop.call_soon_threadsafe(stop.set)


if __name__ == "__main__":
    sys.exit(main())
