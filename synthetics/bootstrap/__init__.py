"""The one place that builds objects: what the commands need, made from the configuration."""

from synthetics.bootstrap.service import open_service
from synthetics.bootstrap.suite import Suite, artifact_store, read_configuration, read_suite
from synthetics.bootstrap.workshop import Workshop, metrics_page, open_workshop

__all__ = [
    "Suite",
    "Workshop",
    "artifact_store",
    "metrics_page",
    "open_service",
    "open_workshop",
    "read_configuration",
    "read_suite",
]
