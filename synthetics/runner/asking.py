"""Asking others by the way: within a time that is really kept, and never more often than is polite."""

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Generic, TypeVar

from synthetics.clock import Clock

#: No answer counts that took longer: a run waits for it.
LIMIT_SECONDS = 2.0
#: Nobody is asked the same again before so much time has gone by.
AGAIN_AFTER_MS = 60_000

_T = TypeVar("_T")


def within(seconds: float, ask: Callable[[], _T]) -> _T | None:
    """Ask somebody, and do without an answer that does not come in time.

    A client's own limits are for each part of a call: a name that does not resolve, or an answer that drips, takes as
    long as it likes. Such a call is left to itself, on a thread that keeps no process from ending.

    Args:
        seconds: How long to wait.
        ask: Gives the answer; whatever it raises is no answer.

    Returns:
        The answer; None where there was none in time.
    """
    answers: list[_T] = []

    def call() -> None:
        try:
            answers.append(ask())
        except Exception:  # noqa: BLE001  whatever went wrong: it is not known then, and that is all there is to say
            return

    thread = threading.Thread(target=call, name="asking", daemon=True)
    thread.start()
    thread.join(seconds)
    return answers[0] if answers else None


class OnceAMinute(Generic[_T]):
    """Answers that are kept for a minute, so that many who ask at once make one call; no answer is kept as well.

    Args:
        clock: Tells how old an answer is.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: dict[str, tuple[_T | None, int]] = {}
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    def get(self, whom: str, ask: Callable[[], _T | None]) -> _T | None:
        """The answer of the last minute, else a new one.

        Args:
            whom: Who is asked.
            ask: Asks; may take its time, and others who want the same answer wait for it.
        """
        with self._lock:
            turn = self._turns[whom]
        with turn:
            kept = self._answers.get(whom)
            if kept is not None and self._clock.monotonic_ms() < kept[1] + AGAIN_AFTER_MS:
                return kept[0]
            answer = ask()
            self._answers[whom] = answer, self._clock.monotonic_ms()
            return answer
