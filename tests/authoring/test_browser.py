import os
import subprocess
from pathlib import Path

import pytest

from synthetics.authoring import browser
from synthetics.authoring.browser import BrowserNotFoundError, find_browser, install_browser, playwright_folders
from synthetics.errors import CallerError


def a_program(path: Path, content: bytes = b"\x7fELF") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o755)
    return path


def a_headless_shell(cache: Path, revision: int, *, whole: bool = True) -> Path:
    folder = cache / f"chromium_headless_shell-{revision}"
    program = a_program(folder / "chrome-headless-shell-linux64" / "chrome-headless-shell")
    if whole:
        (folder / "INSTALLATION_COMPLETE").touch()
    return program


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A machine with nothing on it."""
    (tmp_path / "bin").mkdir()
    return {"HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "bin")}


def test_setting_is_used_before_everything_else(tmp_path: Path, environ: dict[str, str]) -> None:
    a_headless_shell(tmp_path / "home/.cache/ms-playwright", 1200)
    setting = a_program(tmp_path / "mine")

    assert find_browser(setting, environ).executable == setting


@pytest.mark.parametrize("content", [None, "x"], ids=["missing", "no program"])
def test_setting_that_cannot_run_is_refused_and_not_passed_over(
    tmp_path: Path, environ: dict[str, str], content: str | None
) -> None:
    a_headless_shell(tmp_path / "home/.cache/ms-playwright", 1200)
    setting = tmp_path / "mine"
    if content is not None:
        setting.write_text(content)

    with pytest.raises(BrowserNotFoundError, match=r"browser\.executable = .*mine\n.*no program"):
        find_browser(setting, environ)


def test_newest_whole_headless_shell_of_playwright_goes_before_the_systems(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    cache = tmp_path / "home/.cache/ms-playwright"
    a_headless_shell(cache, 999)
    newest = a_headless_shell(cache, 1201)
    a_headless_shell(cache, 1300, whole=False)
    a_program(tmp_path / "bin/chromium")

    found = find_browser(None, environ)

    assert found.executable == newest
    assert found.source == "Playwright's own (chromium_headless_shell-1201)"


def test_older_layout_of_headless_shell_is_known(tmp_path: Path, environ: dict[str, str]) -> None:
    folder = tmp_path / "here" / "chromium_headless_shell-1148"
    program = a_program(folder / "chrome-linux" / "headless_shell")
    (folder / "INSTALLATION_COMPLETE").touch()

    assert find_browser(None, environ | {"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "here")}).executable == program


@pytest.mark.parametrize(
    ("there", "headed", "taken"),
    [
        pytest.param(("google-chrome", "chromium"), False, "chromium", id="chromium before chrome"),
        pytest.param(("chromium", "chromium-headless-shell"), False, "chromium-headless-shell", id="shell first"),
        pytest.param(("chromium", "chromium-headless-shell"), True, "chromium", id="a shell cannot open a window"),
        pytest.param(("google-chrome",), True, "google-chrome", id="chrome where it is alone"),
    ],
)
def test_system_browsers_are_taken_in_order(
    tmp_path: Path, environ: dict[str, str], *, there: tuple[str, ...], headed: bool, taken: str
) -> None:
    for name in there:
        a_program(tmp_path / "bin" / name)

    assert find_browser(None, environ, headed=headed).executable == tmp_path / "bin" / taken


def test_window_is_not_opened_with_playwrights_headless_shell(tmp_path: Path, environ: dict[str, str]) -> None:
    cache = tmp_path / "home/.cache/ms-playwright"
    a_headless_shell(cache, 1201)
    full = a_program(cache / "chromium-1201" / "chrome-linux64" / "chrome")
    (cache / "chromium-1201" / "INSTALLATION_COMPLETE").touch()

    assert find_browser(None, environ, headed=True).executable == full


def test_program_behind_debians_wrapper_is_started(
    tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_program(tmp_path / "bin/chromium", b"#!/bin/sh -e\nexec whatever\n")
    behind = a_program(tmp_path / "lib/chromium")
    monkeypatch.setattr(browser, "_DEBIAN_PROGRAMS", tmp_path / "lib")

    assert find_browser(None, environ).executable == behind


def test_script_with_nothing_behind_it_is_started_itself(
    tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = a_program(tmp_path / "bin/google-chrome", b"#!/bin/bash\n")
    monkeypatch.setattr(browser, "_DEBIAN_PROGRAMS", tmp_path / "lib")

    assert find_browser(None, environ).executable == script


@pytest.mark.parametrize("headed", [False, True], ids=["headless", "headed"])
def test_no_browser_is_told_with_the_commands_to_type(environ: dict[str, str], *, headed: bool) -> None:
    with pytest.raises(CallerError) as raised:
        find_browser(None, environ, headed=headed)

    package = "chromium" if headed else "chromium-headless-shell"
    assert f"`python -m playwright install --with-deps {package}`" in str(raised.value)
    assert f"`sudo apt-get install {package}`" in str(raised.value)
    assert "[browser] executable" in str(raised.value)


def test_browsers_inside_playwrights_package_are_looked_for_where_that_is_set() -> None:
    (folder,) = playwright_folders({"PLAYWRIGHT_BROWSERS_PATH": "0"})

    assert folder.parts[-3:] == ("driver", "package", ".local-browsers")


class FakeInstallers:
    """Runs no command; the one whose words contain ``helps`` makes a browser appear."""

    def __init__(self, helps: str, appears: Path) -> None:
        self.helps, self.appears, self.commands = helps, appears, list[str]()

    def __call__(self, command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        shown = " ".join([Path(command[0]).name, *command[1:]])
        self.commands.append(shown)
        if self.helps in shown:
            a_program(self.appears)
        return subprocess.CompletedProcess(command, 0 if self.helps in shown else 1, f"said by {command[-1]}\n")


def test_install_stops_at_the_first_installer_that_helps(tmp_path: Path, environ: dict[str, str]) -> None:
    a_program(tmp_path / "bin/apt-get")
    installers = FakeInstallers("playwright install", tmp_path / "bin/chromium")

    found = install_browser(environ, run=installers)

    assert found.executable == tmp_path / "bin/chromium"
    assert len(installers.commands) == 1
    assert installers.commands[0].endswith("-m playwright install chromium-headless-shell")


def test_install_goes_on_to_debians_packages(
    tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    a_program(tmp_path / "bin/apt-get")
    installers = FakeInstallers("apt-get install", tmp_path / "bin/chromium-headless-shell")

    install_browser(environ, run=installers)

    assert installers.commands[1:] == [
        "apt-get update",
        "apt-get install -y --no-install-recommends chromium-headless-shell",
    ]


def test_install_asks_no_password(tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where sudo would ask for one, Debian's packages are left alone."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    a_program(tmp_path / "bin/apt-get")
    a_program(tmp_path / "bin/sudo")
    installers = FakeInstallers("nothing helps", tmp_path / "nowhere")

    with pytest.raises(BrowserNotFoundError):
        install_browser(environ, run=installers)

    assert installers.commands[1:] == ["sudo -n true"]


def test_install_that_fails_tells_what_each_installer_said(environ: dict[str, str]) -> None:
    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        raise subprocess.TimeoutExpired(command, 120)

    with pytest.raises(BrowserNotFoundError, match="was ended after 120 s") as raised:
        install_browser(environ, run=run)

    assert "python -m playwright install --with-deps" in str(raised.value)
