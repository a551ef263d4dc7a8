"""A service that is maltreated: started, killed, stopped and scraped, all that it owns in folders of its own."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families

from synthetics.execute.processes import RUN_TAG
from synthetics.ledger.store import Ledger, open_ledger
from tests.chaos import service_process
from tests.chaos.journeys import Nasty, write_journeys
from tests.command_line import CHECKOUT, environment

GRACE_S = 1

#: Nothing here has to be quick; this is when a test gives up on a condition that should come to hold by itself.
PATIENCE_S = 120.0

_SCRAPE_EVERY_S = 0.5

Sample = tuple[str, tuple[tuple[str, str], ...]]


class Role(StrEnum):
    """What a process below the service is."""

    SUPERVISOR = "supervisor"
    WORKER = "worker"
    DRIVER = "driver"
    BROWSER = "browser"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Descendant:
    """A process that a runner has started, alive or dead."""

    process: psutil.Process
    role: Role
    tag: str


class NeverCameError(AssertionError):
    """Something that should come by itself has not come."""


def until(condition: Callable[[], bool], what: str, *, limit_s: float = PATIENCE_S) -> float:
    """Wait until something is so.

    Returns:
        How many seconds it took.
    """
    began_s = time.monotonic()
    while not condition():
        if time.monotonic() - began_s > limit_s:
            raise NeverCameError(f"after {limit_s:.0f} s still not so: {what}")
        threading.Event().wait(0.2)
    return time.monotonic() - began_s


def none_of(find: Callable[[], Sequence[object]], what: str) -> None:
    """Wait until there is nothing of a kind any more, and tell what is left where it does not go."""
    last: list[Sequence[object]] = [()]

    def is_none() -> bool:
        last[0] = find()
        return not last[0]

    try:
        until(is_none, what)
    except NeverCameError as error:
        error.add_note("\n".join(map(str, last[0])))
        raise


class House:
    """The service, its folder, and what was seen of it.

    Args:
        folder: For its journeys, its configuration and its log.
        storage: For its ledger and its artifacts.
        temporary: Its folder for temporary files, which nobody else uses; browsers need its path to be short.
        nasty: Its journeys.
        every_s: How often each is due, in seconds.
        impatience_s: The timeout of those that never end of themselves, in seconds.
        drain_s: How long runs under way may go on when it is told to stop, in seconds.

    Attributes:
        fallen: What was seen of counters that fell.
        offsets_ms: Every offset that its clock has had.
        first_ms: The earliest start by its own clock, which may have been put back since the first; None before it.
        starts: How often it was started.
    """

    def __init__(  # noqa: PLR0913  all passed by name
        self,
        folder: Path,
        *,
        storage: Path,
        temporary: Path,
        nasty: tuple[Nasty, ...],
        every_s: int,
        impatience_s: int,
        drain_s: int,
    ) -> None:
        self.nasty, self.every_ms, self.storage, self.temporary = nasty, every_s * 1_000, storage, temporary
        self.fallen: list[str] = []
        self.offsets_ms = {0}
        self.first_ms: int | None = None
        self.log = folder / "service.log"
        self.full = folder / service_process.FULL
        self._folder = folder
        self.starts = 0
        self._owners: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: subprocess.Popen[bytes] | None = None
        self._highest: dict[Sample, float] = {}
        self._done = threading.Event()
        self._schedule_offset_ms = 0
        self._set_offset(0)
        self._port = _free_port()
        write_journeys(folder / "journeys", nasty, every_s=every_s, grace_s=GRACE_S, impatience_s=impatience_s)
        (folder / "password").write_text("open-sesame-1", encoding="ascii")
        self._config = folder / "synthetics.toml"
        self._config.write_text(
            f'journeys = "journeys"\nstorage = "{storage}"\n'
            f'[limits]\nconcurrency = 6\ngrace = "{GRACE_S}s"\ndrain = "{drain_s}s"\ndisk_free = "1MB"\n'
            # So little that a journey meets it without harm to anybody.
            'worker_memory = "300MB"\nworker_processes = 60\n'
            f"[web]\nport = {self._port}\n"
            '[accounts.robot]\nemail = "robot@example.com"\npassword = { file = "password" }\n'
            '[targets.nowhere]\nsite = "http://127.0.0.1:1"\naccount = "robot"\n',
            encoding="utf-8",
        )
        self._scraper = threading.Thread(target=self._keep_scraping, name="scraper", daemon=True)
        self._scraper.start()

    # Its process.

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The runner's process; it may be dead."""
        assert self._process is not None
        return self._process

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        ours, theirs = os.pipe()
        with self.log.open("ab") as log:
            self._reader = subprocess.Popen(["cat"], stdin=ours, stdout=log, start_new_session=True)
        os.close(ours)
        module = "tests.chaos.service_process"
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(self._folder), "run", "--config", str(self._config)],
            cwd=CHECKOUT,
            env=environment() | {"TMPDIR": str(self.temporary)},
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.starts += 1
        self._schedule_offset_ms = self._offset_ms
        self._owners.append(f" {self._process.pid} ")
        until(self._is_ready, "the service is ready")
        with self.ledger() as ledger:
            since_ms = min(each.since_ms for each in ledger.watched())
        self.first_ms = min(since_ms, self.first_ms or since_ms)

    def kill(self) -> None:
        """Kill its process, and nobody else."""
        self.process.kill()
        self.process.wait()
        self._end_reader()

    def stop(self) -> int:
        """Tell it to stop, and wait for its end.

        Returns:
            Its exit code.
        """
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE_S)
        self._end_reader()
        return code

    def break_pipes(self) -> None:
        """Let nobody read any more what it prints."""
        self._end_reader()

    def close(self) -> None:
        """End all that is left, whatever became of the test."""
        self._done.set()
        self._scraper.join()
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._end_reader()
        for each in self.descendants():
            with suppress(psutil.Error):
                each.process.kill()

    def _end_reader(self) -> None:
        if self._reader is not None:
            self._reader.kill()
            self._reader.wait()
            self._reader = None

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise NeverCameError(f"the service ended by itself with code {self.process.returncode}:\n{self.tail()}")
        try:
            return self._get("/readyz").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def tail(self, lines: int = 40) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    # Its time.

    @property
    def schedule_ms(self) -> int:
        """The time by which it schedules, which follows the wall clock forward and not back."""
        return _machine_ms() + self._schedule_offset_ms

    @property
    def latest_ms(self) -> int:
        """The time by the offset that was furthest ahead: nothing can have been due after it."""
        return _machine_ms() + max(self.offsets_ms)

    def put_clock(self, by_ms: int) -> None:
        """Put its wall clock forward, or back where it is negative."""
        self._set_offset(self._offset_ms + by_ms)
        self.offsets_ms.add(self._offset_ms)
        self._schedule_offset_ms = max(self._schedule_offset_ms, self._offset_ms)

    def put_clock_beyond_all(self) -> None:
        """Put its wall clock to where it was furthest ahead, so that all that ever was due is due again."""
        self.put_clock(max(self.offsets_ms) - self._offset_ms)

    def _set_offset(self, offset_ms: int) -> None:
        self._offset_ms = offset_ms
        unfinished = self._folder / "clock.new"
        unfinished.write_text(str(offset_ms), encoding="ascii")
        unfinished.replace(self._folder / service_process.CLOCK)

    # What it has.

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """Its ledger, read beside it."""
        with closing(open_ledger(self.storage)) as ledger:
            yield ledger

    def is_at_work(self) -> bool:
        """Whether a run is under way."""
        with self.ledger() as ledger:
            return bool(ledger.open_slots())

    def descendants(self) -> list[Descendant]:
        """Everybody whom any of its runners has started, by the tag or by the folder for temporary files."""
        found = []
        runner = self._process.pid if self._process is not None else None
        for process in psutil.process_iter():
            if process.pid in {runner, os.getpid()}:
                continue
            with suppress(psutil.Error, OSError):
                environ = process.environ()
                tag = environ.get(RUN_TAG, "")
                own_folder = environ.get("TMPDIR", "").startswith(str(self.temporary))
                if own_folder or any(owner in tag.partition(" seat ")[0] for owner in self._owners):
                    found.append(Descendant(process=process, role=_role(process), tag=tag))
        return sorted(found, key=lambda each: each.process.pid)

    def without_runner(self) -> list[Descendant]:
        """Everybody whose runner is gone."""
        runner = self._process
        own = f" {runner.pid} " if runner is not None and runner.poll() is None else None
        return [each for each in self.descendants() if own is None or (each.tag and own not in each.tag)]

    def zombies(self) -> list[psutil.Process]:
        """The dead who wait for the runner, or for one of its supervisors, to take note of it."""
        parents = [each.process for each in self.descendants() if each.role is Role.SUPERVISOR]
        if self.process.poll() is None:
            parents.append(psutil.Process(self.process.pid))
        found = []
        for parent in parents:
            with suppress(psutil.Error):
                found += [each for each in parent.children() if each.status() == psutil.STATUS_ZOMBIE]
        return found

    # Its metrics.

    def counters(self) -> dict[Sample, float]:
        """Every counter on its page.

        Raises:
            httpx.HTTPError: Where it does not answer.
        """
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(self._get("/metrics").raise_for_status().text)
            if family.type in {"counter", "histogram"}
            for sample in family.samples
        }

    def _get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self._port}{path}", timeout=10)

    def _keep_scraping(self) -> None:
        while not self._done.wait(_SCRAPE_EVERY_S):
            with suppress(httpx.HTTPError):
                for sample, value in self.counters().items():
                    before = self._highest.get(sample, 0.0)
                    if value < before:
                        self.fallen.append(f"{sample} fell from {before} to {value}")
                    self._highest[sample] = value


def _machine_ms() -> int:
    return time.time_ns() // 1_000_000


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _role(process: psutil.Process) -> Role:
    command = process.cmdline()
    if "synthetics.execute.supervisor" in command:
        return Role.SUPERVISOR
    if "synthetics.execute.worker" in command:
        return Role.WORKER
    if "headless" in process.name() or "chrom" in process.name():
        return Role.BROWSER
    return Role.DRIVER if process.name() == "node" else Role.OTHER
