"""A real Prometheus for tests, out of Debian's package, that scrapes one address."""

import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.debian import debian_program


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Prometheus:
    """A Prometheus that runs; ``address`` is where it answers."""

    address: str
    process: subprocess.Popen[bytes]

    def ask(self, path: str, **parameters: str) -> Any:
        """The data of an answer; None while it is not up yet."""
        assert self.process.poll() is None, "Prometheus ended by itself"
        try:
            answer = httpx.get(f"{self.address}/api/v1/{path}", params=parameters, timeout=10)
        except httpx.TransportError:
            return None
        return answer.json()["data"] if answer.is_success else None

    def values(self, query: str) -> Sequence[float]:
        """What an instant query answers, whatever the labels are."""
        data = self.ask("query", query=query)
        return [float(each["value"][1]) for each in data["result"]] if data is not None else []


@contextmanager
def prometheus(folder: Path, port: int, interval: str, *options: str) -> Iterator[Prometheus]:
    """A Prometheus of its own.

    Args:
        folder: For its configuration, log and data.
        port: Where on this machine ``/metrics`` is.
        interval: How often it scrapes, such as ``1s``.
        options: More options of its command.
    """
    config = folder / "prometheus.yml"
    config.write_text(
        f"global: {{scrape_interval: {interval}, scrape_timeout: {interval}}}\n"
        "scrape_configs:\n"
        "  - job_name: synthetics\n"
        f"    static_configs: [{{targets: ['127.0.0.1:{port}']}}]\n"
    )
    address = f"127.0.0.1:{free_port()}"
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                debian_program("prometheus", "usr/bin/prometheus"),
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'tsdb'}",
                f"--web.listen-address={address}",
                *options,
            ],
            stdout=log,
            stderr=log,
        )
        try:
            yield Prometheus(f"http://{address}", process)
        finally:
            process.terminate()
            process.wait(20)
