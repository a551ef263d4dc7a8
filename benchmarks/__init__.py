"""Measured comparisons on the stand-in: ``make bench`` and ``make bench-peers``."""
