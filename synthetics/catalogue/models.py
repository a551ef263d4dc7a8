"""A journey, where it runs, and a file of journeys that is left out."""

from dataclasses import dataclass
from pathlib import Path

from synthetics.errors import Problem
from synthetics.record import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Journey:
    """One journey, as it was discovered, with what is settled of it.

    A health journey stands in no file of its own: it comes of a base URL of its app, and is asked by no test function.

    Args:
        name: The full name, such as ``ihub.run_flow``.
        app: The app's name, which is its folder's.
        title: The first line of its docstring, without the full stop.
        kind: How it is made.
        file: The test module; of a health journey the ``app.toml``.
        function: The test function, such as ``test_run_flow``; empty for a health journey.
        file_sha256: The hash of that file.
        steps: The titles of its top-level steps, in their order.
        every_ms: How often it is due; with a cron expression, the shortest time between two of its slots.
        timeout_ms: How long one attempt may take.
        cron: The cron expression of its slots, in UTC; None where it is due at an even interval.
        isolated: Whether every run has a worker process and a browser to itself.
        confirms: Whether a failed run is repeated once, at once, as attempt 2.
        invisible: The faults of its own app that it cannot see, each with the reason; ``prove`` expects it to pass.
        base_url: The name of the base URL that a health journey asks; None for a journey in a browser.
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
    cron: str | None = None
    isolated: bool = False
    confirms: bool = True
    invisible: tuple[tuple[str, str], ...] = ()
    base_url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """A journey on a target from a location: the thing that has slots, and one set of series in the metrics."""

    journey: Journey
    target: str
    location: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenFile:
    """A file of journeys that is left out, so that a selection of its journeys can be told why.

    Args:
        app: The app's name, which is its folder's.
        journeys: The full names of the journeys that it seems to hold.
        problems: What is wrong with it.
    """

    app: str
    journeys: tuple[str, ...]
    problems: tuple[Problem, ...]
