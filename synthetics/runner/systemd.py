"""Telling systemd what the service is doing: one datagram for each notice, nothing where nobody asked for any.

Source: sd_notify(3). The protocol is one ``sendto`` with lines of ``NAME=value``.
"""

import logging
import socket
from collections.abc import Mapping

from synthetics.clock import Clock

_log = logging.getLogger(__name__)

_MICROSECONDS = 1_000


class Notifier:
    """Sends notices to whoever started this process; does nothing where ``NOTIFY_SOCKET`` is not set.

    A notice that cannot be sent is told once: the service is none the worse for it.

    Args:
        environ: The environment: ``NOTIFY_SOCKET``, and ``WATCHDOG_USEC`` with ``WATCHDOG_PID``.
        clock: When a reload began, and when the watchdog was given something last.
        pid: Of this process: a watchdog that was meant for its parent is not ours.
    """

    def __init__(self, environ: Mapping[str, str], clock: Clock, pid: int) -> None:
        self._address = _address(environ.get("NOTIFY_SOCKET", ""))
        self._clock = clock
        self._watchdog_ms = _watchdog_ms(environ, pid) if self._address else None
        self._fed_ms: int | None = None
        self._told = False

    def ready(self, status: str) -> None:
        """The service is ready, for the first time or after a reload.

        Args:
            status: What it does, in one line for people.
        """
        self._send("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        """Configuration and journeys are being read; ``ready`` must follow, however that ends."""
        # systemd tells by the time that this reload is an answer to its own SIGHUP, and not an earlier one.
        began = self._clock.monotonic_ms() * _MICROSECONDS
        self._send("RELOADING=1", f"MONOTONIC_USEC={began}", "STATUS=Reading configuration and journeys.")

    def stopping(self, status: str) -> None:
        """The service ends.

        Args:
            status: What it still waits for, in one line for people.
        """
        self._send("STOPPING=1", f"STATUS={status}")

    def status(self, status: str) -> None:
        """Tell people what the service does, in one line."""
        self._send(f"STATUS={status}")

    def feed_watchdog(self) -> None:
        """Tell that the service is alive, where that is asked for and half of its time has gone; may come often."""
        if self._watchdog_ms is None:
            return
        now_ms = self._clock.monotonic_ms()
        if self._fed_ms is None or now_ms - self._fed_ms >= self._watchdog_ms // 2:
            self._fed_ms = now_ms if self._send("WATCHDOG=1") else None

    def _send(self, *lines: str) -> bool:
        """Send a notice; False where that failed, or nobody listens."""
        if self._address is None:
            return False
        notice = "\n".join(line.replace("\n", " ") for line in lines)
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.settimeout(0)  # the loop's own thread asks for this
                sender.sendto(notice.encode(), self._address)
        except OSError as error:
            if not self._told:
                self._told = True
                _log.warning("event=notify_failed error=%r", str(error))
            return False
        return True


def _address(name: str) -> str | None:
    """The socket's address; names that begin with @ are abstract, and begin with a zero byte in fact."""
    if not name.startswith(("/", "@")):
        return None  # unset, or of a kind (vsock) that no service on a machine is given
    return f"\0{name[1:]}" if name.startswith("@") else name


def _watchdog_ms(environ: Mapping[str, str], pid: int) -> int | None:
    """How often the watchdog has to be fed, in milliseconds; None where it is not asked of this process."""
    text = environ.get("WATCHDOG_USEC", "")
    if not text.isdecimal() or environ.get("WATCHDOG_PID", str(pid)) != str(pid):
        return None
    return int(text) // _MICROSECONDS or None
