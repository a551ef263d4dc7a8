"""Validation errors that bring their own words, for what no general sentence could say well."""

from pydantic_core import PydanticCustomError

#: The type of these errors; the words, ``what`` and ``mend``, are in their context.
TOLD = "told"


def told(what: str, mend: str) -> PydanticCustomError:
    """Make a validation error that brings its own words.

    Args:
        what: One sentence without a full stop: what is wrong, with the value where it cannot be a secret.
        mend: One sentence: how to mend it.
    """
    return PydanticCustomError(TOLD, "{what}", {"what": what, "mend": mend})
