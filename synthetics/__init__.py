"""Synthetic journeys through Rixter's apps, run on a schedule, judged, and accounted for."""
