"""The plugins of pytest that a run has: those that are installed, found once in a process, and none that serves no run.

pytest would read the list of every installed distribution again for each session, twice, and once more for each plugin
that it is told by name. In a process that is kept that is a tenth of what a run costs it.
"""

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

import pytest

_AUTHORING = "synthetics.authoring.plugin"

#: Plugins of our own libraries and tools that serve no journey, and one that collects garbage twice a run.
_UNWANTED = frozenset(
    {"anyio", "cacheprovider", "hypothesispytest", "unraisableexception", "xdist", "xdist.looponfail"}
)

#: Of pytest itself: options of a command line that nobody types, and ways of collecting that no journey is found by.
_UNUSED = frozenset({"doctest", "junitxml", "pastebin", "setuponly", "setupplan", "stepwise"})


def plugin_arguments() -> list[str]:
    """What the command line of a session says of plugins."""
    return ["--disable-plugin-autoload", *(f"-pno:{name}" for name in sorted(_UNWANTED | _UNUSED))]


def register_plugins(manager: pytest.PytestPluginManager) -> None:
    """Register the plugins of a session, as pytest would have, which was told to register none.

    Args:
        manager: The session's; it has registered its own by now.
    """
    for name, plugin in _installed():
        manager.register(plugin, name)


@cache
def _installed() -> tuple[tuple[str, object], ...]:
    """The plugins by name, that of journeys first, as if it had been named on the command line."""
    others = {each.name: each for each in entry_points(group="pytest11") if each.name not in _UNWANTED | {_AUTHORING}}
    return ((_AUTHORING, import_module(_AUTHORING)), *((name, each.load()) for name, each in others.items()))
