"""The service's own pages: metrics, health, readiness and what runs here. No artifact is ever served from here."""

from synthetics.web.app import Health, make_app
from synthetics.web.server import WebServer, refuse_public

__all__ = ["Health", "WebServer", "make_app", "refuse_public"]
