"""What exactly ran: enough to run it again."""

import functools
import importlib.metadata
import os
import subprocess
from pathlib import Path

from synthetics.catalogue import Journey
from synthetics.evidence import Evidence
from synthetics.record import Provenance

DISTRIBUTION = "rixter-synthetics"

#: What git may know of our environment: where it is, whose settings it has, and no secret. Nor what tells it of another
#: checkout than the one that is asked about, such as GIT_DIR inside a hook.
_ENVIRONMENT = ("PATH", "HOME", "USER", "LOGNAME", "XDG_CONFIG_HOME", "LD_LIBRARY_PATH")

#: Asking git is a courtesy: on a stalled network folder the record goes without.
_GIT_LIMIT_S = 5.0


def provenance(journey: Journey, evidence: Evidence, journeys_folder: Path) -> Provenance:
    """Say what exactly ran.

    Args:
        journey: The journey.
        evidence: What the run said of its browser, the site and the app.
        journeys_folder: The folder of journeys.

    Returns:
        The provenance; what is not known is None.
    """
    folder = journeys_folder.resolve()
    file = journey.file.resolve()
    return Provenance(
        file=(file.relative_to(folder) if file.is_relative_to(folder) else file).as_posix(),
        file_sha256=journey.file_sha256,
        git_revision=git_revision(folder),
        package=package_version(),
        playwright=evidence.playwright,
        browser=evidence.browser,
        host_build=evidence.host_build,
        app_version=evidence.app_version,
    )


@functools.cache
def git_revision(folder: Path) -> str | None:
    """The revision of the checkout that holds the folder, asked once a process.

    Returns:
        The full hash, with ``+`` at its end where the checkout has changes; None outside git, and without git.
    """
    revision = _git(folder, "rev-parse", "--verify", "HEAD")
    if not revision:
        return None
    return revision + ("+" if _git(folder, "status", "--porcelain") else "")


@functools.cache
def package_version() -> str | None:
    """This package's version; None in a checkout that is not installed."""
    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return None


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        answer = subprocess.run(
            ["git", "-C", str(folder), *arguments],  # noqa: S607  git is wherever the operator has it
            capture_output=True,
            check=True,
            timeout=_GIT_LIMIT_S,
            # Only a look: no lock is taken, so a commit beside it is not disturbed.
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {"GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.decode(errors="replace").strip()
