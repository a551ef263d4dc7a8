"""Times of what pages were seen to do, counted from the run's start."""

from dataclasses import replace
from typing import overload

from synthetics.evidence import TrafficSeen


def from_start(traffic: TrafficSeen, started_monotonic_ms: int) -> TrafficSeen:
    """What pages were seen to do, with times that count from the run's start.

    Args:
        traffic: As the worker said it, in times of the monotonic clock.
        started_monotonic_ms: When the run started, by that clock.
    """

    @overload
    def offset(at_ms: int) -> int: ...
    @overload
    def offset(at_ms: None) -> None: ...
    def offset(at_ms: int | None) -> int | None:
        return None if at_ms is None else max(0, at_ms - started_monotonic_ms)

    return replace(
        traffic,
        monotonic_ms=offset(traffic.monotonic_ms),
        requests=tuple(replace(each, started_ms=offset(each.started_ms)) for each in traffic.requests),
        messages=tuple(replace(each, at_ms=offset(each.at_ms)) for each in traffic.messages),
        navigations=tuple(replace(each, at_ms=offset(each.at_ms)) for each in traffic.navigations),
        frames=tuple(
            replace(
                each,
                attached_ms=offset(each.attached_ms),
                connected_ms=offset(each.connected_ms),
                ready_ms=offset(each.ready_ms),
                detached_ms=offset(each.detached_ms),
            )
            for each in traffic.frames
        ),
        app_ready_ms=offset(traffic.app_ready_ms),
    )
