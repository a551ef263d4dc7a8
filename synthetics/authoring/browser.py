"""Which browser runs journeys: found on the machine, or installed where that is allowed."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from synthetics.errors import CallerError

PLAYWRIGHT_INSTALL_SECONDS = 120
APT_INSTALL_SECONDS = 600

_HEADLESS_COMMANDS = ("chromium-headless-shell", "chromium", "google-chrome")
_HEADED_COMMANDS = ("chromium", "google-chrome")
_HEADLESS_PROGRAMS = ("chrome-*/chrome-headless-shell*", "chrome-*/headless_shell*")
_HEADED_PROGRAMS = ("chrome-*/chrome", "chrome-*/chrome.exe", "chrome-*/*.app/Contents/MacOS/*")
_DEBIAN_PROGRAMS = Path("/usr/lib/chromium")


class BrowserNotFoundError(CallerError):
    """There is no browser to run journeys with; the text has the command that brings one."""


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser's program on this machine.

    Args:
        executable: The program itself, not a wrapper around it.
        source: Where it came from, in words for people.
    """

    executable: Path
    source: str


def find_browser(setting: Path | None, environ: Mapping[str, str], *, headed: bool = False) -> Browser:
    """Find the browser that runs journeys, without starting anything.

    Args:
        setting: The configured program; it is used or refused, never passed over.
        environ: The environment: ``PATH``, ``HOME``, ``PLAYWRIGHT_BROWSERS_PATH`` and the like.
        headed: Whether a window is wanted, which a headless shell cannot open.

    Returns:
        The setting, else Playwright's own browser, else the system's.

    Raises:
        BrowserNotFoundError: Where there is none.
    """
    if setting is not None:
        return _configured(setting)
    folders = playwright_folders(environ)
    found = _playwrights_own(folders, headed=headed) or _system_browser(environ, headed=headed)
    if found is None:
        raise BrowserNotFoundError(_not_found_text(folders, headed=headed))
    return found


def _configured(setting: Path) -> Browser:
    if not (setting.is_file() and os.access(setting, os.X_OK)):
        raise BrowserNotFoundError(
            f"synthetics.toml: browser.executable = {setting}\n"
            "  is no program that can be run.\n"
            "  Correct the path, or remove the key: then the machine is searched."
        )
    return Browser(setting, "browser.executable in synthetics.toml")


