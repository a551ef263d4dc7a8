"""What rules are made for: a journey on a target from a location, with all that the rules have to know of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from synthetics.catalogue import Catalogue, Journey, Placement
from synthetics.config.models import Configuration, Rollout
from synthetics.record import Kind
from synthetics.slo.rules.cadence import Cadence, cadence_of
from synthetics.slo.rules.tiers import LeftOut, Tier, fit

#: The share of runs that has to be good, where nobody says another: that of the programme.
OBJECTIVE = 0.999
#: Whom the monitor's own trouble goes to.
MONITOR_OWNER = "monitor"

_MINUTE = 60
_MILLISECONDS = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """One placement.

    Args:
        app: The app's name.
        journey: The journey's name without the app.
        target: The site.
        location: From where.
        kind: How the journey is made.
        owner: Who gets what is the app's fault.
        cadence: When it is due.
        objective: The share of runs that has to be good.
        confirms: Whether a failed run is repeated at once.
        confirm_s: How long after a failure its repetition may take, in seconds; 0 where there is none.
        rollout: When its site gets the host's changes; None where nobody said.
        feeds_objective: Whether its runs count for an objective: those on a site that gets changes first do not, nor
            those of a journey that nothing is asked of.
        tiers: The burn-rate alerts that can fire.
        left_out: Those that never could.
    """

    app: str
    journey: str
    target: str
    location: str
    kind: Kind
    owner: str
    cadence: Cadence
    objective: float
    confirms: bool
    confirm_s: int
    rollout: Rollout | None
    feeds_objective: bool
    tiers: tuple[Tier, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels that tell its series from all others."""
        return {"app": self.app, "journey": self.journey, "target": self.target, "location": self.location}

    @property
    def called(self) -> str:
        """Its name as a sentence has it."""
        return f"{self.app}.{self.journey} on {self.target} from {self.location}"

    @property
    def for_s(self) -> int:
        """How long an alert on failures waits: whole minutes, long enough to know whether a repetition passed."""
        return max(_MINUTE, -(-self.confirm_s // _MINUTE) * _MINUTE)

    @property
    def keep_firing_s(self) -> int:
        """How long an alert outlasts its condition: until the next run has been seen, 5 min to 1 h."""
        return min(max(5 * _MINUTE, self.cadence.every_s), 60 * _MINUTE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Goals:
    """What is asked of journeys.

    Args:
        objective_of: The share of a journey's runs that has to be good; None where nothing is asked.
        leaves_out: The rollouts whose sites feed no objective.
    """

    objective_of: Callable[[Journey], float | None] = lambda _: OBJECTIVE
    leaves_out: tuple[Rollout, ...] = (Rollout.FIRST,)


def watched_of(catalogue: Catalogue, configuration: Configuration, goals: Goals) -> tuple[Watched, ...]:
    """Everything that the rules watch, in order.

    Args:
        catalogue: All journeys on their targets.
        configuration: Tells the rollout of targets, and the grace of runs.
        goals: What is asked of journeys.
    """
    watched = {_key(each): _watch(each, catalogue, configuration, goals) for each in catalogue.placements}
    return tuple(watched[key] for key in sorted(watched))


def _key(placement: Placement) -> tuple[str, str, str]:
    return (placement.journey.name, placement.target, placement.location)


def _watch(placement: Placement, catalogue: Catalogue, configuration: Configuration, goals: Goals) -> Watched:
    journey = placement.journey
    app, target = catalogue.apps.get(journey.app), configuration.targets.get(placement.target)
    rollout = target.rollout if target is not None else None
    asked = goals.objective_of(journey)
    objective, cadence = OBJECTIVE if asked is None else asked, cadence_of(journey)
    tiers, left_out = fit(cadence, objective, confirms=journey.confirms)
    repeated_s = journey.timeout_ms // _MILLISECONDS + int(configuration.limits.grace.total_seconds())
    return Watched(
        app=journey.app,
        journey=journey.name.removeprefix(f"{journey.app}."),
        target=placement.target,
        location=placement.location,
        kind=journey.kind,
        owner=(app.owner if app is not None else None) or journey.app,
        cadence=cadence,
        objective=objective,
        confirms=journey.confirms,
        confirm_s=repeated_s if journey.confirms else 0,
        rollout=rollout,
        feeds_objective=asked is not None and rollout not in goals.leaves_out,
        tiers=tiers,
        left_out=left_out,
    )
