"""Seats: as many runs at once as there are, each watched by a supervisor, their workers kept warm between them."""

import os
import secrets
import site
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

import synthetics
from synthetics.clock import Clock
from synthetics.evidence import ArtifactWritten, Event, Evidence, SessionMade, WorkerEnding, event_from_line
from synthetics.execute.fold import fold
from synthetics.execute.folders import PYTEST_HTML, WORKER_LOG, file_sizes
from synthetics.execute.numbers import SeatNumbers
from synthetics.execute.order import Execution, Order
from synthetics.execute.processes import adopt_orphans, count_browser_processes, end_tagged, memory_below, reap_adopted
from synthetics.execute.recycling import WorkerLimits, why_recycle
from synthetics.execute.seat import SUPERVISOR, Seat, SupervisorLostError
from synthetics.execute.sources import hash_of_sources
from synthetics.execute.wire import Report, RunOrder, WorkerSpec
from synthetics.judge import judge
from synthetics.private_folder import PREFIX, sweep
from synthetics.record import ArtifactKind, Outcome
from synthetics.worker import KillReason, RecycleReason, Worker

#: What a worker inherits of our environment: what finding programs, browsers and the network needs, and no secret.
INHERITED = (
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "XDG_RUNTIME_DIR"),
    *("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "FONTCONFIG_FILE", "FONTCONFIG_PATH"),
    *("PLAYWRIGHT_BROWSERS_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy"),
)
_INHERITED_PREFIX = "LC_"

#: Between the owner and the seat in a tag.
_TAG_MARK = " seat "

#: How long ending what a runner before us has left may take at the start.
_SWEEP_S = 5.0


