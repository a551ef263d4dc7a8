"""How the real libraries come onto the machine."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.libraries import APPS, NoNodeError, node_modules

_CHECKOUT = Path(__file__).parents[2]


def test_versions_are_pinned_and_the_lock_names_no_registry() -> None:
    wanted = json.loads((APPS / "package.json").read_text())["dependencies"]
    lock = json.loads((APPS / "package-lock.json").read_text())
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert lock["packages"][""]["dependencies"] == wanted
    fetched = {name: package for name, package in lock["packages"].items() if name}
    assert [name for name, package in fetched.items() if "resolved" in package] == []
    assert [name for name, package in fetched.items() if "integrity" not in package] == []
    assert "omit-lockfile-registry-resolved=true" in (APPS / ".npmrc").read_text().splitlines()


def test_libraries_are_installed_once_for_each_lock(libraries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(command: list[str], **_: object) -> None:
        pytest.fail(f"ran {command}")

    monkeypatch.setattr(subprocess, "run", refuse)
    assert node_modules() == libraries


def test_machine_without_node_is_told_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoNodeError, match=r"no node and no npm on the PATH: .* install Node to run them"):
        node_modules(tmp_path / "cache")


def test_tests_with_the_libraries_are_skipped_without_node_and_say_so(tmp_path: Path) -> None:
    """In a process of its own, with nothing on the PATH."""
    tests = [str(Path(__file__).with_name(name)) for name in ("test_forge_client.py", "test_connect_client.py")]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", *tests],
        check=False,
        cwd=_CHECKOUT,
        env={**environ, "PATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"^=+ \d+ skipped in", done.stdout, re.MULTILINE), done.stdout
    assert "no node and no npm on the PATH" in done.stdout
