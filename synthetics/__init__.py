"""Synthetic journeys through Rixter's apps, run on a schedule, judged, and accounted for."""

__version__ = "0.1.0"
