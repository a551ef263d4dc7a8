"""How each objective stands: all figures side by side, and which of them is the worst."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from synthetics.slo import figures
from synthetics.slo.adjusting import Adjusted
from synthetics.slo.budget import Budget, Detection, budget, burn_rate, detection
from synthetics.slo.coverage import Tier, coverage, lesser, tier
from synthetics.slo.figures import Certainty, Reading, Tally, Verdict
from synthetics.slo.profile import Measure, Objective, Per, Profile
from synthetics.slo.rollout import red_on_first
from synthetics.slo.subject import Seen, Subject, app_of, together

#: A met objective with less of its budget left than this is at risk.
_LITTLE_LEFT = 0.25


class State(StrEnum):
    """What is to be said first of an objective; the worst first."""

    NOT_MET = "not_met"
    INSUFFICIENT = "insufficient_coverage"
    RED_ON_FIRST = "red_on_first"
    AT_RISK = "at_risk"
    NO_VERDICT = "no_verdict"
    NOT_SHOWN = "met_not_shown"
    MET = "met"
    NO_DATA = "no_data"


@dataclass(frozen=True, kw_only=True, slots=True)
class Burn:
    """How fast the budget goes by both readings; None where there is no right to a number."""

    raw: float | None
    attributed: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AdjustedReadings:
    """The attributed reading without and with what people entered.

    Args:
        judged: As the judge alone left it; None where there is no right to a number.
        adjusted: With their corrections, and without what was due in announced windows; None likewise.
        entered: What they entered.
    """

    judged: Reading | None
    adjusted: Reading | None
    entered: Adjusted


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One objective of one subject.

    Args:
        objective: What is asked for.
        subject: Of whom.
        seen: What was seen.
        coverage: The share of due slots that were judged, from 0 to 1; None where none was due.
        tier: What that allows to say.
        raw: Every failure counted; None where there is no right to a number.
        attributed: Without the failures of host, session and network; None likewise.
        worst_case: The share that passed of all that were due; None likewise.
        budget_raw: The budget of the raw reading; None likewise.
        budget_attributed: That of the attributed one.
        burn: How fast it goes, by how many hours were looked at.
        detection: How soon an outage is seen.
        red_on_first: The first sites on which this journey is red, while it is green here.
        state: What is to be said first.
        adjusted: What people's corrections and planned downtime change; None where there are none.
    """

    objective: Objective
    subject: Subject
    seen: Seen
    coverage: float | None
    tier: Tier
    raw: Reading | None
    attributed: Reading | None
    worst_case: float | None
    budget_raw: Budget | None
    budget_attributed: Budget | None
    burn: Mapping[int, Burn] = field(default_factory=dict)
    detection: Detection
    red_on_first: tuple[str, ...] = ()
    state: State
    adjusted: AdjustedReadings | None = None


def standings(profile: Profile, seen: Mapping[Subject, Seen]) -> tuple[Standing, ...]:
    """Every objective of every subject, the worst first.

    Args:
        profile: The objectives.
        seen: What was seen of each journey, also where that is nothing.
    """
    coming = red_on_first(seen)
    feeding = {subject: its for subject, its in seen.items() if subject.rollout not in profile.leaves_out}
    found = [
        stand(objective, subject, its, coming.get(subject, ()))
        for objective in profile.objectives.values()
        for subject, its in _subjects(objective, feeding)
    ]
    return tuple(sorted(found, key=_rank))


def stand(objective: Objective, subject: Subject, seen: Seen, red: tuple[str, ...] = ()) -> Standing:
    """How one objective of one subject stands.

    Args:
        objective: What is asked for.
        subject: Of whom.
        seen: What was seen.
        red: The first sites on which it is red, while it is green here.
    """
    goal, allowed = objective.goal, tier(seen.counts)
    raw_tally, attributed_tally = _tallies(objective, seen)
    raw, attributed = (figures.read(each, goal, allowed) for each in (raw_tally, attributed_tally))
    runs = subject.runs_in_window if objective.measure is Measure.AVAILABILITY else 0
    left = None if attributed is None else budget(goal, attributed_tally, runs)
    return Standing(
        objective=objective,
        subject=subject,
        seen=seen,
        coverage=coverage(seen.counts),
        tier=allowed,
        raw=raw,
        attributed=attributed,
        worst_case=figures.worst_case(seen.counts, allowed) if objective.measure is Measure.AVAILABILITY else None,
        budget_raw=None if raw is None else budget(goal, raw_tally, runs),
        budget_attributed=left,
        burn=_burn(objective, seen),
        detection=detection(subject.every_ms, subject.timeout_ms),
        red_on_first=red,
        state=_state(seen, allowed, attributed, left, is_red_on_first=bool(red)),
        adjusted=_adjusted(objective, seen),
    )


