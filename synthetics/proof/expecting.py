"""Which injected fault touches which journey, and what the judge is expected to say of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from synthetics.catalogue import Journey, Placement
from synthetics.record import Fault, Kind, Outcome
from synthetics.seen.surroundings import ControlKind

#: Whoever blames nobody looks like a fault and is none.
NOTHING: Final = "nothing"
_CONTROLS = frozenset(each.value for each in ControlKind)


@dataclass(frozen=True, kw_only=True, slots=True)
class Injected:
    """A fault that can be made.

    Args:
        name: Its name.
        blames: The party that is to be charged: ``app``, ``host``, ``session``, ``network``, ``monitor``, or
            ``nothing``.
        sentence: What it is.
        apps: The apps that it can touch; nothing where it touches all.
        kinds: The kinds of journeys that can meet it.
    """

    name: str
    blames: str
    sentence: str = ""
    apps: tuple[str, ...] = ()
    kinds: tuple[str, ...] = (Kind.BROWSER,)

    def touches(self, journey: Journey) -> bool:
        """Whether a journey can meet this fault."""
        if journey.kind not in self.kinds or (self.blames == Fault.APP and journey.app in _CONTROLS):
            return False
        return journey.app in self.apps or (not self.apps and self.blames != Fault.APP)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What is said of a run."""

    outcome: Outcome
    fault: Fault


PASSED: Final = Verdict(outcome=Outcome.PASSED, fault=Fault.NONE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plot:
    """One cell that is to be run.

    Args:
        placement: The journey, its target and location.
        injected: The fault.
        invisible: Why the journey cannot see the fault, where its marker says so.
    """

    placement: Placement
    injected: Injected
    invisible: str | None = None

    @property
    def expected(self) -> Verdict:
        """What the judge is expected to say."""
        return PASSED if self.invisible is not None else expected_of(self.injected.blames)


def expected_of(blames: str) -> Verdict:
    """What the judge is expected to say of a fault that a journey meets and sees.

    Args:
        blames: The party to be charged, as ``Injected`` says it.
    """
    if blames == NOTHING:
        return PASSED
    outcome = Outcome.ERRORED if blames == Fault.MONITOR else Outcome.FAILED
    return Verdict(outcome=outcome, fault=Fault(blames))


def plots(placements: Iterable[Placement], faults: Sequence[Injected]) -> tuple[tuple[Plot, ...], ...]:
    """Every journey with every fault that can touch it.

    Args:
        placements: The journeys.
        faults: The faults that can be made.

    Returns:
        For each fault and each app that it touches the cells with the app's journeys: they meet the same fault at the
        same time, as they would in earnest, and share the controls. A fault that is no app's touches all at once.
    """
    everybody = tuple(placements)
    found = []
    for fault in faults:
        touched = tuple(_plot(each, fault) for each in everybody if fault.touches(each.journey))
        apps = dict.fromkeys(each.placement.journey.app for each in touched) if fault.apps else (None,)
        found += [tuple(each for each in touched if app in {None, each.placement.journey.app}) for app in apps]
    return tuple(each for each in found if each)


def _plot(placement: Placement, fault: Injected) -> Plot:
    invisible = dict(placement.journey.invisible).get(fault.name)
    return Plot(placement=placement, injected=fault, invisible=invisible)