class SeatedExecutor:
    """Makes runs happen; as many at once as threads call it, each in a seat of its own.

    Args:
        clock: Time.
        owner: This process, in words by which it is known again, in one line.
        is_gone: Whether the process of such words has ended.
        limits: How long workers are kept.
        isolated: Whether every run has a worker to itself.
        environ: The environment of which workers inherit a part; None is this process's own.
        temporary_folder: Where private folders are made; None is the system's own.
        supervisor: The command that starts a supervisor.
    """

    def __init__(  # noqa: PLR0913  one place builds it, all but the clock passed by name
        self,
        clock: Clock,
        *,
        owner: str,
        is_gone: Callable[[str], bool],
        limits: WorkerLimits | None = None,
        isolated: bool = False,
        environ: Mapping[str, str] | None = None,
        temporary_folder: Path | None = None,
        supervisor: Sequence[str] = SUPERVISOR,
    ) -> None:
        self._clock = clock
        self._owner = owner
        self._limits = limits or WorkerLimits()
        self._isolated = isolated
        self._environ = _inherited(os.environ if environ is None else environ)
        self._temporary = temporary_folder or Path(tempfile.gettempdir())
        self._supervisor = supervisor
        self._warms = self._is_closed = False
        self._lock = threading.Lock()
        self._has_lost_one = False
        self._free: list[Seat] = []
        self._busy: set[Seat] = set()
        adopt_orphans()
        # A runner that was killed together with its supervisors has left their processes and their folders.
        end_tagged(lambda tag: _TAG_MARK in tag and is_gone(tag.partition(_TAG_MARK)[0]), _SWEEP_S)
        sweep(self._temporary)

    def prepare(self, orders: Sequence[Order]) -> None:
        """Keep warm workers from now on: one for each order at once, and a new one whenever one has made its last run.

        Args:
            orders: What the workers are warmed with; nothing is asked of any target.
        """
        self._warms = True
        for order in orders:
            seat = self._new_seat()
            self._warm(seat, order)
            with self._lock:
                self._free.append(seat)

    @contextmanager
    def execute(self, order: Order, stop: threading.Event) -> Iterator[Execution]:
        """Make one run happen, to its very end; its artifacts can be taken inside the ``with`` block.

        Args:
            order: What to run.
            stop: Set from another thread, it ends the run before its time.

        Yields:
            The evidence and the folder of artifacts, which is removed at the end of the block.
        """
        alone = self._isolated or order.isolated
        told = self._told(order, alone=alone)
        output = Path(told.folder) / "out"
        heard = _Heard(order.on_event)
        seat = self._take()
        why: RecycleReason | None = RecycleReason.DIED
        try:
            started_ms, started_monotonic_ms = self._clock.wall_ms(), self._clock.monotonic_ms()
            report, has_changed = self._run(seat, order, told, stop, heard)
            evidence = self._evidence(order, report, heard, output, started_monotonic_ms)
            passed = judge(evidence).outcome is Outcome.PASSED
            age_ms = self._clock.monotonic_ms() - seat.born_ms
            why = why_recycle(report, self._limits, passed=passed, isolated=alone, age_ms=age_ms)
            worker = _worker(report, why or (RecycleReason.CHANGED if has_changed else None))
            yield Execution(
                evidence=evidence,
                output=output,
                started_ms=started_ms,
                worker=worker,
                sessions=tuple(heard.sessions),
            )
        finally:
            self._give_back(seat, order, why)

    def tend(self) -> None:
        """Put away what is left of supervisors that ended while nothing was run: nobody else would notice."""
        with self._lock:
            lost = [seat for seat in self._free if seat.is_lost]
            self._free = [seat for seat in self._free if seat not in lost]
        for seat in lost:
            seat.tend()
        if self._has_lost_one:  # some of those who were left may take their time to end
            reap_adopted()
        with self._lock:
            self._free += lost

    def numbers(self) -> SeatNumbers:
        """What the seats are doing now."""
        with self._lock:
            busy, seats = len(self._busy), [*self._busy, *self._free]
        pids = [pid for seat in seats if (pid := seat.pid) is not None]
        return SeatNumbers(
            busy=busy,
            workers=sum(seat.has_worker for seat in seats),
            browser_processes=count_browser_processes(),
            memory_bytes=sum(map(memory_below, pids)),
        )

    def close(self) -> None:
        """End every supervisor, and with it all that it started; one that makes a run ends after that."""
        with self._lock:
            self._is_closed = True
            seats, self._free = self._free, []
        for seat in seats:
            seat.close()

    # Seats.

    def _new_seat(self) -> Seat:
        tag = f"{self._owner}{_TAG_MARK}{secrets.token_hex(4)}"
        return Seat(tag, self._supervisor, self._environ, self._clock, self._sweep_after_loss)

    def _sweep_after_loss(self) -> None:
        """Remove what a supervisor that is gone had to remove: the locks went with it."""
        self._has_lost_one = True
        sweep(self._temporary)

    def _take(self) -> Seat:
        with self._lock:
            seat = self._free.pop() if self._free else self._new_seat()
            self._busy.add(seat)
        return seat

    def _give_back(self, seat: Seat, order: Order, why: RecycleReason | None) -> None:
        seat.release()
        if why is not None and self._warms:
            self._warm(seat, order)
        elif why is not None:
            seat.dismiss()
        with self._lock:
            self._busy.discard(seat)
            is_closed = self._is_closed
            if not is_closed:
                self._free.append(seat)
        if is_closed:  # meanwhile
            seat.close()

    def _warm(self, seat: Seat, order: Order) -> None:
        seat.prepare(self._spec(seat, order), self._told(order, alone=False))

    # One run.

    def _run(
        self, seat: Seat, order: Order, told: RunOrder, stop: threading.Event, heard: "_Heard"
    ) -> tuple[Report, bool]:
        """Let a seat make a run.

        Returns:
            What was seen of it, and whether the seat's last worker was of no use because the sources have changed.
        """
        started_ms = self._clock.monotonic_ms()
        has_changed = seat.sources_change_to(hash_of_sources(order.journeys_folder))
        told = replace(told, fresh=told.fresh or has_changed)
        try:
            return seat.run(self._spec(seat, order), told, stop, heard.hear), has_changed
        except SupervisorLostError as error:
            took_ms = self._clock.monotonic_ms() - started_ms
            return Report(supervisor_lost=str(error), duration_ms=took_ms), has_changed
        except OSError as error:
            took_ms = self._clock.monotonic_ms() - started_ms
            return Report(could_not_start=str(error), duration_ms=took_ms), has_changed

    def _told(self, order: Order, *, alone: bool) -> RunOrder:
        # The name is short: browsers make sockets below it, whose paths may have 108 characters.
        folder = self._temporary / f"{PREFIX}{order.assignment.run_id}-{secrets.token_hex(4)}"
        told = {
            "assignment": replace(order.assignment, output_folder=folder / "out").to_wire(),
            "file": str(order.journey.file.resolve()),
            "function": order.journey.function,
            "rootdir": str(order.journeys_folder.resolve().parent),
            "folder": str(folder),
            "tracing": order.tracing,
        }
        return RunOrder(
            told=told,
            folder=str(folder),
            timeout_ms=order.timeout_ms,
            grace_ms=order.grace_ms,
            fresh=alone,
            last=alone,
        )

    def _spec(self, seat: Seat, order: Order) -> WorkerSpec:
        import_folders = (_package_folder(), order.journeys_folder.resolve().parent)
        return WorkerSpec(
            # -P: what a journey leaves in its working folder is never imported; -u: what it prints is known at once.
            command=(sys.executable, "-P", "-u", "-m", "synthetics.execute.worker"),
            environ={**self._environ, "PYTHONPATH": os.pathsep.join(map(str, import_folders))},
            tag=seat.tag,
            temporary_folder=str(self._temporary),
            memory_bytes=2 * self._limits.memory_bytes,
            processes=self._limits.processes,
        )

    def _evidence(
        self, order: Order, report: Report, heard: "_Heard", output: Path, started_monotonic_ms: int
    ) -> Evidence:
        """What can be known of the run: what it said, how it ended, and what it left."""
        sizes = file_sizes(output)
        return fold(
            [*heard.events, *_own_artifacts(sizes, self._clock.monotonic_ms())],
            order.journey.steps,
            started_monotonic_ms=started_monotonic_ms,
            ending=_ending(report),
            sizes=sizes,
            unread_lines=heard.unread_lines,
        )