def _adjusted(objective: Objective, seen: Seen) -> AdjustedReadings | None:
    """Both readings of what was entered; only of runs, since requests and times are counted by the hour."""
    entered = seen.adjusted
    if entered is None or objective.measure is not Measure.AVAILABILITY:
        return None
    # What nobody saw is not made good by a window that somebody enters over it afterwards.
    seen_tier = tier(entered.judged)
    judged, adjusted = (
        figures.read(figures.attributed(counts), objective.goal, lesser(seen_tier, tier(counts)))
        for counts in (entered.judged, entered.adjusted)
    )
    return AdjustedReadings(judged=judged, adjusted=adjusted, entered=entered)


def _subjects(objective: Objective, seen: Mapping[Subject, Seen]) -> list[tuple[Subject, Seen]]:
    """Who has this objective."""
    fitting = {
        subject: its
        for subject, its in seen.items()
        if subject.kind is objective.kind and (not objective.journeys or subject.journey in objective.journeys)
    }
    if objective.per is Per.JOURNEY:
        return list(fitting.items())
    apps: dict[tuple[str, str, str], list[Subject]] = {}
    for subject in fitting:
        apps.setdefault((subject.app, subject.target, subject.location), []).append(subject)
    return [(app_of(each), together(fitting[subject] for subject in each)) for each in apps.values()]


def _tallies(objective: Objective, seen: Seen) -> tuple[Tally, Tally]:
    """What the raw and the attributed reading count; they are the same where nobody's fault is asked for."""
    if objective.measure is Measure.AVAILABILITY:
        return figures.raw(seen.counts), figures.attributed(seen.counts)
    if objective.measure is Measure.REQUEST_ERRORS:
        counted = figures.requests(seen.counts)
    else:
        name = objective.step if objective.step is not None else objective.measure.value
        counted = _under(seen.timed.get(name, {}), objective.limit_ms or 0)
    return counted, counted


def _under(buckets: Mapping[float, int], limit_ms: int) -> Tally:
    good = sum(count for edge, count in buckets.items() if edge * 1_000 <= limit_ms)
    return Tally(good=good, bad=sum(buckets.values()) - good)


def _burn(objective: Objective, seen: Seen) -> dict[int, Burn]:
    if objective.measure is not Measure.AVAILABILITY:
        return {}
    found = {}
    for hours, counts in seen.recent.items():
        told = tier(counts) is not Tier.INSUFFICIENT
        raw, attributed = figures.raw(counts), figures.attributed(counts)
        found[hours] = Burn(
            raw=burn_rate(objective.goal, raw) if told else None,
            attributed=burn_rate(objective.goal, attributed) if told else None,
        )
    return found


def _state(
    seen: Seen, allowed: Tier, attributed: Reading | None, left: Budget | None, *, is_red_on_first: bool
) -> State:
    if not seen.counts.expected:
        return State.NO_DATA
    if allowed is Tier.INSUFFICIENT:
        return State.INSUFFICIENT
    if attributed is not None and attributed.verdict is Verdict.NOT_MET:
        return State.NOT_MET
    if is_red_on_first:
        return State.RED_ON_FIRST
    return State.NO_DATA if attributed is None else _state_of_good(attributed, left)


def _state_of_good(attributed: Reading, left: Budget | None) -> State:
    """What is to be said of an objective that is not missed."""
    if attributed.verdict is None:
        return State.NO_VERDICT
    if left is not None and left.used and left.left_ratio < _LITTLE_LEFT:
        return State.AT_RISK
    return State.MET if attributed.certainty is Certainty.SHOWN else State.NOT_SHOWN


_ORDER: Sequence[State] = tuple(State)


def _rank(standing: Standing) -> tuple[int, float, str, str, str, str]:
    left, subject = standing.budget_attributed, standing.subject
    return (
        _ORDER.index(standing.state),
        left.left_ratio if left is not None else 0.0,
        subject.app,
        subject.journey or "",
        subject.target,
        standing.objective.name,
    )
