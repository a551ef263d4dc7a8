"""The parts of a unit test of rules: what is seen, and what has to come of it at which time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from synthetics.slo.rules.cadence import Cadence
from synthetics.slo.rules.course import Course
from synthetics.slo.rules.model import selector, window
from synthetics.slo.rules.watched import Watched

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_STEPS = (_HOUR, 15 * _MINUTE, 5 * _MINUTE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """What an expression has to say.

    Args:
        expr: It gives one sample without labels, or none.
        at_s: When, in seconds from the beginning.
        value: The sample; None where there must be none.
    """

    expr: str
    at_s: int
    value: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """One unit test.

    Args:
        name: What it shows, in one sentence.
        step_s: How often samples are taken, in seconds.
        series: What is seen.
        checks: What has to come of it.
    """

    name: str
    step_s: int
    series: tuple[Mapping[str, str], ...]
    checks: tuple[Check, ...]

    @property
    def values(self) -> dict[str, Any]:
        """As promtool reads it."""
        return {
            "name": self.name,
            "interval": window(self.step_s),
            "input_series": [dict(each) for each in self.series],
            "promql_expr_test": [_check_values(each) for each in self.checks],
        }


def step_of(cadence: Cadence) -> int:
    """How often rules are evaluated in unit tests, in seconds: as seldom as the cadence allows, for they take long."""
    return next((each for each in _STEPS if cadence.every_s % each == 0), _MINUTE)


def whole_steps(seconds: int, step_s: int) -> int:
    """Seconds until the first evaluation at which so many have passed."""
    return ceil(seconds / step_s) * step_s


def next_hour(seconds: int) -> int:
    """The whole hour that follows, or this one: sums over a period end there."""
    return whole_steps(seconds, _HOUR)


def course_of(watched: Watched, letters: str) -> Course:
    """A course at a placement's own cadence; without pauses where it has a cron expression."""
    return Course(letters=letters, every_s=watched.cadence.every_s, step_s=step_of(watched.cadence))


def seen(
    name: str, placements: Iterable[Watched], course: Course, checks: Sequence[Check], *, last_run: bool = False
) -> Scenario:
    """A scenario in which all placements have the same course, as long as the last check needs it."""
    until_s = max(each.at_s for each in checks)
    series = [each for watched in placements for each in course.series(watched.labels, until_s, last_run=last_run)]
    return Scenario(name=name, step_s=course.step_s, series=tuple(series), checks=tuple(checks))


def fires(watched: Watched, alert: str, at_s: int, *, yes: bool = True, **labels: str) -> Check:
    """That an alert on a placement fires, or does not.

    Args:
        watched: The placement.
        alert: The alert's name.
        at_s: When.
        yes: Whether it does.
        labels: More labels by which it is found.
    """
    wanted = {"alertname": alert, "alertstate": "firing", **watched.labels, **labels}
    return Check(expr=f"count(ALERTS{selector(wanted)})", at_s=at_s, value=1 if yes else None)


def silent(watched: Watched, alert: str, at_s: int, **labels: str) -> Check:
    """That an alert on a placement does not fire."""
    return fires(watched, alert, at_s, yes=False, **labels)


def shows(series: str, at_s: int, value: float | None) -> Check:
    """That a recorded series has a value, a millionth more or less, or that it is not there."""
    if value is None:
        return Check(expr=f"count({series})", at_s=at_s, value=None)
    return Check(expr=f"sum(abs({series} - {value:.12g}) < bool 1e-6)", at_s=at_s, value=1)


def _check_values(check: Check) -> dict[str, Any]:
    samples = [] if check.value is None else [{"labels": "{}", "value": check.value}]
    return {"expr": check.expr, "eval_time": window(check.at_s), "exp_samples": samples}
