"""Objectives that cannot be judged at the configured cadence, and what would help."""

from datetime import timedelta

from synthetics.record import Kind
from synthetics.slo.budget import can_be_shown
from synthetics.slo.interval import runs_to_show
from synthetics.slo.profile import Measure, Objective, Per, Profile
from synthetics.slo.subject import Subject
from synthetics.slo.wording import goal_words, window_words

_MINUTE = timedelta(minutes=1)
#: Cadences to choose from, the dearest last.
_CHOICES = (timedelta(minutes=30), timedelta(minutes=15), timedelta(minutes=5), _MINUTE)


def lint(profile: Profile, objective: Objective, subject: Subject) -> str | None:
    """Say what is wrong with an objective at a journey's cadence; None where it can be judged.

    Args:
        profile: Whose window it is.
        objective: What is asked for.
        subject: The journey. An app with several of them, and what is timed within runs, are never told of.
    """
    if objective.measure is not Measure.AVAILABILITY or objective.per is not Per.JOURNEY:
        return None
    goal, runs = objective.goal, subject.runs_in_window
    if can_be_shown(goal, runs):
        return None
    allowed = float(runs * (1 - goal.fraction))
    needed = runs_to_show(float(goal.share))
    failures = "failure" if f"{allowed:.1f}" == "1.0" else "failures"
    return (
        f"{goal_words(goal)} at {_cadence(subject)}: {allowed:.1f} {failures} in {window_words(profile.window)};"
        f" {needed:,} runs without a failure are needed to show it; choose {_choice(profile, subject, needed)}"
    )


def _cadence(subject: Subject) -> str:
    if subject.cron is not None:
        return f"cron {subject.cron}"
    return f"one run in {_words(timedelta(milliseconds=subject.every_ms))}"


def _choice(profile: Profile, subject: Subject, needed: int) -> str:
    """What would help: a cadence that brings enough runs, and for a browser the cheaper kind of journey."""
    quicker = (each for each in _CHOICES if profile.window // each >= needed)
    found = next(quicker, None)
    other = "a health journey" if subject.kind is Kind.BROWSER else "a longer window"
    return f"{_words(found)} or {other}" if found is not None else other


def _words(duration: timedelta) -> str:
    minutes, rest = divmod(duration, _MINUTE)
    return f"{minutes} min" if not rest else f"{duration.total_seconds():g} s"