def playwright_folders(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Where Playwright keeps the browsers that it installs, by its documentation.

    Args:
        environ: The environment of the process that starts Playwright.

    Returns:
        The one folder that is set, else those of the platforms; none need exist.
    """
    setting = environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if setting == "0":  # inside the package itself
        import playwright  # noqa: PLC0415  slow to import, and wanted in this rare case only

        return (Path(playwright.__file__).parent / "driver" / "package" / ".local-browsers",)
    if setting:
        return (Path(setting),)
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
    return (
        Path(environ.get("XDG_CACHE_HOME") or home / ".cache") / "ms-playwright",
        home / "Library" / "Caches" / "ms-playwright",
        Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "ms-playwright",
    )


def _playwrights_own(folders: Sequence[Path], *, headed: bool) -> Browser | None:
    """The newest browser that Playwright has installed completely.

    The revision is not asked for: each Playwright drives its neighbours' browsers well enough, and asking which one
    it wants needs its private registry.
    """
    family, programs = ("chromium", _HEADED_PROGRAMS) if headed else ("chromium_headless_shell", _HEADLESS_PROGRAMS)
    revisions = (folder for root in folders for folder in root.glob(f"{family}-*"))
    for folder in sorted(revisions, key=_revision, reverse=True):
        if not (folder / "INSTALLATION_COMPLETE").exists():  # a download that was cut short
            continue
        for program in (each for pattern in programs for each in sorted(folder.glob(pattern))):
            if program.is_file() and os.access(program, os.X_OK):
                return Browser(program, f"Playwright's own ({folder.name})")
    return None


def _revision(folder: Path) -> int:
    digits = re.search(r"-(\d+)$", folder.name)
    return int(digits[1]) if digits else -1


def _system_browser(environ: Mapping[str, str], *, headed: bool) -> Browser | None:
    for name in _HEADED_COMMANDS if headed else _HEADLESS_COMMANDS:
        command = shutil.which(name, path=environ.get("PATH"))
        if command is not None:
            return Browser(_behind_wrapper(Path(command), _DEBIAN_PROGRAMS), f"the system's {name}")
    return None


def _behind_wrapper(command: Path, programs: Path) -> Path:
    """The program that Debian's command starts.

    Its command is a shell script that stays as the browser's parent: killing what we started would leave the browser.
    """
    with command.open("rb") as file:
        is_script = file.read(2) == b"#!"
    program = programs / command.name
    return program if is_script and program.is_file() and os.access(program, os.X_OK) else command


def _not_found_text(folders: Sequence[Path], *, headed: bool) -> str:
    commands = ", ".join(_HEADED_COMMANDS if headed else _HEADLESS_COMMANDS)
    return (
        f"No browser {'with a window ' if headed else ''}was found to run journeys with: Playwright has installed none "
        f"({folders[0]}), and there is no {commands} on the PATH.\n" + _how_to_get_one(headed=headed)
    )


def _how_to_get_one(*, headed: bool) -> str:
    package = "chromium" if headed else "chromium-headless-shell"
    return (
        f"  Type `python -m playwright install --with-deps {package}`,\n"
        f"  or on Debian `sudo apt-get install {package}`,\n"
        '  or name a browser in synthetics.toml: [browser] executable = "/path/to/it".'
    )


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One command that may bring a browser."""

    command: tuple[str, ...]
    seconds: int


Runner = Callable[..., subprocess.CompletedProcess[str]]


def install_browser(
    environ: Mapping[str, str] = os.environ, *, headed: bool = False, run: Runner = subprocess.run
) -> Browser:
    """Bring a browser onto this machine: Playwright's installer, then Debian's packages where that is allowed.

    Args:
        environ: The environment for the installers, and to find the browser in afterwards.
        headed: Whether a window is wanted.
        run: What runs a command; ``subprocess.run`` outside tests.

    Returns:
        The browser that is there now.

    Raises:
        BrowserNotFoundError: Where no installer brought one, with what each of them said.
    """
    package = "chromium" if headed else "chromium-headless-shell"
    said: list[str] = []
    for attempts in _ways(package, environ, run):
        said += [_try(attempt, environ, run) for attempt in attempts]
        try:
            return find_browser(None, environ, headed=headed)
        except BrowserNotFoundError:
            continue
    raise BrowserNotFoundError(
        "No browser could be installed to run journeys with.\n"
        + "\n".join(said)
        + "\n"
        + _how_to_get_one(headed=headed)
    )


def _ways(package: str, environ: Mapping[str, str], run: Runner) -> Iterator[tuple[_Attempt, ...]]:
    """Each way to a browser; the next is only looked into where the one before has not helped."""
    yield _by_playwright(package)
    yield _by_apt(package, environ, run)


def _by_playwright(package: str) -> tuple[_Attempt, ...]:
    return (_Attempt((sys.executable, "-m", "playwright", "install", package), PLAYWRIGHT_INSTALL_SECONDS),)


def _by_apt(package: str, environ: Mapping[str, str], run: Runner) -> tuple[_Attempt, ...]:
    """Debian's packages, where they are there and we may install them without being asked for a password."""
    apt = shutil.which("apt-get", path=environ.get("PATH"))
    if apt is None:
        return ()
    prefix: tuple[str, ...] = ()
    if os.geteuid() != 0:
        sudo = shutil.which("sudo", path=environ.get("PATH"))
        if sudo is None or run([sudo, "-n", "true"], check=False, capture_output=True, text=True).returncode != 0:
            return ()
        prefix = (sudo, "-n")
    return (
        _Attempt((*prefix, apt, "update"), APT_INSTALL_SECONDS),
        _Attempt((*prefix, apt, "install", "-y", "--no-install-recommends", package), APT_INSTALL_SECONDS),
    )


def _try(attempt: _Attempt, environ: Mapping[str, str], run: Runner) -> str:
    """Run one installer and tell what it said at the end, for the message where none succeeds."""
    shown = " ".join(attempt.command)
    try:
        done = run(
            list(attempt.command),
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=attempt.seconds,
            env={**environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    except subprocess.TimeoutExpired:
        return f"  `{shown}` was ended after {attempt.seconds} s."
    except OSError as error:
        return f"  `{shown}` could not be started: {error}."
    last = "\n".join(f"    {line}" for line in (done.stdout or "").strip().splitlines()[-8:])
    return f"  `{shown}` ended with {done.returncode}:\n{last}"
