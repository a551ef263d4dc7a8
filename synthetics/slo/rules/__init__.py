"""Prometheus rules for the catalogue as it is, and beside each file the unit tests that prove it."""
