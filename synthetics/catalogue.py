"""Which journeys there are: discovery, and all that is wrong with them at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from synthetics.config.models import App
from synthetics.errors import Problem
from synthetics.record import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Journey:
    """One journey, as it was discovered, its cadence settled.

    Args:
        name: The full name, such as ``ihub.run_flow``.
        app: The app's name, which is its folder's.
        title: The first sentence of its docstring.
        kind: How it is made.
        file: The test module.
        function: The test function, such as ``test_run_flow``.
        file_sha256: The hash of the test module.
        steps: The titles of its top-level steps, in their order.
        every_ms: How often it is due.
        timeout_ms: How long one attempt may take.
    """

    name: str
    app: str
    title: str
    kind: Kind
    file: Path
    function: str
    file_sha256: str
    steps: tuple[str, ...]
    every_ms: int
    timeout_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """A journey on a target from a location: the thing that has slots, and one set of series in the metrics."""

    journey: Journey
    target: str
    location: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """All journeys that can run, and what is wrong with those that cannot.

    Args:
        apps: The apps by name.
        placements: Every journey on each of its targets, ordered by journey and target.
        problems: What keeps single files out.
    """

    apps: Mapping[str, App]
    placements: tuple[Placement, ...]
    problems: tuple[Problem, ...]

    @property
    def journeys(self) -> tuple[Journey, ...]:
        """Every journey once, by name."""
        return tuple({each.journey.name: each.journey for each in self.placements}.values())

    def select(self, selectors: Sequence[str], target: str | None = None) -> "Catalogue":
        """Keep what is selected."""
        raise NotImplementedError((selectors, target))
