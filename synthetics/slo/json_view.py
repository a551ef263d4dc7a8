"""Objectives for programs: one object each, null where there is no right to a number."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from synthetics.slo.budget import Budget
from synthetics.slo.coverage import Tier
from synthetics.slo.figures import Reading
from synthetics.slo.linting import lint
from synthetics.slo.profile import Profile
from synthetics.slo.standing import AdjustedReadings, Standing
from synthetics.slo.wording import sentence


def as_json(standing: Standing, profile: Profile, until_ms: int) -> dict[str, Any]:
    """All of a standing as plain JSON values.

    Args:
        standing: How the objective stands.
        profile: Whose objective it is.
        until_ms: When the window ends, in milliseconds UTC.
    """
    objective, subject = standing.objective, standing.subject
    attributed = standing.attributed
    return {
        "profile": profile.name,
        "name": objective.name,
        "title": objective.title,
        "source": objective.source,
        "app": subject.app,
        "journey": subject.journey,
        "base_url": subject.base_url,
        "kind": subject.kind.value,
        "target": subject.target,
        "location": subject.location,
        "measure": objective.measure.value,
        "goal": float(objective.goal.share),
        "goal_is_exclusive": objective.goal.exclusive,
        "limit_ms": objective.limit_ms,
        "step": objective.step,
        "window_ms": profile.window // timedelta(milliseconds=1),
        "until_ms": until_ms,
        "since_ms": standing.seen.since_ms,
        "state": standing.state.value,
        "sentence": sentence(standing, profile.window, until_ms),
        "objective": attributed.verdict if attributed is not None else None,
        "certainty": attributed.certainty if attributed is not None else None,
        **_seen(standing),
        "raw": _reading(standing.raw, standing.budget_raw),
        "attributed": _reading(attributed, standing.budget_attributed),
        "burn_rate": {
            f"{hours}h": {"raw": each.raw, "attributed": each.attributed} for hours, each in standing.burn.items()
        },
        "time_to_detect_ms": {"mean": standing.detection.mean_ms, "at_most": standing.detection.at_most_ms},
        "adjusted": _adjusted(standing.adjusted),
        "red_on_first": list(standing.red_on_first),
        "lint": lint(profile, objective, subject),
    }


def _seen(standing: Standing) -> dict[str, Any]:
    """How much of what was due was seen; how the runs ended only where there is a right to a number."""
    counts = standing.seen.counts
    told = standing.tier is not Tier.INSUFFICIENT
    return {
        "coverage": standing.coverage,
        "tier": standing.tier.value,
        "expected": counts.expected,
        "judged": counts.judged,
        "errored": counts.errored,
        "missed": counts.missed,
        "flaky": counts.flaky.total if told else None,
        "worst_case": standing.worst_case,
        "blind_windows": [
            {"from_ms": each.from_ms, "until_ms": each.until_ms, "slots": each.slots} for each in standing.seen.blind
        ],
    }


def _adjusted(adjusted: AdjustedReadings | None) -> dict[str, Any] | None:
    """The attributed reading by the judge alone, and with what people entered; null where they entered nothing."""
    if adjusted is None:
        return None
    return {
        "judge_alone": _reading(adjusted.judged, None),
        "adjusted": _reading(adjusted.adjusted, None),
        "windows": [{**asdict(each), "is_announced": each.is_announced} for each in adjusted.entered.windows],
        "corrections": [asdict(each) for each in adjusted.entered.corrections],
    }


def _reading(reading: Reading | None, budget: Budget | None) -> dict[str, Any] | None:
    if reading is None:
        return None
    low, high = reading.interval
    return {
        "sli": reading.share,
        "n": reading.tally.n,
        "good": reading.tally.good,
        "bad": reading.tally.bad,
        "left_out": reading.tally.left_out,
        "interval": [low, high],
        "objective": reading.verdict,
        "certainty": reading.certainty,
        "budget": None if budget is None else _budget(budget),
    }


def _budget(budget: Budget) -> dict[str, Any]:
    return {
        "runs": budget.runs,
        "allowed": budget.allowed,
        "used": budget.used,
        "left": budget.left,
        "left_percent": budget.left_ratio * 100,
    }
