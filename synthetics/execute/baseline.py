"""What a worker's process was like before a run: put back where that can be, and told where it cannot.

What a run changed and nobody can put back for certain, such as a thread that goes on or a function of a library that
was replaced, costs the worker its place: it is told as a leak, and the next run gets another process.
"""

import gc
import locale
import logging
import operator
import os
import random
import signal
import socket
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

#: What a run may replace in a module: what it calls. Plain values there are counters and caches of the library's own.
_CALLED = (FunctionType, type, type(len), type(str.join), classmethod, staticmethod, property)

_SIGNALS = tuple(
    each
    for each in signal.valid_signals()
    if each not in {signal.SIGKILL, signal.SIGSTOP} and int(each) < signal.SIGRTMIN
)

#: Threads of a pool that belongs to the event loop, which is kept: Playwright reads and writes files in them.
_POOL = "asyncio_"

_OUTPUTS = {"stdout": 1, "stderr": 2}

_HOOKS = ("excepthook", "displayhook", "unraisablehook", "breakpointhook", "stdin", "stdout", "stderr")


class Baseline:
    """A process as it is now.

    Attributes:
        home: Where it works between runs.
    """

    def __init__(self) -> None:
        self.home = Path.cwd()
        self._environ = dict(os.environ)
        self._umask = _umask()
        self._paths = {name: list(getattr(sys, name)) for name in ("path", "meta_path", "path_hooks", "argv")}
        self._hooks = {name: getattr(sys, name) for name in _HOOKS}
        self._thread_hook = threading.excepthook
        self._filters = list(warnings.filters)
        self._show_warning = warnings.showwarning
        self._signals = {each: signal.getsignal(each) for each in _SIGNALS}
        self._logging = {logger: _Logger(logger) for logger in _loggers()}
        self._logging_disabled = logging.root.manager.disable
        self._locale = locale.setlocale(locale.LC_ALL)
        self._recursion = sys.getrecursionlimit()
        self._socket_timeout_s = socket.getdefaulttimeout()
        self._threads = set(threading.enumerate())
        self._outputs = {name: os.fstat(number) for name, number in _OUTPUTS.items()}
        self._modules: dict[str, dict[str, Any]] = {}
        self._classes: dict[type, dict[str, Any]] = {}
        self._learn(sys.modules)

    def restore(self, rootdir: Path) -> tuple[str, ...]:
        """Put back what a run has changed.

        Args:
            rootdir: The folder that journeys are imported from: what came from there is forgotten, and imported anew.

        Returns:
            What cannot be put back, each in a few words; nothing, where the process is as it was.
        """
        self._restore_plain()
        self._restore_logging()
        theirs = _imported_from(rootdir)
        leaked = (*self._threads_left(), *self._streams_lost(), *self._replaced(theirs))
        for name in theirs:
            del sys.modules[name]
        if not leaked:
            self._learn({name: each for name, each in sys.modules.items() if name not in self._modules})
        return leaked

    def _restore_plain(self) -> None:
        os.chdir(self.home)
        os.umask(self._umask)
        if dict(os.environ) != self._environ:
            os.environ.clear()
            os.environ.update(self._environ)
            time.tzset()
        for name, value in self._paths.items():
            getattr(sys, name)[:] = value
        for name, value in self._hooks.items():
            setattr(sys, name, value)
        threading.excepthook = self._thread_hook
        # Changed by slice, and told to the module in its own way, or its cache of what was shown stays.
        warnings.filters[:] = self._filters  # type: ignore[index]  # typeshed knows it as a sequence, it is a list
        warnings.showwarning = self._show_warning
        with warnings.catch_warnings():
            pass
        for number, handler in self._signals.items():
            if handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if locale.setlocale(locale.LC_ALL) != self._locale:
            locale.setlocale(locale.LC_ALL, self._locale)
        sys.setrecursionlimit(self._recursion)
        sys.settrace(None)
        sys.setprofile(None)
        socket.setdefaulttimeout(self._socket_timeout_s)
        random.seed()  # not as it was: two runs that make the same names would be worse
        gc.enable()

    def _restore_logging(self) -> None:
        logging.disable(self._logging_disabled)
        for logger in _loggers():
            if logger not in self._logging:
                self._logging[logger] = _Logger()
                self._logging[logger].handlers = [
                    each for each in logger.handlers if isinstance(each, logging.NullHandler)
                ]
            self._logging[logger].put_back(logger)

    def _threads_left(self) -> Iterator[str]:
        for thread in threading.enumerate():
            if thread not in self._threads and thread.is_alive() and not thread.name.startswith(_POOL):
                yield f"thread: {thread.name}"

    def _streams_lost(self) -> Iterator[str]:
        """Streams that print no more, or elsewhere than they did: the next run's log would be empty."""
        for name, number in _OUTPUTS.items():
            try:
                is_same = os.path.samestat(os.fstat(number), self._outputs[name]) and not self._hooks[name].closed
            except OSError:
                is_same = False
            if not is_same:
                yield f"closed: {name}"

    # Functions and classes of modules that stay.

    def _learn(self, modules: "dict[str, ModuleType]") -> None:
        for name, module in list(modules.items()):
            with suppress(TypeError):  # not everything that stands there is a module
                self._modules[name] = dict(vars(module))
                for value in self._modules[name].values():
                    if isinstance(value, type) and value.__module__ == name:
                        self._classes.setdefault(value, dict(vars(value)))

    def _replaced(self, theirs: frozenset[str]) -> Iterator[str]:
        """What is not any more what it was, in modules and in their classes, and what of the journeys stands there."""
        for name, module in list(sys.modules.items()):
            if name not in theirs and isinstance(module, ModuleType):
                yield from _changes(name, self._modules.get(name), vars(module), theirs)
        for cls, before in self._classes.items():
            yield from _changes(f"{cls.__module__}.{cls.__qualname__}", before, vars(cls), theirs)


