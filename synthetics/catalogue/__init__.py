"""Which journeys there are: discovery, and all that is wrong with them at once."""

from synthetics.catalogue.discovery import check, discover
from synthetics.catalogue.models import BrokenFile, Journey, Placement
from synthetics.catalogue.selection import Catalogue

__all__ = ["BrokenFile", "Catalogue", "Journey", "Placement", "check", "discover"]
