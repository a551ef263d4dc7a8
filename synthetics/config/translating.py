"""From pydantic's errors to problems that say what, where and how to mend it."""

from collections.abc import Mapping
from copy import deepcopy
from itertools import takewhile
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from synthetics.config.told import TOLD
from synthetics.config.wording import did_you_mean, key_of, kind_of, one_of, value_of
from synthetics.errors import Problem

_EXPECTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
}
_BOUNDS = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
}
#: Tables that hold others by a name of the operator's own: what is wrong in one of those spoils it whole.
_NAMED = frozenset({"targets", "accounts", "journey", "attestations"})
#: Tables that are nothing without one of their keys: what is wrong in one of those spoils it whole.
_SPOILT_WHOLE = frozenset({"dead_man"})
#: Values below these tables are never shown: one of them may be a secret that stands where it should not.
_UNSHOWN = frozenset({"accounts", "dead_man"})

_File = TypeVar("_File", bound=BaseModel)


def read_table(model: type[_File], data: Mapping[str, Any], file: str) -> tuple[_File | None, tuple[Problem, ...]]:
    """Read a file's data, and say all that is wrong with it.

    Args:
        model: What the file should be.
        data: What TOML made of it.
        file: The file as the caller would name it.

    Returns:
        What is sound of it (a named table with anything wrong in it is left out), None where too little is; and the
        problems, in the file's order.
    """
    try:
        return model.model_validate(data), ()
    except ValidationError as error:
        errors = error.errors(include_url=False)
    problems = tuple(_problem(model, each, file) for each in errors)
    try:
        return model.model_validate(_sound(data, errors)), problems
    except ValidationError:
        return None, problems


def _sound(data: Mapping[str, Any], errors: list[ErrorDetails]) -> dict[str, Any]:
    """Leave out what is wrong."""
    kept = deepcopy(dict(data))
    for error in errors:
        location = error["loc"]
        # A key that nobody knows can be left out alone; but in a journey's table it is most likely that
        # journey.ihub.run_flow, whose quotes are missing.
        spoils_all = location[0] in _NAMED and (error["type"] != "extra_forbidden" or location[0] == "journey")
        # A list with anything wrong in it is left out whole: without one of its places the others would move.
        names = tuple(takewhile(lambda part: isinstance(part, str), location))
        if location[0] in _SPOILT_WHOLE:
            names = location[:1]
        *way, last = location[:2] if spoils_all else names
        table: Any = kept
        for part in way:
            table = table.get(part, {})
        table.pop(last, None)
    return kept


def _problem(model: type[BaseModel], error: ErrorDetails, file: str) -> Problem:
    what, mend = _words(model, error)
    return Problem(file, key_of(error["loc"]), what, mend)


def _words(model: type[BaseModel], error: ErrorDetails) -> tuple[str, str]:
    """Say what is wrong and how to mend it."""
    location, value, context = error["loc"], error["input"], error.get("ctx", {})
    table, field = _field_at(model, location)
    name = str(location[-1])
    shown = "the value" if location[0] in _UNSHOWN else value_of(value)
    example = f"{name} = {value_of(field.examples[0])}" if field is not None and field.examples else ""
    such_as = f", such as {example}" if example and isinstance(location[-1], str) else ""
    match error["type"]:
        case kind if kind == TOLD:
            words = str(context["what"]), str(context["mend"])
        case "extra_forbidden":
            words = _unknown_key(table, location)
        case "missing":
            words = "it is missing", f"Write {example or name}."
        case "string_too_short":
            words = "it is empty", f"Write text{such_as}."
        case "too_short":
            words = "there is nothing in it", f"Write one or more{such_as}."
        case "string_pattern_mismatch":
            allowed = field.description if field is not None else None
            words = f"{shown} is not {allowed}", f"Write {allowed}{such_as}."
        case kind if kind in _EXPECTED:
            words = f"{shown} is {kind_of(value)}, not {_EXPECTED[kind]}", f"Write {_EXPECTED[kind]}{such_as}."
        case kind if kind in _BOUNDS:
            words = f"{shown} is out of range", f"Write {_BOUNDS[kind].format(**context)}{such_as}."
        case _:
            words = f"{shown} is not allowed: {error['msg']}", f"Write something else{such_as}."
    return words


def _unknown_key(table: type[BaseModel], location: tuple[str | int, ...]) -> tuple[str, str]:
    """Say which keys there are; the value is not shown, for it may be a secret in the wrong place."""
    name = str(location[-1])
    what = "there is no such key"
    if location[0] == "journey" and len(location) == len(("journey", "ihub", "run_flow")):
        # Without quotes the dot in a journey's full name makes a table in a table.
        return what, f'Write [journey."{location[1]}.{name}"] for a journey, or one of: {one_of(table.model_fields)}.'
    near = did_you_mean(name, table.model_fields)
    known = f"the keys here are {one_of(table.model_fields)}."
    return what, f"Did you mean {near}? {known.capitalize()}" if near else f"Remove it: {known}"


def _field_at(model: type[BaseModel], location: tuple[str | int, ...]) -> tuple[type[BaseModel], FieldInfo | None]:
    """Find the table that holds a key, and the key's field; None where the table has no such key."""
    table, field = model, None
    way = list(location)
    while way:
        field = table.model_fields.get(str(way.pop(0)))
        inner = _table_in(field.annotation) if field is not None else None
        if field is None or inner is None or not way:
            break
        if get_origin(field.annotation) is dict:
            way.pop(0)
            if not way:
                break
        table = inner
    return table, field


def _table_in(annotation: object) -> type[BaseModel] | None:
    """Find the model in an annotation, such as in ``dict[str, Model]`` and ``Model | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for found in map(_table_in, get_args(annotation)) if found is not None), None)
