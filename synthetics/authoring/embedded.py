"""The embedded stand-in as a process of its own, started and ended from here."""

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from pydantic import SecretStr

import synthetics
from synthetics.clock import Clock, SystemClock
from synthetics.config.base_urls import EMBEDDED_SERVICES
from synthetics.config.models import Account, Installation, Target, TargetSettings
from synthetics.errors import CallerError, StandinError

ANNOUNCEMENT_SECONDS = 15.0
_END_SECONDS = 5.0
_CALLERS_MISTAKE = 2  # such as a port that is taken
_LONGEST_ANNOUNCEMENT_BYTES = 65536

#: All that the stand-in gets of our environment: it needs no secret of ours.
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "VIRTUAL_ENV")


class Standin:
    """A stand-in that has come up.

    Args:
        process: Its process, whose standard input we hold open: it ends when that closes, so also when we die.
        announcement: Its addresses and its account, as it announced them.
        last_words: What it writes to standard error, the end of it.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], announcement: Mapping[str, Any], last_words: "_LastWords"
    ) -> None:
        self._process = process
        self._last_words = last_words
        self.announcement = MappingProxyType(dict(announcement))

    @property
    def site(self) -> str:
        """The address of its site."""
        return str(self.announcement["site"])

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._process.pid

    def target(self, settings: TargetSettings, name: str) -> Target:
        """The stand-in as a target that journeys can run on.

        Args:
            settings: The embedded target as it is configured.
            name: Its name there.

        Returns:
            The target, with the addresses and the account of this very process.
        """
        account = self.announcement["account"]
        return Target(
            name=name,
            site=self.site,
            account=Account(
                email=account["email"],
                password=SecretStr(account["password"]),
                api_token=SecretStr(account["api_token"]),
            ),
            project=self.announcement["project"],
            status_page=self.announcement.get("status"),
            rollout=settings.rollout,
            apps=_apps(self.announcement),
            patience=settings.patience,
            keep_session=settings.keep_session,
        )

    def check(self) -> None:
        """See that it still runs.

        Raises:
            StandinError: Where it went away, with its last words.
        """
        code = self._process.poll()
        if code is not None:
            self._last_words.close()  # all that it said is there
            raise StandinError(f"The embedded stand-in ended by itself with code {code}.\n{self._last_words.text()}")

    def stop(self) -> None:
        """End it, and whatever it started; a second call does nothing."""
        _end(self._process)
        self._last_words.close()


def _apps(announcement: Mapping[str, Any]) -> dict[str, Installation]:
    """How the apps are on this very stand-in: their ids, where it tells them, and where their own services are."""
    told = {name: {**its} for name, its in announcement.get("apps", {}).items()}
    for (app, service), server in EMBEDDED_SERVICES.items():
        if server in announcement:
            told.setdefault(app, {})["base_urls"] = {service: announcement[server]}
    known = Installation.model_fields
    return {
        name: Installation.model_validate({key: value for key, value in its.items() if key in known})
        for name, its in told.items()
    }


@contextmanager
def start_standin(  # noqa: PLR0913  all but the faults are named where it is called
    faults: Sequence[str] = (),
    *,
    switches: Sequence[str] = (),
    persona: str | None = None,
    port: int | None = None,
    environ: Mapping[str, str] = os.environ,
    announcement_seconds: float = ANNOUNCEMENT_SECONDS,
    clock: Clock | None = None,
) -> Iterator[Standin]:
    """Start the stand-in, and end it with the block.

    Args:
        faults: The faults that are switched on from the start.
        switches: What lies over its pages or stands beside them from the start, such as ``onboarding``.
        persona: Which site it is, such as ``other``; None for the one that ``app.toml`` files are written for.
        port: The port of its site, the others follow it; None takes free ones.
        environ: Our environment, of which it gets the few names that it needs.
        announcement_seconds: How long it may take to come up.
        clock: The clock that this is measured by.

    Yields:
        The stand-in, up and answering.

    Raises:
        StandinError: Where it does not come up in time, with the last that it wrote to standard error.
    """
    process = _spawn(_command(faults, switches, persona, port), environ)
    last_words = _LastWords(process.stderr)
    try:
        line = _first_line(process, announcement_seconds, clock or SystemClock())
        standin = Standin(process, _read_announcement(line, process, last_words), last_words)
    except BaseException:
        _end(process)
        last_words.close()
        raise
    try:
        yield standin
    finally:
        standin.stop()


def _command(faults: Sequence[str], switches: Sequence[str], persona: str | None, port: int | None) -> list[str]:
    command = [sys.executable, "-m", "synthetics.standin", "--exit-with-stdin"]
    if persona is not None:
        command += ["--as", persona]
    if port is not None:
        command += ["--port", str(port)]
    for fault in faults:
        command += ["--fault", fault]
    for switch in switches:
        command += ["--with", switch]
    return command


def _spawn(command: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C in a terminal reaches us alone, and the site is there until the journeys have ended.
    try:
        return subprocess.Popen(  # ended by _end
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(environ),
            start_new_session=True,
        )
    except OSError as error:
        raise StandinError(f"The embedded stand-in could not be started: {error}.") from error


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: environ[name] for name in _ENVIRONMENT if name in environ}
    # The checkout works uninstalled and from any folder, so the process is told where the package is.
    kept["PYTHONPATH"] = str(Path(synthetics.__file__).parent.parent)
    return kept


def _first_line(process: subprocess.Popen[bytes], seconds: float, clock: Clock) -> bytes | None:
    """What it says on standard output until a line is whole; None where it stayed silent, less where it ended."""
    assert process.stdout is not None  # noqa: S101  narrows the type: we asked for a pipe
    descriptor = process.stdout.fileno()
    until_ms = clock.monotonic_ms() + int(seconds * 1000)
    line = b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while b"\n" not in line and len(line) < _LONGEST_ANNOUNCEMENT_BYTES:
            left_ms = until_ms - clock.monotonic_ms()
            if left_ms <= 0 or not selector.select(left_ms / 1000):
                return None
            part = os.read(descriptor, 4096)
            if not part:
                break
            line += part
    return line


def _read_announcement(
    line: bytes | None, process: subprocess.Popen[bytes], last_words: "_LastWords"
) -> Mapping[str, Any]:
    if line is None:
        what = "did not announce its addresses in time"
    elif b"\n" not in line:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)
        last_words.close()  # it has ended: all that it said is there
        if process.returncode == _CALLERS_MISTAKE:
            raise CallerError(last_words.text().strip())
        what = f"ended with code {process.returncode} before it announced its addresses"
    else:
        try:
            announcement = json.loads(line)
            if {"site", "account", "project"} <= announcement.keys():
                return dict(announcement)
        except (ValueError, AttributeError):
            pass
        what = f"announced {line[:200]!r}, which is not its addresses"
    raise StandinError(f"The embedded stand-in {what}.\n{last_words.text()}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads a session of its own: ask by closing its input, then insist, whatever it started too."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    for insistence in (None, signal.SIGTERM, signal.SIGKILL):
        if insistence is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, insistence)  # not yet waited for, so the id is still its own
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)
            break
    if process.stdout is not None:
        process.stdout.close()


class _LastWords:
    """The end of what a process writes to standard error, read all the time so that it never blocks on us."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        assert stream is not None  # noqa: S101  narrows the type: we asked for a pipe
        self._stream = stream
        self._lines: deque[bytes] = deque(maxlen=20)
        self._thread = threading.Thread(target=self._read, name="standin-stderr", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with suppress(OSError, ValueError):
            for line in self._stream:
                self._lines.append(line)

    def text(self) -> str:
        """The last lines, indented; a sentence where there is none."""
        lines = [line.decode(errors="replace").rstrip() for line in tuple(self._lines)]
        return "\n".join(f"  {line}" for line in lines) or "  It wrote nothing to standard error."

    def close(self) -> None:
        """Read what is left of a process that has ended, and let go of the pipe."""
        self._thread.join(_END_SECONDS)
        if not self._thread.is_alive():
            self._stream.close()
