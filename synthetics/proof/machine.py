"""Faults of the machine that journeys run on, and what a stand-in's faults need of it."""

import ast
import os
import shlex
import shutil
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psutil

from synthetics.catalogue import Placement
from synthetics.config.models import Target
from synthetics.proof.expecting import Injected
from synthetics.proof.switchboard import Needs
from synthetics.record import Fault, Trigger
from synthetics.runner.story import Sites, Story

BROWSER_KILLED: Final = Injected(
    name="browser_killed", blames=Fault.MONITOR, sentence="Somebody kills the browser while the journey walks."
)
BROWSER_MISSING: Final = Injected(
    name="browser_missing", blames=Fault.MONITOR, sentence="There is no browser where it is said to be."
)
JOURNEY_BUG: Final = Injected(
    name="journey_bug", blames=Fault.MONITOR, sentence="The journey breaks of a bug before its first step."
)
FAULTS: Final = (BROWSER_KILLED, BROWSER_MISSING, JOURNEY_BUG)

#: What is proved counts in no SLI.
TRIGGER: Final = Trigger.MANUAL
#: What every process of a browser has in its command line, but for the one that started the others.
_TYPE = "--type="
#: Between two looks for a browser.
_LOOK_SECONDS = 0.02


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """Who makes a run, and which one.

    Args:
        story: Makes it.
        placement: The journey, its target and location.
        slot_ms: Its slot, which is nobody else's, in milliseconds UTC.
    """

    story: Story
    placement: Placement
    slot_ms: int


@contextmanager
def broken_machine(fault: str, scene: Scene, folder: Path) -> Iterator[Scene]:
    """Make a fault of the machine happen to a run.

    Args:
        fault: Its name; that of none changes nothing.
        scene: Who makes the run, and which one.
        folder: Where files for it can be written.

    Yields:
        Who makes it instead.
    """
    if fault == BROWSER_MISSING.name:
        yield replace(_alone(scene), story=replace(scene.story, browser=folder / "no-browser-here"))
    elif fault == JOURNEY_BUG.name:
        yield _with_bug(scene, folder)
    elif fault == BROWSER_KILLED.name:
        with _killing(scene.story.sites.target(scene.placement.target).site):
            yield _alone(scene)
    else:
        yield scene


def as_needed(scene: Scene, needs: Needs, folder: Path) -> Scene:
    """Let a run ask as a fault needs it.

    Args:
        scene: Who makes the run, and which one.
        needs: What the fault needs.
        folder: Where files for it can be written.

    Returns:
        Who makes it instead; the same where the fault needs nothing.
    """
    if needs.resolve:
        scene = _alone(scene)
        browser = _deaf_browser(scene.story.browser, needs.resolve, folder)
        scene = replace(scene, story=replace(scene.story, browser=browser))
    if urlsplit(scene.story.sites.target(scene.placement.target).site).netloc in needs.https:
        scene = replace(scene, story=replace(scene.story, sites=_Secured(scene.story.sites)))
    return scene


class _Secured:
    """Targets that are asked by https."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites

    def target(self, name: str) -> Target:
        target = self._sites.target(name)
        return target.model_copy(update={"site": target.site.replace("http://", "https://", 1)})

    def check(self, target: Target) -> None:
        self._sites.check(self._sites.target(target.name))


def _alone(scene: Scene) -> Scene:
    """A run whose browser nobody else has."""
    return replace(scene, placement=replace(scene.placement, journey=replace(scene.placement.journey, isolated=True)))


def _with_bug(scene: Scene, folder: Path) -> Scene:
    """The same journey, broken before its first step."""
    journeys = folder / "journeys"
    shutil.rmtree(journeys, ignore_errors=True)
    shutil.copytree(scene.story.journeys_folder, journeys, ignore=shutil.ignore_patterns("__pycache__"))
    journey = scene.placement.journey
    file = journeys / journey.file.relative_to(scene.story.journeys_folder)
    tree = ast.parse(file.read_text())
    for each in tree.body:
        if isinstance(each, ast.FunctionDef) and each.name == journey.function:
            each.body[1:1] = ast.parse("nobody_has_defined_this()").body
            each.args = ast.arguments(
                posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[]
            )  # a fixture would ask the site first
    file.write_text(ast.unparse(ast.fix_missing_locations(tree)))
    return replace(
        scene,
        story=replace(scene.story, journeys_folder=journeys),
        placement=replace(scene.placement, journey=replace(journey, file=file)),
    )


def _deaf_browser(browser: Path, servers: Sequence[str], folder: Path) -> Path:
    """A browser for which some names do not resolve."""
    rules = ",".join(f"MAP {server} ~NOTFOUND" for server in servers)
    file = folder / "browser"
    file.write_text(f'#!/bin/sh\nexec {shlex.quote(str(browser))} --host-resolver-rules={shlex.quote(rules)} "$@"\n')
    file.chmod(0o700)
    return file


@contextmanager
def _killing(site: str) -> Iterator[None]:
    """Kill the browser that talks to a site, the first time that one does."""
    over = threading.Event()
    killer = threading.Thread(target=_kill_one, args=(urlsplit(site).port, over), daemon=True)
    killer.start()
    try:
        yield
    finally:
        over.set()
        killer.join()


def _kill_one(port: int | None, over: threading.Event) -> None:
    while not over.wait(_LOOK_SECONDS):
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if _TYPE in " ".join(process.cmdline()) and _talks_to(process, port):
                    os.kill(_browser_of(process).pid, signal.SIGKILL)
                    return


def _talks_to(process: psutil.Process, port: int | None) -> bool:
    return any(each.raddr and each.raddr.port == port for each in process.net_connections("tcp"))


def _browser_of(process: psutil.Process) -> psutil.Process:
    """The process of the browser that started its other ones."""
    return next(each for each in process.parents() if _TYPE not in " ".join(each.cmdline()))
