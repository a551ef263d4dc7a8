"""What connects a pytest session to whoever started it: an assignment in, events out.

The worker puts an assignment into pytest's own stash before the plugin configures itself. By hand there is none: the
plugin makes one for each journey, and leaves it with the run's key in the stash of the test item. Whoever wants events
adds a sink; by hand, all events of an item lie between pytest's ``logstart`` and ``logfinish`` of it.
"""

import logging
from collections.abc import Callable

import pytest

from synthetics.authoring.assignment import Assignment
from synthetics.evidence import Event
from synthetics.record import RunKey

EventSink = Callable[[Event], None]

_LOG = logging.getLogger(__name__)

#: In the stash of the config: given by the worker. In the stash of an item: made by hand, once its target is known.
ASSIGNMENT = pytest.StashKey[Assignment]()
#: In the stash of an item, by hand only: which run it is, from the beginning of its setup.
RUN_KEY = pytest.StashKey[RunKey]()
EVENT_SINKS = pytest.StashKey[list[EventSink]]()


def add_sink(config: pytest.Config, sink: EventSink) -> None:
    """Let a sink hear every event of this session."""
    config.stash.setdefault(EVENT_SINKS, []).append(sink)


def say(config: pytest.Config, event: Event) -> None:
    """Tell an event to every sink; one that breaks is felt neither by the others nor by the journey."""
    for sink in config.stash.get(EVENT_SINKS, []):
        try:
            sink(event)
        except Exception:  # noqa: BLE001  whatever a sink does, a journey must not fail of it
            _LOG.exception("event=%s could not be told", event.event)
