"""Journeys run by hand, as their authors do: ``pytest`` in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import synthetics

ROOT = Path(synthetics.__file__).parent.parent

JOURNEYS = {
    "host_confluence.plain_page",
    "host_forge.heartbeat",
    "host_jira.plain_issue",
    "ihub.admin_page",
    "ihub.create_flow",
    "ihub.failed_flow",
    "ihub.incoming_webhook",
    "ihub.issue_panel",
    "ihub.post_function",
    "ihub.run_flow",
    "ihub.scheduled_flow",
    "points_check.panel",
    "release_notes.macro_keeps_setting",
    "release_notes.macro_renders",
    "sign_in.fresh_sign_in",
    "team_radar.issue_panel",
    "team_radar.project_page",
}


def by_hand(
    folder: Path, output: Path, *args: str, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Type ``pytest`` in a folder."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--output={output}", *args],
        check=False,
        cwd=folder,
        env=own | dict(environ or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )


def record_of(journey: str, output: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((output / journey / "record.json").read_text())
    return values


def records_in(output: Path) -> list[dict[str, Any]]:
    return [record_of(folder.name, output) for folder in output.iterdir()]


def a_checkout(folder: Path) -> Path:
    """What a journey's author has, to be changed at will; the product itself is taken from here."""
    shutil.copytree(
        ROOT / "journeys", folder / "journeys", ignore=shutil.ignore_patterns("__pycache__", "test-results")
    )
    for name in ("conftest.py", "synthetics.toml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "synthetics").symlink_to(ROOT / "synthetics")
    return folder
