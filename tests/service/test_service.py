"""The service, as people run it: real journeys at short intervals, a real Prometheus, a restart, a SIGTERM."""

import json
import signal
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import httpx
import psutil

from synthetics.ledger.store import open_ledger
from tests.command_line import command, environment, run_command, wait_until, write_config
from tests.debian import debian_program

DRAIN_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """A running service, with its address and its process."""

    def __init__(self, config: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.config = config
        self.address = f"http://127.0.0.1:{port}"
        self.process = process

    def get(self, path: str, accept: str = "*/*") -> httpx.Response:
        return httpx.get(f"{self.address}{path}", headers={"Accept": accept}, timeout=10)

    @property
    def ready(self) -> bool:
        assert self.process.poll() is None, "the service ended by itself"
        try:
            return self.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def counters(self) -> Counter[str]:
        """``synthetic_runs_total`` by journey, as the service shows it."""
        counters: Counter[str] = Counter()
        for line in self.get("/metrics").text.splitlines():
            if line.startswith("synthetic_runs_total{"):
                labels, _, value = line.rpartition(" ")
                fields = dict(part.split("=", 1) for part in labels[labels.index("{") + 1 : -1].split(","))
                counters[f"{json.loads(fields['app'])}.{json.loads(fields['journey'])}"] += int(float(value))
        return counters

    def recorded(self) -> Counter[str]:
        """Scheduled runs by journey, as the ledger holds them, read beside the service."""
        ledger = open_ledger(self.config.parent / "var")
        try:
            return Counter(each.journey for each in ledger.runs() if each.counts)
        finally:
            ledger.close()

    def stop(self) -> float:
        """End it with SIGTERM, and tell how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(DRAIN_SECONDS + 10) == 0
        return time.monotonic() - began


@contextmanager
def running(config: Path, port: int, temporary: Path) -> Iterator[Service]:
    with (config.parent / "service.log").open("ab") as log:
        process = subprocess.Popen(
            command("run", "--config", config),
            env=environment() | {"TMPDIR": str(temporary)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        service = Service(config, port, process)
        try:
            wait_until(lambda: service.ready, 30, "the service is ready")
            yield service
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


@contextmanager
def prometheus(folder: Path, scraped: str) -> Iterator[str]:
    port = free_port()
    config = folder / "prometheus.yml"
    config.write_text(
        "global: {scrape_interval: 1s}\n"
        "scrape_configs:\n"
        "  - job_name: synthetics\n"
        f"    static_configs: [{{targets: ['{scraped.removeprefix('http://')}']}}]\n"
    )
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                debian_program("prometheus", "usr/bin/prometheus"),
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'tsdb'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=log,
        )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def scraped_counters(address: str) -> Counter[str]:
    """What Prometheus holds of ``synthetic_runs_total``, by journey."""
    query = "sum by (app, journey) (synthetic_runs_total)"
    answer = httpx.get(f"{address}/api/v1/query", params={"query": query}, timeout=10).json()
    return Counter(
        {
            f"{each['metric']['app']}.{each['metric']['journey']}": int(float(each["value"][1]))
            for each in answer["data"]["result"]
        }
    )


def promtool_says(text: str) -> str:
    promtool = debian_program("prometheus", "usr/bin/promtool")
    done = subprocess.run(
        [promtool, "check", "metrics"], input=text, capture_output=True, text=True, check=False, timeout=30
    )
    return f"{done.stdout}{done.stderr}"


def descendants_of(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def test_service_counts_in_prometheus_what_the_ledger_holds_and_leaves_nothing_behind(
    tmp_path: Path, seconds_of_service: int
) -> None:
    port = free_port()
    config = write_config(
        tmp_path,
        "[web]",
        f"port = {port}",
        "[defaults]",
        'every = "15s"',
        'timeout = "5s"',
        "[limits]",
        'drain = "30s"',
    )
    few = ["ihub.admin_page", "ihub.create_flow", "host_jira"]  # as many as two seats can run in time
    config.write_text(f"{config.read_text()}journeys = {json.dumps(few)}\n")
    temporary = Path(tempfile.mkdtemp(prefix="st-"))

    with (
        running(config, port, temporary) as service,
        nullcontext(service.counters()) as born,  # at once: the first slot may be due before Prometheus is up
        prometheus(tmp_path, service.address) as prometheus_address,
    ):
        assert len(born) == len(few)
        assert set(born.values()) == {0}, "every counter is there at 0 before the first run"
        assert promtool_says(service.get("/metrics").text) == ""
        assert service.get("/healthz").status_code == 200

        enough = seconds_of_service // 15
        wait_until(
            lambda: min(service.counters().values()) >= enough,
            seconds_of_service * 2,
            f"each journey ran {enough} times",
            pause_seconds=1,  # each look makes the page anew
        )
        wait_until(
            lambda: scraped_counters(prometheus_address) == service.recorded(), 30, "Prometheus has what the ledger has"
        )
        before = service.counters()
        openmetrics = service.get("/metrics", accept="application/openmetrics-text; version=1.0.0")
        assert openmetrics.headers["content-type"].startswith("application/openmetrics-text")
        assert openmetrics.text.endswith("# EOF\n")
        assert promtool_says(service.get("/metrics").text) == ""
        family = [*descendants_of(service.process), psutil.Process(service.process.pid)]

        assert service.stop() < DRAIN_SECONDS + 1

        assert [each for each in family if each.is_running() and each.status() != psutil.STATUS_ZOMBIE] == []
        assert list(temporary.iterdir()) == [], "no temporary folder is left"

    settled = service.recorded()
    with running(config, port, temporary) as service:
        after = service.counters()
        assert all(after[journey] >= count for journey, count in before.items()), "a restart lets no counter fall"
        assert after == service.recorded() >= settled
        service.stop()
    assert list(temporary.iterdir()) == []
    temporary.rmdir()
    assert (tmp_path / "var" / "index.html").exists()


def test_service_refuses_a_second_scheduler_on_its_ledger(tmp_path: Path) -> None:
    port = free_port()
    config = write_config(tmp_path, "[web]", f"port = {port}", "[defaults]", 'every = "1d"')  # nothing is due meanwhile
    with running(config, port, tmp_path) as service:
        other = tmp_path / "other.toml"
        other.write_text(config.read_text().replace(f"port = {port}", "port = 0"))

        second = run_command("run", "--config", other)

        assert second.code == 2
        assert str(service.process.pid) in second.err
        assert service.stop() < 10


def test_service_refuses_a_port_that_is_taken_before_it_writes_anything(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        config = write_config(tmp_path, "[web]", f"port = {port}")

        refused = run_command("run", "--config", config)

    assert refused.code == 2
    assert str(port) in refused.err
    assert "[web]" in refused.err
    assert [each.name for each in tmp_path.iterdir()] == ["synthetics.toml"]
