"""Into which bucket of a histogram an observation falls, and what becomes of old buckets when the edges change."""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence


def upper_edge(value_ms: int, edges_seconds: Sequence[float]) -> float:
    """The bucket of an observation.

    Args:
        value_ms: What was observed, in milliseconds.
        edges_seconds: The upper edges in rising order, in seconds; an edge belongs to its own bucket.

    Returns:
        The smallest edge that is not below the value, in seconds; ``inf`` where there is none.
    """
    return _next_edge(value_ms / 1000, edges_seconds)


def fold(counts: Mapping[float, int], edges_seconds: Sequence[float]) -> dict[float, int]:
    """Put what was counted under any edges, an earlier version's included, under those of today.

    What lies under an edge that is gone moves up to the next one there is. So no bucket of the summed-up histogram
    ever falls while the edges stay, and none of its observations is lost when they change.

    Args:
        counts: How many observations fell into each bucket (not summed up), by its upper edge in seconds.
        edges_seconds: Today's upper edges in rising order, in seconds, without ``inf``.

    Returns:
        The counts by today's upper edges, each of them there, ``inf`` the last.
    """
    folded = dict.fromkeys((*map(float, edges_seconds), math.inf), 0)
    for edge, count in counts.items():
        folded[_next_edge(edge, edges_seconds)] += count
    return folded


def _next_edge(seconds: float, edges_seconds: Sequence[float]) -> float:
    place = bisect_left(edges_seconds, seconds)
    return float(edges_seconds[place]) if place < len(edges_seconds) else math.inf
