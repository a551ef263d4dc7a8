"""What connects a pytest session to whoever started it: an assignment in, events out.

The worker puts both into pytest's stash before the plugin configures itself. By hand there is no assignment: the
plugin makes one for each test, and whoever wants events adds a sink.
"""

from collections.abc import Callable

import pytest

from synthetics.authoring.assignment import Assignment
from synthetics.evidence import Event

EventSink = Callable[[Event], None]

ASSIGNMENT = pytest.StashKey[Assignment]()
EVENT_SINKS = pytest.StashKey[list[EventSink]]()


def add_sink(config: pytest.Config, sink: EventSink) -> None:
    """Let a sink hear every event of this session."""
    config.stash.setdefault(EVENT_SINKS, []).append(sink)


def say(config: pytest.Config, event: Event) -> None:
    """Tell an event to every sink."""
    for sink in config.stash.get(EVENT_SINKS, []):
        sink(event)
