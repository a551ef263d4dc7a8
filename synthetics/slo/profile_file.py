"""Reading profiles: those that come with the product, and those in a folder of the operator's own."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from synthetics import metric_names
from synthetics.config.durations import format_duration, to_ms
from synthetics.config.models import Rollout
from synthetics.config.told import told
from synthetics.config.toml_text import read_toml
from synthetics.config.translating import read_table
from synthetics.config.values import Age, Day, Duration, Table, choice
from synthetics.config.wording import key_of, meant_or_listed, shown, value_of
from synthetics.errors import ConfigurationError, Problem
from synthetics.record import Kind
from synthetics.slo.profile import TIMED, Measure, Objective, Per, Profile, goal_of
from synthetics.slo.requirement_file import RequirementTable, check_requirements, requirement_of

SHIPPED = Path(__file__).parent / "profiles"

_HOUR = timedelta(hours=1)
#: Limits of runs and frames have to lie on an edge of these, since so they are counted.
_EDGES_MS = tuple(int(edge * 1_000) for edge in metric_names.RUN_DURATION_SECONDS.buckets)
_COUNTED = frozenset({Measure.RUN, Measure.FRAME})


def _whole_hours(value: timedelta) -> timedelta:
    if value % _HOUR:
        what = f'"{format_duration(value)}" is not in whole hours'
        raise told(what, 'Write whole hours or days, such as "28d": runs are counted by the hour.')
    return value


def _share(value: float) -> float:
    if not 0 < value < 1:
        raise told(f"{value_of(value)} is no share between 0 and 1", "Write 0.999 for 99.9 %, or 0.001 for 0.1 %.")
    return value


Window = Annotated[Age, AfterValidator(_whole_hours)]
Share = Annotated[float, AfterValidator(_share)]


class ObjectiveTable(Table):
    """``[objectives.NAME]``."""

    title: str = Field(min_length=1, examples=["The journey works"])
    measure: Annotated[Measure, BeforeValidator(choice(Measure, "measure", "The measures are:"))]
    kind: Annotated[Kind, BeforeValidator(choice(Kind, "kind of journey", "The kinds are:"))] = Kind.BROWSER
    per: Annotated[Per, BeforeValidator(choice(Per, "what has an objective of its own", "It is one of:"))] = Per.JOURNEY
    at_least: Share | None = Field(default=None, examples=[0.999])
    below: Share | None = Field(default=None, examples=[0.001])
    limit: Duration | None = Field(default=None, examples=["12s"])
    step: str | None = Field(default=None, min_length=1, examples=["Open the admin page"])
    journeys: list[str] = Field(default=[], examples=[["ihub.run_flow"]])
    source: str = Field(min_length=1, examples=["Our support agreement, section 4"])


class ProfileFile(Table):
    """All of a profile's file."""

    title: str = Field(min_length=1, examples=["Our own objectives"])
    window: Window = Field(examples=["28d"])
    valid_until: Day = Field(examples=[date(2027, 12, 31)])
    source: str = Field(min_length=1, examples=["Our support agreement"])
    leaves_out: list[Annotated[Rollout, BeforeValidator(choice(Rollout, "rollout", "The rollouts are:"))]] = Field(
        default=[], examples=[["first"]]
    )
    objectives: dict[str, ObjectiveTable] = Field(min_length=1)
    requirements: dict[str, RequirementTable] = Field(default={})


def read_profile(name: str, folder: Path | None, told_in: str) -> Profile:
    """Read a profile by its name; one in the operator's folder goes before one of the product's.

    Args:
        name: Its file's name without the ending.
        folder: The operator's folder of profiles; None where there is none.
        told_in: The file of the configuration, as the caller would name it.

    Raises:
        ConfigurationError: Where there is no such profile, or with all that is wrong with it.
    """
    files = {each.stem: each for each in _files(folder)}
    if folder is not None and not folder.is_dir():
        what = f"there is no folder {shown(folder)}"
        raise ConfigurationError([Problem(told_in, "slo.profiles", what, "Make it, or name another one.")])
    if name not in files:
        mend = meant_or_listed(name, files, "The profiles are:")
        raise ConfigurationError([Problem(told_in, "slo.profile", f"there is no profile {value_of(name)}", mend)])
    data, problem = read_toml(files[name])
    if problem is not None:
        raise ConfigurationError([problem])
    file = shown(files[name])
    content, problems = read_table(ProfileFile, data, file)
    problems += (*_check(data, file), *check_requirements(data, file))
    if content is None or problems:
        raise ConfigurationError(problems)
    return _profile(name, content)


def _files(folder: Path | None) -> Iterator[Path]:
    yield from sorted(SHIPPED.glob("*.toml"))
    if folder is not None:
        yield from sorted(folder.glob("*.toml"))


def _check(data: dict[str, Any], file: str) -> Iterator[Problem]:
    """Find what no single value shows, as far as what was written can be read."""
    objectives = data.get("objectives")
    for name, table in objectives.items() if isinstance(objectives, dict) else ():
        try:
            content = ObjectiveTable.model_validate(table)
        except ValueError:
            continue  # told already
        for key, what, mend in _wrong_with(content):
            yield Problem(file, key_of(("objectives", name, key) if key else ("objectives", name)), what, mend)


def _wrong_with(content: ObjectiveTable) -> Iterator[tuple[str, str, str]]:
    """What is wrong with one objective: the key, what, and how to mend it."""
    timed = content.measure in TIMED
    if (content.at_least is None) == (content.below is None):
        both = "there is at_least and below" if content.below is not None else "there is neither at_least nor below"
        yield "", both, "Write at_least = 0.999 for the share of good ones, or below = 0.001 for that of bad ones."
    if timed and content.limit is None:
        yield "", f"it measures a time ({content.measure}), and there is no limit", 'Write limit = "12s".'
    if not timed and content.limit is not None:
        mend = f"Remove it, or measure one of: {', '.join(sorted(TIMED))}."
        yield "limit", f"it measures no time, but {content.measure}", mend
    if content.measure in _COUNTED and content.limit is not None and to_ms(content.limit) not in _EDGES_MS:
        edges = ", ".join(format_duration(timedelta(milliseconds=each)) for each in _EDGES_MS)
        what = f"{format_duration(content.limit)} is none of the limits by which {content.measure}s are counted"
        yield "limit", what, f"Write one of: {edges}."
    if (content.measure is Measure.STEP) != (content.step is not None):
        what = "it measures a step, and none is named" if content.step is None else "it measures no step"
        mend = "Write step = and the step's title." if content.step is None else 'Remove it, or write measure = "step".'
        yield "step", what, mend
    if content.measure is Measure.STEP and content.per is Per.APP:
        yield "per", "a step belongs to a journey, not to an app", 'Write per = "journey".'


def _profile(name: str, content: ProfileFile) -> Profile:
    return Profile(
        name=name,
        title=content.title,
        window=content.window,
        valid_until=content.valid_until,
        source=content.source,
        leaves_out=tuple(content.leaves_out),
        objectives={key: _objective(key, table) for key, table in content.objectives.items()},
        requirements={key: requirement_of(key, table) for key, table in content.requirements.items()},
    )


def _objective(name: str, table: ObjectiveTable) -> Objective:
    return Objective(
        name=name,
        title=table.title,
        measure=table.measure,
        kind=table.kind,
        per=table.per,
        goal=goal_of(table.at_least, table.below),
        source=table.source,
        limit_ms=None if table.limit is None else to_ms(table.limit),
        step=table.step,
        journeys=tuple(table.journeys),
    )