class _Logger:
    """What can be set of a logger; without one, as a new one is."""

    def __init__(self, logger: logging.Logger | None = None) -> None:
        self._level = logger.level if logger else logging.NOTSET
        self.handlers = list(logger.handlers) if logger else []
        self._filters = list(logger.filters) if logger else []
        self._propagate = logger.propagate if logger else True
        self._disabled = logger.disabled if logger else False

    def put_back(self, logger: logging.Logger) -> None:
        """Make a logger what it was."""
        logger.setLevel(self._level)
        logger.handlers[:] = self.handlers
        logger.filters[:] = self._filters
        logger.propagate = self._propagate
        logger.disabled = self._disabled


def _loggers() -> Iterator[logging.Logger]:
    yield logging.root
    for each in list(logging.root.manager.loggerDict.values()):
        if isinstance(each, logging.Logger):
            yield each


def _umask() -> int:
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


def _imported_from(rootdir: Path) -> frozenset[str]:
    """The modules that came from a folder, this package's and installed ones left out."""
    root, own = f"{rootdir}{os.sep}", __name__.partition(".")[0]
    names = set()
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), "")
        if str(file).startswith(root) and name.partition(".")[0] != own and "site-packages" not in str(file):
            names.add(name)
    return frozenset(names)


def _changes(name: str, before: "dict[str, Any] | None", now: Any, theirs: frozenset[str]) -> Iterator[str]:
    """What was replaced in a namespace."""
    if before is not None and _is_same(before, now):
        return
    for key, value in list(now.items()):
        old = before.get(key) if before is not None else None
        if value is old:
            continue
        was_replaced = isinstance(old, _CALLED) and not isinstance(old, ModuleType)
        if was_replaced or getattr(value, "__module__", None) in theirs:
            yield f"replaced: {name}.{key}"


def _is_same(before: dict[str, Any], now: Any) -> bool:
    """Whether two namespaces hold the very same things; quick, since nearly all do."""
    try:
        return len(before) == len(now) and all(map(operator.is_, before.values(), now.values()))
    except RuntimeError:  # a thread of a library's own works on it
        return False
