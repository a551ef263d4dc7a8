"""Provenance: what exactly ran, as far as it is known, and never a failure."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from synthetics.catalogue import Journey
from synthetics.evidence import Evidence
from synthetics.execute.what_ran import git_revision, package_version, provenance
from synthetics.record import Provenance
from tests.builders import a_journey


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What is asked once a process is asked anew in each test."""
    git_revision.cache_clear()
    package_version.cache_clear()
    yield
    git_revision.cache_clear()
    package_version.cache_clear()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one commit."""
    (tmp_path / "journeys" / "ihub").mkdir(parents=True)
    (tmp_path / "journeys" / "ihub" / "test_run_flow.py").write_text("")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=Robot", "-c", "user.email=robot@example.com", *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


def commit(folder: Path) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--no-gpg-sign", "--no-verify", "--message", "One")


def journey_in(folder: Path) -> Journey:
    return replace(a_journey(), file=folder / "journeys" / "ihub" / "test_run_flow.py")


def test_provenance_tells_what_the_run_said(tmp_path: Path) -> None:
    evidence = Evidence(playwright="1.65", browser="140.0", host_build="100", app_version="3.1")
    assert provenance(journey_in(tmp_path), evidence, tmp_path / "journeys") == Provenance(
        file="ihub/test_run_flow.py",
        file_sha256="0" * 64,
        git_revision=None,
        package=package_version(),
        playwright="1.65",
        browser="140.0",
        host_build="100",
        app_version="3.1",
    )


def test_provenance_of_a_clean_checkout_has_its_revision(checkout: Path) -> None:
    assert git_revision(checkout / "journeys") == git(checkout, "rev-parse", "HEAD")


def test_provenance_of_a_changed_checkout_has_a_plus(checkout: Path) -> None:
    (checkout / "journeys" / "ihub" / "test_new.py").touch()
    assert git_revision(checkout / "journeys") == git(checkout, "rev-parse", "HEAD") + "+"


def test_provenance_asks_git_once(checkout: Path) -> None:
    before = git_revision(checkout)
    (checkout / "new").touch()
    assert git_revision(checkout) == before


def test_provenance_of_a_checkout_without_a_commit_has_no_revision(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert git_revision(tmp_path) is None


def test_provenance_without_git_has_no_revision(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(checkout))
    assert git_revision(checkout) is None


def test_provenance_tells_git_no_secret_and_of_no_other_checkout(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs, other = tmp_path_factory.mktemp("programs"), tmp_path_factory.mktemp("other")
    told = programs / "told"
    fake = programs / "git"
    fake.write_text(f'#!/bin/sh\nenv >>{told}\nPATH={os.environ["PATH"]} exec git "$@"\n')
    fake.chmod(0o755)
    expected = git(checkout, "rev-parse", "HEAD")
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DEMO_PASSWORD", "open-sesame-1")
    monkeypatch.setenv("GIT_DIR", str(other))

    assert git_revision(checkout) == expected

    assert "GIT_OPTIONAL_LOCKS=0" in told.read_text()
    assert "open-sesame-1" not in told.read_text()


def test_provenance_of_a_package_that_is_not_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetics.execute.what_ran.DISTRIBUTION", "no-such-distribution-of-ours")
    assert package_version() is None
