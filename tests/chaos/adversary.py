"""The adversary: whatever can happen to a service, at random instants, the same again for the same seed."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.chaos.house import Descendant, House, Role, none_of

_ROLES = (Role.BROWSER, Role.DRIVER, Role.WORKER, Role.SUPERVISOR)

#: How long a process of a kind is waited for; a journey that uses it comes by in this time.
_FIND_S = 30.0

_HOG_BYTES = 400_000_000
_HOG = f"kept = bytearray(b'x') * {_HOG_BYTES}; input()"

#: What an act may change: a run's process, or something around it.
PROCESS_ACTS = frozenset({"kill", "stop", "pause"})


@dataclass
class Act:
    """Something that was done.

    Args:
        kind: What, such as ``kill worker``.
        began_ms: When, in milliseconds UTC of the machine's own clock.
        ended_ms: Until when it had an effect.
        bears: Those who bear its effect, as long as they live.
    """

    kind: str
    began_ms: int
    ended_ms: int
    bears: list[psutil.Process] = field(default_factory=list)

    @property
    def is_on_a_process(self) -> bool:
        """Whether a process of ours was killed or stopped."""
        return self.kind.partition(" ")[0] in PROCESS_ACTS

    def look(self) -> None:
        """Note whether it has an effect still."""
        if any(_is_alive(each) for each in self.bears):
            self.ended_ms = _machine_ms()


class Adversary:
    """Does harm to a service.

    Args:
        house: The service.
        seed: What all that it does follows from.
        disk: The folder of a file system that may be filled; None where the service is told that its disk is full.
    """

    def __init__(self, house: House, seed: int, disk: Path | None) -> None:
        self._house = house
        self._disk = disk
        self._dice = random.Random(seed)  # noqa: S311  chance here is to be the same again
        self._deck: list[str] = []
        self.acts: list[Act] = []
        self.skipped: Counter[str] = Counter()
        self._deeds: dict[str, Callable[[Act], None]] = {
            **{f"kill {role}": self._on(role, self._kill) for role in _ROLES},
            **{f"stop {role}": self._on(role, self._stop) for role in _ROLES},
            **{f"pause {role}": self._on(role, self._pause) for role in _ROLES},
            "kill runner": self.kill_runner,
            "stop runner": self._stop_runner,
            "pause runner": self._pause_runner,
            "restart": self._restart,
            "reload": self._reload,
            "fill disk": self._fill_disk,
            "take memory": self._take_memory,
            "clock forward": self._put_clock_forward,
            "clock back": self._put_clock_back,
            "clock back, restart": self._put_clock_back_and_restart,
            "break pipes": self._break_pipes,
        }
        self._looking = threading.Event()
        self._watch = threading.Thread(target=self._keep_looking, name="effects", daemon=True)
        self._watch.start()

    @property
    def kinds(self) -> tuple[str, ...]:
        """All that it can do."""
        return tuple(self._deeds)

    def close(self) -> None:
        """Do no more, and take back what can be taken back."""
        self._looking.set()
        self._watch.join()
        self._free_disk()

    def rest(self, longest_s: float) -> None:
        """Let a random time pass."""
        threading.Event().wait(self._dice.uniform(0, longest_s))

    def act(self, kind: str | None = None) -> Act:
        """Do something; everything that it can do comes by before anything comes again.

        Args:
            kind: What; None leaves it to chance.
        """
        if kind is None:
            self._deck = self._deck or self._dice.sample(self.kinds, len(self.kinds))
            kind = self._deck.pop()
        act = Act(kind=kind, began_ms=_machine_ms(), ended_ms=_machine_ms())
        self.acts.append(act)
        self._deeds[kind](act)
        act.ended_ms = max(act.ended_ms, _machine_ms())
        return act

    def _keep_looking(self) -> None:
        while not self._looking.wait(0.3):
            for act in tuple(self.acts):
                act.look()

    # Processes.

    def _on(self, role: Role, do: Callable[[psutil.Process], None]) -> Callable[[Act], None]:
        def deed(act: Act) -> None:
            victim = self._find(role)
            if victim is None:
                self.skipped[act.kind] += 1
                return
            act.bears = [each.process for each in self._house.descendants() if each.tag == victim.tag]
            with suppress(psutil.Error):
                do(victim.process)

        return deed

    def _find(self, role: Role) -> Descendant | None:
        end_s = time.monotonic() + _FIND_S
        while time.monotonic() < end_s:
            found = [each for each in self._house.descendants() if each.role is role and _is_alive(each.process)]
            if found:
                return self._dice.choice(found)
            threading.Event().wait(0.1)
        return None

    def _kill(self, victim: psutil.Process) -> None:
        victim.kill()

    def _stop(self, victim: psutil.Process) -> None:
        victim.suspend()

    def _pause(self, victim: psutil.Process) -> None:
        victim.suspend()
        self.rest(4)
        victim.resume()

    # The runner.

    def kill_runner(self, _act: Act) -> None:
        """Kill the runner, see that all that it started goes with it, and start it again."""
        self._house.kill()
        none_of(self._house.without_runner, "of what a killed runner had started there is still")
        self._free_disk()
        self._house.start()

    def _stop_runner(self, act: Act) -> None:
        self._house.process.send_signal(signal.SIGSTOP)
        self.rest(5)
        self.kill_runner(act)

    def _pause_runner(self, _act: Act) -> None:
        self._house.process.send_signal(signal.SIGSTOP)
        self.rest(8)
        self._house.process.send_signal(signal.SIGCONT)

    def _restart(self, _act: Act) -> None:
        self._house.stop()
        self._free_disk()
        self._house.start()

    def _reload(self, _act: Act) -> None:
        self._house.process.send_signal(signal.SIGHUP)

    # What is around them.

    def _fill_disk(self, _act: Act) -> None:
        if self._disk is None:
            self._house.full.touch()
        else:
            leave = self._dice.choice((0, 0, 20_000_000))  # the last is too little for files, and enough for records
            _fill(self._disk / "filler", leave)
        self.rest(12)
        self._free_disk()

    def _free_disk(self) -> None:
        self._house.full.unlink(missing_ok=True)
        if self._disk is not None:
            (self._disk / "filler").unlink(missing_ok=True)

    def _take_memory(self, _act: Act) -> None:
        hog = subprocess.Popen([sys.executable, "-c", _HOG], stdin=subprocess.PIPE)
        self.rest(6)
        hog.communicate(b"\n")

    def _put_clock_forward(self, _act: Act) -> None:
        self._house.put_clock(self._dice.randrange(2_000, 90_000))

    def _put_clock_back(self, _act: Act) -> None:
        self._house.put_clock(-self._dice.randrange(2_000, 60_000))

    def _put_clock_back_and_restart(self, act: Act) -> None:
        self._put_clock_back(act)
        self.kill_runner(act)

    def _break_pipes(self, _act: Act) -> None:
        self._house.break_pipes()


def _fill(file: Path, leave: int) -> None:
    """Fill the disk that a file is on, but for some bytes."""
    free = os.statvfs(file.parent).f_bavail * os.statvfs(file.parent).f_frsize
    with file.open("wb") as filler, suppress(OSError):
        for _ in range(max(0, free - leave) // 65_536 + (leave == 0)):
            filler.write(bytes(65_536))


def _is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _machine_ms() -> int:
    return time.time_ns() // 1_000_000
