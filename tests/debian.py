"""Programs out of Debian's packages, unpacked into the checkout's cache: nothing is installed, no service started."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

CACHE = Path(__file__).parent.parent / ".cache" / "debian"


def debian_program(package: str, program: str) -> Path:
    """A program of a Debian package.

    Args:
        package: The package's name.
        program: Where the program is in it, such as ``usr/bin/promtool``.

    Returns:
        The unpacked program.
    """
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        pytest.skip(f"{package} comes from Debian's packages, and this machine has no apt-get")
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{package}.lock").open("w") as lock:  # several test processes may come here at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        unpacked = CACHE / package
        if not unpacked.exists():
            _unpack(package, unpacked)
    return unpacked / program


def _unpack(package: str, folder: Path) -> None:
    downloads = CACHE / f"{package}.deb"
    downloads.mkdir(exist_ok=True)
    # As root, apt would hand the download to its own user, who may not write here.
    download = ["apt-get", "-o", "APT::Sandbox::User=root", "download", package]
    if subprocess.run(download, cwd=downloads, check=False, capture_output=True).returncode != 0:
        subprocess.run(["apt-get", "update"], check=False, capture_output=True)  # a new machine knows no packages yet
        subprocess.run(download, cwd=downloads, check=True, capture_output=True)
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    [deb] = downloads.glob("*.deb")
    subprocess.run(["dpkg-deb", "-x", deb, partial], check=True, capture_output=True)
    partial.rename(folder)
