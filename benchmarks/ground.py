"""What every form stands on: the stand-in, outside of all that is measured, and one browser's program."""

import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from synthetics.authoring.browser import find_browser
from synthetics.authoring.embedded import start_standin

WALKS = Path(__file__).parent / "walks"
_ADMIN_PAGE = "/jira/apps/2f1c6f0e-8d0b-4c55-9d1d-1f6d4b6f2a10/b7a1c9de-53f4-4e02-a7a4-0c6a3f1f9d21"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """A stand-in that runs, and a folder that is removed at the end.

    Args:
        site: The stand-in's address.
        environ: What forms find in their environment.
        browser: The browser's program.
        folder: The folder.
    """

    site: str
    environ: Mapping[str, str]
    browser: Path
    folder: Path

    def configuration(self, name: str, *, seats: int = 1, journeys: Path = WALKS, port: int | None = None) -> Path:
        """Write a configuration of ours on which the stand-in is a site like any other, not started by the runner.

        Args:
            name: The name of its own folder, which also holds its storage.
            seats: How many runs may go on at once.
            journeys: The folder of journeys.
            port: Where the service listens.
        """
        folder = self.folder / name
        folder.mkdir()
        lines = [
            'location = "bench"',
            f"journeys = {json.dumps(str(journeys))}",
            'storage = "var"',
            f"[limits]\nconcurrency = {seats}",
            f"[browser]\nexecutable = {json.dumps(str(self.browser))}",
            *([f"[web]\nport = {port}"] if port is not None else []),
            f'[targets.site]\nsite = "{self.site}"\naccount = "robot"\nproject = "{self.environ["BENCH_PROJECT"]}"',
            "keep_session = false",  # every form signs in in every run
            f'[accounts.robot]\nemail = "{self.environ["BENCH_EMAIL"]}"',
            'password = { file = "password" }\napi_token = { file = "api_token" }',
        ]
        (folder / "password").write_text(self.environ["BENCH_PASSWORD"])
        (folder / "api_token").write_text(self.environ["BENCH_API_TOKEN"])
        file = folder / "synthetics.toml"
        file.write_text("\n".join(lines) + "\n")
        return file

    def copy(self, source: Path) -> Path:
        """A copy of a folder outside the checkout, so that nothing of the checkout's own settings is found."""
        return Path(shutil.copytree(source, self.folder / source.name))

    def log(self, name: str) -> Path:
        """The file for what a form says."""
        return self.folder / f"{name}.log"


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def standing() -> Iterator[Ground]:
    """Start the stand-in and make the folder, for as long as the block lasts."""
    browser = find_browser(None, os.environ).executable
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, start_standin() as standin:
        account = standin.announcement["account"]
        environ = {
            "BENCH_SITE": standin.site,
            "BENCH_EMAIL": account["email"],
            "BENCH_PASSWORD": account["password"],
            "BENCH_API_TOKEN": account["api_token"],
            "BENCH_PROJECT": standin.announcement["project"],
            "BENCH_ADMIN_PAGE": _ADMIN_PAGE,
            "BENCH_BROWSER": str(browser),
            "BENCH_SANDBOX": "0" if os.geteuid() == 0 else "1",  # root cannot have it; the same for every form
        }
        yield Ground(site=standin.site, environ=environ, browser=browser, folder=Path(folder))
