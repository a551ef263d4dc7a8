"""Reading the requirements of a profile: ``[requirements.ID]``, and what is wrong with them."""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from synthetics.config.values import NAME, NAME_IN_WORDS, Table, choice
from synthetics.config.wording import key_of, meant_or_listed, one_of, value_of
from synthetics.errors import Problem
from synthetics.slo.requirement import How, Requirement

_OBJECTIVES = "The objectives of this profile are:"


class RequirementTable(Table):
    """``[requirements.ID]``."""

    says: str = Field(min_length=1, examples=["The app is available 99.9 % of the time over 28 days."])
    how: Annotated[How, BeforeValidator(choice(How, "way to show a requirement", "It is shown by one of:"))] = Field(
        examples=["objective"]
    )
    source: str = Field(min_length=1, examples=["Our support agreement, section 4"])
    objectives: list[str] = Field(default=[], examples=[["availability"]])


def check_requirements(data: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Find what no single value of a requirement shows, as far as what was written can be read.

    Args:
        data: What TOML made of the profile.
        file: The profile's file as the caller would name it.
    """
    requirements, objectives = data.get("requirements"), data.get("objectives")
    known = tuple(objectives) if isinstance(objectives, dict) else ()
    for name, table in requirements.items() if isinstance(requirements, dict) else ():
        place = ("requirements", name)
        if not NAME.fullmatch(name):
            what = f"{value_of(name)} is not {NAME_IN_WORDS}"
            yield Problem(file, key_of(place), what, "Call it something like bug_bounty.")
        try:
            content = RequirementTable.model_validate(table)
        except ValueError:
            continue  # told already
        for key, what, mend in _wrong_with(content, known):
            yield Problem(file, key_of((*place, *key)), what, mend)


def requirement_of(name: str, table: RequirementTable) -> Requirement:
    """The requirement as a profile has it.

    Args:
        name: Its key in the profile.
        table: What stands there.
    """
    return Requirement(id=name, says=table.says, how=table.how, source=table.source, objectives=tuple(table.objectives))


def _wrong_with(content: RequirementTable, known: Collection[str]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """What is wrong with one requirement: the way to it, what, and how to mend it."""
    if content.how is How.OBJECTIVE and not content.objectives:
        what = "objectives measure it, and none is named"
        yield ("objectives",), what, f"Write the names of one or more. {_OBJECTIVES} {one_of(known)}."
    if content.how is not How.OBJECTIVE and content.objectives:
        what = f"no objective measures it: its how is {content.how}"
        yield ("objectives",), what, 'Remove it, or write how = "objective".'
        return
    for index, name in enumerate(content.objectives):
        if name not in known:
            what = f"there is no objective {value_of(name)}"
            yield ("objectives", index), what, meant_or_listed(name, known, _OBJECTIVES)