class _Heard:
    """What a worker has said, told on as it comes."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        self._on_event = on_event
        self.events: list[Event] = []
        self.sessions: list[SessionMade] = []
        self.unread_lines = 0

    def hear(self, line: bytes) -> None:
        """Take one line in; it may be none of ours, for journeys may write there too."""
        try:
            event = event_from_line(line)
        except ValidationError:
            self.unread_lines += 1
            return
        if isinstance(event, SessionMade):  # secret, and nobody's evidence
            self.sessions.append(event)
            return
        self.events.append(event)
        self._on_event(event)


def _ending(report: Report) -> WorkerEnding:
    return WorkerEnding(
        exit_code=report.exit_code,
        signal=report.signal,
        killed_for=KillReason(report.killed_for) if report.killed_for is not None else None,
        killed_monotonic_ms=report.killed_monotonic_ms,
        could_not_start=report.could_not_start,
        supervisor_lost=report.supervisor_lost,
        duration_ms=report.duration_ms,
    )


def _worker(report: Report, recycled_for: RecycleReason | None) -> Worker:
    return Worker(
        runs_before=report.runs_before,
        exit_code=report.exit_code,
        signal=report.signal,
        killed_for=KillReason(report.killed_for) if report.killed_for is not None else None,
        cpu_ms=report.cpu_ms,
        memory_bytes=report.memory_bytes,
        recycled_for=recycled_for,
        leaked=report.leaked,
    )


def _inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """What workers inherit of an environment, by name."""
    inherited = {
        name: value for name, value in environ.items() if name in INHERITED or name.startswith(_INHERITED_PREFIX)
    }
    own = {"PYTHONUSERBASE": site.USER_BASE} if site.ENABLE_USER_SITE and site.USER_BASE else {}
    return inherited | own


def _own_artifacts(sizes: Mapping[str, int], now_ms: int) -> list[Event]:
    """The files that no journey announces."""
    own = {PYTEST_HTML: ArtifactKind.PYTEST_HTML, WORKER_LOG: ArtifactKind.WORKER_LOG}
    found = {name: own[name] for name in own if sizes.get(name)}
    found |= {name: ArtifactKind.TRACE for name in sizes if name.endswith("trace.zip")}
    return [ArtifactWritten(monotonic_ms=now_ms, kind=kind, path=name) for name, kind in found.items()]


def _package_folder() -> Path:
    """The folder that holds this package."""
    return Path(synthetics.__file__).resolve().parent.parent
