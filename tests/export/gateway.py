"""A real Pushgateway for tests, out of Debian's package."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.debian import debian_program


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def pushgateway(folder: Path) -> Iterator[str]:
    """A Pushgateway of its own; gives its address."""
    program = debian_program("prometheus-pushgateway", "usr/bin/prometheus-pushgateway")
    address = f"127.0.0.1:{free_port()}"
    with (folder / "pushgateway.log").open("wb") as log:
        process = subprocess.Popen([program, f"--web.listen-address={address}"], stdout=log, stderr=log)
        try:
            _wait(f"http://{address}", process)
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while True:
        assert process.poll() is None, "the Pushgateway ended at once"
        try:
            httpx.get(f"{url}/-/ready").raise_for_status()
        except httpx.HTTPError:
            assert time.monotonic() < until, "the Pushgateway did not come up"
            time.sleep(0.05)
        else:
            return
