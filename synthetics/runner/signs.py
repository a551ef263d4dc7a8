"""Signs of life, on a thread of their own: the ledger is told that a scheduler is at work, and the dead man as well."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from synthetics.errors import StorageError
from synthetics.runner.agenda import OnSchedule

_log = logging.getLogger(__name__)

#: Notes in the ledger what is on the schedule, and that somebody is at work on it.
Watch = Callable[[OnSchedule], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadMan:
    """Who is told that the monitor lives.

    Args:
        every_seconds: How often, 1 or more.
        tell: Tells it; its failures are its own.
    """

    every_seconds: int
    tell: Callable[[], object]


class Signs:
    """Gives signs of life, one after the other, in the order in which they were asked for.

    Args:
        watch: Writes into the ledger; raises ``StorageError`` where that cannot be written.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="signs")
        self._last: dict[str, Future[None]] = {}

    def note(self, on_schedule: OnSchedule) -> None:
        """Note in the ledger, soon, what is on the schedule, and that somebody is at work on it."""
        self._last["note"] = self._thread.submit(self._give, on_schedule, None, None)

    def note_if_idle(self, on_schedule: OnSchedule) -> None:
        """Do the same, unless the last one is still under way: they must not pile up."""
        if self._is_idle("note"):
            self.note(on_schedule)

    def tell(self, dead_man: DeadMan, on_schedule: OnSchedule, why_not: str | None) -> None:
        """Tell the dead man, soon, that the monitor lives: where it does, and where the ledger can be written.

        Args:
            dead_man: Who is told.
            on_schedule: What is noted in the ledger before that.
            why_not: What is wrong with the monitor; the dead man is not told then.
        """
        if self._is_idle("tell"):
            self._last["tell"] = self._thread.submit(self._give, on_schedule, dead_man, why_not)

    def close(self) -> None:
        """Give what was asked for, and end."""
        self._thread.shutdown(wait=True)

    def _is_idle(self, kind: str) -> bool:
        last = self._last.get(kind)
        return last is None or last.done()

    def _give(self, on_schedule: OnSchedule, dead_man: DeadMan | None, why_not: str | None) -> None:
        try:
            self._watch(on_schedule)
        except StorageError as error:
            why_not = str(error).partition("\n")[0]
        except Exception:  # noqa: BLE001  told; and whatever it is, nothing says that the ledger can be written
            _log.exception("event=watch_broke")
            return
        if why_not is not None:
            _log.warning("event=%s why=%r", "watch_failed" if dead_man is None else "dead_man_silent", why_not)
        elif dead_man is not None:
            dead_man.tell()
