"""Profiles: which objectives and requirements there are, from which source, and until when that holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from synthetics.config.models import Rollout
from synthetics.record import Kind
from synthetics.slo.figures import Goal
from synthetics.slo.requirement import Requirement


class Measure(StrEnum):
    """What is counted as good.

    ``availability``: runs that passed, of those that were judged. ``request_errors``: requests to the app's own origins
    that ended without an error. ``run``: runs under a limit, of those that passed. ``step``: the same of one step.
    ``frame``: frames of the app that spoke within a limit.
    """

    AVAILABILITY = "availability"
    REQUEST_ERRORS = "request_errors"
    RUN = "run"
    STEP = "step"
    FRAME = "frame"


#: What is held against a limit of time.
TIMED = frozenset({Measure.RUN, Measure.STEP, Measure.FRAME})


class Per(StrEnum):
    """What has an objective of its own: a journey (a health journey is one base URL), or an app with all of them."""

    JOURNEY = "journey"
    APP = "app"


@dataclass(frozen=True, kw_only=True, slots=True)
class Objective:
    """One objective of a profile.

    Args:
        name: Its key in the profile.
        title: What it is about, in a few words.
        measure: What is counted.
        kind: Of which kind of journey.
        per: What has one of its own.
        goal: What is asked for.
        source: Where the figure is from.
        limit_ms: The limit of time, for what is timed.
        step: The step's title, for a step.
        journeys: The full names of the journeys that it is for; empty for all.
    """

    name: str
    title: str
    measure: Measure
    kind: Kind
    per: Per
    goal: Goal
    source: str
    limit_ms: int | None = None
    step: str | None = None
    journeys: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """All of a profile.

    Args:
        name: Its file's name without the ending.
        title: What people call it.
        window: Over which time objectives are judged, in whole hours.
        valid_until: The last day on which it is known to hold.
        source: Where it is from.
        leaves_out: The rollouts whose targets feed no objective.
        objectives: The objectives, by name.
        requirements: What is asked for in all, by id, in the file's order; empty where it is objectives alone.
    """

    name: str
    title: str
    window: timedelta
    valid_until: date
    source: str
    leaves_out: tuple[Rollout, ...]
    objectives: Mapping[str, Objective]
    requirements: Mapping[str, Requirement] = field(default_factory=dict)

    def is_valid(self, on: date) -> bool:
        """Whether it is known to hold on a day."""
        return on <= self.valid_until


def goal_of(at_least: float | None, below: float | None) -> Goal:
    """The goal as a profile tells it.

    Args:
        at_least: The share that has to be good, or None.
        below: The share of bad ones that must not be reached, or None.

    Raises:
        ValueError: Where there is not exactly one of the two.
    """
    if (at_least is None) == (below is None):
        raise ValueError(f"a goal is at_least or below, not {at_least} and {below}")
    if at_least is not None:
        return Goal(share=Decimal(str(at_least)))
    return Goal(share=1 - Decimal(str(below)), exclusive=True)
