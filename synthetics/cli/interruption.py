"""Ctrl-C and SIGTERM: a command ends in order, with a record of every run that it had begun."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def on_signals(react: Callable[[], None], signals: Sequence[signal.Signals] = _SIGNALS) -> Iterator[None]:
    """Let something be called at each SIGINT and SIGTERM, or others, instead of what they do by default."""

    def handle(_signum: int, _frame: FrameType | None) -> None:
        react()

    previous = {each: signal.signal(each, handle) for each in signals}
    try:
        yield
    finally:
        for each, handler in previous.items():
            signal.signal(each, handler)


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Give an event that SIGINT and SIGTERM set; the second signal of a kind does what it does by default."""
    stop = threading.Event()

    def note(signum: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signum, previous[signal.Signals(signum)])

    previous = {each: signal.signal(each, note) for each in _SIGNALS}
    try:
        yield stop
    finally:
        for each, handler in previous.items():
            signal.signal(each, handler)
