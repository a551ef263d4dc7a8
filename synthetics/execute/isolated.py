"""Every run in a new process, with a folder and a browser of its own."""

import json
import os
import secrets
import site
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

import synthetics
from synthetics.catalogue.private_folder import PREFIX, private_folder, sweep
from synthetics.clock import Clock
from synthetics.evidence import ArtifactWritten, Event, Evidence, WorkerEnding, event_from_line
from synthetics.execute.fold import fold
from synthetics.execute.folders import PYTEST_HTML, WORKER_LOG, file_sizes
from synthetics.execute.order import Execution, Order
from synthetics.execute.processes import RUN_TAG, adopt_orphans
from synthetics.execute.supervise import Supervised, WorkerPlan, supervise
from synthetics.record import ArtifactKind

#: What a worker inherits of our environment: what finding programs, browsers and the network needs, and no secret.
INHERITED = (
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "XDG_RUNTIME_DIR"),
    *("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "FONTCONFIG_FILE", "FONTCONFIG_PATH"),
    *("PLAYWRIGHT_BROWSERS_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy"),
)
_INHERITED_PREFIX = "LC_"


class IsolatedExecutor:
    """Makes each run happen in a process of its own; as many at once as threads call it.

    Args:
        clock: Time.
        environ: The environment of which workers inherit a part; None is this process's own.
        temporary_folder: Where the runs' private folders are made; None is the system's own.
    """

    def __init__(
        self, clock: Clock, *, environ: Mapping[str, str] | None = None, temporary_folder: Path | None = None
    ) -> None:
        self._clock = clock
        self._environ = os.environ if environ is None else environ
        self._temporary = temporary_folder or Path(tempfile.gettempdir())
        adopt_orphans()
        sweep(self._temporary)  # a runner that was killed together with its workers has left their folders

    @contextmanager
    def execute(self, order: Order, stop: threading.Event) -> Iterator[Execution]:
        """Make one run happen, to its very end; its artifacts can be taken inside the ``with`` block.

        Args:
            order: What to run.
            stop: Set from another thread, it ends the run before its time.

        Yields:
            The evidence and the folder of artifacts, which is removed at the end of the block.
        """
        # The name is short: browsers make sockets below it, whose paths may have 108 characters.
        private = self._temporary / f"{PREFIX}{order.assignment.run_id}-{secrets.token_hex(4)}"
        output = private / "out"
        started_ms, started_monotonic_ms = self._clock.wall_ms(), self._clock.monotonic_ms()
        with ExitStack() as folders:
            try:
                folders.enter_context(private_folder(private))
                (private / "tmp").mkdir()
                output.mkdir()
            except OSError as error:
                supervised = Supervised(ending=WorkerEnding(exit_code=None, could_not_start=str(error)))
            else:
                supervised = supervise(self._plan(order, private), stop, self._clock)
            evidence = self._evidence(order, supervised, output, started_monotonic_ms)
            yield Execution(evidence=evidence, output=output, started_ms=started_ms)

    def _evidence(self, order: Order, supervised: Supervised, output: Path, started_monotonic_ms: int) -> Evidence:
        """What can be known of the run: what it said, how it ended, and what it left."""
        events, unread_lines = read_events(supervised.said)
        sizes = file_sizes(output)
        return fold(
            [*events, *_own_artifacts(sizes, self._clock.monotonic_ms())],
            order.journey.steps,
            started_monotonic_ms=started_monotonic_ms,
            ending=supervised.ending,
            sizes=sizes,
            unread_lines=unread_lines,
        )

    def _plan(self, order: Order, private: Path) -> WorkerPlan:
        journeys_folder = order.journeys_folder.resolve()
        assignment = replace(order.assignment, output_folder=private / "out")
        told = {
            "assignment": assignment.to_wire(),
            "file": str(order.journey.file.resolve()),
            "function": order.journey.function,
            "rootdir": str(journeys_folder.parent),
            "private_folder": str(private),
        }
        return WorkerPlan(
            # -P: what a journey leaves in its working folder is never imported; -u: what it prints is known at once.
            command=(sys.executable, "-P", "-u", "-m", "synthetics.execute.worker"),
            environ=worker_environment(
                self._environ,
                run_id=assignment.run_id,
                import_folders=(_package_folder(), journeys_folder.parent),
                temporary_folder=private / "tmp",
            ),
            cwd=private,
            tag=assignment.run_id,
            order=json.dumps(told).encode() + b"\n",
            log=private / "out" / WORKER_LOG,
            timeout_ms=order.timeout_ms,
            grace_ms=order.grace_ms,
        )


def worker_environment(
    environ: Mapping[str, str], *, run_id: str, import_folders: tuple[Path, ...], temporary_folder: Path
) -> dict[str, str]:
    """Make the whole environment of a worker.

    Args:
        environ: Ours.
        run_id: The run's short name, which becomes the tag of all its processes.
        import_folders: From where Python imports, before its own folders.
        temporary_folder: Where temporary files go.

    Returns:
        What is inherited by name, and what is the run's own.
    """
    inherited = {
        name: value for name, value in environ.items() if name in INHERITED or name.startswith(_INHERITED_PREFIX)
    }
    own = {
        "PYTHONPATH": os.pathsep.join(map(str, import_folders)),
        "TMPDIR": str(temporary_folder),
        RUN_TAG: run_id,
    }
    if site.ENABLE_USER_SITE and site.USER_BASE:
        own["PYTHONUSERBASE"] = site.USER_BASE
    return inherited | own


def read_events(said: bytes) -> tuple[list[Event], int]:
    """Read what a worker said.

    Args:
        said: Lines of JSON; the last one may have been cut off by the worker's death.

    Returns:
        The events, and how many lines were none.
    """
    events: list[Event] = []
    unread_lines = 0
    for line in said.split(b"\n"):
        if not line:
            continue
        try:
            events.append(event_from_line(line))
        except ValidationError:
            unread_lines += 1
    return events, unread_lines


def _own_artifacts(sizes: Mapping[str, int], now_ms: int) -> list[Event]:
    """The files that no journey announces."""
    own = {PYTEST_HTML: ArtifactKind.PYTEST_HTML, WORKER_LOG: ArtifactKind.WORKER_LOG}
    return [ArtifactWritten(monotonic_ms=now_ms, kind=kind, path=name) for name, kind in own.items() if sizes.get(name)]


def _package_folder() -> Path:
    """The folder that holds this package."""
    return Path(synthetics.__file__).resolve().parent.parent
