"""Runs that listen to nothing: what evidence costs is told by the difference. A browser's floor is made up for them."""

import time

import pytest
from playwright.sync_api import BrowserContext

from synthetics.authoring.observing import Observer
from synthetics.evidence import OriginTraffic, Owner, TrafficSeen


def _watch(_observer: Observer, _context: BrowserContext) -> None:
    """Put no listener on a context."""


def _traffic(_observer: Observer) -> TrafficSeen:
    """Just what a pass has to have."""
    asked = OriginTraffic(owner=Owner.BACKEND, origin="http://127.0.0.1", requests=1, answered=1)
    return TrafficSeen(monotonic_ms=time.monotonic_ns() // 1_000_000, origins=(asked,), bridge_calls=1)


@pytest.fixture(autouse=True)
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listen to nothing, for the time of one run: what stays replaced would cost the worker its life."""
    monkeypatch.setattr(Observer, "watch", _watch)
    monkeypatch.setattr(Observer, "traffic", _traffic)
