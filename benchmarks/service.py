"""A whole runner as its operators have it: how soon it is ready, and what it uses while nothing is due."""

import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.figures import Row, Sample, Spread
from benchmarks.ground import Ground, free_port
from benchmarks.many import write_journeys
from benchmarks.processes import settled_cpu_s, started, tree_cpu_s

IDLE, START = "idle", "start"

_CHECKOUT = Path(__file__).parent.parent
RUNNER = (sys.executable, str(_CHECKOUT / "runner.py"))
_READY_WITHIN_S = 120.0
_LOOK_S = 0.01
_REST_S = 5.0


def measure_idle(ground: Ground, journeys: int, seconds: float) -> list[Row]:
    """Measure the processor time of a runner that has nothing to do, all its processes together.

    Args:
        ground: The stand-in, which is no process of the runner's here.
        journeys: How many journeys it has, none of them due.
        seconds: For how long.
    """
    half_a_day_off = datetime.now(UTC) + timedelta(hours=12)
    when = f'cron="{half_a_day_off.minute} {half_a_day_off.hour} * * *"'
    port = free_port()
    folder = write_journeys(ground.folder / "idle_journeys", journeys, when)
    config = ground.configuration("idle", seats=2, journeys=folder, port=port)
    with started([*RUNNER, "run", "--config", str(config)], ground.environ, ground.log("idle")) as process:
        until_ready(port, process, ground.log("idle"))
        time.sleep(_REST_S)  # what a start leaves to be done is not part of idling
        before, began = settled_cpu_s(process.pid), time.monotonic()
        time.sleep(seconds)  # the time over which it is measured
        used, taken = tree_cpu_s(process.pid) - before, time.monotonic() - began
    spread = Spread.of([taken])
    measures = {"journeys": journeys, "share_of_a_core": used / taken}
    return [Row(name="idle", part=IDLE, n=1, wall_s=spread, cpu_s=Spread.of([used]), measures=measures)]


def measure_start(ground: Ground, n: int) -> list[Row]:
    """Measure how long ``runner.py --help`` takes, and ``runner.py run`` until it is ready, in turn.

    The runner is the checkout's own, every journey on the embedded stand-in, whose start is part of it.

    Args:
        ground: For its folder.
        n: How many times.
    """
    helps, runs = [], []
    for number in range(n + 1):
        helps.append(_help())
        runs.append(_start(ground, number))
    return [_row("start_help", helps[1:]), _row("start_run", runs[1:])]


def _row(name: str, samples: Sequence[Sample]) -> Row:
    return Row(
        name=name,
        part=START,
        n=len(samples),
        wall_s=Spread.of([each.wall_s for each in samples]),
        cpu_s=Spread.of([each.cpu_s for each in samples]),
    )


def _help() -> Sample:
    before, began = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*RUNNER, "--help"], cwd=_CHECKOUT, stdout=subprocess.DEVNULL, check=True)
    taken, after = time.perf_counter() - began, getrusage(RUSAGE_CHILDREN)
    return Sample(taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _start(ground: Ground, number: int) -> Sample:
    folder = ground.folder / f"start_{number}"
    folder.mkdir()
    port = free_port()
    config = folder / "synthetics.toml"
    config.write_text(
        f'journeys = "{_CHECKOUT / "journeys"}"\nstorage = "var"\n[limits]\ndrain = "1s"\n'
        f"[web]\nport = {port}\n[targets.standin]\nembedded = true\n"
    )
    log = ground.log(folder.name)
    began = time.perf_counter()
    with started([*RUNNER, "run", "--config", str(config)], {}, log) as process:
        until_ready(port, process, log)
        return Sample(time.perf_counter() - began, tree_cpu_s(process.pid))


def until_ready(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until a runner says that it schedules and records.

    Args:
        port: Where it listens.
        process: It.
        log: What it writes.

    Raises:
        RuntimeError: Where it does not come so far.
    """
    until = time.monotonic() + _READY_WITHIN_S
    while not _answers(f"http://127.0.0.1:{port}/readyz"):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"The runner did not get ready.\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(_LOOK_S)  # between two questions over HTTP; nothing tells when it is ready


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310  an address on this machine, made here
            return bool(answer.status == 200)  # noqa: PLR2004  HTTP's own word for it is well known
    except (URLError, OSError):
        return False
